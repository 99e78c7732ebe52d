"""Keras programs for comparing readers: the product of heads, losses and metrics, as source text.

Each program imports keras, makes `model`, and compiles it. They run as they are.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple

IMPORT = "import keras\nfrom keras import layers, losses, metrics\n"

# The last layers of a model, each called on the one before.
HEADS = (
    "layers.Dense(1)",
    "layers.Dense(1, activation='sigmoid')",
    "layers.Dense(1, activation='tanh')",
    "layers.Dense(1, activation='softmax')",
    "layers.Dense(1, activation='softplus')",
    "layers.Dense(2, activation='softmax')",
    "layers.Dense(2, activation='sigmoid')",
    "layers.Dense(4)",
    "layers.Dense(4, activation=None)",
    "layers.Dense(4, 'relu')",
    "layers.Dense(4, activation=keras.activations.softmax)",
    "layers.Dense(4, activation=layers.LeakyReLU())",
    "layers.Dense(4, activation=lambda x: x / 2)",
    "layers.Dense(12, activation='sigmoid')",
    "layers.Dense(12, activation='hard_sigmoid', name='labels')",
    "layers.Dense(4); layers.Activation('softmax')",
    "layers.Dense(4); layers.Activation('sigmoid'); layers.Dropout(0.1)",
    "layers.Dense(4); layers.Softmax()",
    "layers.Dense(4); layers.Softmax(axis=1)",
    "layers.Dense(4, activation='softmax'); layers.Softmax()",
    "layers.Dense(4, activation='sigmoid'); layers.Activation('softmax')",
    "layers.Dense(4, activation='relu'); layers.BatchNormalization()",
    "layers.Dense(4); layers.LeakyReLU()",
    "layers.Dense(4, activation='softmax'); layers.Activation('linear', dtype='float32')",
    "layers.Dense(4, activation='log_softmax')",
    "layers.Dense(4, activation='exponential')",
    "layers.Lambda(lambda x: x * 2)",
    "layers.Dense(12, activation='sigmoid'); layers.Reshape((3, 4))",
    "layers.RepeatVector(3); layers.TimeDistributed(layers.Dense(4, activation='softmax'))",
    "layers.RepeatVector(3); layers.Bidirectional(layers.LSTM(4))",
    "layers.RepeatVector(3); layers.GRU(4, activation='sigmoid', return_sequences=True)",
    "layers.Reshape((6, 1)); layers.Conv1D(4, 2, activation='sigmoid'); layers.GlobalAveragePooling1D()",
)

LOSSES = (
    "'binary_crossentropy'",
    "'bce'",
    "'categorical_crossentropy'",
    "'sparse_categorical_crossentropy'",
    "'crossentropy'",
    "'mse'",
    "'mape'",
    "'hinge'",
    "'poisson'",
    "'kl_divergence'",
    "'huber_loss'",
    "'rmse'",
    "losses.binary_crossentropy",
    "losses.mean_squared_error",
    "losses.BinaryCrossentropy",
    "losses.BinaryCrossentropy()",
    "losses.BinaryCrossentropy(from_logits=True)",
    "losses.BinaryCrossentropy(True, label_smoothing=0.1)",
    "losses.CategoricalCrossentropy(from_logits=True)",
    "losses.CategoricalCrossentropy(axis=1)",
    "losses.SparseCategoricalCrossentropy(from_logits=True, name='ids')",
    "losses.CategoricalFocalCrossentropy()",
    "losses.MeanSquaredError()",
    "losses.Huber(delta=2.0)",
    "losses.SquaredHinge()",
    "lambda y_true, y_pred: y_pred",
)

METRICS = (
    "[]",
    "['accuracy']",
    "['acc']",
    "['Accuracy']",
    "['accuracy', 'mae']",
    "['accuracy', 'accuracy']",
    "['binary_accuracy']",
    "['categorical_accuracy']",
    "['sparse_categorical_accuracy', 'top_k_categorical_accuracy']",
    "['f1']",
    "['auc', 'precision']",
    "['AUC', 'Recall']",
    "['mse', 'rmse']",
    "('accuracy',)",
    "[metrics.BinaryAccuracy()]",
    "[metrics.BinaryAccuracy(threshold=0.0)]",
    "[metrics.BinaryAccuracy(name='right', threshold=0.3)]",
    "[metrics.CategoricalAccuracy()]",
    "[metrics.SparseCategoricalAccuracy(name='accuracy')]",
    "[metrics.TopKCategoricalAccuracy(k=2)]",
    "[metrics.Accuracy()]",
    "[metrics.categorical_accuracy]",
    "[metrics.BinaryAccuracy]",
    "[metrics.AUC(), metrics.Precision()]",
    "[metrics.AUC(from_logits=True), metrics.Precision(thresholds=0)]",
    "[metrics.Recall(class_id=1), metrics.Precision(top_k=1)]",
    "[metrics.F1Score(), metrics.FBetaScore(threshold=0.5)]",
    "[metrics.MeanIoU(4)]",
    "[metrics.BinaryIoU(target_class_ids=[1]), metrics.OneHotMeanIoU(num_classes=4)]",
    "[metrics.BinaryCrossentropy(), 'binary_crossentropy']",
    "[metrics.CategoricalCrossentropy(from_logits=True)]",
    "[metrics.SensitivityAtSpecificity(0.5)]",
    "[metrics.MeanSquaredError(), metrics.RootMeanSquaredError()]",
    "[lambda y_true, y_pred: y_pred]",
)

# For two outputs, 'first' and 'second'.
TWO_LOSSES = (
    "'binary_crossentropy'",
    "losses.BinaryCrossentropy(from_logits=True)",
    "['mse', 'categorical_crossentropy']",
    "['categorical_crossentropy', losses.BinaryCrossentropy(from_logits=True)]",
    "{'first': 'categorical_crossentropy', 'second': 'binary_crossentropy'}",
    "{'second': losses.SparseCategoricalCrossentropy(from_logits=True), 'first': 'mse'}",
    "{'first': 'mse'}",
)
TWO_METRICS = (
    "[]",
    "['accuracy']",
    "['accuracy', 'mae']",
    "[['accuracy'], ['binary_accuracy', metrics.AUC()]]",
    "['accuracy', ['categorical_accuracy']]",
    "[[], ['accuracy']]",
    "{'first': 'accuracy', 'second': ['accuracy', metrics.AUC(name='area')]}",
    "{'second': metrics.SparseCategoricalAccuracy()}",
)


class Written(NamedTuple):
    """A program in two parts: what makes `model`, and what compiles it."""

    model: str
    compile: str

    @property
    def text(self) -> str:
        return f"{self.model}{self.compile}"


def one_output(count: int, heads: Iterable[str] = HEADS, seed: int = 0) -> Iterator[Written]:
    """`count` programs for each head as the end of a Sequential, and of a functional model."""
    for head in heads:
        choice = random.Random(f"{head} {seed}")
        for make in (sequential, functional):
            model = f"{IMPORT}{make(head.split('; '))}"
            for _ in range(count):
                yield Written(model, _compile(choice.choice(LOSSES), choice.choice(METRICS)))


def two_outputs(count: int, losses: Iterable[str] = TWO_LOSSES, seed: int = 0) -> Iterator[Written]:
    """`count` programs for each loss argument, over two outputs, returned in a list and in a dict."""
    for loss in losses:
        choice = random.Random(f"{loss} {seed}")
        for made in ("[first, second]", "{'first': first, 'second': second}"):
            for _ in range(count):
                heads = choice.choice(HEADS), choice.choice(HEADS)
                model = f"{IMPORT}{_two(heads, made)}"
                yield Written(model, _compile(loss, choice.choice(TWO_METRICS)))


def sequential(layers: list[str]) -> str:
    body = "".join(f"    {layer},\n" for layer in ("keras.Input((5,))", "layers.Dense(6)", *layers))
    return f"model = keras.Sequential([\n{body}])\n"


def functional(layers: list[str]) -> str:
    body = "".join(f"x = {layer}(x)\n" for layer in ("layers.Dense(6)", *layers))
    return f"inputs = keras.Input((5,))\nx = inputs\n{body}model = keras.Model(inputs, x)\n"


def _two(heads: tuple[str, str], made: str) -> str:
    lines = ["inputs = keras.Input((5,))", "x = layers.Dense(6)(inputs)"]
    for name, head in zip(("first", "second"), heads, strict=True):
        *before, last = head.replace(", name='labels'", "").split("; ")
        lines += [f"{name} = x", *(f"{name} = {layer}({name})" for layer in before)]
        lines.append(f"{name} = {last[:-1]}, name='{name}')({name})".replace("(, ", "("))
    return "\n".join([*lines, f"model = keras.Model(inputs, {made})\n"])


def _compile(loss: str, metrics: str) -> str:
    return f"model.compile(loss={loss}, metrics={metrics})\n"
