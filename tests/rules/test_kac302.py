"""Integer labels under a categorical loss."""

from __future__ import annotations

import pytest

from lint_keras_acc.findings import Replace
from lint_keras_acc.rules.kac302_integer_labels_with_categorical_loss import RULE
from lint_keras_acc.sites import CompileSite, Fact
from tests.rules.sites_builder import codes_and_fixes, labels_of, output, site

_STRING = "categorical_crossentropy"
_BINARY_LOGITS = "BinaryCrossentropy(from_logits=True)"

SILENT = [
    pytest.param(site("softmax(10)", _STRING, labels="one-hot"), id="one-hot"),
    pytest.param(site("softmax(10)", _STRING), id="labels unknown"),
    pytest.param(site("softmax(10)", "sparse_categorical_crossentropy", labels="integer"), id="sparse loss"),
    pytest.param(site("softmax(10)", "custom", labels="integer"), id="custom loss"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy", labels="integer"), id="one unit is KAC304"),
    pytest.param(site("sigmoid(1)", _STRING, labels="binary"), id="one unit is KAC205"),
    pytest.param(site("softmax(10)", "binary_crossentropy", labels="integer"), id="softmax is KAC206"),
    pytest.param(site("sigmoid", "binary_crossentropy", labels="integer"), id="units unknown"),
    pytest.param(site("(4)", "binary_crossentropy", labels="integer"), id="activation unknown"),
    pytest.param(site("sigmoid(4)", "binary_crossentropy", labels="multi-hot"), id="multi-hot"),
    pytest.param(site("softmax(4)", _STRING, labels=labels_of("integer", rank=2, width=4)), id="counts for each unit"),
    pytest.param(site("softmax(10)", "mse", labels="integer"), id="regression loss is KAC305"),
    pytest.param(site("softmax(10)", _STRING, labels="integer", custom_training=True), id="own training"),
    pytest.param(site("softmax(4)", _BINARY_LOGITS, labels="integer"), id="softmax as logits is KAC206"),
]

_SPARSE = "'sparse_categorical_crossentropy'"
_TOKENS = labels_of("integer", rank=2, width=7)

FOUND = [
    pytest.param(site("softmax(10)", _STRING, labels="integer"), "error", _SPARSE, id="string"),
    pytest.param(site("softmax(2)", _STRING, labels="binary"), "error", _SPARSE, id="0/1 in one column"),
    pytest.param(site("softmax", _STRING, labels="integer"), "error", _SPARSE, id="units unknown"),
    pytest.param(
        site("softmax(10)", "CategoricalCrossentropy", labels="integer"),
        "error",
        "'SparseCategoricalCrossentropy'",
        id="class name as string",
    ),
    pytest.param(
        site("linear(7)", "CategoricalCrossentropy(from_logits=True)", labels="integer"),
        "error",
        "{keras.losses.SparseCategoricalCrossentropy}(from_logits=True)",
        id="instance keeps from_logits",
    ),
    pytest.param(
        site("softmax(7)", "CategoricalCrossentropy(label_smoothing=0.1)", labels="integer"),
        "error",
        None,
        id="the sparse loss cannot smooth",
    ),
    pytest.param(site(output("softmax(9)", rank=Fact(3)), _STRING, labels=_TOKENS), "error", _SPARSE, id="token ids"),
    pytest.param(
        site("softmax(7)", "categorical_focal_crossentropy", labels="integer"),
        "warning",
        None,
        id="focal runs",
    ),
    pytest.param(site("softmax(7)", "kld", labels="integer"), "warning", None, id="KL divergence runs"),
    pytest.param(site("linear(7)", "categorical_hinge", labels="integer"), "warning", None, id="hinge runs"),
    pytest.param(site("sigmoid(7)", "binary_crossentropy", labels="integer"), "error", None, id="binary loss"),
    pytest.param(site("linear(7)", _BINARY_LOGITS, labels="integer"), "error", None, id="binary loss of logits"),
    pytest.param(site("tanh(7)", _BINARY_LOGITS, labels="integer"), "error", None, id="cut logits raise as well"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "code"), FOUND)
def test_found(a_site: CompileSite, severity: str, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC302", severity, code, "safe" if code else None)]


def test_explicit_categorical_metrics_follow_under_their_keys() -> None:
    a_site = site("softmax(10)", _STRING, ["CategoricalAccuracy()", "accuracy"], labels="integer")
    (finding,) = RULE.check(a_site)
    assert finding.fix is not None
    code = "{keras.metrics.SparseCategoricalAccuracy}(name='categorical_accuracy')"
    assert finding.fix.repairs[1:] == (Replace(a_site.metrics[0].span, code),)
