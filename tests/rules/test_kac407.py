"""Flat metrics of models with several outputs."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac407_flat_metrics_on_many_outputs import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, head, metrics_argument, output, site_of


def compiled(
    *heads: tuple[str, str, list[str]], length: int | None = None, dialect: str = "keras-3.15", **more: Any
) -> CompileSite:
    """Heads of an output, a loss and the metrics that it gets; `length` is that of the list, one for each if None."""
    spoken = parse_dialect(dialect)
    made = [
        head(output(out, name=f"out{index}"), loss, metrics, dialect=spoken, several=True)
        for index, (out, loss, metrics) in enumerate(heads)
    ]
    argument = metrics_argument(more.pop("form", "list"), length=length or len(heads), nested=more.pop("nested", False))
    facts = {"outputs_form": "list", "metrics_arguments": (argument,), **more}
    return site_of(made, dialect=spoken, **facts)


YES_NO = ("sigmoid(1)", "binary_crossentropy")
PRICE = ("linear(1)", "mse")

SILENT = [
    pytest.param(compiled((*YES_NO, ["accuracy"]), (*YES_NO, ["AUC()"]), nested=True), id="a list each"),
    pytest.param(compiled((*YES_NO, ["accuracy"]), (*YES_NO, ["AUC()"]), form="dict"), id="a dict"),
    pytest.param(compiled((*YES_NO, ["accuracy"])), id="one output"),
    pytest.param(compiled((*YES_NO, []), (*YES_NO, []), length=1, outputs_known=False), id="outputs unknown"),
    pytest.param(compiled((*YES_NO, []), (*YES_NO, []), length=1, outputs_form="unknown"), id="maybe more outputs"),
    pytest.param(compiled((*YES_NO, []), (*YES_NO, []), length=1, custom_training=True), id="a train_step"),
    pytest.param(compiled((*YES_NO, ["accuracy"]), (*YES_NO, ["accuracy"])), id="the same for each"),
    pytest.param(compiled((*PRICE, ["mae"]), (*YES_NO, ["accuracy"])), id="each fits its own output only"),
    pytest.param(compiled((*PRICE, ["mae"]), (*YES_NO, ["custom", "AUC()"])), id="not matched"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(
    ("a_site", "severity", "effect"),
    [
        pytest.param(compiled((*YES_NO, []), (*YES_NO, []), length=1), "error", "Keras 3 raises", id="one for two"),
        pytest.param(compiled((*YES_NO, []), (*YES_NO, []), length=3), "error", "Keras 3 raises", id="three for two"),
        pytest.param(
            compiled((*YES_NO, ["accuracy"]), (*YES_NO, ["AUC()"])),
            "warning",
            "Keras 3 gives the first metric to the first output and so on, "
            "where Keras 2 ran all of them on every output",
            id="two for two",
        ),
        pytest.param(
            compiled((*YES_NO, ["mae"]), (*PRICE, ["accuracy"])),
            "warning",
            "Keras 3 gives the first metric to the first output and so on, "
            "where Keras 2 ran all of them on every output",
            id="each fits the other's output",
        ),
        pytest.param(
            compiled((*YES_NO, ["accuracy"]), (*YES_NO, ["accuracy"]), length=1, dialect="tf.keras-2.15"),
            "hint",
            "TensorFlow 2.15 runs all of it on every output, Keras 3 raises",
            id="TensorFlow",
        ),
        pytest.param(
            compiled((*YES_NO, ["accuracy", "mae"]), (*YES_NO, ["accuracy", "mae"]), dialect="keras-2.2"),
            "hint",
            "Keras 2.2 runs all of it on every output, Keras 3 gives one to each",
            id="Keras 2",
        ),
    ],
)
def test_fires(a_site: CompileSite, severity: str, effect: str) -> None:
    (finding,) = RULE.check(a_site)
    assert (finding.code, finding.severity.value, finding.fix) == ("KAC407", severity, None)
    assert finding.message == (
        f"metrics is one flat list for 2 outputs: {effect}; write a list for each output, or a dict"
    )


def test_the_only_finding() -> None:
    a_site = compiled((*YES_NO, ["accuracy"]), (*YES_NO, ["AUC()"]))
    assert [finding.code for finding in check(a_site, all_rules())] == ["KAC407"]
