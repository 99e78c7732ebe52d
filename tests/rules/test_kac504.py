"""Keys read that were never logged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lint_keras_acc.rules.kac504_unknown_history_key import RULE
from lint_keras_acc.sites import CompileSite, KeyRead, Uses
from tests.rules.sites_builder import codes_and_fixes, key_read, site, span_at


def read(*reads: KeyRead | str, metrics: tuple[str, ...] = ("accuracy",), **more: Any) -> CompileSite:
    keys = tuple(key_read(one) if isinstance(one, str) else one for one in reads)
    uses = Uses(history_reads=keys)
    return site("softmax(5)", "sparse_categorical_crossentropy", metrics, uses=uses, **more)


SILENT = [
    pytest.param(read("accuracy", "val_accuracy", "loss", "val_loss"), id="made"),
    pytest.param(read("acc", dialect="keras-2.2"), id="key of Keras 2.2"),
    pytest.param(read("acc", "accuracy"), id="ready for either"),
    pytest.param(read("lr", "learning_rate"), id="from a scheduler"),
    pytest.param(read("f1_per_class"), id="may come from a callback of one's own"),
    pytest.param(read("acc", metrics_known=False), id="metrics not all known"),
    pytest.param(read("acc", custom_training=True), id="own training"),
    pytest.param(read(key_read("val_accuracy", None)), id="validation unknown"),
]

FOUND = [
    pytest.param(read("acc"), "'accuracy'", id="acc"),
    pytest.param(read("val_acc"), "'val_accuracy'", id="val_acc"),
    pytest.param(read("accuracy", dialect="keras-2.2"), "'acc'", id="accuracy on Keras 2.2"),
    pytest.param(read("mean_squared_error", metrics=("mse",)), "'mse'", id="mse"),
    pytest.param(read("accuracy", metrics=("mae",)), None, id="no such metric"),
    pytest.param(read(key_read("val_accuracy", False)), None, id="no validation data"),
    pytest.param(read(key_read("val_loss", False)), None, id="no validation data for the loss"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC504", "error", code, "safe" if code else None)]


def test_metrics_from_elsewhere_may_be_others_in_another_run() -> None:
    here = read("val_mae", "acc")
    metrics = tuple(replace(metric, span=span_at(5, 20)) for metric in here.metrics)
    assert codes_and_fixes(RULE, replace(here, metrics=metrics)) == [("KAC504", "error", "'accuracy'", "safe")]


def test_one_finding_for_each_read() -> None:
    assert len(codes_and_fixes(RULE, read("acc", "acc", "val_acc"))) == 3


@pytest.mark.parametrize("dialect", ["keras-2.2", "tf.keras-2.15"])
def test_hint_where_the_program_is_surely_older(dialect: str) -> None:
    older = read("acc", dialect=dialect, surely_older=True)
    (finding,) = RULE.check(older)
    assert finding.message.startswith("from TensorFlow 2.0 and Keras 2.3 on this model logs no 'acc'")
    assert codes_and_fixes(RULE, older) == [("KAC504", "hint", None, None)]


def test_which_old_version_is_a_guess() -> None:
    assert codes_and_fixes(RULE, read("accuracy", dialect="keras-2.2", surely_older=True)) == []
