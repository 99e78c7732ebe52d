"""Class ids that are one number in a low precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lint_keras_acc.rules.kac608_colliding_label_ids import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, site

ml_dtypes = pytest.importorskip("ml_dtypes")

LOSS = "sparse_categorical_crossentropy"
BRAIN = ml_dtypes.bfloat16


def of(units: int, **more: Any) -> CompileSite:
    return site(f"softmax({units})", LOSS, ["accuracy"], **more)


def predicting(ids: Any, units: int, dtype: Any) -> Any:
    return np.eye(units)[np.asarray(ids)].astype(dtype)


HIGH = np.arange(256, 298)

SILENT = [
    pytest.param(of(300), id="no batch"),
    pytest.param(observed(of(300), HIGH, predicting(HIGH + 1, 300, np.float32)), id="float32"),
    pytest.param(observed(of(300), HIGH, predicting(HIGH + 1, 300, np.float16)), id="float16 has them apart"),
    pytest.param(observed(of(257), np.arange(257), predicting(np.arange(257), 257, BRAIN)), id="256 is exact"),
    pytest.param(observed(of(300), np.arange(99), predicting(np.arange(99), 300, BRAIN)), id="low ids"),
    pytest.param(
        observed(of(300, dialect="keras-3.3"), HIGH, predicting(HIGH + 1, 300, BRAIN)), id="no cast before 3.4"
    ),
    pytest.param(
        observed(of(300, dialect="tf_keras-2.21"), HIGH, predicting(HIGH + 1, 300, BRAIN)), id="no cast in tf_keras"
    ),
    pytest.param(observed(site("softmax(300)", LOSS), HIGH, predicting(HIGH, 300, BRAIN)), id="no accuracy"),
    pytest.param(observed(site("linear(1)", "mse", ["accuracy"]), HIGH, HIGH[:, None].astype(BRAIN)), id="no classes"),
]

FOUND = [
    pytest.param(
        observed(of(300), HIGH, predicting(HIGH + 1, 300, BRAIN)), "as bfloat16, in which 256 and 257", id="pairs"
    ),
    pytest.param(observed(of(300), HIGH, predicting(HIGH + 1, 300, BRAIN)), "21 of 42 rows are wrong", id="counted"),
    pytest.param(observed(of(300), HIGH, predicting(HIGH, 300, BRAIN)), "a wrong prediction of the one", id="not yet"),
    pytest.param(
        observed(of(2100), [2050, 2051], predicting([2050, 2052], 2100, np.float16)), "2051 and 2052", id="float16"
    ),
    pytest.param(
        observed(
            site("softmax(300)", "categorical_crossentropy", ["accuracy"]),
            predicting(HIGH, 300, np.float32),
            predicting(HIGH + 1, 300, BRAIN),
        ),
        "21 of 42",
        id="one-hot labels",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "words"), FOUND)
def test_found(a_site: CompileSite, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC608", "warning", None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
