"""Binary accuracies of margins."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac112_accuracy_on_margin import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, labels_of, site

SILENT = [
    pytest.param(site("tanh(1)", "hinge", ["BinaryAccuracy(threshold=0.0)"]), id="threshold given"),
    pytest.param(site("tanh(1)", "hinge", ["BinaryAccuracy('name', None, cut)"]), id="threshold unknown"),
    pytest.param(site("sigmoid(1)", "hinge", ["accuracy"]), id="sigmoid"),
    pytest.param(site("relu(1)", "hinge", ["accuracy"]), id="relu"),
    pytest.param(site("linear(3)", "categorical_hinge", ["accuracy"]), id="categorical hinge"),
    pytest.param(site("tanh(3)", "hinge", ["accuracy"]), id="several units"),
    pytest.param(site("linear(1)", "mse", ["accuracy"]), id="another loss"),
    pytest.param(site("(1)", "hinge", ["accuracy"]), id="activation unknown"),
    pytest.param(site("custom(1)", "hinge", ["accuracy"]), id="custom last layer"),
    pytest.param(site("linear(1)", "custom", ["accuracy"]), id="own loss"),
    pytest.param(site("linear(1)", "hinge", ["categorical_accuracy"]), id="KAC108"),
    pytest.param(site("linear(1)", "hinge", ["Accuracy()"]), id="KAC107"),
    pytest.param(site("linear(1)", "hinge", ["hinge", "AUC()", "custom"]), id="no accuracy"),
    pytest.param(site("linear(1)", "hinge", ["accuracy"], custom_training=True), id="own training"),
]

FIXED = [
    pytest.param("accuracy", "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')", id="accuracy"),
    pytest.param("acc", "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='acc')", id="acc"),
    pytest.param("binary_accuracy", "{keras.metrics.BinaryAccuracy}(threshold=0.0)", id="binary_accuracy"),
    pytest.param("BinaryAccuracy(name='acc')", "0.0", id="instance"),
]

UNFIXED = [
    pytest.param(site("tanh(1)", "hinge", ["accuracy"]), id="labels unknown"),
    pytest.param(site("tanh(1)", "hinge", ["accuracy"], labels=labels_of(None, low=-1.0, high=1.0)), id="-1 and 1"),
    pytest.param(site("tanh(1)", "hinge", ["accuracy"], labels="binary", dialect="keras-3.4"), id="refuses 0.0"),
    pytest.param(site("tanh(1)", "hinge", ["accuracy"], labels="binary", dialect="keras-2.3"), id="labels as they are"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("out", ["linear(1)", "tanh(1)", "softsign(1)"])
@pytest.mark.parametrize("loss", ["hinge", "SquaredHinge()"])
@pytest.mark.parametrize(("metric", "code"), FIXED)
def test_fixed(out: str, loss: str, metric: str, code: str) -> None:
    assert codes_and_fixes(RULE, site(out, loss, [metric], labels="binary")) == [("KAC112", "warning", code, "safe")]


@pytest.mark.parametrize("a_site", UNFIXED)
def test_unfixed(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC112", "warning", None, None)]


@pytest.mark.parametrize(
    ("a_site", "ends"),
    [
        (site("tanh(1)", "hinge", ["acc"], labels="binary"), "; write BinaryAccuracy(threshold=0.0, name='acc')"),
        (site("tanh(1)", "hinge", ["acc"]), ", and labels of 0 and 1: -1 never counts as right"),
        (
            site("tanh(1)", "hinge", ["acc"], labels=labels_of(None, low=-1.0, high=1.0)),
            "-1 never counts as right: write them as 0 and 1, and cut at 0",
        ),
        (site("tanh(1)", "hinge", ["acc"], dialect="keras-3.3"), "; cut at 0 in a metric of your own"),
    ],
)
def test_advice(a_site: CompileSite, ends: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message.endswith(ends)


@pytest.mark.parametrize(("dialect", "cuts"), [("keras-3", "cuts margins at 0.5"), ("keras-2.2", "rounds margins")])
def test_says_what_this_keras_does(dialect: str, cuts: str) -> None:
    (finding,) = RULE.check(site("tanh(1)", "hinge", ["accuracy"], dialect=dialect))
    assert f"'accuracy' runs binary_accuracy here, which {cuts}, but hinge" in finding.message
