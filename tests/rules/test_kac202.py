"""Probabilities into a loss that takes logits."""

from __future__ import annotations

import pytest

from lint_keras_acc.findings import RemoveArgument
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac202_probabilities_into_logits_loss import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, head, site, site_of

_LOGITS = "SparseCategoricalCrossentropy(from_logits=True)"

SILENT = [
    pytest.param(site("linear(10)", _LOGITS), id="logits"),
    pytest.param(site("softmax(10)", "SparseCategoricalCrossentropy()"), id="probabilities told"),
    pytest.param(site("softmax(10)", "sparse_categorical_crossentropy"), id="a string has the default"),
    pytest.param(site("softmax(10)", "SparseCategoricalCrossentropy(from_logits=flag)"), id="flag unknown"),
    pytest.param(site("(10)", _LOGITS), id="activation unknown"),
    pytest.param(site("custom(10)", _LOGITS), id="custom last layer"),
    pytest.param(site("relu(10)", _LOGITS), id="no probabilities"),
    pytest.param(site("log_softmax(10)", _LOGITS), id="log_softmax is exact"),
    pytest.param(site("softmax(10)"), id="loss not matched to the output"),
    pytest.param(site("softmax(10)", _LOGITS, custom_training=True), id="own training"),
]

FOUND = [
    pytest.param(site("softmax(10)", _LOGITS), "RemoveArgument", id="softmax"),
    pytest.param(site("sigmoid(1)", "BinaryCrossentropy(from_logits=True)"), "RemoveArgument", id="sigmoid"),
    pytest.param(site("hard_sigmoid(1)", "BinaryCrossentropy(from_logits=True)"), "RemoveArgument", id="hard_sigmoid"),
    pytest.param(site("softmax(10)", "CategoricalCrossentropy(True, 0.1)"), "False", id="positional"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC202", "error", code, "unsafe")]


def test_stands_at_the_argument_that_is_taken_out() -> None:
    a_site = site("softmax(10)", _LOGITS)
    (finding,) = RULE.check(a_site)
    (argument,) = a_site.losses[0].arguments
    assert finding.span == argument.span
    assert finding.fix is not None
    assert finding.fix.repairs == (RemoveArgument(a_site.losses[0].span, argument.span),)


@pytest.mark.parametrize(
    ("dialect", "names_tensorflow"), [("keras-3", True), ("tf.keras-2.4", True), ("tf.keras-2.3", False)]
)
def test_says_where_the_logits_behind_the_softmax_are_used(dialect: str, names_tensorflow: bool) -> None:
    (finding,) = RULE.check(site("softmax(10)", _LOGITS, dialect=dialect))
    assert ("TensorFlow backend" in finding.message) is names_tensorflow


def test_no_fix_where_another_output_needs_the_same_argument() -> None:
    a_site = site_of([head("softmax(10)", _LOGITS), head("linear(10)", _LOGITS)])
    assert codes_and_fixes(RULE, a_site) == [("KAC202", "error", None, None)]


@pytest.mark.parametrize(
    ("out", "loss", "advice"),
    [
        ("softmax(10)", _LOGITS, "drop from_logits, or the softmax"),
        ("sigmoid(1)", "BinaryCrossentropy(from_logits=True)", "drop from_logits, or the sigmoid"),
        ("sigmoid(10)", _LOGITS, "remove the sigmoid, or use 'softmax' without from_logits"),
        (
            "softmax(10)",
            "BinaryCrossentropy(from_logits=True)",
            "remove the softmax, or use a categorical loss without from_logits",
        ),
    ],
)
def test_advice_leaves_no_activation_that_does_not_suit_the_loss(out: str, loss: str, advice: str) -> None:
    (finding,) = RULE.check(site(out, loss))
    assert finding.message.endswith(f"; {advice}")


@pytest.mark.parametrize(
    ("out", "loss"), [("sigmoid(10)", _LOGITS), ("softmax(10)", "BinaryCrossentropy(from_logits=True)")]
)
def test_is_told_before_what_the_activation_does_with_the_loss(out: str, loss: str) -> None:
    assert [finding.code for finding in check(site(out, loss), all_rules())] == ["KAC202"]
