"""The axes of the product, and the program of each combination.

One loss stands for all that Keras treats alike: 'mse' for the regression losses, which differ from it in
their formula only; a focal form once as a class, since its string is read like that of the plain form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np

ROWS = 13
BATCHES = 4

Array = Any
Kind = Literal["binary", "ids", "one-hot", "multi-hot", "numbers"]


@dataclass(frozen=True)
class Labels:
    """Labels as a program writes them. `code` is the expression, `array` its value."""

    name: str
    kind: Kind
    code: str = field(repr=False)

    @property
    def array(self) -> Array:
        """The labels as Keras gets them."""
        return _array(self.code)


@cache
def _array(code: str) -> Array:
    def to_categorical(ids: Array, num_classes: int) -> Array:
        return np.eye(num_classes)[ids]

    return eval(code.replace("keras.utils.", ""), {"np": np, "to_categorical": to_categorical})


@dataclass(frozen=True)
class Output:
    """The last layer: `Dense(units, activation=activation)`."""

    activation: str | None
    units: int

    @property
    def name(self) -> str:
        return f"{self.activation or 'linear'}({self.units})"


Family = Literal["binary", "categorical", "sparse", "regression", "hinge", "categorical hinge", "divergence", "counts"]


@dataclass(frozen=True)
class Loss:
    """A loss as a program writes it. `logits` says that it is told to receive logits."""

    code: str
    family: Family
    logits: bool = False
    focal: bool = False
    squared: bool = False

    @property
    def is_cross_entropy(self) -> bool:
        return self.family in ("binary", "categorical", "sparse")


@dataclass(frozen=True)
class Metric:
    """A metric as a program writes it; `{classes}` is the number of classes, 2 for one unit."""

    code: str
    measures: Literal["accuracy", "top 2", "auc", "precision", "recall", "f1", "iou", "crossentropy"]
    of: Literal["", "binary", "categorical", "sparse"] = ""

    def text(self, units: int) -> str:
        return self.code.format(classes=max(units, 2))


@dataclass(frozen=True)
class Cell:
    """One combination."""

    labels: Labels
    output: Output
    loss: Loss
    metric: Metric


_BINARY = "[0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0]"
_IDS = "[0, 2, 1, 0, 1, 2, 0, 0, 1, 2, 0, 0, 1]"

LABELS = (
    Labels("0/1 (n,)", "binary", f"np.array({_BINARY})"),
    Labels("0/1 (n, 1)", "binary", "np.array([[0], [1], [1], [0], [0], [1], [0], [1], [0], [0], [1], [0], [0]])"),
    Labels("-1/1 (n,)", "binary", "np.array([-1, 1, 1, -1, -1, 1, -1, 1, -1, -1, 1, -1, -1])"),
    Labels("ids (n,)", "ids", f"np.array({_IDS})"),
    Labels("ids (n, 1)", "ids", "np.array([[0], [2], [1], [0], [1], [2], [0], [0], [1], [2], [0], [0], [1]])"),
    Labels("ids from 1 to 3", "ids", "np.array([1, 3, 2, 1, 2, 3, 1, 1, 2, 3, 1, 1, 2])"),
    Labels("ids from 0 to 4", "ids", "np.array([0, 4, 1, 0, 3, 2, 0, 4, 1, 2, 0, 3, 1])"),
    Labels("one-hot, 2 classes", "one-hot", f"keras.utils.to_categorical(np.array({_BINARY}), 2)"),
    Labels("one-hot, 3 classes", "one-hot", f"np.eye(3)[np.array({_IDS})]"),
    Labels(
        "multi-hot, 3 labels",
        "multi-hot",
        "np.array([[0, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 0], "
        "[0, 0, 1], [1, 0, 0], [0, 0, 0], [1, 0, 1], [0, 1, 1], [0, 0, 1]])",
    ),
    Labels(
        "numbers (n,)",
        "numbers",
        "np.array([0.3, -1.7, 2.4, 0.9, -0.2, 3.1, 1.6, -2.8, 0.5, 1.1, -0.6, 2.2, 0.1])",
    ),
)

ACTIVATIONS = (None, "sigmoid", "softmax", "tanh", "relu", "softplus")
UNITS = (1, 2, 3)
OUTPUTS = tuple(Output(activation, units) for units in UNITS for activation in ACTIVATIONS)

LOSSES = (
    Loss("'binary_crossentropy'", "binary"),
    Loss("keras.losses.BinaryCrossentropy(from_logits=False)", "binary"),
    Loss("keras.losses.BinaryCrossentropy(from_logits=True)", "binary", logits=True),
    Loss("keras.losses.BinaryFocalCrossentropy()", "binary", focal=True),
    Loss("keras.losses.BinaryFocalCrossentropy(from_logits=True)", "binary", logits=True, focal=True),
    Loss("'categorical_crossentropy'", "categorical"),
    Loss("keras.losses.CategoricalCrossentropy(from_logits=False)", "categorical"),
    Loss("keras.losses.CategoricalCrossentropy(from_logits=True)", "categorical", logits=True),
    Loss("keras.losses.CategoricalFocalCrossentropy()", "categorical", focal=True),
    Loss("keras.losses.CategoricalFocalCrossentropy(from_logits=True)", "categorical", logits=True, focal=True),
    Loss("'sparse_categorical_crossentropy'", "sparse"),
    Loss("keras.losses.SparseCategoricalCrossentropy(from_logits=False)", "sparse"),
    Loss("keras.losses.SparseCategoricalCrossentropy(from_logits=True)", "sparse", logits=True),
    Loss("'mse'", "regression"),
    Loss("'hinge'", "hinge"),
    Loss("'squared_hinge'", "hinge", squared=True),
    Loss("'categorical_hinge'", "categorical hinge"),
    Loss("'kl_divergence'", "divergence"),
    Loss("'poisson'", "counts"),
)

METRICS = (
    Metric("'accuracy'", "accuracy"),
    Metric("'binary_accuracy'", "accuracy"),
    Metric("keras.metrics.BinaryAccuracy()", "accuracy"),
    Metric("keras.metrics.BinaryAccuracy(threshold=0.0)", "accuracy"),
    Metric("'categorical_accuracy'", "accuracy"),
    Metric("'sparse_categorical_accuracy'", "accuracy"),
    Metric("keras.metrics.Accuracy()", "accuracy"),
    Metric("keras.metrics.TopKCategoricalAccuracy(k=2)", "top 2"),
    Metric("keras.metrics.SparseTopKCategoricalAccuracy(k=2)", "top 2"),
    Metric("keras.metrics.AUC()", "auc"),
    Metric("keras.metrics.AUC(from_logits=True)", "auc"),
    Metric("keras.metrics.Precision()", "precision"),
    Metric("keras.metrics.Precision(thresholds=0.0)", "precision"),
    Metric("keras.metrics.Recall()", "recall"),
    Metric("keras.metrics.F1Score()", "f1"),
    Metric("keras.metrics.F1Score(threshold=0.5)", "f1"),
    Metric("keras.metrics.MeanIoU(num_classes={classes})", "iou"),
    Metric("'binary_crossentropy'", "crossentropy", "binary"),
    Metric("keras.metrics.BinaryCrossentropy(from_logits=True)", "crossentropy", "binary"),
    Metric("'categorical_crossentropy'", "crossentropy", "categorical"),
    Metric("'sparse_categorical_crossentropy'", "crossentropy", "sparse"),
)

PROGRAM = """\
import {package} as keras
import numpy as np

