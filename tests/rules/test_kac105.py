"""Binary accuracy over several classes."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac105_binary_accuracy_on_classes import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, key_read, site

_CCE = "categorical_crossentropy"
_SPARSE = "sparse_categorical_crossentropy"

SILENT = [
    pytest.param(site("sigmoid(5)", "binary_crossentropy", ["binary_accuracy"]), id="binary loss"),
    pytest.param(site("softmax(2)", _CCE, ["binary_accuracy"]), id="two classes: the same number"),
    pytest.param(site("softmax", _CCE, ["binary_accuracy"]), id="units unknown"),
    pytest.param(site("sigmoid(5)", _CCE, ["binary_accuracy"]), id="sigmoid: may be multi-label"),
    pytest.param(site("softmax(5)", _CCE, ["binary_accuracy"], labels="multi-hot"), id="multi-hot"),
    pytest.param(site("softmax(5)", _CCE, ["accuracy"]), id="accuracy chooses"),
    pytest.param(site("softmax(5)", "custom", ["binary_accuracy"]), id="custom loss"),
    pytest.param(site("softmax(5)", _CCE, ["binary_accuracy"], custom_training=True), id="own training"),
    pytest.param(site("sigmoid(2)", _CCE, ["binary_accuracy"], labels="one-hot"), id="two sigmoids: KAC207"),
]

FIXED = [
    pytest.param(
        site("softmax(5)", _CCE, ["binary_accuracy"]),
        "{keras.metrics.CategoricalAccuracy}(name='binary_accuracy')",
        "safe",
        id="string",
    ),
    pytest.param(
        site("softmax(5)", _SPARSE, ["BinaryAccuracy(name='acc')"]),
        "{keras.metrics.SparseCategoricalAccuracy}(name='acc')",
        "safe",
        id="sparse",
    ),
    pytest.param(
        site(
            "linear(5)",
            "CategoricalCrossentropy(from_logits=True)",
            ["BinaryAccuracy('acc', 'float32', 0.7)"],
        ),
        "{keras.metrics.CategoricalAccuracy}(name='acc', dtype='float32')",
        "safe",
        id="logits, arguments by position",
    ),
    pytest.param(
        site("sigmoid(5)", _CCE, ["binary_accuracy"], labels="one-hot"),
        "{keras.metrics.CategoricalAccuracy}(name='binary_accuracy')",
        "safe",
        id="sigmoid over one-hot labels",
    ),
    pytest.param(
        site("softmax(5)", _CCE, ["binary_accuracy"], dialect="keras-2.2"),
        "'categorical_accuracy'",
        "safe",
        id="no classes yet",
    ),
    pytest.param(
        site("softmax(2)", _SPARSE, ["BinaryAccuracy(name='acc')"]),
        "{keras.metrics.SparseCategoricalAccuracy}(name='acc')",
        "safe",
        id="two classes, sparse",
    ),
    pytest.param(
        site("linear(2)", "CategoricalCrossentropy(from_logits=True)", ["BinaryAccuracy(name='acc')"]),
        "{keras.metrics.CategoricalAccuracy}(name='acc')",
        "safe",
        id="two logits are cut each on its own",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code", "applicability"), FIXED)
def test_fixed(a_site: CompileSite, code: str, applicability: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC105", "warning", code, applicability)]


def test_without_classes_the_reads_follow_the_key() -> None:
    uses = Uses(history_reads=(key_read("val_binary_accuracy"),), keys_read=frozenset({"val_binary_accuracy"}))
    a_site = site("softmax(3)", _CCE, ["binary_accuracy"], dialect="keras-2.2", uses=uses)
    (finding,) = RULE.check(a_site)
    assert finding.fix is not None
    assert [getattr(repair, "code", None) for repair in finding.fix.repairs] == [
        "'categorical_accuracy'",
        "'val_categorical_accuracy'",
    ]
