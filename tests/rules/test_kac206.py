"""Softmax under binary cross-entropy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.rules.kac206_softmax_with_binary_crossentropy import RULE
from lint_keras_acc.sites import CompileSite, Fact, Output
from tests.rules.sites_builder import codes_and_fixes, head, labels_of, output, site, site_of


def _softmax_over(axis: int) -> Output:
    made = output("softmax(5)", rank=Fact(4))
    return replace(made, activation=replace(made.activation, axis=Fact(axis)))


SILENT = [
    pytest.param(site("sigmoid(5)", "binary_crossentropy"), id="sigmoid"),
    pytest.param(site("softmax(5)", "categorical_crossentropy"), id="categorical loss"),
    pytest.param(site("softmax(1)", "binary_crossentropy"), id="one unit is KAC204"),
    pytest.param(site("(5)", "binary_crossentropy"), id="activation unknown"),
    pytest.param(site("custom(5)", "binary_crossentropy"), id="custom last layer"),
    pytest.param(site("softmax(5)", "custom"), id="custom loss"),
    pytest.param(site(_softmax_over(1), "binary_crossentropy"), id="softmax over another axis"),
    pytest.param(site("softmax(5)", "BinaryCrossentropy(axis=1)"), id="classes on another axis"),
    pytest.param(site("softmax(5)", "binary_crossentropy", custom_training=True), id="own training"),
]

_CATEGORICAL = "'categorical_crossentropy'"
_SPARSE = "'sparse_categorical_crossentropy'"

FOUND = [
    pytest.param(site("softmax(5)", "binary_crossentropy"), "warning", None, id="labels unknown"),
    pytest.param(site("softmax(2)", "binary_crossentropy"), "hint", None, id="two units"),
    pytest.param(site("softmax", "binary_crossentropy"), "hint", None, id="units unknown"),
    pytest.param(
        site("softmax", "binary_crossentropy", labels="input"),
        "warning",
        "'sigmoid'",
        id="autoencoder of unknown size",
    ),
    pytest.param(
        site("softmax", "binary_crossentropy", labels=labels_of("one-hot", classes=3)),
        "warning",
        "'categorical_crossentropy'",
        id="classes known by the labels",
    ),
    pytest.param(site("softmax(5)", "binary_crossentropy", labels="one-hot"), "warning", _CATEGORICAL, id="one-hot"),
    pytest.param(site("softmax(2)", "binary_crossentropy", labels="one-hot"), "hint", _CATEGORICAL, id="two, one-hot"),
    pytest.param(site("softmax(5)", "binary_crossentropy", labels="integer"), "error", _SPARSE, id="integers"),
    pytest.param(site("softmax(2)", "binary_crossentropy", labels="binary"), "error", _SPARSE, id="two, 0/1"),
    pytest.param(site("softmax", "binary_crossentropy", labels="binary"), "hint", _SPARSE, id="perhaps one unit"),
    pytest.param(
        site("softmax(5)", "binary_crossentropy", labels=labels_of("binary", width=5)),
        "warning",
        _SPARSE,
        id="a number for each unit",
    ),
    pytest.param(site("softmax(5)", "binary_crossentropy", labels="multi-hot"), "warning", "'sigmoid'", id="multi-hot"),
    pytest.param(site("softmax(64)", "binary_crossentropy", labels="input"), "warning", "'sigmoid'", id="autoencoder"),
    pytest.param(
        site("softmax(5)", "BinaryCrossentropy(label_smoothing=0.1)", labels="one-hot"),
        "warning",
        "{keras.losses.CategoricalCrossentropy}(label_smoothing=0.1)",
        id="arguments are carried",
    ),
    pytest.param(
        site("softmax(5)", "BinaryCrossentropy(label_smoothing=0.1)", labels="integer"),
        "error",
        None,
        id="the sparse loss cannot smooth",
    ),
    pytest.param(
        site("softmax(5)", "binary_focal_crossentropy", labels="one-hot"),
        "warning",
        "'categorical_focal_crossentropy'",
        id="focal form",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "code"), FOUND)
def test_found(a_site: CompileSite, severity: str, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC206", severity, code, "unsafe" if code else None)]


def test_the_loss_stays_where_another_output_needs_it() -> None:
    heads = [
        head("softmax(5)", "binary_crossentropy", labels="one-hot"),
        head("sigmoid(1)", "binary_crossentropy"),
    ]
    assert codes_and_fixes(RULE, site_of(heads)) == [("KAC206", "warning", None, None)]


@pytest.mark.parametrize(("dialect", "bypasses"), [("keras-3", True), ("tf.keras-2.3", False)])
def test_says_what_the_tensorflow_backend_trains(dialect: str, bypasses: bool) -> None:
    (finding,) = RULE.check(site("softmax(5)", "binary_crossentropy", dialect=dialect))
    assert ("TensorFlow backend" in finding.message) is bypasses


@pytest.mark.parametrize(
    ("labels", "advice"),
    [
        (
            None,
            "write 'categorical_crossentropy' for one-hot rows, 'sparse_categorical_crossentropy' for class "
            "ids, 'sigmoid' for several labels",
        ),
        ("one-hot", "write 'categorical_crossentropy'"),
        ("integer", "write 'sparse_categorical_crossentropy'"),
        ("multi-hot", "write 'sigmoid' instead of 'softmax'"),
    ],
)
def test_advice_is_for_the_labels_that_are_known(labels: str | None, advice: str) -> None:
    (finding,) = RULE.check(site("softmax(5)", "binary_crossentropy", labels=labels))
    assert finding.message.endswith(f"; {advice}")
    assert ("Keras 3 raises at the first batch" in finding.message) is (labels == "integer")
