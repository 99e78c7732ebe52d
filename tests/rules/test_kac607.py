"""NaN and infinities."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac607_nan_or_infinity import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

SCORES = probabilities(6, 3)
IDS = [0, 1, 2, 0, 1, 2]
SPARSE = site("softmax(3)", "sparse_categorical_crossentropy")
MSE = site("linear(1)", "mse")
COLUMN = SCORES[:, :1]
GAPS = [0.5, np.nan, 2.0, 3.0, np.nan, 1.0]
MASKED = np.where(np.eye(3)[IDS] > 0, SCORES, -np.inf)

SILENT = [
    pytest.param(SPARSE, id="no batch"),
    pytest.param(observed(SPARSE, IDS, SCORES), id="finite"),
    pytest.param(observed(site("linear(1)", "custom"), GAPS, COLUMN), id="a loss of one's own may mask NaN"),
    pytest.param(observed(site("linear(1)", "mse", custom_training=True), GAPS, COLUMN), id="own training"),
    pytest.param(
        observed(site("linear(3)", "SparseCategoricalCrossentropy(from_logits=True)"), IDS, MASKED), id="masked logits"
    ),
    pytest.param(observed(site("log_softmax(3)", "custom"), IDS, MASKED), id="the logarithm of 0"),
]

FOUND = [
    pytest.param(observed(MSE, GAPS, COLUMN), "the labels hold 2 NaN", id="labels"),
    pytest.param(
        observed(MSE, GAPS, COLUMN, sample_weight=np.isfinite(GAPS)), "the labels hold 2 NaN", id="weights do not help"
    ),
    pytest.param(observed(MSE, [0, 1, np.inf, 3, 4, -np.inf], COLUMN), "2 infinities", id="infinite labels"),
    pytest.param(
        observed(SPARSE, IDS, np.where(SCORES > 0.5, np.nan, SCORES)), "the predictions hold", id="predictions"
    ),
    pytest.param(observed(site("softmax(3)", "custom"), IDS, SCORES + np.nan), "18 NaN", id="predictions, own loss"),
    pytest.param(observed(SPARSE, IDS, MASKED), "12 infinities", id="no probabilities"),
    pytest.param(observed(MSE, IDS, COLUMN + np.inf), "6 infinities", id="above"),
    pytest.param(
        observed(site("linear(1)", "mse", custom_training=True), IDS, [[np.nan], *[[0.0]] * 5]), "1 NaN", id="own steps"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "words"), FOUND)
def test_found(a_site: CompileSite, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC607", "error", None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message


def test_labels_and_predictions_are_told_each() -> None:
    assert len(codes_and_fixes(RULE, observed(MSE, GAPS, COLUMN + np.nan))) == 2
