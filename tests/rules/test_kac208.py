"""A softmax or sigmoid over another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.findings import Delete, Replace
from lint_keras_acc.rules.kac208_stacked_output_activations import RULE
from lint_keras_acc.sites import Activation, CompileSite, Fact, Output
from tests.rules.sites_builder import LAYER, codes_and_fixes, output, site, span_at


def _stacked(outer: str, *inner: str, **more: bool) -> Output:
    layers = tuple(Activation(Fact(name, span_at(2, 10)), "string") for name in inner)
    made = output(f"{outer}(10)", inner=layers)
    return replace(made, activation=replace(made.activation, **more))


SILENT = [
    pytest.param(site("softmax(10)", "categorical_crossentropy"), id="one activation"),
    pytest.param(site(_stacked("softmax", "relu"), "categorical_crossentropy"), id="relu before"),
    pytest.param(site(_stacked("softmax", "linear"), "categorical_crossentropy"), id="linear before"),
    pytest.param(site(_stacked("linear", "softmax"), "categorical_crossentropy"), id="linear after"),
    pytest.param(site(_stacked("relu", "softmax"), "mse"), id="relu after"),
    pytest.param(site(_stacked("softmax", "relu", "sigmoid"), "mse"), id="something between"),
    pytest.param(site(replace(_stacked("softmax", "softmax"), custom=True), "mse"), id="own code in between"),
]

FOUND = [
    pytest.param(site(_stacked("softmax", "softmax"), "categorical_crossentropy"), "'linear'", id="twice"),
    pytest.param(site(_stacked("sigmoid", "sigmoid"), "binary_crossentropy"), "'linear'", id="sigmoid twice"),
    pytest.param(site(_stacked("softmax", "linear", "softmax"), "mse"), "'linear'", id="linear between"),
    pytest.param(
        site(_stacked("softmax", "softmax", removable=True), "categorical_crossentropy"),
        "Delete",
        id="removable",
    ),
    pytest.param(site(_stacked("softmax", "sigmoid"), "custom"), "'linear'", id="under any loss"),
    pytest.param(
        site(_stacked("softmax", "sigmoid"), "categorical_crossentropy"),
        None,
        id="the loss takes the outer one",
    ),
    pytest.param(
        site(_stacked("softmax", "softmax", replaceable=False), "categorical_crossentropy"),
        None,
        id="no place",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC208", "warning", code, "unsafe" if code else None)]


def test_the_outer_layer_goes_and_the_inner_one_is_named() -> None:
    (finding,) = RULE.check(site(_stacked("softmax", "softmax", removable=True)))
    assert finding.fix is not None
    assert finding.fix.repairs == (Delete(LAYER),)
    assert [place.span for place in finding.related] == [span_at(2, 10)]


def test_an_activation_that_is_not_a_list_element_becomes_linear() -> None:
    (finding,) = RULE.check(site(_stacked("softmax", "softmax")))
    assert finding.fix is not None
    assert finding.fix.repairs == (Replace(finding.span, "'linear'"),)
