"""Metrics of an earlier compile call that stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lint_keras_acc.findings import Replace, SetArgument
from lint_keras_acc.rules.kac408_metrics_kept_on_recompile import RULE
from lint_keras_acc.sites import CompileSite, EarlierCompile, MetricsArgument
from tests.rules.sites_builder import CALL, codes_and_fixes, metrics_argument, site, span_at

BEFORE = site("sigmoid(1)", "binary_crossentropy", ["accuracy", "AUC()"])
EARLIER = EarlierCompile(span_at(5, 1, 60), (None,), True, BEFORE.metrics)


def absent(*names: str) -> tuple[MetricsArgument, ...]:
    return tuple(MetricsArgument(name, "absent") for name in names)  # type: ignore[arg-type]


def recompiled(dialect: str = "keras-3.15", **more: Any) -> CompileSite:
    facts = {"earlier": EARLIER, "metrics_arguments": absent("metrics", "weighted_metrics"), **more}
    return site("sigmoid(1)", "binary_crossentropy", dialect=dialect, **facts)


SILENT = [
    pytest.param(recompiled(earlier=None), id="the first compile call"),
    pytest.param(recompiled(earlier=replace(EARLIER, metrics=())), id="no metrics before"),
    pytest.param(recompiled(earlier=replace(EARLIER, metrics=None)), id="metrics before unknown"),
    pytest.param(recompiled(metrics_known=False), id="metrics unknown"),
    pytest.param(recompiled(metrics_arguments=(metrics_argument("list"),)), id="metrics given"),
    pytest.param(
        recompiled(metrics_arguments=(*absent("metrics"), metrics_argument("list", name="weighted_metrics"))),
        id="weighted metrics alone replace both",
    ),
    *(pytest.param(recompiled(name), id=name) for name in ("keras-3.5", "keras-2.2", "tf.keras-2.15", "tf_keras-2.21")),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("dialect", ["keras-3.6", "keras-3.15"])
def test_fires(dialect: str) -> None:
    (finding,) = RULE.check(recompiled(dialect))
    assert (finding.code, finding.severity.value, finding.span) == ("KAC408", "hint", CALL)
    assert "those of the earlier compile stay: 'accuracy', auc;" in finding.message
    assert [place.span for place in finding.related] == [EARLIER.span]
    assert finding.fix is not None
    assert finding.fix.applicability.value == "unsafe"
    assert finding.fix.repairs == (SetArgument(CALL, "metrics", "[]"),)


def test_a_written_none_is_replaced() -> None:
    none = metrics_argument("none")
    (finding,) = RULE.check(recompiled(metrics_arguments=(none, *absent("weighted_metrics"))))
    assert finding.fix is not None
    assert none.span is not None
    assert finding.fix.repairs == (Replace(none.span, "[]"),)


def test_a_none_from_elsewhere_is_not() -> None:
    none = MetricsArgument("metrics", "none", span_at(2, 11))
    (finding,) = RULE.check(recompiled(metrics_arguments=(none,)))
    assert finding.fix is not None
    assert finding.fix.repairs == (SetArgument(CALL, "metrics", "[]"),)
