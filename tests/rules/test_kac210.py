"""A softmax over another axis than that of the classes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.rules.kac210_softmax_on_wrong_axis import RULE
from lint_keras_acc.sites import CompileSite, Fact
from tests.rules.sites_builder import codes_and_fixes, output, site, span_at

_CATEGORICAL = "categorical_crossentropy"
_PLACE = span_at(1, 30, 1)


def over(axis: int | None, loss: str, out: str = "softmax(5)", rank: int | None = 4, **more: object) -> CompileSite:
    made = output(out, rank=Fact(rank))
    activation = replace(made.activation, axis=Fact(axis, _PLACE if axis is not None else None))
    return site(replace(made, activation=activation), loss, **more)  # type: ignore[arg-type]


SILENT = [
    pytest.param(site("softmax(5)", _CATEGORICAL), id="not written"),
    pytest.param(over(-1, _CATEGORICAL), id="last"),
    pytest.param(over(3, _CATEGORICAL), id="last, by its number"),
    pytest.param(over(1, _CATEGORICAL, rank=2), id="last of two"),
    pytest.param(over(1, _CATEGORICAL, rank=None), id="rank unknown"),
    pytest.param(over(None, _CATEGORICAL), id="axis unknown"),
    pytest.param(over(1, "CategoricalCrossentropy(axis=1)"), id="channels first on both"),
    pytest.param(over(1, "CategoricalCrossentropy(axis=-3)"), id="the same counted from the end"),
    pytest.param(over(1, "CategoricalCrossentropy(axis=where)"), id="axis of the loss unknown"),
    pytest.param(over(1, "CategoricalCrossentropy(from_logits=True)"), id="KAC202 first"),
    pytest.param(over(1, "binary_crossentropy"), id="no classes"),
    pytest.param(over(1, "mse"), id="regression"),
    pytest.param(over(1, "custom"), id="own loss"),
    pytest.param(over(1, _CATEGORICAL, "softmax(1)", 3), id="one unit: KAC205"),
    pytest.param(over(1, _CATEGORICAL, "sigmoid(5)"), id="no softmax"),
    pytest.param(over(1, _CATEGORICAL, custom_training=True), id="own training"),
]

FIXED = [
    pytest.param(over(1, _CATEGORICAL), id="categorical"),
    pytest.param(over(1, "sparse_categorical_crossentropy"), id="sparse"),
    pytest.param(over(-2, _CATEGORICAL, rank=None), id="from the end, rank unknown"),
    pytest.param(over(0, _CATEGORICAL, rank=None), id="the batch"),
    pytest.param(over(1, "CategoricalFocalCrossentropy()"), id="focal"),
    pytest.param(over(1, "kl_divergence"), id="shares"),
    pytest.param(over(2, "CategoricalCrossentropy(from_logits=True)", "log_softmax(5)"), id="log_softmax"),
]

UNFIXED = [
    pytest.param(over(1, _CATEGORICAL, "softmax"), id="layout unknown"),
    pytest.param(over(1, "CategoricalCrossentropy(axis=2)"), id="the loss has another axis"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("a_site", FIXED)
def test_fixed(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC210", "warning", "-1", "unsafe")]


@pytest.mark.parametrize("a_site", UNFIXED)
def test_unfixed(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC210", "warning", None, None)]


def test_stands_at_the_axis() -> None:
    (finding,) = RULE.check(over(1, _CATEGORICAL))
    assert finding.span == _PLACE
    assert finding.message == (
        "the softmax runs over axis 1, but categorical_crossentropy takes its classes from axis -1; write axis=-1"
    )


def test_a_loss_may_be_the_one_to_change() -> None:
    (finding,) = RULE.check(over(1, _CATEGORICAL, "softmax"))
    assert finding.message.endswith("write axis=-1, or give the loss axis=1 where the classes are there")
