"""Categorical accuracy over one unit."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac108_categorical_accuracy_on_one_unit import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, site

_BCE = "binary_crossentropy"

SILENT = [
    pytest.param(site("sigmoid(1)", _BCE, ["accuracy", "binary_accuracy"]), id="the right one"),
    pytest.param(site("sigmoid(2)", _BCE, ["categorical_accuracy"]), id="two units"),
    pytest.param(site("sigmoid", _BCE, ["categorical_accuracy"]), id="units unknown"),
    pytest.param(site("linear(1)", "mse", ["categorical_accuracy"]), id="regression: KAC101"),
    pytest.param(site("sigmoid(1)", None, ["categorical_accuracy"]), id="no loss"),
    pytest.param(site("sigmoid(1)", _BCE, ["categorical_accuracy"], custom_training=True), id="own training"),
    pytest.param(site("relu(1)", "mse", ["categorical_accuracy"], labels="integer"), id="counts: KAC101"),
]

FIXED = [
    pytest.param(
        site("sigmoid(1)", _BCE, ["categorical_accuracy"]),
        "{keras.metrics.BinaryAccuracy}(name='categorical_accuracy')",
        id="string",
    ),
    pytest.param(
        site("sigmoid(1)", _BCE, ["SparseCategoricalAccuracy(name='acc')"]),
        "{keras.metrics.BinaryAccuracy}(name='acc')",
        id="sparse class",
    ),
    pytest.param(
        site("sigmoid(1)", _BCE, ["TopKCategoricalAccuracy(k=1, name='top')"]),
        "{keras.metrics.BinaryAccuracy}(name='top')",
        id="top-k",
    ),
    pytest.param(
        site("linear(1)", "BinaryCrossentropy(from_logits=True)", ["CategoricalAccuracy(name='acc')"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='acc')",
        id="logits",
    ),
    pytest.param(site("custom(1)", "custom", ["categorical_accuracy"]), None, id="whatever loss and layer are"),
    pytest.param(site("linear(1)", _BCE, ["categorical_accuracy"]), None, id="logits or not: KAC201 first"),
    pytest.param(site("tanh(1)", "hinge", ["categorical_accuracy"]), None, id="margins"),
    pytest.param(site("softmax(1)", "categorical_crossentropy", ["categorical_accuracy"]), None, id="KAC205"),
    pytest.param(
        site("sigmoid(1)", "mse", ["CategoricalAccuracy(name='acc')"]),
        "{keras.metrics.BinaryAccuracy}(name='acc')",
        id="least squares",
    ),
    pytest.param(site("linear(1)", "mse", ["categorical_accuracy"], labels="binary"), None, id="fits 0 and 1"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FIXED)
def test_found(a_site: CompileSite, code: str | None) -> None:
    applicability = "safe" if code else None
    assert codes_and_fixes(RULE, a_site) == [("KAC108", "error", code, applicability)]
