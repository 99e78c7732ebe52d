"""Rows of labels under an accuracy that reads them as something else."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac610_accuracy_against_label_rows import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

SCORES = probabilities(6, 3)
IDS = np.array([0, 1, 2, 0, 1, 2])
ONE_HOT = np.eye(3)[IDS]
MANY_ONE_HOT, MANY_SCORES = np.eye(3)[IDS.repeat(10)], probabilities(60, 3)
MULTI_HOT = np.array([[1, 1, 0], [0, 1, 0], [1, 1, 1], [0, 0, 0], [0, 1, 1], [1, 0, 0]])
SOFTMAX = site("softmax(3)", "categorical_crossentropy", ["accuracy"])
TAGS = site("sigmoid(3)", "binary_crossentropy", ["binary_accuracy"])

SILENT = [
    pytest.param(SOFTMAX, id="no batch"),
    pytest.param(observed(SOFTMAX, ONE_HOT, SCORES), id="one-hot under an argmax"),
    pytest.param(observed(TAGS, MULTI_HOT, SCORES), id="multi-hot, each on its own"),
    pytest.param(observed(SOFTMAX, ONE_HOT * 0.9 + 0.1 / 3, SCORES), id="smoothed"),
    pytest.param(observed(SOFTMAX, np.where(IDS[:, None] == 2, 0, ONE_HOT), SCORES), id="padded: rows of zeros"),
    pytest.param(observed(SOFTMAX, MULTI_HOT, SCORES, inputs=MULTI_HOT), id="reconstruction"),
    pytest.param(observed(site("softmax(3)", "categorical_crossentropy"), MULTI_HOT, SCORES), id="no accuracy"),
    pytest.param(
        observed(site("sigmoid(2)", "binary_crossentropy", ["binary_accuracy"]), np.eye(2)[IDS // 2], SCORES[:, :2]),
        id="two columns say the same",
    ),
    pytest.param(observed(TAGS, np.where(IDS[:, None] == 2, 0, ONE_HOT), SCORES), id="some rows without a label"),
]

FOUND = [
    pytest.param(observed(SOFTMAX, MULTI_HOT, SCORES), "warning", "rows of labels have 0 to 3 ones", id="multi-hot"),
    pytest.param(
        observed(site("sigmoid(3)", "custom", ["CategoricalAccuracy()"]), MULTI_HOT, SCORES),
        "warning",
        "with the first of them",
        id="own loss",
    ),
    pytest.param(observed(TAGS, ONE_HOT, SCORES), "hint", "have a single 1", id="six rows prove little"),
    pytest.param(observed(TAGS, MANY_ONE_HOT, MANY_SCORES), "warning", "scores 0.667", id="sixty rows do"),
    pytest.param(
        observed(site("softmax(3)", "mse", ["binary_accuracy"]), ONE_HOT, SCORES), "warning", "2 are 0", id="softmax"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC610", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
