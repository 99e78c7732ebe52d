"""The class Accuracy on scores."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac107_exact_match_accuracy import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, output, site

_BCE = "binary_crossentropy"
_CCE = "categorical_crossentropy"
_SPARSE = "sparse_categorical_crossentropy"
_LOGITS = "BinaryCrossentropy(from_logits=True)"

SILENT = [
    pytest.param(site("softmax(5)", _CCE, ["accuracy"]), id="the string"),
    pytest.param(site(output("(1)", integers=True), _CCE, ["Accuracy()"]), id="argmax"),
    pytest.param(site("custom(5)", _CCE, ["Accuracy()"]), id="custom last layer"),
    pytest.param(site("(5)", _CCE, ["Accuracy()"]), id="activation unknown"),
    pytest.param(site("linear(1)", "mse", ["Accuracy()"]), id="regression: KAC101"),
    pytest.param(site("linear(1)", None, ["Accuracy()"]), id="no loss, no scores"),
    pytest.param(site("softmax(5)", _CCE, ["Accuracy"]), id="string that is resolved"),
    pytest.param(site("softmax(5)", _CCE, ["Accuracy()"], custom_training=True), id="own training"),
    pytest.param(site("linear(5)", "mse", ["Accuracy()"], labels="continuous"), id="numbers: KAC101"),
    pytest.param(site("sigmoid(1)", "mse", ["Accuracy()"], labels="continuous"), id="numbers in [0, 1]: KAC101"),
]

FIXED = [
    pytest.param(site("softmax(5)", _CCE, ["Accuracy()"]), "'accuracy'", id="categorical"),
    pytest.param(site("softmax(5)", _CCE, ["class:Accuracy"]), "'accuracy'", id="class"),
    pytest.param(site("sigmoid(1)", _BCE, ["Accuracy()"]), "'accuracy'", id="binary"),
    pytest.param(site("sigmoid(1)", _BCE, ["Accuracy('acc')"]), "'acc'", id="positional name that resolves"),
    pytest.param(
        site("sigmoid(1)", _BCE, ["Accuracy(name='hits')"]),
        "{keras.metrics.BinaryAccuracy}(name='hits')",
        id="a name of its own",
    ),
    pytest.param(
        site("softmax(5)", _CCE, ["Accuracy('hits')"]),
        "{keras.metrics.CategoricalAccuracy}(name='hits')",
        id="positional name, categorical",
    ),
    pytest.param(
        site("linear(1)", _LOGITS, ["Accuracy()"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')",
        id="one logit",
    ),
    pytest.param(
        site("sigmoid(32)", _BCE, ["Accuracy()"]),
        "{keras.metrics.BinaryAccuracy}(name='accuracy')",
        id="independent labels",
    ),
    pytest.param(
        site("linear(32)", _LOGITS, ["Accuracy()"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')",
        id="independent logits",
    ),
    pytest.param(
        site("softmax(5)", _CCE, ["Accuracy()"], dialect="tf.keras-1.15"),
        "{keras.metrics.CategoricalAccuracy}(name='accuracy')",
        id="TF 1.15 would log the string as 'acc'",
    ),
    pytest.param(
        site("softmax(5)", _CCE, ["Accuracy"], dialect="tf.keras-2.3"),
        "'accuracy'",
        id="string that is the class on TF 2.3, and logs as 'accuracy'",
    ),
    pytest.param(site("sigmoid(10)", _BCE, ["Accuracy()"], labels="one-hot"), "'accuracy'", id="one-hot labels"),
    pytest.param(site("sigmoid(1)", "mse", ["Accuracy()"]), "'accuracy'", id="least squares"),
    pytest.param(site("linear(5)", "mse", ["Accuracy()"], labels="one-hot"), "'accuracy'", id="one-hot least squares"),
    pytest.param(
        site("linear(5)", "mse", ["Accuracy()"], labels="multi-hot"),
        "{keras.metrics.BinaryAccuracy}(name='accuracy')",
        id="multi-hot least squares are cut halfway",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FIXED)
def test_fixed(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC107", "warning", code, "safe")]


def test_raises_under_integer_labels() -> None:
    found = codes_and_fixes(RULE, site("softmax(5)", _SPARSE, ["Accuracy()"]))
    assert found == [("KAC107", "error", "'accuracy'", "safe")]


def test_no_fix_where_the_task_is_not_known() -> None:
    found = codes_and_fixes(RULE, site("softmax(5)", "custom", ["Accuracy()"]))
    assert found == [("KAC107", "warning", None, None)]


def test_no_zero_threshold_on_keras_3_4() -> None:
    found = codes_and_fixes(RULE, site("linear(1)", _LOGITS, ["Accuracy()"], dialect="keras-3.4"))
    assert found == [("KAC107", "warning", None, None)]


def test_no_zero_threshold_where_the_loss_takes_the_logits_for_probabilities() -> None:
    found = codes_and_fixes(RULE, site("linear(1)", _BCE, ["Accuracy()"]))
    assert found == [("KAC107", "warning", None, None)]


def test_margins_are_found_and_left_alone() -> None:
    assert codes_and_fixes(RULE, site("tanh(1)", "hinge", ["Accuracy()"])) == [("KAC107", "warning", None, None)]
