"""Compiled models in plain data, with no Keras: their facts, their findings, their portraits."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from lint_keras_acc.keras_api.dialects import DEFAULT, parse_dialect
from lint_keras_acc.reading.compiled import Entry
from lint_keras_acc.reading.model import CompiledModel, OutputLayer, read_compiled
from lint_keras_acc.reading.outputs import Layer, Own
from lint_keras_acc.reading.portrait import literal
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.precedence import check


def dense(units: int, *before: Layer, **more: object) -> Layer:
    return Layer("Dense", f"dense_{units}", {"units": units, **more}, inputs=lambda: before)


def sequential(last: Layer, **more: object) -> CompiledModel:
    outputs = (OutputLayer(last.name, last),)
    return replace(CompiledModel("plain", "sequential", outputs), **more)  # type: ignore[arg-type]


ACCURACY = [Entry("string", "accuracy")]
BCE = Entry("string", "binary_crossentropy")


def test_a_model_of_many_labels() -> None:
    site, text = read_compiled(sequential(dense(12, activation="sigmoid"), loss=BCE, metrics=ACCURACY), DEFAULT)
    assert [finding.code for finding in check(site, all_rules())] == ["KAC102"]
    assert text == (
        "import keras\n\n"
        "model = keras.Sequential([\n    keras.layers.Dense(12, activation='sigmoid', name='dense_12'),\n])\n"
        "model.compile(\n    loss='binary_crossentropy',\n    metrics=['accuracy'],\n)\n"
    )


def test_layers_behind_the_deciding_one_are_left_out() -> None:
    last = Layer("Softmax", "softmax", inputs=lambda: (dense(3, dense(9, dense(8))),), listed=True)
    site, text = read_compiled(sequential(last), DEFAULT)
    (head,) = site.heads
    assert (head.output.activation.name.value, head.output.units.value) == ("softmax", 3)
    assert head.output.activation.removable
    assert "    ...,\n    keras.layers.Dense(3),\n    keras.layers.Softmax(name='softmax'),\n" in text


def test_the_shape_speaks_before_the_arguments() -> None:
    last = Layer("Flatten", "flat", shape=(None, 24), inputs=lambda: (dense(3, activation="tanh"),))
    (head,) = read_compiled(sequential(last), DEFAULT)[0].heads
    assert (head.output.units.value, head.output.rank.value) == (24, 2)
    assert head.output.activation.name.value == "tanh"


def test_what_is_the_users_own() -> None:
    last = dense(3, activation=Own("squash"))
    own = Entry("custom", "Mine", called=True, key="mine"), Entry("custom", "<lambda>")
    site, text = read_compiled(sequential(last, loss=Entry("custom", "far"), metrics=list(own)), DEFAULT)
    assert [metric.key for metric in site.metrics] == ["mine", "lambda"]
    assert {metric.form for metric in site.metrics} == {"custom"}
    for line in (
        "def squash(x): ...",
        "def far(y_true, y_pred): ...",
        "class Mine(keras.metrics.Metric): ...",
        "    loss=far,",
        "    metrics=[Mine(), lambda y_true, y_pred: ...],",
    ):
        assert f"{line}\n" in text
    ast.parse(text)


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        ("keras-3", "import keras"),
        ("tf_keras-2.21", "import tf_keras as keras"),
        ("tf.keras-2.15", "from tensorflow import keras"),
    ],
)
def test_the_import(dialect: str, line: str) -> None:
    assert read_compiled(sequential(dense(1)), parse_dialect(dialect))[1].startswith(f"{line}\n")


def test_long_lists_are_broken() -> None:
    metrics = [Entry("instance", "AUC", "metrics", (("name", f"area_{number}"),)) for number in range(4)]
    site, text = read_compiled(sequential(dense(1), metrics=metrics), DEFAULT)
    lines = text.split("\n")
    assert [lines[metric.span.line - 1] for metric in site.metrics] == [
        f"        keras.metrics.AUC(name='area_{number}')," for number in range(4)
    ]


def test_a_merge_of_merges_is_followed_a_little() -> None:
    layer = dense(1, activation="sigmoid")
    for depth in range(6):
        below = layer
        layer = Layer("Concatenate", f"join_{depth}", inputs=lambda below=below: (below, below))  # type: ignore[misc]
    (head,) = read_compiled(sequential(layer), DEFAULT)[0].heads
    assert head.output.activation.form == "unknown"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (0.5, "0.5"),
        (float("inf"), "float('inf')"),
        ("a", "'a'"),
        ((1,), "(1,)"),
        ([0, 1.5], "[0, 1.5]"),
        (object(), "..."),
    ],
)
def test_literals(value: object, text: str) -> None:
    assert literal(value) == text


# --- losses and metrics of several outputs --------------------------------------------------------------------


def two_outputs(loss: object = BCE, metrics: object = None, **more: object) -> CompiledModel:
    inputs = Layer("InputLayer", "inputs", shape=(None, 4))
    layers = [Layer("Dense", name, {"units": 1}, (None, 1), inputs=lambda: (inputs,)) for name in ("price", "sold")]
    outputs = tuple(OutputLayer(layer.name, layer) for layer in layers)
    model = CompiledModel("two", "functional", outputs, "list", (("inputs", (None, 4)),), loss=loss, metrics=metrics)
    return replace(model, **more)  # type: ignore[arg-type]


MSE = Entry("string", "mse")


@pytest.mark.parametrize(
    ("loss", "form", "keys", "length", "nones"),
    [
        (MSE, "single", [], None, False),
        ([MSE, MSE], "list", [], 2, False),
        ((MSE, None), "tuple", [], 2, True),
        ({"price": MSE, "sold": None}, "dict", ["price", "sold"], 2, True),
        (None, "absent", [], None, False),
    ],
)
def test_loss_argument(loss: object, form: str, keys: list[str], length: int | None, nones: bool) -> None:
    argument = read_compiled(two_outputs(loss), DEFAULT)[0].loss_argument
    assert (argument.form, [key.value for key in argument.keys]) == (form, keys)
    assert (argument.length, argument.nones) == (length, nones)


@pytest.mark.parametrize(
    ("metrics", "keys", "length", "nested"),
    [
        (ACCURACY, [], 1, False),
        ([ACCURACY, None], [], 2, True),
        ({"price": ACCURACY}, ["price"], 1, False),
        (ACCURACY[0], [], None, False),
    ],
)
def test_metrics_argument(metrics: object, keys: list[str], length: int | None, nested: bool) -> None:
    argument = read_compiled(two_outputs(metrics=metrics), DEFAULT)[0].metrics_arguments[0]
    assert [key.value for key in argument.keys] == keys
    assert (argument.length, argument.nested) == (length, nested)


def test_keys_stand_where_they_are_written() -> None:
    site, text = read_compiled(two_outputs({"price": {"inner": MSE}, "sold": MSE}), DEFAULT)
    lines = text.splitlines()
    spans = [key.span for key in site.loss_argument.keys if key.span]
    assert [lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans] == ["'price'", "'sold'"]


@pytest.mark.parametrize(
    ("model", "codes"),
    [
        (two_outputs({"price": MSE, "sold": MSE}), []),
        (two_outputs({"price": MSE, "solid": MSE}), ["KAC404"]),
        (two_outputs([MSE]), ["KAC409"]),
        (two_outputs(MSE, [Entry("string", "mae")]), ["KAC407"]),
        (two_outputs(MSE, [Entry("string", "mae")], nested=True), []),
        (two_outputs(MSE, {"price": [Entry("string", "mse"), Entry("string", "mean_squared_error")]}), ["KAC403"]),
        (
            two_outputs([Entry("instance", "BinaryCrossentropy", "losses", (("from_logits", "sum"),)), MSE]),
            ["KAC410"],
        ),
    ],
)
def test_findings_of_several_outputs(model: CompiledModel, codes: list[str]) -> None:
    assert [finding.code for finding in check(read_compiled(model, DEFAULT)[0], all_rules())] == codes
