"""The figures in the rules' documentation: there for every rule, and those that a Keras prints, printed by it."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("numpy")

from lint_keras_acc.rules import Rule, all_rules
from lint_keras_acc.runtime.numbers import figure, numbers, program

RULES = {rule.code: rule for rule in all_rules()}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=code) for code, rule in RULES.items()])
def test_figures_contradict_one_another(rule: Rule) -> None:
    """The figures that are printed are told to be others than the honest ones, or to be of something else."""
    found = numbers(rule)
    assert found.printed
    assert found.honest
    assert {(what, figure(value)) for what, value in found.printed.items()} != {
        (what, figure(value)) for what, value in found.honest.items()
    }


def test_no_figure_is_typed() -> None:
    """A figure in a docstring comes of a computation: no pair in the dictionaries is a name and a constant."""
    import ast

    for rule in RULES.values():
        for node in ast.walk(ast.parse(program(rule))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("printed", "honest"):
                typed = [value.value for value in getattr(node.value, "values", []) if isinstance(value, ast.Constant)]
                assert typed == [], rule.code


# Code, which figure, labels, predictions, loss and metric: expressions among the names that the program leaves. Where
# the metric is empty, the figure is the loss.
PRINTED = [
    ("KAC101", "'accuracy' of the close predictions", "prices", "close[:, None]", "'mse'", "'accuracy'"),
    ("KAC102", "'accuracy', which runs categorical_accuracy", "topics", "scores", "bce", "'accuracy'"),
    ("KAC103", "'accuracy', cut at 0.5", "labels", "logits[:, None]", "BinaryCrossentropy(True)", "'accuracy'"),
    ("KAC104", "Recall(), cut at 0.5", "labels", "logits[:, None]", "BinaryCrossentropy(True)", "Recall()"),
    ("KAC106", "CategoricalAccuracy()", "labels", "scores", "scce", "CategoricalAccuracy()"),
    ("KAC107", "Accuracy()", "labels", "scores", "cce", "Accuracy()"),
    ("KAC108", "CategoricalAccuracy()", "labels", "scores", "bce", "CategoricalAccuracy()"),
    ("KAC108", "SparseCategoricalAccuracy()", "labels", "scores", "bce", "SparseCategoricalAccuracy()"),
    ("KAC109", "'accuracy' of the grey one", "x", "grey", "'mse'", "'accuracy'"),
    ("KAC110", "MeanIoU(num_classes=3)", "labels", "scores", "cce", "MeanIoU(num_classes=3)"),
    ("KAC111", "Recall(), over all columns", "labels", "scores", "cce", "Recall()"),
    ("KAC112", "'accuracy', cut at 0.5", "labels", "margins[:, None]", "'hinge'", "'accuracy'"),
    ("KAC114", "F1Score() of the wrong scores", "labels[:, None]", "wrong[:, None]", "bce", "F1Score()"),
    ("KAC201", "the loss on JAX and torch", "labels", "logits", "scce", ""),
    ("KAC203", "the loss of a relu", "labels", "relu[:, None]", "bce", ""),
    ("KAC203", "categorical_crossentropy of a row of zeros", "[[0, 1, 0]]", "zeros", "cce", ""),
    ("KAC204", "'accuracy' of the softmax", "labels", "softmax(before)", "bce", "'accuracy'"),
    ("KAC206", "the loss on JAX and torch", "labels", "softmax(logits)", "bce", ""),
    ("KAC207", "the loss on JAX and torch", "labels", "sigmoid(logits)", "cce", ""),
    ("KAC210", "the loss", "labels", "softmax(logits, axis=1)", "cce", ""),
    ("KAC212", "poisson of a linear output", "counts", "outputs[:, None]", "'poisson'", ""),
    ("KAC305", "mse of class ids and softmax", "ids", "scores", "'mse'", ""),
    ("KAC306", "mse of the right answers", "labels", "right", "'mse'", ""),
    ("KAC410", "CategoricalCrossentropy('sum')", "labels", "scores", "CategoricalCrossentropy('sum')", ""),
    ("KAC601", "'accuracy'", "labels", "scores[:, None]", "bce", "'accuracy'"),
]
LOSSES = {"bce": "binary_crossentropy", "cce": "categorical_crossentropy", "scce": "sparse_categorical_crossentropy"}


@pytest.mark.keras
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("code", "what", "labels", "scores", "loss", "metric"), PRINTED)
def test_keras_prints_the_figure(code: str, what: str, labels: str, scores: str, loss: str, metric: str) -> None:
    """Of a compiled model that returns just these predictions."""
    keras = pytest.importorskip("keras")
    if "JAX" in what and keras.backend.backend() == "tensorflow":
        pytest.skip("of another backend")
    names: dict[str, Any] = {**vars(keras.losses), **vars(keras.metrics), "keras": keras, **LOSSES}
    for name in ("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"):
        names[name] = getattr(keras.losses, name)
    exec(program(RULES[code]), names)
    numpy = names["np"]
    y_pred = keras.ops.convert_to_tensor(numpy.asarray(eval(scores, names), "float32"))
    y_true = numpy.asarray(eval(labels, names))
    y_true = keras.ops.convert_to_tensor(y_true.astype("float32" if y_true.dtype.kind == "f" else "int32"))
    model = keras.Sequential([keras.Input(y_pred.shape[1:]), keras.layers.Activation("linear")])
    model.compile(loss=eval(loss, names), metrics=[eval(metric, names)] if metric else [])
    value = model.compute_loss(y_pred, y_true, y_pred, None)
    if metric:
        (value,) = (number for key, number in model.compute_metrics(y_pred, y_true, y_pred).items() if key != "loss")
    value = float(keras.ops.convert_to_numpy(value).reshape(()))
    assert value == pytest.approx(names["printed"][what], abs=2e-6, rel=2e-5, nan_ok=True)
