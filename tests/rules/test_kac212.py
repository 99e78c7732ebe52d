"""Losses of rates and shares over numbers below 0."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac212_rate_loss_output import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, site

SILENT = [
    pytest.param(site("softplus(1)", "poisson"), id="softplus"),
    pytest.param(site("exponential(1)", "poisson"), id="exponential"),
    pytest.param(site("relu(1)", "poisson"), id="relu is never below 0"),
    pytest.param(site("sigmoid(1)", "poisson"), id="sigmoid"),
    pytest.param(site("(1)", "poisson"), id="activation unknown"),
    pytest.param(site("custom(1)", "poisson"), id="custom last layer"),
    pytest.param(site("linear(1)", "custom"), id="own loss"),
    pytest.param(site("linear(1)", "mse"), id="another loss"),
    pytest.param(site("softmax(3)", "kl_divergence"), id="shares"),
    pytest.param(site("sigmoid(3)", "kl_divergence"), id="between 0 and 1"),
    pytest.param(site("softplus(3)", "kl_divergence"), id="rates"),
    pytest.param(site("custom(3)", "kl_divergence"), id="custom last layer, shares"),
    pytest.param(site("linear(1)", "poisson", custom_training=True), id="own training"),
]

FOUND = [
    pytest.param(site("linear(1)", "poisson"), "error", id="linear"),
    pytest.param(site("tanh(1)", "Poisson()"), "error", id="tanh"),
    pytest.param(site("elu(4)", "poisson"), "error", id="elu"),
    pytest.param(site("linear(3)", "kl_divergence"), "hint", id="linear, shares"),
    pytest.param(site("relu(3)", "kld"), "hint", id="relu, shares"),
    pytest.param(site("tanh(3)", "KLDivergence()"), "hint", id="tanh, shares"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity"), FOUND)
def test_found(a_site: CompileSite, severity: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC212", severity, None, None)]


def test_names_the_output() -> None:
    (finding,) = RULE.check(site("tanh(1)", "poisson"))
    assert "NaN where a tanh output is below 0; write 'softplus' or 'exponential'" in finding.message
    assert [place.message for place in finding.related] == ["the model ends in one tanh output"]


@pytest.mark.parametrize(("output", "instead"), [("linear(3)", "'softmax'"), ("linear(1)", "'mse' for numbers")])
def test_one_unit_is_no_share(output: str, instead: str) -> None:
    (finding,) = RULE.check(site(output, "kl_divergence"))
    assert finding.message.endswith(f"write {instead}")
