"""Every loss with every output and every metric: the fixes settle, and real Keras runs what they leave."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Finding
from lint_keras_acc.fixes import FixResult, fix_source
from lint_keras_acc.source import Source, read_source

SETTINGS = Settings(hints=True, project_pins=False)
LOSSES = [
    '"mse"',
    '"binary_crossentropy"',
    "keras.losses.BinaryCrossentropy(from_logits=True)",
    '"categorical_crossentropy"',
    "keras.losses.CategoricalCrossentropy(from_logits=True)",
    '"sparse_categorical_crossentropy"',
]
OUTPUTS = [f"{units}, activation={activation}" for units in (1, 5) for activation in ("None", '"sigmoid"', '"softmax"')]
METRICS = [
    '"accuracy"',
    '"acc"',
    '"binary_accuracy"',
    '"categorical_accuracy"',
    '"sparse_categorical_accuracy"',
    "keras.metrics.Accuracy()",
    "keras.metrics.TopKCategoricalAccuracy(k=2)",
    "keras.metrics.SparseTopKCategoricalAccuracy(k=2)",
    '"acuracy"',
    '"f1"',
    '"rmse"',
    '"ce"',
    '"mean_iou"',
    '"kld"',
]
PROGRAM = """\
import keras

model = keras.Sequential([keras.Input((8,)), keras.layers.Dense({output})])
model.compile("adam", {loss}, metrics=[{metric}])
"""


def lint(source: Source) -> tuple[Finding, ...]:
    return lint_source(source, SETTINGS).findings


def fixed(loss: str, output: str, metric: str) -> FixResult:
    text = PROGRAM.format(loss=loss, output=output, metric=metric)
    return fix_source(read_source("program.py", text.encode()), lint, unsafe=True)


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", OUTPUTS)
def test_fixes_settle(loss: str, output: str) -> None:
    for metric in METRICS:
        result = fixed(loss, output, metric)
        assert result.converged, metric
        assert not result.skipped, metric
        assert not [finding for finding in result.remaining if finding.fix], metric


def labels_for(model: Any, loss: str) -> Any:
    """Labels that `loss` takes for the outputs of `model`, 16 rows."""
    numpy = pytest.importorskip("numpy")
    random = numpy.random.default_rng(0)
    units = model.output_shape[-1]
    ids = random.integers(0, units, 16)
    if "sparse" in loss.lower():
        return ids
    if "categorical" in loss.lower():
        return numpy.eye(units, dtype="float32")[ids]
    return random.integers(0, 2, (16, units)).astype("float32")


@pytest.mark.keras
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("loss", LOSSES[1:])
@pytest.mark.parametrize("output", OUTPUTS)
def test_real_keras_runs_what_is_silent(loss: str, output: str) -> None:
    pytest.importorskip("keras")
    numpy = pytest.importorskip("numpy")
    for metric in METRICS:
        result = fixed(loss, output, metric)
        if result.remaining:
            continue
        names: dict[str, Any] = {}
        exec(result.data.decode(), names)
        model = names["model"]
        model.run_eagerly = True
        call = result.data.decode().rpartition("model.compile")[2].partition("metrics=")[0]
        model.evaluate(numpy.ones((16, 8), "float32"), labels_for(model, call), verbose=0)
