"""Class ids that are one number in the precision of the last layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lint_keras_acc.findings import SetArgument
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac113_label_ids_collide import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite, Fact, Output
from tests.rules.sites_builder import LAYER, codes_and_fixes, observed, output, probabilities, site, span_at

_SPARSE = "sparse_categorical_crossentropy"
_POLICY = span_at(3, 1)


def in_dtype(dtype: str | None, units: int = 1000, activation: str = "softmax", **more: Any) -> Output:
    made = output(f"{activation}({units})" if units else activation, **more)
    return replace(made, dtype=Fact(dtype, _POLICY if dtype else None), last=LAYER)


def of(dtype: str | None, units: int = 1000, metrics: tuple[str, ...] = ("accuracy",), **more: Any) -> CompileSite:
    return site(in_dtype(dtype, units), _SPARSE, metrics, **more)


SILENT = [
    pytest.param(of(None), id="dtype unknown"),
    pytest.param(of("float32"), id="float32"),
    pytest.param(of("float64"), id="float64"),
    pytest.param(of("bfloat16", 257), id="256 is exact"),
    pytest.param(of("float16", 2049), id="2048 is exact"),
    pytest.param(of("bfloat16", 0), id="units unknown"),
    pytest.param(of("bfloat16", metrics=("binary_accuracy", "AUC()", "mae", "custom")), id="no ids"),
    pytest.param(of("bfloat16", metrics=("SparseTopKCategoricalAccuracy(5)",)), id="top-k compares integers"),
    pytest.param(of("bfloat16", metrics=()), id="no metric"),
    pytest.param(of("bfloat16", dialect="keras-3.3"), id="Keras 3.3"),
    pytest.param(of("bfloat16", dialect="tf_keras-2.21"), id="tf_keras"),
    pytest.param(of("bfloat16", dialect="tf.keras-2.15"), id="TensorFlow 2.15"),
    pytest.param(of("bfloat16", custom_training=True), id="own training"),
    pytest.param(site(in_dtype("bfloat16"), "custom", ["accuracy"]), id="own loss: what 'accuracy' runs is open"),
]

FOUND = [
    pytest.param(of("bfloat16", 258), id="bfloat16"),
    pytest.param(of("float16", 2050), id="float16"),
    pytest.param(of("bfloat16", dialect="keras-3.4"), id="Keras 3.4"),
    pytest.param(of("bfloat16", metrics=("SparseCategoricalAccuracy(dtype='float32')",)), id="the metric's dtype"),
    pytest.param(site(in_dtype("bfloat16"), "categorical_crossentropy", ["acc"]), id="one-hot"),
    pytest.param(
        site(in_dtype("bfloat16", activation="linear"), "SparseCategoricalCrossentropy(from_logits=True)", ["acc"]),
        id="logits",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize("a_site", FOUND)
def test_found(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC113", "warning", "'float32'", "unsafe")]


def test_fixes_the_very_last_layer() -> None:
    (finding,) = RULE.check(of("bfloat16"))
    assert finding.fix is not None
    assert finding.fix.repairs == (SetArgument(LAYER, "dtype", "'float32'"),)
    assert finding.message.startswith("'accuracy' compares the ids of 1000 classes as bfloat16, in which 257 is 256,")
    assert (_POLICY, "its numbers are bfloat16") in [(place.span, place.message) for place in finding.related]


def test_no_fix_where_no_layer_is_the_last() -> None:
    made = replace(in_dtype("bfloat16"), last=None)
    assert codes_and_fixes(RULE, site(made, _SPARSE, ["accuracy"])) == [("KAC113", "warning", None, None)]


def test_a_batch_knows_more() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    labels = np.arange(256, 298)
    predictions = probabilities(len(labels), 1000).astype(ml_dtypes.bfloat16)
    assert [finding.code for finding in check(of("bfloat16"), all_rules())] == ["KAC113"]
    codes = {finding.code for finding in check(observed(of("bfloat16"), labels, predictions), all_rules())}
    assert "KAC608" in codes
    assert "KAC113" not in codes
