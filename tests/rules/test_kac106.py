"""Metrics that expect other labels than the loss."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac106_metric_label_encoding import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, labels_of, site

_CCE = "categorical_crossentropy"
_SPARSE = "sparse_categorical_crossentropy"
_BCE = "binary_crossentropy"

SILENT = [
    pytest.param(
        site("relu(2)", _BCE, ["sparse_categorical_accuracy"], labels=labels_of("binary", rank=1)),
        id="ids of two classes, whatever the loss wants",
    ),
    pytest.param(site("softmax(5)", _CCE, ["accuracy"]), id="accuracy chooses"),
    pytest.param(site("softmax(5)", _SPARSE, ["accuracy", "acc"]), id="accuracy chooses sparse"),
    pytest.param(site("softmax(5)", _CCE, ["categorical_accuracy", "TopKCategoricalAccuracy()"]), id="one-hot"),
    pytest.param(site("softmax(5)", _SPARSE, ["SparseCategoricalAccuracy()"]), id="integers"),
    pytest.param(site("softmax(5)", "custom", ["sparse_categorical_accuracy"]), id="custom loss"),
    pytest.param(site("softmax(5)", "mse", ["categorical_accuracy"]), id="labels unknown"),
    pytest.param(site("sigmoid(1)", _BCE, ["sparse_categorical_accuracy"]), id="one unit: KAC108"),
    pytest.param(site("sigmoid", _BCE, ["sparse_categorical_accuracy"]), id="units unknown under a binary loss"),
    pytest.param(site("softmax(5)", _CCE, ["sparse_categorical_accuracy"], custom_training=True), id="own"),
    pytest.param(
        site("sigmoid(5)", "mse", ["sparse_categorical_accuracy"], labels=labels_of("multi-hot", rank=3)),
        id="an id for each step may be 0 or 1",
    ),
]

FIXED = [
    pytest.param(
        site("softmax(5)", _CCE, ["sparse_categorical_accuracy"]),
        "error",
        "{keras.metrics.CategoricalAccuracy}(name='sparse_categorical_accuracy')",
        id="sparse metric, categorical loss",
    ),
    pytest.param(
        site("softmax(5)", _CCE, ["SparseTopKCategoricalAccuracy(k=3, name='top3')"]),
        "error",
        "{keras.metrics.TopKCategoricalAccuracy}(k=3, name='top3')",
        id="k and name are kept",
    ),
    pytest.param(
        site("softmax(5)", _SPARSE, ["CategoricalAccuracy(name='acc')"]),
        "warning",
        "{keras.metrics.SparseCategoricalAccuracy}(name='acc')",
        id="categorical metric, sparse loss",
    ),
    pytest.param(
        site("softmax(5)", _SPARSE, ["top_k_categorical_accuracy"]),
        "error",
        "{keras.metrics.SparseTopKCategoricalAccuracy}(name='top_k_categorical_accuracy')",
        id="top-k metric, sparse loss",
    ),
    pytest.param(
        site("softmax", _CCE, ["sparse_categorical_accuracy"]),
        "error",
        "{keras.metrics.CategoricalAccuracy}(name='sparse_categorical_accuracy')",
        id="units unknown",
    ),
    pytest.param(
        site("softmax(5)", "mse", ["categorical_accuracy"], labels="integer"),
        "warning",
        "{keras.metrics.SparseCategoricalAccuracy}(name='categorical_accuracy')",
        id="labels known, loss says nothing",
    ),
    pytest.param(
        site("sigmoid(5)", _BCE, ["SparseCategoricalAccuracy(name='acc')"]),
        "error",
        "{keras.metrics.BinaryAccuracy}(name='acc')",
        id="independent labels",
    ),
    pytest.param(
        site("sigmoid(5)", _BCE, ["SparseCategoricalAccuracy(name='acc')"], labels="one-hot"),
        "error",
        "{keras.metrics.CategoricalAccuracy}(name='acc')",
        id="one-hot labels under a binary loss",
    ),
    pytest.param(
        site("sigmoid(5)", "mse", ["SparseCategoricalAccuracy(name='acc')"], labels=labels_of("multi-hot", rank=2)),
        "error",
        "{keras.metrics.BinaryAccuracy}(name='acc')",
        id="multi-hot rows are no ids",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "code"), FIXED)
def test_fixed(a_site: CompileSite, severity: str, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC106", severity, code, "safe")]


def test_no_fix_where_k_is_not_known() -> None:
    found = codes_and_fixes(RULE, site("softmax(5)", _CCE, ["SparseTopKCategoricalAccuracy(k=depth)"]))
    assert found == [("KAC106", "error", None, None)]


@pytest.mark.parametrize(
    ("a_site", "message"),
    [
        (
            site("softmax(5)", "sparse_categorical_crossentropy", ["CategoricalAccuracy(name='acc')"]),
            "CategoricalAccuracy() takes one-hot rows, but the loss takes class ids: the argmax of "
            "an id means nothing; write SparseCategoricalAccuracy(name='acc')",
        ),
        (
            site("softmax(5)", "categorical_crossentropy", ["sparse_categorical_accuracy"], labels="one-hot"),
            "'sparse_categorical_accuracy' takes class ids, but the labels are one-hot rows: the first batch "
            "raises; write CategoricalAccuracy(name='sparse_categorical_accuracy')",
        ),
    ],
    ids=["by the loss", "by the labels"],
)
def test_says_what_is_given_and_keeps_the_key(a_site: CompileSite, message: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message == message
