"""Predictions that are no probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac603_predictions_not_probabilities import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

SCORES = probabilities(6, 3)
IDS = [0, 1, 2, 0, 1, 2]
SPARSE = "sparse_categorical_crossentropy"
BINARY = "binary_crossentropy"

SILENT = [
    pytest.param(site("custom(3)", SPARSE), id="no batch"),
    pytest.param(observed(site("custom(3)", SPARSE), IDS, SCORES), id="a softmax of one's own"),
    pytest.param(observed(site("softmax(3)", SPARSE), IDS, SCORES.astype(np.float16)), id="rounded sums"),
    pytest.param(observed(site("custom(3)", BINARY), np.eye(3)[IDS], np.minimum(SCORES * 2, 1)), id="independent"),
    pytest.param(observed(site("custom(1)", BINARY), [0, 1, 1, 0, 1, 0], [[0], [1], [0.5], [0], [1], [1]]), id="0, 1"),
    pytest.param(
        observed(site("custom(3)", "SparseCategoricalCrossentropy(from_logits=True)"), IDS, SCORES * 9), id="logits"
    ),
    pytest.param(observed(site("linear(3)", SPARSE), IDS, SCORES * 9), id="KAC201"),
    pytest.param(observed(site("relu(3)", SPARSE), IDS, SCORES * 9), id="KAC203"),
    pytest.param(
        observed(site("softplus(3)", "categorical_crossentropy"), np.eye(3)[IDS], SCORES * 9), id="normalised"
    ),
    pytest.param(observed(site("custom(3)", "mse"), np.eye(3)[IDS], SCORES * 9), id="least squares"),
    pytest.param(observed(site("custom(3)", "custom"), IDS, SCORES * 9), id="custom loss"),
    pytest.param(
        observed(site("custom(3)", SPARSE), IDS, np.where(np.eye(3)[IDS] > 0, np.nan, SCORES)), id="NaN is KAC607"
    ),
]

FOUND = [
    pytest.param(observed(site("custom(3)", SPARSE), IDS, SCORES * 100), "error", "end in a softmax", id="percent"),
    pytest.param(observed(site("(3)", SPARSE), IDS, SCORES - 0.5), "error", "from_logits=True", id="negative"),
    pytest.param(
        observed(site("(1)", BINARY), [0, 1, 1, 0, 1, 0], SCORES[:, :1] * 5), "error", "a sigmoid", id="binary"
    ),
    pytest.param(observed(site("custom(3)", SPARSE), IDS, SCORES / 2), "warning", "sum to 0.5", id="half"),
    pytest.param(observed(site("softmax(3)", SPARSE), IDS, SCORES.T.reshape(6, 3)), "warning", "last axis", id="axis"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC603", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
