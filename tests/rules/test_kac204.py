"""A softmax over one unit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.rules.kac204_softmax_on_one_unit import RULE
from lint_keras_acc.sites import CompileSite, Fact, Output
from tests.rules.sites_builder import codes_and_fixes, output, site


def _softmax_over(axis: int | None, rank: int | None) -> Output:
    made = output("softmax(1)", rank=Fact(rank))
    return replace(made, activation=replace(made.activation, axis=Fact(axis)))


SILENT = [
    pytest.param(site("softmax(2)", "categorical_crossentropy"), id="two units"),
    pytest.param(site("softmax", "categorical_crossentropy"), id="units unknown"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy"), id="sigmoid"),
    pytest.param(site("custom(1)", "binary_crossentropy"), id="custom last layer"),
    pytest.param(site(_softmax_over(1, 3), "binary_crossentropy"), id="another axis"),
    pytest.param(site(_softmax_over(1, None), "binary_crossentropy"), id="axis 1 of an unknown rank"),
    pytest.param(site(_softmax_over(None, 2), "binary_crossentropy"), id="axis unknown"),
]

FOUND = [
    pytest.param(site("softmax(1)", "binary_crossentropy", ["accuracy"]), "'sigmoid'", id="binary loss"),
    pytest.param(site("softmax(1)", "binary_crossentropy", labels="binary"), "'sigmoid'", id="binary labels"),
    pytest.param(site(_softmax_over(1, 2), "binary_crossentropy"), "'sigmoid'", id="axis 1 is the last"),
    pytest.param(site("softmax(1)", "mse", labels="continuous"), "'linear'", id="regression"),
    pytest.param(site("softmax(1)", "mse"), None, id="regression loss alone"),
    pytest.param(site("softmax(1)", "binary_crossentropy", labels="integer"), None, id="more classes"),
    pytest.param(site("softmax(1)", "categorical_crossentropy"), None, id="loss and units both wrong"),
    pytest.param(site("softmax(1)", "custom"), None, id="constant under any loss"),
    pytest.param(site("softmax(1)"), None, id="loss unknown"),
    pytest.param(site("softmax(1)", custom_training=True), None, id="constant under any training"),
    pytest.param(site("sparsemax(1)", "mse"), None, id="sparsemax is as constant"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC204", "error", code, "unsafe" if code else None)]


def test_stands_at_the_activation_and_names_the_loss() -> None:
    a_site = site("softmax(1)", "binary_crossentropy")
    (finding,) = RULE.check(a_site)
    assert finding.span == a_site.heads[0].output.activation.name.span
    assert [place.span for place in finding.related] == [a_site.losses[0].span]
