"""Scores where labels are compared."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac507_scores_into_label_metric import RULE
from lint_keras_acc.sites import CompileSite, Output, Uses
from tests.rules.sites_builder import codes_and_fixes, output, prediction_read, site, span_at

_SPARSE = "sparse_categorical_crossentropy"


def read(out: str | Output, loss: str | None, kind: str = "label-metric", **more: Any) -> CompileSite:
    return site(out, loss, uses=Uses(predictions=(prediction_read(kind),)), **more)


SILENT = [
    pytest.param(read(output("softmax(3)", integers=True), _SPARSE), id="the model returns labels"),
    pytest.param(read("", None), id="nothing is known of the model"),
    pytest.param(read("custom(3)", "custom"), id="own layer and loss"),
    pytest.param(read("softmax(3)", _SPARSE, custom_training=True), id="own training"),
    pytest.param(read("softmax(3)", _SPARSE, kind="argmax"), id="no metric"),
]

FOUND = [
    pytest.param(read("softmax(3)", _SPARSE), "; write `.argmax(axis=-1)` behind them", id="classes"),
    pytest.param(read("sigmoid(1)", "binary_crossentropy"), "; write `> 0.5` behind them", id="binary"),
    pytest.param(read("sigmoid(4)", "binary_crossentropy"), "; write `> 0.5` behind them", id="multi-label"),
    pytest.param(read("linear(1)", "BinaryCrossentropy(from_logits=True)"), "; write `> 0` behind them", id="logit"),
    pytest.param(
        read("linear(3)", "SparseCategoricalCrossentropy(from_logits=True)"),
        "; write `.argmax(axis=-1)` behind them",
        id="logits",
    ),
    pytest.param(read("linear(1)", "mse"), "scores", id="regression"),
    pytest.param(read("", _SPARSE), "scores", id="the loss takes scores"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "ending"), FOUND)
def test_found(a_site: CompileSite, ending: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message.startswith("accuracy_score raises: it compares labels, and these are scores")
    assert finding.message.endswith(ending)
    assert finding.span == span_at(40, 15, 1)
    assert finding.fix is None
