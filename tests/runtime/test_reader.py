"""The live reader: facts of small models, agreement with the linter's own reader, and the portrait."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from lint_keras_acc.findings import Finding, Span
from lint_keras_acc.runtime.reader import LiveModel, ReaderError, backend_of, dialect_of, inspect, read_model
from tests.infer.revealed import parse_revelation, revelation, written
from tests.runtime.comparing import of_live, of_source, once, run, words
from tests.runtime.programs import HEADS, IMPORT, TWO_LOSSES, Written, one_output, two_outputs

pytestmark = pytest.mark.keras

COMBINATIONS = 5  # of loss and metrics for each model of the product; `seed` chooses others


@pytest.fixture(scope="module")
def keras() -> ModuleType:
    pytest.importorskip("numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: ModuleType = pytest.importorskip("keras")
    if not hasattr(module, "ops"):
        pytest.skip("needs Keras 3")
    return module


def live(text: str) -> LiveModel:
    return read_model(run(f"{IMPORT}{text}")["model"])


def excerpt(text: str, span: Span | None) -> str:
    """What stands at a span that does not leave its line."""
    assert span is not None
    assert span.line == span.end_line
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


# --- facts ------------------------------------------------------------------------------------------------------

_INPUTS = "i = keras.Input((4,))\nh = layers.Dense(6)(i)\n"
_OWN_CLASS = """
class Mine(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(3, activation="softmax")

    def call(self, inputs):
        return self.last(inputs)
"""

FACTS = [
    pytest.param(
        "model = keras.Sequential([layers.Dense(12, activation='sigmoid')])\n"
        "model.compile(loss='bce', metrics=['acc'])",
        "output=sigmoid(12) form=string kind=Dense rank=? loss=binary_crossentropy logits=False"
        " metrics=accuracy>categorical_accuracy keys=acc sequential=True outputs_known=True metrics_known=True",
        id="a Sequential that is not built",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((7, 2)), layers.Dense(3)])\n"
        "model.compile(loss=losses.BinaryCrossentropy(True), metrics=[metrics.BinaryAccuracy(name='right')])",
        "output=linear(3) form=absent rank=3 loss=binary_crossentropy logits=True metrics=binary_accuracy keys=right",
        id="a Sequential that is built",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation=lambda x: x)])\n"
        "model.compile(loss=lambda y, p: p)",
        "output=?(3) form=custom loss=own own=False metrics_form=absent",
        id="an activation and a loss of one's own",
    ),
    pytest.param(
        "from keras import activations\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation=activations.softmax)])\n"
        "model.compile(loss=losses.categorical_crossentropy, metrics=[metrics.AUC, metrics.categorical_accuracy])",
        "output=softmax(3) form=string loss=categorical_crossentropy logits=False metrics=auc,categorical_accuracy"
        " keys=auc,categorical_accuracy metrics_form=list",
        id="functions and classes of Keras",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.LeakyReLU(), layers.Dropout(.1)])\n"
        "model.compile(loss='mse', metrics=('mae',))",
        "output=leaky_relu(3) form=instance kind=LeakyReLU metrics=mean_absolute_error metrics_form=tuple",
        id="an activation layer",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation=layers.LeakyReLU())])\n"
        "model.compile()",
        "output=leaky_relu(3) form=instance kind=Dense loss=none metrics=none",
        id="a layer as the activation, nothing compiled",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation='sigmoid'), layers.Softmax()])\n"
        "model.compile('sgd', 'mse')",
        "output=softmax(3) inner=sigmoid",
        id="two activations",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4, 6)), layers.Dense(8, 'sigmoid'), layers.Flatten()])\n"
        "model.compile('sgd', 'mse')",
        "output=sigmoid(32) rank=2",
        id="Flatten",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4, 6)), layers.Bidirectional(layers.LSTM(8))])\n"
        "model.compile('sgd', 'mse')",
        "output=tanh(16) rank=2 kind=Bidirectional",
        id="Bidirectional",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Bidirectional(layers.GRU(8, return_sequences=True)), layers.Flatten()])\n"
        "model.compile('sgd', 'mse')",
        "output=tanh(?) rank=2",
        id="Flatten of sequences that are not built",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Flatten(), layers.Dense(3, 'softmax'), layers.Flatten()])\n"
        "model.compile('sgd', 'mse')",
        "output=softmax(3) rank=2",
        id="Flatten of what is flat, not built",
    ),
    pytest.param(
        "inner = keras.Sequential([layers.Dense(3), layers.Softmax()])\n"
        "model = keras.Sequential([keras.Input((4, 6)), layers.TimeDistributed(inner)])\nmodel.compile('sgd', 'mse')",
        "output=softmax(3) rank=3 kind=TimeDistributed",
        id="TimeDistributed around a model",
    ),
    pytest.param(
        "model = keras.Sequential([keras.Input((4, 6)), layers.RNN(layers.GRUCell(5))])\nmodel.compile('sgd', 'mse')",
        "output=tanh(5) rank=2 kind=RNN",
        id="the cell of an RNN",
    ),
    pytest.param(
        "inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation='softmax')])\n"
        "model = keras.Sequential([inner, layers.Activation('softmax')])\nmodel.compile('sgd', 'mse')",
        "output=softmax(3) inner=softmax",
        id="a model in a Sequential",
    ),
    pytest.param(
        f"{_INPUTS}inner = keras.Model(i, [layers.Dense(2, name='a')(h), layers.Dense(3, activation='tanh')(h)])\n"
        "j = keras.Input((4,))\nmodel = keras.Model(j, layers.Activation('relu')(inner(j)[1]))\n"
        "model.compile('sgd', 'mse')",
        "output=relu(3) inner=tanh sequential=False",
        id="the second output of a model in a model",
    ),
    pytest.param(
        f"{_INPUTS}inner = keras.Model(i, layers.Activation('softmax')(i))\n"
        "model = keras.Model(i, inner(layers.Dense(4, activation='sigmoid')(i)))\nmodel.compile('sgd', 'mse')",
        "output=softmax(4) inner=sigmoid",
        id="through a model without weights",
    ),
    pytest.param(
        f"{_INPUTS}shared = layers.Dense(1, activation='sigmoid', name='shared')\n"
        "model = keras.Model(i, layers.Concatenate()([shared(h), shared(h), shared(h)]))\n"
        "model.compile(loss='bce', metrics=['accuracy'])",
        "output=sigmoid(3) metrics=accuracy>categorical_accuracy",
        id="a shared layer, side by side",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, layers.Concatenate()([layers.Dense(2, 'softmax')(h), h]))\n"
        "model.compile('sgd', 'mse')",
        "output=?(8) own=False",
        id="different things side by side",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, layers.Add()([h, layers.Dense(6, 'sigmoid')(h)]))\n"
        "model.compile('sgd', 'mse')",
        "output=?(6) own=True",
        id="a sum",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, keras.ops.softmax(h, axis=-1))\nmodel.compile('sgd', 'mse')",
        "output=softmax(6) form=function",
        id="a function of tensors",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, keras.ops.argmax(layers.Softmax()(h), axis=-1))\nmodel.compile('sgd', 'mse')",
        "output=?(?) integers=True own=True rank=1",
        id="an argmax",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, keras.activations.sigmoid(h) * 2)\nmodel.compile('sgd', 'mse')",
        "output=?(6) own=True",
        id="arithmetic",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, layers.Lambda(keras.activations.softmax)(h))\nmodel.compile('sgd', 'mse')",
        "output=softmax(6) own=False",
        id="a Lambda of an activation",
    ),
    pytest.param(
        f"{_INPUTS}\nclass Own(layers.Layer):\n    def call(self, x):\n        return x\n"
        "model = keras.Model(i, Own()(h))\nmodel.compile('sgd', 'mse')",
        "output=?(6) own=True own_training=False",
        id="a layer of one's own",
    ),
    pytest.param(
        f"{_INPUTS}\nclass Own(layers.Layer):\n    def call(self, x):\n        self.add_loss(keras.ops.sum(x))\n"
        "        return x\nmodel = keras.Model(i, layers.Dense(2)(Own()(h)))\nmodel.compile('sgd', 'mse')",
        "output=linear(2) own_training=True",
        id="a layer that adds a loss",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, [layers.Dense(1, name='a')(h), layers.Dense(3, 'softmax', name='b')(h)])\n"
        "model.compile(loss={'b': 'categorical_crossentropy', 'a': 'mse'},"
        " metrics={'b': ['acc', metrics.AUC(name='z')]})",
        "name=a output=linear(1) loss=mean_squared_error metrics=none keys=none outputs_known=True |"
        " name=b output=softmax(3) loss=categorical_crossentropy metrics=accuracy>categorical_accuracy,auc"
        " keys=b_acc,b_z outputs_known=True",
        id="two outputs by name",
    ),
    pytest.param(
        f"{_INPUTS}model = keras.Model(i, {{'b': layers.Dense(1)(h), 'a': layers.Dense(3)(h)}})\n"
        "model.compile(loss=['mse', 'mae'], metrics=['mse', 'acc'])",
        "name=a output=linear(3) loss=mean_squared_error keys=a_mse |"
        " name=b output=linear(1) loss=mean_absolute_error keys=b_acc",
        id="two outputs in a dict, which Keras sorts",
    ),
    pytest.param(
        f"{_OWN_CLASS}model = Mine()\nmodel.compile(loss='mse', metrics=['accuracy'])",
        "output=?(?) loss=mean_squared_error metrics=accuracy>? outputs_known=False own_training=False"
        " sequential=False",
        id="a subclass that is not built",
    ),
    pytest.param(
        f"{_OWN_CLASS}model = Mine()\nmodel(keras.ops.ones((2, 4)))\nmodel.compile(loss='mse', metrics=['accuracy'])",
        "output=?(3) rank=2 loss=mean_squared_error outputs_known=True",
        id="a subclass that is built",
    ),
    pytest.param(
        f"{_INPUTS}\nclass Mine(keras.Model):\n    def train_step(self, *args):\n        return {{}}\n"
        "model = Mine(i, layers.Dense(2)(h))\nmodel.compile(loss='mse')",
        "output=linear(2) own_training=True",
        id="a functional model with its own training",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Dense(2)])\nmodel.compile('sgd', 'mse', ['accuracy'])",
        "loss=mean_squared_error metrics=accuracy>? metrics_form=list",
        id="metrics in the place of loss_weights",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Dense(2)])\nmodel.compile(loss='mse', metrics=['mae'])\nmodel.compile('sgd')",
        "loss=mean_squared_error metrics=mean_absolute_error",
        id="compiled again: Keras 3 keeps what is not given",
    ),
    pytest.param(
        "low = layers.Dense(2, dtype='mixed_bfloat16')\n"
        "model = keras.Sequential([low, layers.Activation('tanh', dtype='float32')])\nmodel.compile()",
        "output=tanh(2) dtype=float32",
        id="a float32 layer behind others",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Dense(2)])\nmodel.compile()",
        "output=linear(2) dtype=float32",
        id="the dtype of a last layer that says none",
    ),
    pytest.param(
        "high = layers.Dense(2, dtype='float32')\n"
        "model = keras.Sequential([high, layers.Dropout(0.5, dtype='mixed_float16')])\nmodel.compile()",
        "output=linear(2) dtype=float16",
        id="every layer casts what it is given",
    ),
    pytest.param(
        f"{_INPUTS}low = layers.Dense(2, dtype='mixed_bfloat16')\n"
        "model = keras.Model(i, keras.ops.softmax(low(h)))\nmodel.compile()",
        "output=softmax(2) dtype=bfloat16",
        id="a function keeps the dtype",
    ),
    pytest.param(
        f"{_INPUTS}low = layers.Dense(2, dtype='mixed_bfloat16')\n"
        "model = keras.Model(i, keras.ops.cast(low(h), 'float32'))\nmodel.compile()",
        "output=linear(2) dtype=float32",
        id="a cast",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Dense(2, activation='softmax'), layers.Rescaling(10.0)])\nmodel.compile()",
        "output=?(2)",
        id="probabilities that are scaled",
    ),
    pytest.param(
        "model = keras.Sequential([layers.Dense(2), layers.Rescaling(10.0)])\nmodel.compile()",
        "output=linear(2)",
        id="numbers that are scaled",
    ),
]


@pytest.mark.parametrize(("program", "expected"), FACTS)
def test_facts(keras: ModuleType, program: str, expected: str) -> None:
    parsed = parse_revelation(expected)
    revealed = revelation((live(program).site,), parsed)
    assert revealed == parsed, written(revealed)


def test_names_that_are_registered(keras: ModuleType) -> None:
    with keras.saving.custom_object_scope({"mine": lambda y_true, y_pred: y_pred}):
        model = live("model = keras.Sequential([layers.Dense(2)])\nmodel.compile(loss='mine')")
    assert "mine" in model.site.registered
    assert not of_live(model)


# --- the portrait -----------------------------------------------------------------------------------------------


def test_portrait_of_a_sequential(keras: ModuleType) -> None:
    model = live(
        "model = keras.Sequential([keras.Input((8,)), layers.Dense(20, 'relu'),"
        " layers.Dense(12, activation='sigmoid', name='labels')], name='news')\n"
        "model.compile(loss='binary_crossentropy', metrics=['acc', metrics.AUC(multi_label=True, name='area')])"
    )
    assert model.text == (
        "import keras\n"
        "\n"
        "model = keras.Sequential([\n"
        "    ...,\n"
        "    keras.layers.Dense(12, activation='sigmoid', name='labels'),\n"
        "])\n"
        "model.compile(\n"
        "    loss='binary_crossentropy',\n"
        "    metrics=['acc', keras.metrics.AUC(multi_label=True, name='area')],\n"
        ")\n"
    )
    assert model.site.span == Span("<model news>", None, 7, 1, 10, 2)
    (head,) = model.site.heads
    assert head.loss
    assert excerpt(model.text, head.loss.span) == "'binary_crossentropy'"
    assert excerpt(model.text, head.output.units.span) == "12"
    assert excerpt(model.text, head.output.activation.name.span) == "'sigmoid'"
    assert excerpt(model.text, head.metrics[0].span) == "'acc'"
    assert excerpt(model.text, head.metrics[1].arguments[0].span) == "True"
    (finding,) = of_live(model)
    assert (finding.code, excerpt(model.text, finding.span)) == ("KAC102", "'acc'")
    assert finding.fix
    assert finding.fix.title == "Replace 'acc' by BinaryAccuracy(name='acc')"


def test_portrait_of_several_inputs_and_outputs(keras: ModuleType) -> None:
    model = live(
        "def best(y_true, y_pred):\n    return y_pred\n"
        "a, b = keras.Input((3,), name='a'), keras.Input((4,), name='b')\n"
        "both = layers.Concatenate()([layers.Dense(2, 'sigmoid', name='left')(a), layers.Dense(2, 'sigmoid')(b)])\n"
        "price = layers.Dense(1, name='price')(layers.Dense(9)(a))\n"
        "model = keras.Model([a, b], {'tags': both, 'price': price}, name='shop')\n"
        "model.compile(loss={'tags': losses.BinaryCrossentropy(label_smoothing=0.1), 'price': best})"
    )
    text = model.text.replace(model.site.heads[1].output.name or "", "tags")
    assert "def best(y_true, y_pred): ...\n" in text
    assert "a = keras.Input(shape=(3,))\nb = keras.Input(shape=(4,))\nx = hidden_layers([a, b])\n" in text
    assert (
        "price = keras.layers.Dense(1, name='price')(x)\nleft = keras.layers.Dense(2, activation='sigmoid')(a)\n"
        in text
    )
    assert "model = keras.Model([a, b], {'price': price, 'tags': concatenate" in text
    assert "        'tags': keras.losses.BinaryCrossentropy(label_smoothing=0.1),\n        'price': best,\n" in text


# --- agreement with the linter's reader ---------------------------------------------------------------------------


@cache
def compiled(model: str) -> dict[str, Any]:
    return run(model)


def product(programs: Iterator[Written]) -> Iterator[tuple[str, LiveModel]]:
    """Each program with what the live reader makes of it; models are made once and compiled again and again."""
    for program in programs:
        scope = compiled(program.model)
        run(program.compile, scope)
        yield program.text, read_model(scope["model"])


def differences(programs: Iterator[Written]) -> tuple[list[str], int]:
    """Where the two readers do not lead to the same codes and severities, and how many programs were compared.

    Behind a layer of one's own only the live reader knows the units, and so may find more.
    """
    told = []
    models = list(product(programs))
    for text, model in models:
        source = words(of_source(text, model.site.dialect))
        found = words(once(of_live(model)))
        if found != source and not ("Lambda" in text and set(source) < set(found)):
            told.append(f"{text}source: {source}\nlive: {found}\n")
    return told, len(models)


@pytest.mark.parametrize("head", HEADS)
def test_readers_agree(keras: ModuleType, head: str) -> None:
    told, count = differences(one_output(COMBINATIONS, heads=(head,)))
    assert not told, "\n".join(told)
    assert count == 2 * COMBINATIONS


@pytest.mark.parametrize("loss", TWO_LOSSES)
def test_readers_agree_on_two_outputs(keras: ModuleType, loss: str) -> None:
    told, count = differences(two_outputs(COMBINATIONS, losses=(loss,)))
    assert not told, "\n".join(told)
    assert count == 2 * COMBINATIONS


def said(findings: list[Finding]) -> list[tuple[object, ...]]:
    return sorted((f.code, f.severity.value, f.span, f.message, f.fix and f.fix.title) for f in findings)


def misread(programs: Iterator[Written]) -> list[str]:
    """Portraits in which the linter does not find, at the same places and in the same words, what the model has.

    A portrait shows neither the shape that a layer of one's own returns, nor how many axes an output has.
    """
    told = []
    for text, model in product(programs):
        ast.parse(model.text)
        if "Lambda" in text or "axis=1" in text:
            continue
        portrait = said(of_source(model.text, model.site.dialect, model.site.span.path))
        found = said(once(of_live(model)))
        if portrait != found:
            told.append(f"{model.text}portrait: {portrait}\nlive: {found}\n")
    return told


@pytest.mark.parametrize("head", HEADS)
def test_portraits_say_the_same(keras: ModuleType, head: str) -> None:
    told = misread(one_output(COMBINATIONS, heads=(head,)))
    assert not told, "\n".join(told)


@pytest.mark.parametrize("loss", TWO_LOSSES)
def test_portraits_of_two_outputs_say_the_same(keras: ModuleType, loss: str) -> None:
    told = misread(two_outputs(COMBINATIONS, losses=(loss,)))
    assert not told, "\n".join(told)


# --- what is read, and what is left alone ----------------------------------------------------------------------


def test_dialect_and_backend(keras: ModuleType) -> None:
    model = keras.Sequential([keras.layers.Dense(1)])
    major, minor = keras.__version__.split(".")[:2]
    dialect = dialect_of(model)
    assert (dialect.family, dialect.version, dialect.origin) == ("keras", (int(major), int(minor)), "installed")
    assert backend_of(model) == keras.config.backend()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of JAX arrays in get_weights
@pytest.mark.parametrize("built", ["model.build((None, 4))", "model(keras.ops.ones((2, 4)))", "pass"])
def test_models_stay_as_they_are(keras: ModuleType, built: str) -> None:
    import numpy as np

    scope = run(f"{IMPORT}{_OWN_CLASS}model = Mine()\n{built}\nmodel.compile(loss='mse')")
    model = scope["model"]
    before = [np.array(weight) for weight in model.get_weights()]
    names = set(vars(model))
    assert inspect(model) == inspect(model)
    assert set(vars(model)) == names
    assert all(np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize(
    "thing",
    [None, 3, "model.keras", object(), [], dict, LiveModel],
    ids=["None", "number", "text", "object", "list", "class", "class of ours"],
)
def test_what_is_no_model(thing: object) -> None:
    with pytest.raises(ReaderError, match="is no Keras model"):
        inspect(thing)


def test_not_compiled(keras: ModuleType) -> None:
    with pytest.raises(ReaderError, match="the model plain is not compiled"):
        inspect(keras.Sequential([keras.layers.Dense(1)], name="plain"))
