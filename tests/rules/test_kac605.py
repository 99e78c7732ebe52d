"""Predictions that are constant, or all exactly 0 or 1."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac605_constant_predictions import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, output, probabilities, site

SCORES = probabilities(6, 3)
IDS = [0, 1, 2, 0, 1, 2]
BITS = [0, 1, 1, 0, 1, 0]
SPARSE = site("softmax(3)", "sparse_categorical_crossentropy", ["accuracy"])
BINARY = site("sigmoid(1)", "binary_crossentropy", ["accuracy"])
RELU = site("relu(1)", "mse")
SAME = np.full((6, 3), 1 / 3, np.float32)
SURE = np.eye(3, dtype=np.float32)
ARGMAX = site(output("(1)", integers=True), "custom", ["accuracy"])

SILENT = [
    pytest.param(SPARSE, id="no batch"),
    pytest.param(observed(SPARSE, IDS, SCORES, trained=True), id="rows differ"),
    pytest.param(observed(SPARSE, IDS[:1], SAME[:1], trained=True), id="one row"),
    pytest.param(observed(SPARSE, IDS, SAME, trained=False), id="not trained: a last layer of zeros"),
    pytest.param(observed(SPARSE, IDS, SAME, trained=True, inputs=np.ones((6, 9))), id="equal inputs"),
    pytest.param(observed(SPARSE, IDS, SURE[IDS], trained=True), id="sure and right"),
    pytest.param(observed(BINARY, BITS, np.array(BITS, float)[:, None], trained=True), id="sure and right, binary"),
    pytest.param(observed(SPARSE, IDS, SURE[[0, 0, 2, 1, 1, 2]], trained=False), id="not trained, but sure"),
    pytest.param(observed(ARGMAX, BITS, [[1], [1], [0], [0], [1], [0]], trained=True), id="argmax"),
    pytest.param(observed(RELU, BITS, [[0], [1], [1], [0], [1], [1]], trained=True), id="small counts"),
]

FOUND = [
    pytest.param(observed(SPARSE, IDS, SAME, trained=True), "warning", "are the same (0.3333)", id="same rows"),
    pytest.param(observed(SPARSE, IDS, SAME), "hint", "does not depend on the input", id="trained or not"),
    pytest.param(observed(SPARSE, IDS, SCORES[:1].repeat(6, 0), trained=True), "warning", " to ", id="a row"),
    pytest.param(observed(RELU, BITS, np.zeros((6, 1)), trained=False), "warning", "the relu is dead", id="dead relu"),
    pytest.param(
        observed(SPARSE, IDS, SURE[[0, 0, 2, 1, 1, 2]], trained=True),
        "warning",
        "2 of 6 rows are wrong",
        id="sure, wrong",
    ),
    pytest.param(
        observed(BINARY, BITS, [[0], [1], [0], [0], [1], [0]]), "hint", "1 of 6 labels are wrong", id="binary"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC605", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
