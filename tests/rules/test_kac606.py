"""An accuracy that is not above that of a constant answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lint_keras_acc.rules.kac606_accuracy_not_above_baseline import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

RNG = np.random.default_rng(0)
BINARY = site("sigmoid(1)", "binary_crossentropy", ["accuracy"])
SPARSE = site("softmax(3)", "sparse_categorical_crossentropy", ["accuracy"])
CATEGORICAL = site("softmax(3)", "categorical_crossentropy", ["accuracy"])
MANY = site("sigmoid(5)", "binary_crossentropy", ["binary_accuracy"])

RARE = (RNG.uniform(size=1000) < 0.05).astype(int)
HALF = RNG.integers(2, size=200)
IDS = RNG.integers(3, size=300)
TAGS = (RNG.uniform(size=(1000, 5)) < 0.1).astype(int)


def zeros(rows: int) -> Any:
    """Predictions below one half, no two of them equal."""
    return np.linspace(0.1, 0.4, rows)[:, None]


def eager(labels: Any) -> Any:
    """What class weights make of a model: it finds every 1, and takes a tenth of the zeros for one too."""
    return np.where(labels | (np.arange(len(labels)) % 10 == 0), 0.9, 0.1)[:, None]


def guesses(rows: int, units: int) -> Any:
    return np.eye(units)[np.random.default_rng(1).integers(units, size=rows)] * 0.5 + 0.5 / units


SILENT = [
    pytest.param(BINARY, id="no batch"),
    pytest.param(observed(BINARY, RARE, zeros(1000), trained=False), id="not trained"),
    pytest.param(observed(BINARY, RARE[:100], zeros(100), trained=True), id="too few rows for 95 %"),
    pytest.param(observed(BINARY, HALF[:20], zeros(20), trained=True), id="too few rows for one half"),
    pytest.param(observed(BINARY, RARE, np.where(RARE, 0.9, 0.1)[:, None], trained=True), id="right"),
    pytest.param(observed(BINARY, np.zeros(1000), zeros(1000), trained=True), id="sorted: one class alone"),
    pytest.param(observed(SPARSE, IDS, guesses(300, 3) * 0.1 + np.eye(3)[IDS], trained=True), id="classes"),
    pytest.param(observed(BINARY, HALF / 2, zeros(200), trained=True), id="soft labels"),
    pytest.param(observed(site("linear(1)", "mse"), HALF, zeros(200), trained=True), id="no accuracy"),
    pytest.param(
        observed(site("linear(1)", "mse", ["accuracy"]), RNG.integers(9, size=200), zeros(200), trained=True),
        id="counts",
    ),
    pytest.param(
        observed(BINARY, HALF[:100].reshape(4, 25), zeros(100).reshape(4, 25, 1), trained=True), id="four images"
    ),
]

FOUND = [
    pytest.param(observed(BINARY, RARE, zeros(1000), trained=True), "warning", "answering 0 for every", id="rare"),
    pytest.param(observed(BINARY, RARE, zeros(1000)), "hint", "(955 of 1000)", id="trained or not"),
    pytest.param(observed(BINARY, np.sort(RARE), zeros(1000), trained=True), "hint", "0.9550", id="sorted"),
    pytest.param(observed(BINARY, RARE, eager(RARE), trained=True), "hint", "hides what was", id="class weights"),
    pytest.param(observed(BINARY, RARE, eager(0 * RARE), trained=True), "warning", "shows nothing", id="by chance"),
    pytest.param(observed(BINARY, HALF, 1 - HALF[:, None], trained=True), "warning", "0.0000", id="upside down"),
    pytest.param(observed(SPARSE, IDS, np.eye(3)[(IDS + 1) % 3], trained=True), "warning", "class ", id="classes"),
    pytest.param(
        observed(CATEGORICAL, np.eye(3)[IDS], np.eye(3)[(IDS + 1) % 3], trained=True), "warning", "class ", id="one-hot"
    ),
    pytest.param(
        observed(MANY, TAGS, probabilities(1000, 5) / 2, trained=True), "warning", "answering 0", id="multi-label"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC606", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message


def test_a_model_that_makes_half_the_errors_is_hardly_ever_told() -> None:
    """The bound that is promised: below 1 in 100, here for labels half 0 and half 1."""
    told = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        labels = rng.integers(2, size=40)
        is_right = rng.uniform(size=40) < 0.75
        told += bool(codes_and_fixes(RULE, observed(BINARY, labels, np.where(is_right, labels, 1 - labels)[:, None])))
    assert told <= 4
