"""A categorical loss over one unit."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac205_categorical_loss_on_one_unit import RULE
from lint_keras_acc.sites import CompileSite, Fact
from tests.rules.sites_builder import codes_and_fixes, head, output, site, site_of

SILENT = [
    pytest.param(site("sigmoid(1)", "binary_crossentropy"), id="binary loss"),
    pytest.param(site("sigmoid(2)", "categorical_crossentropy"), id="two units"),
    pytest.param(site("sigmoid", "categorical_crossentropy"), id="units unknown"),
    pytest.param(site("sigmoid(1)", "mse"), id="regression loss"),
    pytest.param(site("sigmoid(1)", "custom"), id="custom loss"),
    pytest.param(site("sigmoid(1)"), id="no loss"),
    pytest.param(
        site(output("sigmoid(1)", rank=Fact(4)), "CategoricalCrossentropy(axis=1)"),
        id="classes on another axis",
    ),
    pytest.param(site("sigmoid(1)", "categorical_crossentropy", custom_training=True), id="own training"),
]

FOUND = [
    pytest.param(site("sigmoid(1)", "categorical_crossentropy"), "'binary_crossentropy'", id="string"),
    pytest.param(site("sigmoid(1)", "CategoricalCrossentropy"), "'BinaryCrossentropy'", id="class name as string"),
    pytest.param(
        site("sigmoid(1)", "function:categorical_crossentropy"),
        "{keras.losses.binary_crossentropy}",
        id="function",
    ),
    pytest.param(site("sigmoid(1)", "class:CategoricalCrossentropy"), "{keras.losses.BinaryCrossentropy}", id="class"),
    pytest.param(
        site("sigmoid(1)", "CategoricalCrossentropy(label_smoothing=0.1, reduction=None)"),
        "{keras.losses.BinaryCrossentropy}(label_smoothing=0.1, reduction=None)",
        id="arguments are carried",
    ),
    pytest.param(site("sigmoid(1)", "sparse_categorical_crossentropy"), "'binary_crossentropy'", id="sparse loss"),
    pytest.param(site("sigmoid(1)", "categorical_focal_crossentropy"), "'binary_focal_crossentropy'", id="focal form"),
    pytest.param(site("sigmoid(1)", "SparseCategoricalCrossentropy(ignore_class=0)"), None, id="no such argument"),
    pytest.param(site("sigmoid(1)", "CategoricalCrossentropy(reduction=r)"), None, id="argument unknown"),
    pytest.param(site("linear(1)", "categorical_crossentropy"), None, id="no sigmoid"),
    pytest.param(site("custom(1)", "categorical_crossentropy"), None, id="one unit of any making"),
    pytest.param(site("sigmoid(1)", "CategoricalCrossentropy(from_logits=True)"), None, id="KAC202 as well"),
    pytest.param(site("sigmoid(1)", "categorical_crossentropy", labels="integer"), None, id="more classes"),
    pytest.param(site("sigmoid(1)", "categorical_crossentropy", labels="one-hot"), None, id="one-hot rows"),
    pytest.param(site("sigmoid(1)", "categorical_crossentropy", ["mae"]), None, id="a regression"),
    pytest.param(
        site_of([head("sigmoid(1)", "categorical_crossentropy"), head("softmax(3)", "categorical_crossentropy")]),
        None,
        id="another output needs the loss",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC205", "error", code, "unsafe" if code else None)]


@pytest.mark.parametrize(
    ("a_site", "advice"),
    [
        (
            site("sigmoid(1)", "categorical_crossentropy"),
            "write 'binary_crossentropy' (the sigmoid is right), or a unit for each class",
        ),
        (
            site("linear(1)", "categorical_crossentropy"),
            "write 'binary_crossentropy' over a sigmoid, or a unit for each class",
        ),
        (site("sigmoid(1)", "categorical_crossentropy", labels="one-hot"), "write a unit for each class"),
        (site("linear(1)", "categorical_crossentropy", ["mae"]), "write 'mse' for a regression"),
    ],
    ids=["sigmoid", "linear", "one-hot", "regression"],
)
def test_says_what_to_write(a_site: CompileSite, advice: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message.endswith(f"; {advice}")
