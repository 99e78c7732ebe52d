"""Fewer losses than outputs."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac409_partial_loss import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, head, loss_argument, output, site_of


def compiled(form: str = "list", *, dialect: str = "keras-3.15", outputs: int = 2, **more: Any) -> CompileSite:
    argument = loss_argument(form, **{"length": 1, **more.pop("argument", {})})
    facts = {"outputs_form": "list", "loss_argument": argument, **more}
    return site_of(
        [head(output("linear(1)", name=f"out{index}")) for index in range(outputs)],
        dialect=parse_dialect(dialect),
        **facts,
    )


SILENT = [
    pytest.param(compiled(argument={"length": 2}), id="one for each"),
    pytest.param(compiled(argument={"length": 1, "nones": True}), id="None on purpose"),
    pytest.param(compiled(argument={"length": None}), id="length unknown"),
    pytest.param(compiled(argument={"length": 0}), id="no losses at all"),
    pytest.param(compiled("dict"), id="a dict leaves out on purpose"),
    pytest.param(compiled("single"), id="one loss for all"),
    pytest.param(compiled("absent"), id="no loss"),
    pytest.param(compiled("unknown"), id="unknown"),
    pytest.param(compiled(outputs=1), id="one output"),
    pytest.param(compiled(outputs_known=False), id="number of outputs unknown"),
    pytest.param(compiled(custom_training=True), id="a compute_loss of the program's own"),
    pytest.param(compiled(outputs_form="unknown"), id="outputs may be several each"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(
    ("dialect", "severity", "effect"),
    [
        ("keras-3.15", "warning", "the other is not trained at all"),
        ("keras-3.7", "warning", "the other is not trained at all"),
        ("tf.keras-2.2", "warning", "the other is not trained at all"),
        ("tf_keras-2.21", "warning", "the other is not trained at all"),
        ("keras-3.6", "error", "Keras 3 raises"),
        ("tf.keras-2.1", "error", "TensorFlow 2.1 raises"),
        ("keras-2.2", "error", "Keras 2.2 raises"),
    ],
)
@pytest.mark.parametrize("form", ["list", "tuple"])
def test_fires(dialect: str, severity: str, effect: str, form: str) -> None:
    (finding,) = RULE.check(compiled(form, dialect=dialect))
    assert (finding.code, finding.severity.value, finding.fix) == ("KAC409", severity, None)
    assert f": {effect};" in finding.message


def test_says_which_outputs_have_none() -> None:
    (finding,) = RULE.check(compiled(outputs=4, argument={"length": 2}))
    assert finding.message.startswith("2 losses are given for 4 outputs: the others are not trained at all")
    assert len(finding.related) == 2


@pytest.mark.parametrize(("dialect", "severity"), [("keras-3.15", "error"), ("tf_keras-2.21", "warning")])
def test_a_model_that_returns_a_dict(dialect: str, severity: str) -> None:
    assert codes_and_fixes(RULE, compiled(dialect=dialect, outputs_form="dict")) == [("KAC409", severity, None, None)]


def test_the_only_finding() -> None:
    assert [finding.code for finding in check(compiled(), all_rules())] == ["KAC409"]