x = np.load("x.npy")
y = {labels}
model = keras.Sequential([keras.Input(({units},)), keras.layers.Dense({units}, activation={activation!r})])
model.compile(optimizer="sgd", loss={loss}, metrics=[{metrics}])
model.fit(x, y)
"""


def cells() -> Iterator[Cell]:
    """Every combination."""
    for labels in LABELS:
        for output in OUTPUTS:
            for loss in LOSSES:
                for metric in METRICS:
                    yield Cell(labels, output, loss, metric)


def program(labels: Labels, output: Output, loss: Loss, metrics: list[Metric], package: str = "keras") -> str:
    """A program that compiles and fits this combination, as somebody would write it."""
    return PROGRAM.format(
        package=package,
        labels=labels.code,
        units=output.units,
        activation=output.activation,
        loss=loss.code,
        metrics=", ".join(metric.text(output.units) for metric in metrics),
    )


def scores(labels: Labels, output: Output, batch: int) -> Array:
    """What goes into the activation of the output, (ROWS, units), float32: mostly right, never by much.

    Several batches, since one figure may agree with another by accident, but not on each of them.
    """
    random = np.random.default_rng([batch, output.units, LABELS.index(labels)])
    return (random.normal(0, 1, (ROWS, output.units)) + 0.5 * _tendency(labels, output.units)).astype("float32")


def _tendency(labels: Labels, units: int) -> Array:
    """Where a model that has learnt something would lean to."""
    array = labels.array
    if array.shape[1:] == (units,) and units > 1:
        return array
    column = array.reshape(ROWS, -1)[:, :1]
    return column - column.mean() if units == 1 else np.arange(units) == column
