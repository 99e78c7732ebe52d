"""Labels that are more than 0 and 1 under binary cross-entropy."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac304_labels_not_binary import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, labels_of, site

_LOSS = "binary_crossentropy"
_TEN = labels_of("integer", classes=10)
_SIGNS = labels_of("binary", low=-1.0, high=1.0)

SILENT = [
    pytest.param(site("sigmoid(1)", _LOSS, labels="binary"), id="0 and 1"),
    pytest.param(site("sigmoid(1)", _LOSS), id="labels unknown"),
    pytest.param(site("sigmoid(1)", _LOSS, labels="integer"), id="number of classes unknown"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of("integer", classes=2)), id="two classes"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of("integer", classes=10, subset=True)), id="two chosen"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of(None, low=0.1, high=0.9)), id="soft labels"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of("continuous", high=17.0)), id="KAC305"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of("input", high=255.0)), id="reconstruction"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of("one-hot", classes=10)), id="KAC303"),
    pytest.param(site("sigmoid(10)", _LOSS, labels=_TEN), id="several units are KAC302"),
    pytest.param(site("sigmoid", _LOSS, labels=_TEN), id="units unknown"),
    pytest.param(site("tanh(1)", "hinge", labels=_SIGNS), id="hinge takes -1 and 1"),
    pytest.param(site("linear(1)", "mse", labels=_TEN), id="ordinal regression"),
    pytest.param(site("sigmoid(1)", "custom", labels=_TEN), id="custom loss"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=_TEN, custom_training=True), id="own training"),
]

FOUND = [
    pytest.param(site("sigmoid(1)", _LOSS, labels=_TEN), "torch raises", id="ten classes"),
    pytest.param(site("sigmoid(1)", "binary_focal_crossentropy", labels=_TEN), "torch raises", id="focal form"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=_SIGNS), "torch raises", id="-1 and 1"),
    pytest.param(site("(1)", _LOSS, labels=labels_of("binary", low=1.0, high=2.0)), "torch raises", id="1 and 2"),
    pytest.param(site("sigmoid(1)", _LOSS, labels=labels_of(None, high=3.0)), "torch raises", id="literals"),
    pytest.param(
        site("linear(1)", "BinaryCrossentropy(from_logits=True)", labels=_SIGNS),
        "nothing raises",
        id="logits",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "effect"), FOUND)
def test_found(a_site: CompileSite, effect: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC304", "error", None, None)]
    (finding,) = RULE.check(a_site)
    assert effect in finding.message
