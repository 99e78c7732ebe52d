"""Logits cut at 0.5."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac506_half_threshold_on_logits import RULE
from lint_keras_acc.sites import CompileSite, Step, Uses
from tests.rules.sites_builder import codes_and_fixes, prediction_read, site, span_at

_LOGITS = "BinaryCrossentropy(from_logits=True)"


def read(out: str, loss: str, *steps: Step, kind: str = "threshold", **more: Any) -> CompileSite:
    reads = prediction_read(kind, *steps, number=more.pop("number", span_at(40, 30, 3)))
    return site(out, loss, uses=Uses(predictions=(reads,)), **more)


SILENT = [
    pytest.param(read("sigmoid(1)", "binary_crossentropy"), id="probabilities"),
    pytest.param(read("sigmoid(1)", _LOGITS), id="activated"),
    pytest.param(read("linear(1)", "binary_crossentropy"), id="the loss is not told"),
    pytest.param(read("linear(1)", "mse"), id="regression"),
    pytest.param(read("linear(5)", "CategoricalCrossentropy(from_logits=True)"), id="several classes"),
    pytest.param(read("custom(1)", _LOGITS), id="own layer"),
    pytest.param(read("linear(1)", _LOGITS, kind="label-metric"), id="no threshold"),
    pytest.param(read("linear(1)", _LOGITS, custom_training=True), id="own training"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("units", [1, 4])
@pytest.mark.parametrize("steps", [(), (0,), ("flat",), ("column",)])
def test_found(units: int, steps: tuple[Step, ...]) -> None:
    found = codes_and_fixes(RULE, read(f"linear({units})", _LOGITS, *steps))
    assert found == [("KAC506", "warning", "0", "unsafe")]


def test_a_variable_is_not_replaced() -> None:
    assert codes_and_fixes(RULE, read("linear(1)", _LOGITS, number=None)) == [("KAC506", "warning", None, None)]


def test_round() -> None:
    (finding,) = RULE.check(read("linear(1)", _LOGITS, kind="round", number=None))
    assert "round does not make labels" in finding.message
    assert finding.fix is None
