"""Metrics for probabilities on logits."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac104_threshold_metric_on_logits import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, site

_LOGITS = "BinaryCrossentropy(from_logits=True)"
_CATEGORICAL = "CategoricalCrossentropy(from_logits=True)"


def on_logits(metric: str, dialect: str = "keras-3.15") -> CompileSite:
    return site("linear(1)", _LOGITS, [metric], dialect=dialect)


SILENT = [
    pytest.param(site("sigmoid(1)", "binary_crossentropy", ["AUC()", "Precision()"]), id="activated"),
    pytest.param(site("linear(1)", "binary_crossentropy", ["AUC()"]), id="not told: KAC201 first"),
    pytest.param(on_logits("AUC(from_logits=True)"), id="AUC told"),
    pytest.param(on_logits("AUC(from_logits=flag)"), id="AUC told something unknown"),
    pytest.param(on_logits("AUC(thresholds=[-1.0, 0.0, 1.0])"), id="AUC with thresholds"),
    pytest.param(on_logits("Precision(thresholds=0.0)"), id="thresholds given"),
    pytest.param(on_logits("Recall(0.0)"), id="positional thresholds"),
    pytest.param(on_logits("Precision(top_k=3)"), id="top_k"),
    pytest.param(on_logits("BinaryIoU(threshold=0)"), id="threshold given"),
    pytest.param(on_logits("F1Score()"), id="F1 on one unit: KAC114"),
    pytest.param(site("linear(5)", _CATEGORICAL, ["F1Score(average='macro')"]), id="F1 argmaxes"),
    pytest.param(on_logits("BinaryCrossentropy(from_logits=True)"), id="cross-entropy told"),
    pytest.param(on_logits("MeanIoU(2)"), id="class ids: KAC110"),
    pytest.param(on_logits("accuracy"), id="accuracy: KAC103"),
    pytest.param(on_logits("mae"), id="regression metric"),
    pytest.param(on_logits("custom"), id="own metric"),
    pytest.param(site("custom(1)", _LOGITS, ["AUC()"]), id="custom last layer"),
]

FIXED = [
    pytest.param(on_logits("AUC()"), "True", id="AUC"),
    pytest.param(on_logits("AUC(from_logits=False)"), "True", id="AUC told wrong"),
    pytest.param(on_logits("AUC"), "{keras.metrics.AUC}(from_logits=True, name='AUC')", id="string 'AUC'"),
    pytest.param(
        on_logits("AUC", "tf.keras-2.8"),
        "{keras.metrics.AUC}(from_logits=True, name='auc')",
        id="key of TF 2",
    ),
    pytest.param(on_logits("Precision()"), "0.0", id="Precision"),
    pytest.param(on_logits("Recall(thresholds=None)"), "0.0", id="thresholds=None"),
    pytest.param(on_logits("TruePositives(name='tp')"), "0.0", id="TruePositives"),
    pytest.param(on_logits("precision"), "{keras.metrics.Precision}(thresholds=0.0, name='precision')", id="string"),
    pytest.param(on_logits("BinaryIoU()"), "0", id="BinaryIoU"),
    pytest.param(on_logits("binary_crossentropy"), "{keras.metrics.BinaryCrossentropy}(from_logits=True)", id="string"),
    pytest.param(
        on_logits("bce"),
        "{keras.metrics.BinaryCrossentropy}(from_logits=True, name='bce')",
        id="short string",
    ),
    pytest.param(on_logits("BinaryCrossentropy()"), "True", id="cross-entropy class"),
    pytest.param(
        on_logits("ce", "tf.keras-2.4"),
        "{keras.metrics.BinaryCrossentropy}(from_logits=True, name='ce')",
        id="the string that goes by the loss",
    ),
    pytest.param(
        site("linear(5)", _CATEGORICAL, ["categorical_crossentropy"]),
        "{keras.metrics.CategoricalCrossentropy}(from_logits=True)",
        id="categorical",
    ),
    pytest.param(site("linear(12)", _LOGITS, ["AUC(multi_label=True)"]), "True", id="several labels"),
]

UNFIXED = [
    pytest.param(on_logits("PrecisionAtRecall(0.8)"), id="...At..."),
    pytest.param(on_logits("F1Score(threshold=0.5)"), id="F1 takes no threshold of 0"),
    pytest.param(site("linear(5)", _CATEGORICAL, ["Precision()"]), id="categorical logits"),
    pytest.param(site("linear(5)", _CATEGORICAL, ["AUC()"]), id="AUC of categorical logits"),
    pytest.param(site("linear(5)", _CATEGORICAL, ["binary_crossentropy"]), id="cross-entropy of another kind"),
    pytest.param(on_logits("AUC()", "tf.keras-2.4"), id="AUC has no from_logits yet"),
    pytest.param(on_logits("Precision()", "tf.keras-2.9"), id="predictions below 0 raise"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FIXED)
def test_fixed(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC104", "warning", code, "safe")]


@pytest.mark.parametrize("a_site", UNFIXED)
def test_unfixed(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC104", "warning", None, None)]


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        (
            "Precision()",
            "Precision() cuts probabilities at 0.5, but gets one logit; give it thresholds=0.0",
        ),
        ("AUC()", "AUC() has its thresholds in [0, 1], but gets one logit; give it from_logits=True"),
        (
            "AUC",
            "'AUC' has its thresholds in [0, 1], but gets one logit; write AUC(from_logits=True, name='AUC')",
        ),
        (
            "F1Score(threshold=0.5)",
            "F1Score() cuts probabilities, but gets one logit; end the model in a sigmoid, without from_logits",
        ),
    ],
)
def test_message(metric: str, says: str) -> None:
    (finding,) = RULE.check(on_logits(metric))
    assert finding.message == says
