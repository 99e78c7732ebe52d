"""The same metric twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lint_keras_acc.rules.kac403_duplicate_metric import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, head, site, site_of


def one_unit(*metrics: str, dialect: str = "keras-3.15", **more: Any) -> CompileSite:
    return site("sigmoid(1)", "binary_crossentropy", metrics, dialect=dialect, **more)


SILENT = [
    pytest.param(one_unit("accuracy", "AUC()"), id="two metrics"),
    pytest.param(one_unit("BinaryAccuracy()", "BinaryAccuracy(threshold=0.3)"), id="another threshold"),
    pytest.param(one_unit("accuracy", "BinaryAccuracy(name='mine')"), id="a name of its own"),
    pytest.param(one_unit("Precision(thresholds=0.3)", "Precision(thresholds=0.7)"), id="other thresholds"),
    pytest.param(one_unit("TopKCategoricalAccuracy(k=3)", "TopKCategoricalAccuracy(k=5)"), id="another k"),
    pytest.param(one_unit("accuracy", "custom", "custom"), id="of the program's own"),
    pytest.param(one_unit("accuracy", weighted=["accuracy"]), id="weighted and not"),
    pytest.param(one_unit("accuracy", weighted=["accuracy"], dialect="tf_keras-2.21"), id="they get two names"),
    pytest.param(one_unit("accuracy", "Accuracy()"), id="equality is another metric"),
    pytest.param(one_unit("binary_crossentropy"), id="the loss as a metric"),
    pytest.param(site("softmax", "categorical_crossentropy", ["accuracy", "binary_accuracy"]), id="kernel unknown"),
    pytest.param(
        site("sigmoid(1)", "mse", ["accuracy", "accuracy"], outputs_known=False), id="there may be two outputs"
    ),
    pytest.param(one_unit("AUC()", "AUC(thresholds=[0.5])"), id="arguments"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


FOUND = [
    pytest.param(one_unit("accuracy", "accuracy"), "hint", id="a string twice"),
    pytest.param(one_unit("acc", "accuracy"), "hint", id="acc and accuracy"),
    pytest.param(one_unit("acc", "accuracy", dialect="tf.keras-2.15"), "hint", id="two names on TensorFlow"),
    pytest.param(one_unit("accuracy", "binary_accuracy"), "hint", id="what it resolves to"),
    pytest.param(one_unit("accuracy", "BinaryAccuracy()"), "hint", id="the class that it resolves to"),
    pytest.param(one_unit("accuracy", "BinaryAccuracy()", dialect="tf_keras-2.21"), "hint", id="the same on tf_keras"),
    pytest.param(one_unit("mse", "mean_squared_error"), "hint", id="two names of mse"),
    pytest.param(one_unit("AUC()", "AUC()"), "hint", id="an instance twice"),
    pytest.param(one_unit("AUC()", "AUC()", dialect="tf_keras-2.21"), "hint", id="numbered on tf_keras"),
    pytest.param(one_unit("AUC", "AUC", dialect="tf.keras-2.15"), "hint", id="strings of numbered classes"),
    pytest.param(one_unit("accuracy", "accuracy", dialect="keras-2.2"), "hint", id="Keras 2.2"),
    pytest.param(one_unit("accuracy", "accuracy", dialect="tf.keras-2.2"), "error", id="TensorFlow raises"),
    pytest.param(one_unit("mse", "mse", dialect="tf_keras-2.21"), "error", id="tf_keras raises"),
    pytest.param(
        one_unit("BinaryAccuracy()", "binary_accuracy", dialect="tf_keras-2.21"), "error", id="one name in two forms"
    ),
    pytest.param(
        one_unit("AUC(name='a')", "Precision(name='a')", dialect="tf_keras-2.21"), "error", id="one name for two"
    ),
    pytest.param(
        one_unit("BinaryAccuracy()", "BinaryAccuracy(threshold=0.3)", dialect="tf_keras-2.21"),
        "error",
        id="two thresholds under one name",
    ),
]


@pytest.mark.parametrize(("a_site", "severity"), FOUND)
def test_fires_and_deletes_the_second(a_site: CompileSite, severity: str) -> None:
    (finding,) = RULE.check(a_site)
    assert (finding.code, finding.severity.value) == ("KAC403", severity)
    assert finding.span == a_site.metrics[1].span
    assert [place.span for place in finding.related] == [a_site.metrics[0].span]
    assert codes_and_fixes(RULE, a_site) == [("KAC403", severity, "Delete", "safe")]


@pytest.mark.parametrize(
    "uses",
    [
        pytest.param(Uses(keys_read=frozenset({"val_binary_accuracy"})), id="the key is read"),
        pytest.param(Uses(evaluate_unpacked=True), id="evaluate is unpacked"),
        pytest.param(Uses(history_escapes=True), id="the history leaves"),
    ],
)
def test_unsafe_where_something_depends_on_it(uses: Uses) -> None:
    a_site = one_unit("accuracy", "binary_accuracy", uses=uses)
    assert codes_and_fixes(RULE, a_site) == [("KAC403", "hint", "Delete", "unsafe")]


def test_safe_where_the_program_could_only_raise() -> None:
    a_site = one_unit("mse", "mse", dialect="tf_keras-2.21", uses=Uses(evaluate_unpacked=True))
    assert codes_and_fixes(RULE, a_site) == [("KAC403", "error", "Delete", "safe")]


def test_one_finding_for_each_entry() -> None:
    assert len([*RULE.check(one_unit("accuracy", "accuracy", "acc"))]) == 2


def test_a_list_for_all_outputs_is_told_once() -> None:
    heads = [head("sigmoid(1)", "binary_crossentropy", ["accuracy", "binary_accuracy"])] * 2
    a_site = site_of(heads, outputs_known=True)
    assert codes_and_fixes(RULE, a_site) == [("KAC403", "hint", None, None)]


def test_no_fix_outside_a_list() -> None:
    a_site = one_unit("accuracy", "binary_accuracy")
    lone = [replace(metric, in_list=False) for metric in a_site.metrics]
    alone = site_of([replace(a_site.heads[0], metrics=tuple(lone))])
    assert codes_and_fixes(RULE, alone) == [("KAC403", "hint", None, None)]
