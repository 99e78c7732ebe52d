"""Labels that are no whole numbers under an accuracy that compares them for equality."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac601_fractional_labels import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

BINARY = site("sigmoid(1)", "binary_crossentropy", ["accuracy"])
SPARSE = site("softmax(3)", "sparse_categorical_crossentropy", ["accuracy"])
CATEGORICAL = site("softmax(3)", "categorical_crossentropy", ["accuracy"])
SCORES = probabilities(6, 3)
COLUMN = SCORES[:, :1]
SMOOTHED = np.where(np.arange(6) % 2, 0.9, 0.1)

SILENT = [
    pytest.param(BINARY, id="no batch"),
    pytest.param(observed(BINARY, [0, 1, 1, 0, 0, 1], COLUMN), id="0 and 1"),
    pytest.param(observed(BINARY, np.array([0, 1, 1, 0, 0, 1], np.float32), COLUMN), id="0.0 and 1.0"),
    pytest.param(observed(SPARSE, np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0]), SCORES), id="ids as floats"),
    pytest.param(observed(CATEGORICAL, np.eye(3)[[0, 1, 2, 0, 1, 2]] * 0.9 + 0.1 / 3, SCORES), id="smoothed rows"),
    pytest.param(observed(CATEGORICAL, probabilities(6, 3, seed=1), SCORES), id="mixup, distillation"),
    pytest.param(
        observed(site("sigmoid(1)", "binary_crossentropy"), SMOOTHED, COLUMN), id="soft labels without an accuracy"
    ),
    pytest.param(
        observed(site("sigmoid(3)", "binary_crossentropy", ["binary_accuracy"]), SCORES, SCORES, inputs=SCORES),
        id="reconstruction is KAC109",
    ),
    pytest.param(
        observed(BINARY, [0, 1, 0.5, 0, 0, 1], COLUMN, sample_weight=np.array([1, 1, 0, 1, 1, 1])), id="weighs 0"
    ),
    pytest.param(observed(site("linear(1)", "mse", ["mae"]), SMOOTHED, COLUMN), id="regression"),
]

FOUND = [
    pytest.param(observed(BINARY, SMOOTHED, COLUMN), "all 6 labels are no whole numbers (0.1, say)", id="smoothed"),
    pytest.param(observed(BINARY, SMOOTHED[:, None], COLUMN), "label_smoothing=", id="smoothed column"),
    pytest.param(observed(BINARY, [0, 1, 0.25, 1, 0, 1], COLUMN), "1 of 6 labels are", id="mixup"),
    pytest.param(
        observed(site("sigmoid(3)", "binary_crossentropy", ["binary_accuracy"]), SCORES, SCORES[::-1]),
        "'binary_accuracy' counts a label as right only if it equals 0 or 1",
        id="soft multi-label",
    ),
    pytest.param(observed(SPARSE, [0, 1, 1.5, 2, 0, 1], SCORES), "only if it equals an index", id="half an id"),
    pytest.param(
        observed(site("sigmoid(1)", "mse", ["accuracy"]), SMOOTHED, COLUMN), "metric of distances", id="a share"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "words"), FOUND)
def test_found(a_site: CompileSite, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC601", "warning", None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
