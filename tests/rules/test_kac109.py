"""Accuracy over a reconstruction."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac109_accuracy_on_reconstruction import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, site

SILENT = [
    pytest.param(site("sigmoid(784)", "binary_crossentropy", ["accuracy"]), id="labels unknown"),
    pytest.param(site("sigmoid(784)", "mse", ["accuracy"], labels="multi-hot"), id="labels"),
    pytest.param(site("sigmoid(784)", "mse", ["mae"], labels="input"), id="another metric"),
    pytest.param(site("softmax(30)", "categorical_crossentropy", ["accuracy"], labels="input"), id="tokens"),
    pytest.param(site("sigmoid(784)", "mse", ["accuracy"], labels="input", custom_training=True), id="own"),
]

FOUND = [
    pytest.param(site("sigmoid(784)", "binary_crossentropy", ["acc"], labels="input"), id="binary"),
    pytest.param(site("linear(784)", "mse", ["accuracy"], labels="input"), id="squares"),
    pytest.param(site("", "custom", ["BinaryAccuracy()"], labels="input"), id="anything else unknown"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("a_site", FOUND)
def test_found(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC109", "hint", None, None)]
