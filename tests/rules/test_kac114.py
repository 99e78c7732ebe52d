"""F1 scores of one unit."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac114_f1_on_one_unit import RULE
from lint_keras_acc.sites import CompileSite, Fact
from tests.rules.sites_builder import codes_and_fixes, labels_of, output, site

_BCE = "binary_crossentropy"

SILENT = [
    pytest.param(site("sigmoid(1)", _BCE, ["F1Score(threshold=0.5)"]), id="threshold"),
    pytest.param(site("sigmoid(1)", _BCE, ["F1Score(None, 0.5)"]), id="positional threshold"),
    pytest.param(site("sigmoid(1)", _BCE, ["F1Score(threshold=cut)"]), id="threshold unknown"),
    pytest.param(site("sigmoid(3)", _BCE, ["F1Score()"]), id="several units"),
    pytest.param(site("sigmoid", _BCE, ["F1Score()"]), id="units unknown"),
    pytest.param(site(output("linear(1)", integers=True), _BCE, ["F1Score()"]), id="class ids"),
    pytest.param(site("relu(1)", "hinge", ["F1Score()"]), id="relu: what is 0 counts as negative"),
    pytest.param(site("sigmoid(1)", _BCE, ["Precision()", "accuracy", "custom"]), id="other metrics"),
    pytest.param(site("sigmoid(1)", _BCE, ["F1Score()"], custom_training=True), id="own training"),
]

FIXED = [
    pytest.param("F1Score()", "0.5", id="F1Score"),
    pytest.param("F1Score(threshold=None, name='f1')", "0.5", id="written None"),
    pytest.param("FBetaScore('micro', 2.0)", "0.5", id="FBetaScore"),
    pytest.param("f1_score", "{keras.metrics.F1Score}(threshold=0.5)", id="string"),
    pytest.param("F1Score", "{keras.metrics.F1Score}(threshold=0.5, name='F1Score')", id="string of the class"),
]

UNFIXED = [
    pytest.param(site("linear(1)", "BinaryCrossentropy(from_logits=True)", ["F1Score()"]), id="logit"),
    pytest.param(site("tanh(1)", "hinge", ["F1Score()"]), id="margin"),
    pytest.param(site("custom(1)", "custom", ["F1Score()"]), id="whatever comes out"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("metric", "code"), FIXED)
@pytest.mark.parametrize("loss", [_BCE, "mse", "custom"])
def test_fixed(metric: str, code: str, loss: str) -> None:
    assert codes_and_fixes(RULE, site("sigmoid(1)", loss, [metric])) == [("KAC114", "warning", code, "safe")]


@pytest.mark.parametrize("a_site", UNFIXED)
def test_unfixed(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC114", "warning", None, None)]


@pytest.mark.parametrize(
    ("a_site", "tells"),
    [
        (site("sigmoid(1)", _BCE, ["F1Score()"]), True),
        (site("sigmoid(1)", _BCE, ["F1Score()"], labels=labels_of("binary", rank=1)), True),
        (site("sigmoid(1)", _BCE, ["F1Score()"], labels=labels_of("binary", rank=2, width=1)), False),
        (site(output("sigmoid(1)", rank=Fact(4)), _BCE, ["F1Score()"]), False),
        (site("sigmoid(1)", _BCE, ["F1Score()"], dialect="tf_keras-2.21"), False),
    ],
)
def test_tells_of_flat_labels_where_they_raise(a_site: CompileSite, tells: bool) -> None:
    (finding,) = RULE.check(a_site)
    assert ("raises for (n,)" in finding.message) is tells
