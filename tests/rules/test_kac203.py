"""An activation whose values are no probabilities under a cross-entropy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.findings import SetArgument
from lint_keras_acc.rules.kac203_non_probability_activation import RULE
from lint_keras_acc.sites import CompileSite, Fact, Output, Uses
from tests.rules.sites_builder import LAYER, codes_and_fixes, output, site

_CATEGORICAL_LOGITS = "CategoricalCrossentropy(from_logits=True)"
_GENERATOR = Uses(only_built=True, adversarial=True)


def _cell(kind: str) -> Output:
    """A recurrent cell whose tanh nobody wrote."""
    made = output("tanh(1)", kind=Fact(kind))
    return replace(made, activation=replace(made.activation, name=Fact("tanh"), form="absent", replaceable=False))


SILENT = [
    pytest.param(site("sigmoid(1)", "binary_crossentropy"), id="sigmoid"),
    pytest.param(site("hard_sigmoid(1)", "binary_crossentropy"), id="hard_sigmoid under a binary loss"),
    pytest.param(site("sparse_sigmoid(4)", "binary_crossentropy"), id="sparse_sigmoid under a binary loss"),
    pytest.param(site("sigmoid(4)", "categorical_crossentropy"), id="sigmoids are KAC207"),
    pytest.param(site("softmax(4)", "binary_crossentropy"), id="softmax is KAC206"),
    pytest.param(site("sparsemax(4)", "categorical_crossentropy"), id="sparsemax"),
    pytest.param(site("linear(4)", "categorical_crossentropy"), id="no activation is KAC201"),
    pytest.param(site("(4)", "categorical_crossentropy"), id="activation unknown"),
    pytest.param(site("custom(4)", "categorical_crossentropy"), id="custom last layer"),
    pytest.param(site("relu(1)", "mse"), id="regression loss"),
    pytest.param(site("tanh(1)", "hinge"), id="hinge"),
    pytest.param(site("relu(1)", "custom"), id="custom loss"),
    pytest.param(site("log_softmax(4)", _CATEGORICAL_LOGITS), id="log_softmax is exact as logits"),
    pytest.param(site("elu(4)", _CATEGORICAL_LOGITS), id="unbounded logits"),
    pytest.param(site("relu(1)", "binary_crossentropy", custom_training=True), id="own training"),
]

FOUND = [
    pytest.param(site("relu(1)", "binary_crossentropy", ["accuracy"]), "error", "'sigmoid'", id="relu, one unit"),
    pytest.param(site("tanh(1)", "binary_crossentropy"), "error", "'sigmoid'", id="tanh, one unit"),
    pytest.param(site("relu(4)", "categorical_crossentropy"), "error", "'softmax'", id="relu, classes"),
    pytest.param(site("elu", "sparse_categorical_crossentropy"), "error", "'softmax'", id="units unknown"),
    pytest.param(site("log_softmax(4)", "categorical_crossentropy"), "error", "'softmax'", id="log_softmax"),
    pytest.param(site("hard_sigmoid(4)", "categorical_crossentropy"), "error", "'softmax'", id="zeros in a row"),
    pytest.param(site("softplus(1)", "binary_crossentropy"), "error", "'sigmoid'", id="softplus, binary"),
    pytest.param(site("relu(4)", "binary_crossentropy"), "error", None, id="labels or classes?"),
    pytest.param(site("relu(1)", "binary_crossentropy", ["mae"]), "error", None, id="regression metric"),
    pytest.param(site("relu(1)", "binary_crossentropy", labels="continuous"), "error", None, id="regression"),
    pytest.param(site("tanh(1)", "binary_crossentropy", uses=_GENERATOR), "error", None, id="a mere generator"),
    pytest.param(site(_cell("LSTM"), "binary_crossentropy"), "error", None, id="an LSTM uses it inside"),
    pytest.param(site(_cell("RNN"), "binary_crossentropy"), "error", None, id="RNN takes no activation"),
    pytest.param(site(_cell("Bidirectional"), "binary_crossentropy"), "error", None, id="nor does a wrapper"),
    pytest.param(site(_cell("Lambda"), "binary_crossentropy"), "error", None, id="nor does a Lambda"),
    pytest.param(site("softplus(4)", "categorical_crossentropy"), "hint", None, id="positive rows normalise"),
    pytest.param(site("exponential(4)", "sparse_categorical_crossentropy"), "hint", None, id="a softmax by hand"),
    pytest.param(site("relu(4)", _CATEGORICAL_LOGITS), "hint", None, id="logits without negatives"),
    pytest.param(site("tanh(4)", _CATEGORICAL_LOGITS), "hint", None, id="logits between -1 and 1"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "code"), FOUND)
def test_found(a_site: CompileSite, severity: str, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC203", severity, code, "unsafe" if code else None)]


def test_a_simple_cell_gets_the_argument_that_it_lacks() -> None:
    (finding,) = RULE.check(site(_cell("SimpleRNN"), "binary_crossentropy"))
    assert finding.fix is not None
    assert finding.fix.repairs == (SetArgument(LAYER, "activation", "'sigmoid'"),)


def test_says_that_zeros_become_nan_under_a_categorical_loss_only() -> None:
    (categorical,) = RULE.check(site("relu(4)", "categorical_crossentropy"))
    (binary,) = RULE.check(site("relu(1)", "binary_crossentropy"))
    assert "NaN" in categorical.message
    assert "NaN" not in binary.message


@pytest.mark.parametrize(("metrics", "wanted"), [([], "write 'sigmoid'"), (["mae"], "write 'mse'")])
def test_says_what_to_write_for_the_task(metrics: list[str], wanted: str) -> None:
    (finding,) = RULE.check(site("relu(1)", "binary_crossentropy", metrics))
    assert wanted in finding.message


def test_a_recurrent_cell_gets_a_layer_behind_it() -> None:
    (finding,) = RULE.check(site(_cell("LSTM"), "binary_crossentropy"))
    assert finding.message.endswith("; end in a Dense layer with 'sigmoid'")


@pytest.mark.parametrize(("out", "kept"), [("relu(4)", "above 0"), ("tanh(4)", "between -1 and 1")])
def test_says_what_becomes_of_logits(out: str, kept: str) -> None:
    (finding,) = RULE.check(site(out, _CATEGORICAL_LOGITS))
    assert f"keeps them {kept};" in finding.message
