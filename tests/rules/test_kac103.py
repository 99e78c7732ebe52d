"""Binary accuracy cuts logits at a half."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac103_accuracy_on_logits import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, site

_LOGITS = "BinaryCrossentropy(from_logits=True)"

SILENT = [
    pytest.param(site("sigmoid(1)", "binary_crossentropy", ["accuracy"]), id="activated"),
    pytest.param(site("sigmoid(1)", _LOGITS, ["accuracy"]), id="activated, and told logits: KAC202"),
    pytest.param(site("linear(1)", "binary_crossentropy", ["accuracy"]), id="not told: KAC201 first"),
    pytest.param(site("linear(1)", "BinaryCrossentropy(from_logits=flag)", ["accuracy"]), id="told unknown"),
    pytest.param(site("linear(1)", _LOGITS, ["BinaryAccuracy(threshold=0.0)"]), id="threshold given"),
    pytest.param(site("linear(1)", _LOGITS, ["BinaryAccuracy(threshold=limit)"]), id="threshold unknown"),
    pytest.param(site("linear(1)", _LOGITS, ["BinaryAccuracy('acc', None, 0.0)"]), id="positional threshold"),
    pytest.param(site("linear(10)", "CategoricalCrossentropy(from_logits=True)", ["accuracy"]), id="argmax of logits"),
    pytest.param(site("linear(10)", "SparseCategoricalCrossentropy(from_logits=True)", ["accuracy"]), id="sparse"),
    pytest.param(site("linear(12)", _LOGITS, ["accuracy"]), id="several units: KAC102"),
    pytest.param(site("linear", _LOGITS, ["accuracy"]), id="units unknown"),
    pytest.param(site("custom(1)", _LOGITS, ["accuracy"]), id="custom last layer"),
    pytest.param(site("linear(1)", _LOGITS, ["Accuracy()"]), id="exact match: KAC107"),
    pytest.param(site("linear(1)", _LOGITS, ["custom"]), id="own metric"),
    pytest.param(site("linear(1)", _LOGITS, ["accuracy"], custom_training=True), id="own training"),
]

FIXED = [
    pytest.param(
        site("linear(1)", _LOGITS, ["accuracy"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')",
        id="accuracy",
    ),
    pytest.param(
        site("linear(1)", _LOGITS, ["acc"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='acc')",
        id="acc keeps its key",
    ),
    pytest.param(
        site("linear(1)", _LOGITS, ["accuracy"], dialect="tf.keras-1.15"),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='acc')",
        id="TF 1.15 logs 'acc'",
    ),
    pytest.param(
        site("linear(1)", _LOGITS, ["binary_accuracy"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0)",
        id="the default name needs no saying",
    ),
    pytest.param(
        site("linear(12)", _LOGITS, ["class:BinaryAccuracy"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0)",
        id="class, several units",
    ),
    pytest.param(site("linear(12)", _LOGITS, ["BinaryAccuracy()"]), "0.0", id="instance"),
    pytest.param(site("linear", _LOGITS, ["BinaryAccuracy(name='acc')"]), "0.0", id="units unknown"),
    pytest.param(
        site("linear(12)", _LOGITS, ["accuracy"], dialect="tf.keras-2.1"),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')",
        id="several units where 'accuracy' goes by the loss",
    ),
    pytest.param(
        site("linear(1)", "BinaryFocalCrossentropy(from_logits=True)", ["accuracy"]),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')",
        id="focal",
    ),
    pytest.param(
        site(
            "linear(1)",
            _LOGITS,
            ["accuracy"],
            uses=Uses(keys_read=frozenset({"accuracy"}), history_escapes=True),
        ),
        "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')",
        id="the key is read, and stays",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FIXED)
def test_fixed(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC103", "warning", code, "safe")]


@pytest.mark.parametrize("metric", ["accuracy", "BinaryAccuracy()"])
def test_keras_3_0_to_3_4_refuse_the_fix(metric: str) -> None:
    (finding,) = RULE.check(site("linear(1)", _LOGITS, [metric], dialect="keras-3.4"))
    assert finding.fix is None
    assert "refuse threshold=0.0" in finding.message


@pytest.mark.parametrize(
    ("metric", "advice"),
    [
        ("accuracy", "write BinaryAccuracy(threshold=0.0, name='accuracy')"),
        ("acc", "write BinaryAccuracy(threshold=0.0, name='acc')"),
        ("BinaryAccuracy()", "write BinaryAccuracy(threshold=0.0)"),
    ],
)
def test_advice_keeps_the_log_key(metric: str, advice: str) -> None:
    (finding,) = RULE.check(site("linear(1)", _LOGITS, [metric]))
    assert finding.message.endswith(f"; {advice}")
