"""Callbacks that watch validation metrics in a fit without validation data."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac502_monitor_without_validation import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, monitor, site, span_at


def watched(key: str, *, callback: str = "EarlyStopping", **more: Any) -> CompileSite:
    ours = {name: more.pop(name) for name in ("in_template", "span", "others_log") if name in more}
    ours["has_validation"] = more.pop("has_validation", False)
    uses = Uses(monitors=(monitor(key, callback, callback_span=span_at(20, 1, 40), **ours),))
    return site("softmax(5)", "sparse_categorical_crossentropy", ["accuracy"], uses=uses, **more)


SILENT = [
    pytest.param(watched("loss"), id="training loss"),
    pytest.param(watched("accuracy"), id="training metric"),
    pytest.param(watched("val_loss", has_validation=True), id="validation data"),
    pytest.param(watched("val_loss", has_validation=None), id="validation unknown"),
    pytest.param(watched("val_loss", others_log=True), id="logged by a callback of one's own"),
    pytest.param(watched("val_f1"), id="may come from a callback of one's own"),
    pytest.param(watched("val_acc"), id="not logged with validation data either"),
    pytest.param(watched("val_loss", custom_training=True), id="own training"),
    pytest.param(watched("val_accuracy", metrics_known=False), id="metrics not all known"),
]

FOUND = [
    pytest.param(watched("val_loss"), "warning", "EarlyStopping never stops the training", id="loss"),
    pytest.param(watched("val_accuracy"), "warning", "watch 'accuracy'", id="accuracy"),
    pytest.param(watched("val_loss", span=None), "warning", "logs no 'val_loss'", id="default"),
    pytest.param(watched("val_loss", callback="ModelCheckpoint"), "warning", "never saves the model", id="checkpoint"),
    pytest.param(
        watched("val_loss", callback="ReduceLROnPlateau", dialect="tf.keras-2.4"),
        "warning",
        "never reduces the learning rate",
        id="learning rate",
    ),
    pytest.param(
        watched("val_loss", callback="ModelCheckpoint", in_template=True), "error", "saving raises", id="path"
    ),
    pytest.param(watched("val_loss", metrics_known=False), "warning", "val_loss", id="loss, metrics unknown"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.severity.value == severity
    assert words in finding.message
    assert finding.fix is None


def test_a_default_is_told_at_the_callback() -> None:
    (finding,) = RULE.check(watched("val_loss", span=None))
    assert finding.span == span_at(20, 1, 40)
