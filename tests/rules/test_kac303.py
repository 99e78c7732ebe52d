"""Another number of units than of classes."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac303_units_differ_from_classes import RULE
from lint_keras_acc.sites import CompileSite, Fact, Labels
from tests.rules.sites_builder import codes_and_fixes, labels_of, output, site

_SPARSE = "sparse_categorical_crossentropy"
_CATEGORICAL = "categorical_crossentropy"


def _one_hot(classes: int, **more: object) -> Labels:
    return labels_of("one-hot", classes=classes, **more)


def _ids(**more: object) -> Labels:
    return labels_of("integer", **more)


SILENT = [
    pytest.param(site("softmax(10)", _CATEGORICAL, labels=_one_hot(10)), id="as many"),
    pytest.param(site("softmax(10)", _CATEGORICAL, labels="one-hot"), id="classes unknown"),
    pytest.param(site("softmax", _CATEGORICAL, labels=_one_hot(10)), id="units unknown"),
    pytest.param(site("softmax(5)", _CATEGORICAL, labels=_one_hot(1)), id="one class is none"),
    pytest.param(site("softmax(5)", _CATEGORICAL, labels=_one_hot(10, subset=True)), id="some classes chosen"),
    pytest.param(site("softmax(5)", "custom", labels=_one_hot(10)), id="custom loss"),
    pytest.param(site("softmax(5)", _SPARSE, labels=_one_hot(10)), id="sparse loss is KAC301"),
    pytest.param(site("softmax(5)", "CategoricalCrossentropy(axis=1)", labels=_one_hot(10)), id="another axis"),
    pytest.param(
        site(output("softmax(5)", rank=Fact(3)), _CATEGORICAL, labels=_one_hot(10, rank=2)), id="ranks differ"
    ),
    pytest.param(site("softmax(20)", _SPARSE, labels=_ids(classes=10)), id="more units than ids"),
    pytest.param(site("softmax(10)", _SPARSE, labels=_ids(classes=10)), id="just enough units"),
    pytest.param(site("softmax(5)", _SPARSE, labels=_ids(classes=10, subset=True)), id="some ids chosen"),
    pytest.param(
        site("softmax(5)", "SparseCategoricalCrossentropy(ignore_class=255)", labels=_ids(high=255)),
        id="an ignored class",
    ),
    pytest.param(site("linear(1)", "mse", labels=_ids(classes=10)), id="ids are no columns"),
    pytest.param(site("softmax(5)", _CATEGORICAL, labels=_one_hot(10), custom_training=True), id="own training"),
    pytest.param(site("softmax(5)", _SPARSE, labels=labels_of("continuous", low=-1, high=9)), id="numbers are KAC305"),
    pytest.param(
        site("softmax(5)", "SparseCategoricalCrossentropy(ignore_class=-1)", labels=labels_of(None, low=-1, high=4)),
        id="-1 is ignored",
    ),
    pytest.param(site("sigmoid(5)", "binary_crossentropy", labels=labels_of("multi-hot")), id="width unknown"),
]

FOUND = [
    pytest.param(site("softmax(5)", _CATEGORICAL, labels=_one_hot(10)), "raises", id="too few"),
    pytest.param(site("softmax(20)", _CATEGORICAL, labels=_one_hot(10)), "raises", id="too many"),
    pytest.param(site("sigmoid(5)", "binary_crossentropy", labels=_one_hot(10)), "raises", id="binary loss"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy", labels=_one_hot(2)), "raises", id="binary, one unit"),
    pytest.param(site("linear(1)", "mse", labels=_one_hot(3)), "compares the one unit", id="mse, one unit"),
    pytest.param(
        site("softmax(5)", _CATEGORICAL, labels=_one_hot(3, width=10, subset=True)),
        "raises",
        id="width is sure",
    ),
    pytest.param(site("softmax(10)", _SPARSE, labels=_ids(classes=100)), "JAX", id="ids without units"),
    pytest.param(site("linear(10)", _SPARSE, labels=_ids(high=10)), "JAX", id="ids from 1 to 10"),
    pytest.param(site("softmax(3)", _SPARSE, labels=labels_of(None, low=1, high=3)), "JAX", id="nothing but 1 to 3"),
    pytest.param(site("softmax(3)", _SPARSE, labels=labels_of(None, low=-1, high=1)), "below 0", id="-1 and 1"),
    pytest.param(
        site("sigmoid(5)", "binary_crossentropy", labels=labels_of("multi-hot", width=3)), "raises", id="multi-hot"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "effect"), FOUND)
def test_found(a_site: CompileSite, effect: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC303", "error", None, None)]
    (finding,) = RULE.check(a_site)
    assert effect in finding.message
    assert [place.span.line for place in finding.related] == [1, 2]
