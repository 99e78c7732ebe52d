"""Class ids without a unit."""

from __future__ import annotations

import numpy as np
import pytest

from lint_keras_acc.rules.kac602_label_ids_out_of_range import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, observed, probabilities, site

SPARSE = site("softmax(3)", "sparse_categorical_crossentropy", ["accuracy"])
SCORES = probabilities(6, 3)
STEPS = probabilities(6, 3).reshape(2, 3, 3)
PADDED = np.array([[0, 1, -1], [2, -1, -1]])


def ignoring(ignored: int, metrics: list[str]) -> CompileSite:
    return site("softmax(3)", f"SparseCategoricalCrossentropy(ignore_class={ignored})", metrics)


SILENT = [
    pytest.param(SPARSE, id="no batch"),
    pytest.param(observed(SPARSE, [0, 1, 2, 0, 1, 2], SCORES), id="every class"),
    pytest.param(observed(SPARSE, [0, 0, 0, 0, 0, 0], SCORES), id="sorted: one class alone"),
    pytest.param(observed(SPARSE, [0, 1, 0, 1, 0, 1], SCORES), id="one class is missing"),
    pytest.param(observed(SPARSE, [[0], [1], [2], [0], [1], [2]], SCORES), id="a column of ids"),
    pytest.param(observed(ignoring(-1, []), [0, 1, 2, -1, -1, 2], SCORES), id="ignore_class"),
    pytest.param(observed(ignoring(255, ["mae"]), [0, 1, 2, 255, 255, 2], SCORES), id="ignore_class of masks"),
    pytest.param(
        observed(SPARSE, [0, 1, 2, -1, 1, 2], SCORES, sample_weight=np.array([1, 1, 1, 0, 1, 1])), id="weighs 0"
    ),
    pytest.param(observed(SPARSE, PADDED, STEPS, sample_weight=(PADDED >= 0).astype(float)), id="padded steps weigh 0"),
    pytest.param(observed(site("softmax(3)", "custom"), [0, 1, 2, 3, 4, 5], SCORES), id="custom loss"),
    pytest.param(observed(site("linear(3)", "mse"), [0, 1, 2, 3, 4, 5], SCORES), id="no ids"),
    pytest.param(observed(site("sigmoid(1)", "binary_crossentropy"), [0, 1, 2, 0, 1, 2], SCORES[:, :1]), id="KAC304"),
    pytest.param(observed(SPARSE, np.eye(4)[[0, 1, 2, 3, 3, 3]], SCORES), id="one-hot rows are KAC301"),
    pytest.param(
        observed(
            site("softmax(3)", "sparse_categorical_crossentropy", custom_training=True), [0, 1, 2, 3, 4, 5], SCORES
        ),
        id="own training",
    ),
]

FOUND = [
    pytest.param(observed(SPARSE, [1, 2, 3, 1, 2, 3], SCORES), "error", "subtract 1", id="counted from 1"),
    pytest.param(observed(SPARSE, [0, 2, 9, 7, 2, 3], SCORES), "error", "write 10 units", id="more classes"),
    pytest.param(observed(SPARSE, [0, 2, 9, 7, 2, 3], SCORES), "error", "(3, 7 and 9)", id="which ids"),
    pytest.param(observed(SPARSE, [0, 1, 2, -1, 1, 2], SCORES), "error", "ignore_class=-1", id="unlabelled"),
    pytest.param(observed(SPARSE, PADDED, STEPS, "tensorflow"), "error", "TensorFlow and torch raise", id="padding"),
    pytest.param(observed(SPARSE, PADDED, STEPS, "jax"), "hint", "JAX counts them as loss 0", id="padding on JAX"),
    pytest.param(
        observed(SPARSE, np.where(PADDED < 0, 255, PADDED), STEPS), "hint", "ignore_class=255", id="no class in a mask"
    ),
    pytest.param(observed(SPARSE, np.where(PADDED < 0, 3, PADDED), STEPS), "error", "write 4 units", id="background"),
    pytest.param(observed(ignoring(-1, []), [0, 1, 2, -1, 3, 2], SCORES), "error", "(-1 and 3)", id="and another"),
    pytest.param(
        observed(ignoring(-1, ["accuracy"]), [0, 1, 2, -1, 1, 2], SCORES), "hint", "counts them as wrong", id="shown"
    ),
    pytest.param(
        observed(SPARSE, [0, 1, 2, -100, 1, 2], SCORES, "torch"), "hint", "counts them as wrong", id="torch takes -100"
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "words"), FOUND)
def test_found(a_site: CompileSite, severity: str, words: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC602", severity, None, None)]
    (finding,) = RULE.check(a_site)
    assert words in finding.message
