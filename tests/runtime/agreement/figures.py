"""Prints, as a line of JSON, the figures that one installed Keras gives for four well-known examples.

`python -m tests.runtime.agreement.figures INSTALLATION`, with KERAS_BACKEND set to suit.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def array(*rows: Any) -> Array:
    return np.array(rows, dtype="float32")


FIVE_LABELS = array([0, 0, 0, 1, 1], [0, 0, 1, 1, 0])
FIRST_BATCH = array([0.2, 0.1, 0.05, 0.6, 0.05], [0.1, 0.1, 0.6, 0.9, 0.2])
SECOND_BATCH = array([0.2, 0.1, 0.05, 0.6, 0.05], [0.1, 0.1, 0.9, 0.6, 0.2])

REAL_TARGETS = array(0, 1, 2, 3, 1, 0)[:, None]
REAL_PREDICTIONS = array(0.2, 1.3, 1.8, 3.4, 0.6, -0.4)[:, None]

CLASSES = np.array([0, 1, 2, 0])
LOGITS = array([2.0, 0.5, -1.0], [1.5, 1.0, 0.0], [-0.5, 0.25, 2.5], [0.5, 1.5, -1.0])
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=-1, keepdims=True)
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]

ONE_UNIT_LABELS = array(0, 1, 1, 1)[:, None]
ONE_UNIT_LOGITS = array(-1.0, 0.2, 3.0, 0.4)[:, None]


def evaluate(keras: Any, x: Array, y: Array, loss: Any, metrics: list[Any], *, run_eagerly: bool = False) -> Any:
    """The log of a model that hands its input on, by key; the class of what it raises."""
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, keras.layers.Activation("linear")(inputs))
    model.compile(optimizer="sgd", loss=loss, metrics=metrics, run_eagerly=run_eagerly)
    try:
        return {key: float(value) for key, value in model.evaluate(x, y, verbose=0, return_dict=True).items()}
    except Exception as error:
        return {"raises": type(error).__name__}


def figures(keras: Any) -> dict[str, Any]:
    return {
        "five labels": five_labels(keras),
        "regression": evaluate(keras, REAL_PREDICTIONS, REAL_TARGETS, "mse", ["accuracy"]),
        "encodings": encodings(keras),
        "one unit of logits": one_unit(keras),
    }


def five_labels(keras: Any) -> dict[str, Any]:
    functions = ("categorical_accuracy", "binary_accuracy")
    found: dict[str, Any] = {
        f"{name} of the {which} batch": rows(getattr(keras.metrics, name)(FIVE_LABELS, batch))
        for name in functions
        for which, batch in (("first", FIRST_BATCH), ("second", SECOND_BATCH))
    }
    for which, batch in (("first", FIRST_BATCH), ("second", SECOND_BATCH)):
        for eagerly in (False, True):
            found[f"{which} batch, {'eager' if eagerly else 'graph'}"] = evaluate(
                keras,
                batch,
                FIVE_LABELS,
                "binary_crossentropy",
                ["accuracy", keras.metrics.BinaryAccuracy()],
                run_eagerly=eagerly,
            )
    return found


def rows(scores: Any) -> list[float]:
    """A figure a row: Keras from 3.4 on gives one an element where older ones give the mean of the row."""
    values = np.array([np.asarray(row, dtype="float32") for row in scores])
    return [float(value) for value in (values.mean(axis=-1) if values.ndim == 2 else values)]


def encodings(keras: Any) -> dict[str, Any]:
    losses = {
        "one-hot": keras.losses.CategoricalCrossentropy,
        "integer": keras.losses.SparseCategoricalCrossentropy,
    }
    return {
        f"{form}, {encoding} labels, from_logits={from_logits}": evaluate(
            keras, scores, labels, losses[encoding](from_logits=from_logits), ["accuracy"]
        )
        for form, scores in (("logits", LOGITS), ("probabilities", PROBABILITIES))
        for encoding, labels in (("one-hot", ONE_HOT), ("integer", CLASSES))
        for from_logits in (True, False)
    }


def one_unit(keras: Any) -> dict[str, Any]:
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    metrics = ["accuracy", keras.metrics.BinaryAccuracy(threshold=0.0)]
    return evaluate(keras, ONE_UNIT_LOGITS, ONE_UNIT_LABELS, loss, metrics)  # type: ignore[no-any-return]


def main(arguments: list[str]) -> int:
    if arguments == ["tf_keras"]:
        import tf_keras as keras
    else:
        import keras
    print(json.dumps(figures(keras)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
