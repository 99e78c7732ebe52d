"""Callbacks that watch a metric in the wrong direction, or cannot tell which one."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.rules.kac503_monitor_direction import RULE
from lint_keras_acc.sites import CompileSite, Fact, Metric, Uses
from tests.rules.sites_builder import codes_and_fixes, head, monitor, output, site, site_of, span_at

_MODE = span_at(20, 60, 5)


def watched(
    key: str, metrics: list[str], mode: str | None = None, *, callback: str = "EarlyStopping", **more: Any
) -> CompileSite:
    ours = {name: more.pop(name) for name in ("shared", "in_template", "span") if name in more}
    said = Fact("auto") if mode is None else Fact(mode, _MODE)
    watcher = monitor(key, callback, mode=said, callback_span=span_at(20, 1, 80), **ours)
    return site("sigmoid(1)", "binary_crossentropy", metrics, uses=Uses(monitors=(watcher,)), **more)


def two_outputs(key: str, mode: str | None = None, callback: str = "EarlyStopping", **more: Any) -> CompileSite:
    heads = [
        head(output("linear(1)", name="age"), "mse", ["mae"], several=True),
        head(output("sigmoid(1)", name="mood"), "binary_crossentropy", ["accuracy"], several=True),
    ]
    said = Fact("auto") if mode is None else Fact(mode, _MODE)
    watcher = monitor(key, callback, mode=said, callback_span=span_at(20, 1, 80))
    dialect = parse_dialect(more.pop("dialect", "keras-3.15"))
    return site_of(heads, dialect=dialect, uses=Uses(monitors=(watcher,)), **more)


def own_function(key: str, mode: str | None = None, **more: Any) -> CompileSite:
    """Watched is a metric that is a function of the program."""
    found = watched(f"val_{key}", ["accuracy"], mode, **more)
    own = Metric(Fact(), "custom", span_at(12, 90), key, key=key, log_key=key)
    return site_of(found.heads, dialect=found.dialect, uses=found.uses, metrics=(*found.metrics, own))


SILENT = [
    pytest.param(watched("val_accuracy", ["accuracy"]), id="accuracy"),
    pytest.param(watched("val_accuracy", ["accuracy"], "max"), id="accuracy rises"),
    pytest.param(watched("val_loss", [], "min"), id="loss falls"),
    pytest.param(watched("val_loss", []), id="loss"),
    pytest.param(watched("val_auc", ["AUC()"]), id="the metric tells"),
    pytest.param(watched("val_auc", ["AUC()"], dialect="tf.keras-2.15"), id="auc at the end"),
    pytest.param(watched("val_auc", ["AUC()"], "max", dialect="tf.keras-2.4"), id="mode given"),
    pytest.param(watched("val_mae", ["mae"], dialect="tf.keras-2.4"), id="falls by name"),
    pytest.param(watched("val_accuracy", ["accuracy"], Fact().value), id="mode unknown"),
    pytest.param(watched("val_f1", ["accuracy"], "max"), id="nothing is known of it"),
    pytest.param(watched("val_acc", ["accuracy"]), id="not logged at all"),
    pytest.param(watched("val_loss", [], "max", custom_training=True), id="own training"),
    pytest.param(watched("val_loss", [], "max", shared=True), id="shared with another model"),
    pytest.param(watched("val_accuracy", ["accuracy"], "min", in_template=True), id="path"),
    pytest.param(own_function("f1", "max"), id="own function, mode given"),
    pytest.param(own_function("f1", dialect="tf.keras-2.4"), id="own function by name"),
    pytest.param(own_function("F1"), id="perhaps a class"),
    pytest.param(two_outputs("val_loss"), id="loss of all outputs"),
    pytest.param(two_outputs("val_mood_accuracy", "max"), id="key of an output"),
    pytest.param(two_outputs("val_mood_accuracy", dialect="tf.keras-2.4"), id="key of an output by name"),
]

FOUND = [
    pytest.param(watched("val_accuracy", ["accuracy"], "min"), "warning", "'max'", id="accuracy to fall"),
    pytest.param(watched("val_loss", [], "max"), "warning", "'min'", id="loss to rise"),
    pytest.param(watched("val_loss", [], "max", span=None), "warning", "'min'", id="default to rise"),
    pytest.param(watched("val_mae", ["mae"], "max"), "warning", "'min'", id="mae to rise"),
    pytest.param(
        watched("val_auc", ["AUC()"], "min", callback="ModelCheckpoint"), "warning", "'max'", id="auc to fall"
    ),
    pytest.param(
        watched("val_accuracy", ["accuracy"], "min", metrics_known=False), "warning", "'max'", id="metrics unknown"
    ),
    pytest.param(watched("val_precision", ["Precision()"], dialect="tf.keras-2.15"), "warning", "'max'", id="by name"),
    pytest.param(watched("val_auc", ["AUC()"], dialect="tf.keras-2.4"), "warning", "'max'", id="auc before TF 2.7"),
    pytest.param(
        watched("val_auc", ["AUC()"], callback="ModelCheckpoint", dialect="tf.keras-2.15"),
        "warning",
        "'max'",
        id="auc of a checkpoint",
    ),
    pytest.param(
        watched("val_auc", ["AUC()"], callback="ReduceLROnPlateau", dialect="keras-3.10"),
        "warning",
        "'max'",
        id="by name up to 3.10",
    ),
    pytest.param(watched("val_false_positives", ["FalsePositives()"]), "error", "'min'", id="a count tells nothing"),
    pytest.param(watched("val_binary_accuracy", ["function:binary_accuracy"]), "error", "'max'", id="a function"),
    pytest.param(two_outputs("val_mood_accuracy"), "error", "'max'", id="several outputs"),
    pytest.param(two_outputs("val_age_loss"), "error", "'min'", id="loss of one output"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "repair"), FOUND)
def test_found(a_site: CompileSite, severity: str, repair: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC503", severity, repair, "unsafe")]


@pytest.mark.parametrize("callback", ["EarlyStopping", "ModelCheckpoint"])
def test_own_functions_tell_no_direction(callback: str) -> None:
    assert codes_and_fixes(RULE, own_function("f1", callback=callback)) == [("KAC503", "error", None, None)]


def test_names_what_is_watched() -> None:
    (finding,) = RULE.check(own_function("f1"))
    assert [related.message for related in finding.related] == ["the metric"]
    (finding,) = RULE.check(two_outputs("val_age_loss"))
    assert [related.message for related in finding.related] == ["the keys come from this compile call"]


def test_checkpoints_ask_from_3_11_on() -> None:
    def check(version: str) -> list[str]:
        found = own_function("f1", callback="ModelCheckpoint", dialect=f"keras-{version}")
        return [finding.severity.value for finding in RULE.check(found)]

    assert (check("3.10"), check("3.11")) == ([], ["error"])


def test_the_direction_is_told() -> None:
    (finding,) = RULE.check(watched("val_false_positives", ["FalsePositives()"]))
    assert "write mode='min'" in finding.message
    (finding,) = RULE.check(own_function("f1"))
    assert "write mode='max' or mode='min'" in finding.message
