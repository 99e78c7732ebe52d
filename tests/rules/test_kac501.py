"""Callbacks that watch what is not logged."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac501_unknown_monitor import RULE
from lint_keras_acc.sites import CompileSite, Fact, Uses
from tests.rules.sites_builder import codes_and_fixes, head, monitor, output, site, site_of

_SPARSE = "sparse_categorical_crossentropy"


def watched(key: str, metrics: list[str], *, callback: str = "EarlyStopping", **more: Any) -> CompileSite:
    """A softmax classifier with `metrics`, watched for `key`; `more`: fields of the monitor or the site."""
    ours = {name: more.pop(name) for name in ("mode", "shared", "in_template", "span") if name in more}
    uses = Uses(monitors=(monitor(key, callback, **ours),))
    return site("softmax(5)", _SPARSE, metrics, uses=uses, **more)


def two_outputs(key: str, **more: Any) -> CompileSite:
    heads = [
        head(output("linear(1)", name="age"), "mse", ["mae"], several=True),
        head(output("softmax(7)", name="mood"), _SPARSE, ["accuracy"], several=True),
    ]
    return site_of(heads, uses=Uses(monitors=(monitor(key),)), **more)


SILENT = [
    pytest.param(watched("val_accuracy", ["accuracy"]), id="made"),
    pytest.param(watched("val_acc", ["acc"]), id="as it was written"),
    pytest.param(watched("val_loss", []), id="loss"),
    pytest.param(watched("loss", ["accuracy"]), id="training loss"),
    pytest.param(watched("accuracy", ["accuracy"]), id="training metric"),
    pytest.param(watched("val_acc", ["accuracy"], dialect="keras-2.2"), id="key of Keras 2.2"),
    pytest.param(watched("val_acc", ["accuracy"], dialect="tf.keras-1.15"), id="key of TensorFlow 1.15"),
    pytest.param(watched("val_auc", ["AUC()"]), id="unnamed instance"),
    pytest.param(watched("val_auc_1", ["AUC()"]), id="unnamed instance, second of its name"),
    pytest.param(watched("val_acc", ["AUC()", "accuracy"], may_run_twice=True), id="suffix unsure"),
    pytest.param(watched("val_accuracy_1", ["accuracy", "acc"]), id="suffix of duplicates"),
    pytest.param(watched("val_f1", ["accuracy"]), id="may come from a callback of one's own"),
    pytest.param(watched("val_acc", ["accuracy"], metrics_known=False), id="metrics not all known"),
    pytest.param(watched("val_acc", ["custom"]), id="key of an own metric unknown"),
    pytest.param(watched("val_acc", [], weighted=["accuracy"]), id="weighted metrics"),
    pytest.param(watched("val_acc", ["accuracy"], custom_training=True), id="own training"),
    pytest.param(watched("val_acc", ["accuracy"], shared=True), id="shared with another model"),
    pytest.param(watched("val_acc", ["accuracy"], span=None), id="default of the callback"),
    pytest.param(two_outputs("val_mood_accuracy"), id="key of an output"),
    pytest.param(two_outputs("val_age_loss"), id="loss of an output"),
    pytest.param(two_outputs("val_accuracy", outputs_known=False), id="number of outputs unknown"),
]

FOUND = [
    pytest.param(watched("val_acc", ["accuracy"]), "'val_accuracy'", "safe", id="acc"),
    pytest.param(watched("val_accuracy", ["acc"]), "'val_acc'", "safe", id="accuracy"),
    pytest.param(watched("acc", ["accuracy"]), "'accuracy'", "safe", id="training key"),
    pytest.param(watched("val_mse", ["mean_squared_error"]), "'val_mean_squared_error'", "safe", id="mse"),
    pytest.param(watched("val_auc", ["AUC"]), "'val_AUC'", "safe", id="class name in capitals"),
    pytest.param(watched("val_accuracy", ["accuracy"], dialect="keras-2.2"), "'val_acc'", "unsafe", id="Keras 2.2"),
    pytest.param(
        watched("val_acc", ["accuracy"], dialect="tf.keras-2.15"),
        "'val_accuracy'",
        "unsafe",
        id="TF never raises",
    ),
    pytest.param(watched("val_acc", ["accuracy"], mode=Fact("max")), "'val_accuracy'", "unsafe", id="mode given"),
    pytest.param(
        watched("val_acc", ["accuracy"], callback="ModelCheckpoint"),
        "'val_accuracy'",
        "safe",
        id="checkpoint",
    ),
    pytest.param(
        watched("val_acc", ["accuracy"], callback="ModelCheckpoint", dialect="keras-3.10"),
        "'val_accuracy'",
        "unsafe",
        id="checkpoint before Keras 3.11",
    ),
    pytest.param(watched("val_acc", ["accuracy"], in_template=True), None, None, id="in a path"),
    pytest.param(watched("val_accuracy", []), None, None, id="no such metric"),
    pytest.param(watched("val_acurracy", ["accuracy"]), None, None, id="slip"),
    pytest.param(two_outputs("val_accuracy"), None, None, id="the output's prefix is missing"),
    pytest.param(two_outputs("val_mood_acc"), "'val_mood_accuracy'", "safe", id="twin of an output's key"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code", "applicability"), FOUND)
def test_found(a_site: CompileSite, code: str | None, applicability: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC501", "error", code, applicability)]


def test_hint_where_the_program_is_surely_older() -> None:
    older = watched("val_acc", ["accuracy"], dialect="keras-2.2", surely_older=True)
    (finding,) = RULE.check(older)
    assert finding.message.startswith("from TensorFlow 2.0 and Keras 2.3 on this model logs no 'val_acc'")
    assert codes_and_fixes(RULE, older) == [("KAC501", "hint", None, None)]


def test_hint_where_an_older_version_than_the_guess_makes_the_key() -> None:
    older = watched("val_acc", ["accuracy"], dialect="tf.keras-2.15", surely_older=True)
    assert codes_and_fixes(RULE, older) == [("KAC501", "hint", None, None)]


def test_the_old_loop_of_tensorflow_2_names_keys_as_tensorflow_2_does() -> None:
    older = watched("val_acc", ["accuracy"], dialect="tf.keras-2.15-v1", surely_older=True)
    assert codes_and_fixes(RULE, older) == [("KAC501", "error", "'val_accuracy'", "unsafe")]


@pytest.mark.parametrize(
    ("key", "expected"),
    [("val_accuracy", []), ("val_mse", [("KAC501", "error", None, None)])],
    ids=["made by the newest", "made by none"],
)
def test_which_old_version_is_a_guess(key: str, expected: list[object]) -> None:
    assert codes_and_fixes(RULE, watched(key, ["accuracy"], dialect="keras-2.2", surely_older=True)) == expected


def test_names_the_keys_that_are_made() -> None:
    (finding,) = RULE.check(watched("val_accuracy", ["mse"]))
    assert finding.message.endswith("it logs 'val_loss', 'val_mse'")
