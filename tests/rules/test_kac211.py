"""Targets that the activation cannot reach."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac211_bounded_output_regression import RULE
from lint_keras_acc.sites import CompileSite, Labels, Uses
from tests.rules.sites_builder import codes_and_fixes, labels_of, site

_WIDE = labels_of("continuous", low=-3.0, high=17.0)
_POSITIVE = labels_of("continuous", low=0.0, high=17.0)
_SCALED = labels_of("continuous", low=0.0, high=1.0, bounded=(0.0, 1.0))

SILENT = [
    pytest.param(site("linear(1)", "mse", labels=_WIDE), id="no activation"),
    pytest.param(site("sigmoid(1)", "mse", labels="continuous"), id="range unknown"),
    pytest.param(site("sigmoid(1)", "mse", labels=_SCALED), id="targets scaled into range"),
    pytest.param(site("softmax(3)", "mse", labels=_SCALED), id="soft targets"),
    pytest.param(site("relu(1)", "mse", labels=_POSITIVE), id="relu over positive targets"),
    pytest.param(site("tanh(1)", "mse", labels=labels_of("continuous", low=-1.0, high=1.0)), id="tanh in range"),
    pytest.param(site("elu(1)", "mse", labels=_WIDE), id="unbounded activation"),
    pytest.param(site("sigmoid(9)", "mse", labels=labels_of("input", low=-3.0)), id="reconstruction"),
    pytest.param(site("softmax(3)", "mse", labels=labels_of("one-hot", high=1.0)), id="least squares"),
    pytest.param(site("softmax(5)", "mse", labels=labels_of("integer", high=4.0)), id="class ids are KAC305"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy", labels=_WIDE), id="cross-entropy is KAC305"),
    pytest.param(site("sigmoid(1)", "cosine_similarity", labels=_WIDE), id="a direction has no size"),
    pytest.param(site("sigmoid(1)", "custom", labels=_WIDE), id="custom loss"),
    pytest.param(site("custom(1)", "mse", labels=_WIDE), id="custom last layer"),
    pytest.param(site("tanh(1)", "mse", labels=_WIDE, custom_training=True), id="own training"),
    pytest.param(site("tanh(1)", "mse", labels=_WIDE, uses=Uses(adversarial=True)), id="generator or actor"),
]

FOUND = [
    pytest.param(site("sigmoid(1)", "mse", labels=_WIDE), "'linear'", id="sigmoid, negative targets"),
    pytest.param(site("sigmoid(1)", "huber", labels=_POSITIVE), "'linear'", id="sigmoid, large targets"),
    pytest.param(site("tanh(1)", "mae", labels=_POSITIVE), "'linear'", id="tanh"),
    pytest.param(site("relu(1)", "mse", labels=_WIDE), "'linear'", id="relu, negative targets"),
    pytest.param(site("softmax(3)", "mse", labels="continuous"), "'linear'", id="softmax, rows sum to 1"),
    pytest.param(site("sigmoid(1)", "mse", labels=labels_of(None, high=7.0)), "'linear'", id="literal targets"),
    pytest.param(site("sigmoid(1)", "mse", labels=labels_of("integer", high=4.0)), None, id="the loss is wrong"),
    pytest.param(site("softmax(3)", "poisson", labels="continuous"), None, id="poisson takes no negatives"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC211", "warning", code, "unsafe" if code else None)]


def test_names_layer_and_targets() -> None:
    (finding,) = RULE.check(site("tanh(1)", "mse", labels=_WIDE))
    assert [place.span.line for place in finding.related] == [1, 2]


@pytest.mark.parametrize("labels", ["continuous", _WIDE], ids=["continuous", "negative"])
def test_a_softmax_is_limited_by_its_sum(labels: Labels | str) -> None:
    (finding,) = RULE.check(site("softmax(3)", "mse", labels=labels))
    assert "shares that sum to 1" in finding.message
    assert "pile up" not in finding.message
