"""Labels (n,) against predictions (n, 1) in functions of the user's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lint_keras_acc.rules.kac609_broadcast_in_own_metric import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, site

OWN_METRIC = site("linear(1)", "mse", ["custom"])
OWN_LOSS = site("linear(1)", "custom")
FLAT = np.arange(6.0)
COLUMN = FLAT[:, None] + 0.5


def distance(y_true: Any, y_pred: Any) -> Any:
    return np.abs(y_true - y_pred)


def aligned(y_true: Any, y_pred: Any) -> Any:
    return np.abs(y_true.reshape(y_pred.shape) - y_pred)


def raising(y_true: Any, y_pred: Any) -> Any:
    raise RuntimeError("not for NumPy")


def tried(a_site: CompileSite, function: Any, y_true: Any = FLAT) -> CompileSite:
    return observed(a_site, y_true, COLUMN, functions={"custom": function})


SILENT = [
    pytest.param(OWN_METRIC, id="no batch"),
    pytest.param(observed(OWN_METRIC, FLAT[:, None], COLUMN), id="a column"),
    pytest.param(observed(site("linear(1)", "mse", ["mae"]), FLAT, COLUMN), id="Keras aligns its own"),
    pytest.param(tried(OWN_METRIC, aligned), id="aligns its arguments"),
    pytest.param(tried(OWN_LOSS, aligned), id="a loss that aligns"),
    pytest.param(observed(OWN_LOSS, FLAT, COLUMN), id="a loss function, which Keras aligns"),
    pytest.param(tried(site("linear(1)", "mse", ["custom"], dialect="tf_keras-2.21"), distance), id="tf_keras"),
    pytest.param(observed(OWN_METRIC, FLAT[:1], COLUMN[:1]), id="one row"),
    pytest.param(observed(site("linear(3)", "mse", ["custom"]), FLAT, np.ones((6, 3))), id="several units"),
]

FOUND = [
    pytest.param(tried(OWN_METRIC, distance), "warning", "1.7 on the first rows, where 0.5 is meant", id="metric"),
    pytest.param(tried(OWN_LOSS, distance), "error", "are broadcast to (6, 6)", id="loss"),
    pytest.param(tried(OWN_METRIC, raising), "hint", "pass labels of shape (6, 1)", id="not to be tried"),
    pytest.param(observed(OWN_METRIC, FLAT, COLUMN), "hint", "labels of shape (6,)", id="not tried"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC609", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
