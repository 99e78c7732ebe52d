"""Fixes of several rules on one compile call: each leads to the next, and the end is a sound program."""

from __future__ import annotations

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Finding
from lint_keras_acc.fixes import fix_source
from lint_keras_acc.source import Source, read_source

SETTINGS = Settings(hints=True, project_pins=False)

_START = """\
from tensorflow import keras
from tensorflow.keras.layers import Activation, Dense
{labels}
model = keras.Sequential()
"""
_INTEGERS = "(x, y), _ = keras.datasets.mnist.load_data()"
_ONE_HOT = f"{_INTEGERS}\ny = keras.utils.to_categorical(y)"
_NUMBERS = "from sklearn.datasets import make_regression\nx, y = make_regression(100, 20)"

CASES = [
    pytest.param(
        "x, y = load()",
        "model.add(Dense(1))\nmodel.compile(loss='binary_crossentropy', metrics=['accuracy', keras.metrics.AUC()])\n",
        "model.add(Dense(1))\n"
        "model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), "
        "metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name='accuracy'), "
        "keras.metrics.AUC(from_logits=True)])\n",
        ["KAC201", "KAC103", "KAC104"],
        id="logits, then the metrics that cut probabilities",
    ),
    pytest.param(
        _INTEGERS,
        "model.add(Dense(10))\nmodel.compile(loss='categorical_crossentropy', metrics=['categorical_accuracy'])\n",
        "model.add(Dense(10))\n"
        "model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), "
        "metrics=[keras.metrics.SparseCategoricalAccuracy(name='categorical_accuracy')])\n",
        ["KAC201", "KAC302"],
        id="logits, and labels that are integers",
    ),
    pytest.param(
        _ONE_HOT,
        "model.add(Dense(10, activation='sigmoid'))\n"
        "model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['acc'])\n",
        "model.add(Dense(10, activation='softmax'))\n"
        "model.compile(loss=keras.losses.CategoricalCrossentropy(), metrics=['acc'])\n",
        ["KAC207", "KAC301", "KAC202"],
        id="activation, labels and from_logits all wrong",
    ),
    pytest.param(
        _ONE_HOT,
        "model.add(Dense(10, activation='softmax'))\nmodel.add(Activation('softmax'))\n"
        "model.compile(loss='binary_crossentropy', metrics=['acc'])\n",
        "model.add(Dense(10, activation='softmax'))\nmodel.compile(loss='categorical_crossentropy', metrics=['acc'])\n",
        ["KAC206", "KAC208"],
        id="two softmaxes under a binary loss",
    ),
    pytest.param(
        _ONE_HOT,
        "model.add(Dense(10, activation='sigmoid'))\n"
        "model.compile(loss='binary_crossentropy', metrics=['binary_accuracy'])\n",
        "model.add(Dense(10, activation='softmax'))\n"
        "model.compile(loss='categorical_crossentropy', "
        "metrics=[keras.metrics.CategoricalAccuracy(name='binary_accuracy')])\n",
        ["KAC207", "KAC105"],
        id="sigmoids for single labels, then the metric",
    ),
    pytest.param(
        _NUMBERS,
        "model.add(Dense(1, activation='softmax'))\nmodel.compile(loss='mse', metrics=['acc'])\n",
        "model.add(Dense(1, activation='linear'))\nmodel.compile(loss='mse', metrics=['mae'])\n",
        ["KAC204", "KAC101"],
        id="a regression through a softmax",
    ),
]


def _findings(source: Source) -> tuple[Finding, ...]:
    return lint_source(source, SETTINGS).findings


@pytest.mark.parametrize(("labels", "before", "after", "codes"), CASES)
def test_cascade(labels: str, before: str, after: str, codes: list[str]) -> None:
    start, end = _START.format(labels=labels), "model.fit(x, y)\n"
    result = fix_source(read_source("program.py", (start + before + end).encode()), _findings, unsafe=True)
    assert result.data.decode() == start + after + end
    assert sorted(finding.code for finding in result.applied) == sorted(codes)
    assert result.remaining == ()
    assert result.converged
