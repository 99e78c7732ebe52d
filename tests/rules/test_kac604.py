"""Targets that the activation cannot reach."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac604_unreachable_targets import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

SCORES = probabilities(6, 3)
PIXELS = np.arange(18.0, dtype=np.float32).reshape(6, 3)
IDS = [0, 1, 2, 0, 1, 2]
SIGNS = [[-1], [1], [1], [-1], [1], [-1]]

SILENT = [
    pytest.param(
        observed(site("sigmoid(3)", "mse"), np.full((6, 3), np.inf), SCORES), id="nothing but infinity: KAC607"
    ),
    pytest.param(site("sigmoid(3)", "mse"), id="no batch"),
    pytest.param(observed(site("sigmoid(3)", "mse"), PIXELS / 17, SCORES), id="scaled"),
    pytest.param(observed(site("sigmoid(3)", "mse"), PIXELS / 17, SCORES, inputs=PIXELS / 17), id="autoencoder"),
    pytest.param(observed(site("sigmoid(3)", "binary_crossentropy"), PIXELS / 17, SCORES), id="reconstruction"),
    pytest.param(observed(site("relu(3)", "mse"), PIXELS, SCORES), id="counts"),
    pytest.param(observed(site("exponential(3)", "poisson"), PIXELS, SCORES), id="rates"),
    pytest.param(observed(site("linear(3)", "mse"), -PIXELS, SCORES), id="no activation"),
    pytest.param(observed(site("custom(3)", "mse"), -PIXELS, SCORES), id="custom output"),
    pytest.param(observed(site("sigmoid(3)", "custom"), PIXELS, SCORES), id="custom loss"),
    pytest.param(observed(site("tanh(1)", "mse"), SIGNS, SCORES[:, :1]), id="signs"),
    pytest.param(observed(site("tanh(1)", "hinge"), SIGNS, SCORES[:, :1]), id="margins"),
    pytest.param(observed(site("softmax(3)", "sparse_categorical_crossentropy"), IDS, SCORES), id="class ids"),
    pytest.param(observed(site("softmax(3)", "mse"), IDS, SCORES), id="class ids are KAC305"),
    pytest.param(observed(site("tanh(1)", "BinaryCrossentropy(from_logits=True)"), SIGNS, SCORES[:, :1]), id="KAC304"),
    pytest.param(observed(site("sigmoid(3)", "cosine_similarity"), PIXELS, SCORES), id="angles"),
    pytest.param(observed(site("tanh(3)", "mse", uses=Uses(adversarial=True)), PIXELS, SCORES), id="actor"),
]

FOUND = [
    pytest.param(observed(site("sigmoid(3)", "mse"), PIXELS, SCORES), "warning", "16 of 18 targets", id="pixels"),
    pytest.param(
        observed(site("sigmoid(3)", "mse"), PIXELS, SCORES, inputs=PIXELS),
        "warning",
        "(they go from 0 to 17)",
        id="input",
    ),
    pytest.param(observed(site("tanh(3)", "mae"), PIXELS, SCORES), "warning", "what tanh can yield", id="tanh"),
    pytest.param(observed(site("relu(3)", "huber"), 5 - PIXELS, SCORES), "warning", "12 of 18", id="negative"),
    pytest.param(observed(site("relu6(3)", "mse"), PIXELS, SCORES), "warning", "11 of 18", id="relu6"),
    pytest.param(observed(site("softplus(3)", "poisson"), -PIXELS, SCORES), "warning", "17 of 18", id="rates"),
    pytest.param(
        observed(site("sigmoid(3)", "binary_crossentropy"), PIXELS, SCORES), "error", "torch raises", id="pixels, bce"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC604", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
