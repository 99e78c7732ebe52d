"""Metrics of yes and no over several classes."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac111_threshold_metric_on_classes import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, output, site

_SPARSE = "sparse_categorical_crossentropy"
_CATEGORICAL = "categorical_crossentropy"

SILENT = [
    pytest.param(site("softmax(3)", _CATEGORICAL, ["Precision(class_id=1)"]), id="one class"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["Recall(top_k=1)"]), id="the highest"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["Recall(class_id=flag)"]), id="class unknown"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["AUC()", "F1Score()"]), id="AUC and F1Score"),
    pytest.param(site("sigmoid(3)", "binary_crossentropy", ["Precision()"]), id="several labels"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy", ["Precision()"]), id="one unit"),
    pytest.param(site("softmax(1)", _SPARSE, ["Precision()"]), id="one softmax unit: KAC204"),
    pytest.param(site("(3)", _CATEGORICAL, ["Precision()"]), id="activation unknown"),
    pytest.param(site("custom(3)", "custom", ["Precision()"]), id="own loss and layer"),
    pytest.param(site("linear(3)", "CategoricalCrossentropy(from_logits=True)", ["Precision()"]), id="logits: KAC104"),
    pytest.param(site(output("linear(3)", integers=True), _SPARSE, ["Precision()"]), id="class ids"),
    pytest.param(site("softmax(3)", _SPARSE, ["accuracy", "custom"]), id="other metrics"),
    pytest.param(site("softmax(3)", _SPARSE, ["Precision()"], custom_training=True), id="own training"),
]

HINTS = [
    pytest.param(site("softmax(3)", _CATEGORICAL, ["Precision()"]), id="Precision"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["precision"]), id="string"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["Recall(class_id=None)"]), id="class_id=None"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["TruePositives()"]), id="TruePositives"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["PrecisionAtRecall(0.8)"]), id="...At..."),
    pytest.param(site("softmax", _CATEGORICAL, ["Recall()"]), id="units unknown"),
    pytest.param(site("softmax(2)", "binary_crossentropy", ["Recall()"]), id="other loss"),
]

ERRORS = [
    pytest.param(site("softmax(3)", _SPARSE, ["Precision()"]), id="Precision"),
    pytest.param(site("softmax(3)", _SPARSE, ["Precision(class_id=1)"]), id="a class does not help"),
    pytest.param(site("softmax(3)", _SPARSE, ["Recall(top_k=1)"]), id="nor does top_k"),
    pytest.param(site("softmax(3)", _SPARSE, ["FalseNegatives()"]), id="counts"),
    pytest.param(site("softmax(3)", _SPARSE, ["AUC()"]), id="AUC"),
    pytest.param(site("", _SPARSE, ["Precision()"]), id="the loss alone tells of class ids"),
    pytest.param(site("linear(3)", "SparseCategoricalCrossentropy(from_logits=True)", ["Precision()"]), id="logits"),
    pytest.param(site("softmax(3)", _SPARSE, ["Precision()"], dialect="tf_keras-2.21"), id="tf_keras"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("a_site", HINTS)
def test_hint(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC111", "hint", None, None)]


@pytest.mark.parametrize("a_site", ERRORS)
def test_error(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC111", "error", None, None)]


@pytest.mark.parametrize(
    ("a_site", "says"),
    [
        (
            site("softmax(2)", _CATEGORICAL, ["Precision()"]),
            "Precision() over two softmax outputs counts both columns and is the accuracy; give it a class_id",
        ),
        (
            site("softmax(3)", _CATEGORICAL, ["TruePositives()"]),
            "TruePositives() counts each of the 3 softmax outputs as a yes or no, all classes together; "
            "F1Score has a figure for each class",
        ),
        (
            site("softmax(3)", _SPARSE, ["Precision(class_id=1)"]),
            "Precision() takes a column of the labels, but those of sparse_categorical_crossentropy are class ids: "
            "class_id picks a row of the batch; use a categorical loss with one-hot labels, or a sparse metric",
        ),
    ],
)
def test_message(a_site: CompileSite, says: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message == says


def test_what_raises_is_told_before_the_threshold() -> None:
    a_site = site("linear(3)", "SparseCategoricalCrossentropy(from_logits=True)", ["Precision()"])
    assert [finding.code for finding in check(a_site, all_rules())] == ["KAC111"]


def test_labels_that_contradict_the_loss_are_told_first() -> None:
    a_site = site("softmax(3)", _SPARSE, ["Precision()"], labels="one-hot")
    assert [finding.code for finding in check(a_site, all_rules())] == ["KAC301"]
