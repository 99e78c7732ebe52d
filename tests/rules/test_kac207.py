"""Sigmoids under categorical cross-entropy, and under a binary one where rows have one class."""

from __future__ import annotations

import pytest

from lint_keras_acc.findings import Replace
from lint_keras_acc.rules.kac207_sigmoid_with_categorical_crossentropy import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, labels_of, site

SILENT = [
    pytest.param(site("softmax(5)", "categorical_crossentropy"), id="softmax"),
    pytest.param(site("sigmoid(1)", "categorical_crossentropy"), id="one unit is KAC205"),
    pytest.param(site("sigmoid(5)", "binary_crossentropy"), id="multi-label"),
    pytest.param(site("sigmoid(5)", "binary_crossentropy", labels="multi-hot"), id="multi-hot labels"),
    pytest.param(site("sigmoid(2)", "binary_crossentropy", labels=labels_of("one-hot", classes=2)), id="two classes"),
    pytest.param(site("sigmoid", "binary_crossentropy", labels="one-hot"), id="number of classes unknown"),
    pytest.param(site("sigmoid(64)", "binary_crossentropy", labels="input"), id="autoencoder"),
    pytest.param(site("hard_sigmoid(5)", "categorical_crossentropy"), id="hard_sigmoid is KAC203"),
    pytest.param(site("(5)", "categorical_crossentropy"), id="activation unknown"),
    pytest.param(site("custom(5)", "categorical_crossentropy"), id="custom last layer"),
    pytest.param(site("sigmoid(5)", "custom"), id="custom loss"),
    pytest.param(site("sigmoid(5)", "mse", labels="one-hot"), id="least squares"),
    pytest.param(site("sigmoid(5)", "CategoricalCrossentropy(axis=1)"), id="classes on another axis"),
    pytest.param(site("sigmoid(5)", "categorical_crossentropy", custom_training=True), id="own training"),
]

_ARGMAX = Uses(argmax_on_predictions=True)

FOUND = [
    pytest.param(site("sigmoid(5)", "categorical_crossentropy"), "warning", None, id="two ways out"),
    pytest.param(site("sigmoid", "categorical_crossentropy"), "warning", None, id="units unknown, KAC205 or this"),
    pytest.param(
        site("sigmoid(5)", "sparse_categorical_crossentropy"),
        "warning",
        "'softmax'",
        id="one id is one class",
    ),
    pytest.param(
        site("sigmoid(5)", "categorical_crossentropy", labels="one-hot"), "warning", "'softmax'", id="one-hot"
    ),
    pytest.param(
        site("sigmoid(5)", "categorical_crossentropy", uses=_ARGMAX),
        "warning",
        "'softmax'",
        id="argmax of predict",
    ),
    pytest.param(
        site("sigmoid(5)", "categorical_crossentropy", labels="multi-hot"),
        "warning",
        "'binary_crossentropy'",
        id="multi-hot",
    ),
    pytest.param(
        site("sigmoid(5)", "categorical_crossentropy", labels="multi-hot", uses=_ARGMAX),
        "warning",
        "'binary_crossentropy'",
        id="labels outweigh an argmax",
    ),
    pytest.param(
        site("sigmoid(5)", "binary_crossentropy", labels="one-hot"),
        "hint",
        "'softmax'",
        id="binary over one-hot",
    ),
    pytest.param(
        site("sigmoid", "binary_crossentropy", labels=labels_of("one-hot", classes=3)),
        "hint",
        "'softmax'",
        id="classes known by the labels",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "code"), FOUND)
def test_found(a_site: CompileSite, severity: str, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC207", severity, code, "unsafe" if code else None)]


def test_the_hint_changes_activation_and_loss_together() -> None:
    a_site = site("sigmoid(5)", "binary_crossentropy", labels="one-hot")
    (finding,) = RULE.check(a_site)
    assert finding.fix is not None
    activation, loss = finding.fix.repairs
    assert isinstance(activation, Replace)
    assert loss == Replace(a_site.losses[0].span, "'categorical_crossentropy'")
