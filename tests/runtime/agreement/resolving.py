"""Evaluates small models with metrics=['accuracy'] in one installed Keras and prints what each says, as a line of JSON.

`python -m tests.runtime.agreement.resolving INSTALLATION`, with KERAS_BACKEND set to suit.
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROWS = 12
LOSSES = (
    "mse",
    "mean_absolute_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "hinge",
    "kl_divergence",
)
OUTPUTS = ((1,), (3,), (4,), (2, 1), (5, 3), (2, 2, 3))
ENCODINGS = ("integer", "integer column", "one-hot", "multi-hot")


@dataclass(frozen=True)
class Combination:
    """A model that hands on what it gets, of this output shape, with this loss and labels."""

    loss: str
    output: tuple[int, ...]
    encoding: str

    @property
    def name(self) -> str:
        return f"{self.loss}, {self.output}, {self.encoding}"

    def scores(self) -> Array:
        generator = np.random.default_rng(len(self.name))
        raw = generator.uniform(0.05, 1, size=(ROWS, *self.output))
        scores: Array = (raw / raw.sum(axis=-1, keepdims=True) if self.output[-1] > 1 else raw).astype("float32")
        return scores

    def labels(self) -> Array:
        """Such that only their shape can make the loss raise: with one unit the sparse one knows class 0 alone."""
        generator = np.random.default_rng(1)
        units = self.output[-1]
        classes = 2 if units == 1 and self.loss != "sparse_categorical_crossentropy" else units
        ids = generator.integers(classes, size=(ROWS, *self.output[:-1]))
        if self.encoding == "integer":
            return ids
        if self.encoding == "integer column":
            return ids[..., None]
        if self.encoding == "one-hot" and units > 1:
            return (ids[..., None] == np.arange(units)).astype("float32")
        return generator.integers(min(classes, 2), size=(ROWS, *self.output)).astype("float32")


def combinations() -> list[Combination]:
    return [Combination(*parts) for parts in itertools.product(LOSSES, OUTPUTS, ENCODINGS)]


def evaluated(keras: Any, combination: Combination) -> float | None:
    """What it says of 'accuracy'; None where the call raises."""
    inputs = keras.Input(combination.output)
    model = keras.Model(inputs, keras.layers.Activation("linear")(inputs))
    model.compile(loss=combination.loss, metrics=["accuracy"], run_eagerly=True)
    try:
        log = model.evaluate(combination.scores(), combination.labels(), batch_size=ROWS, verbose=0, return_dict=True)
    except Exception:
        return None
    return float(log["accuracy"])


def main(arguments: list[str]) -> int:
    if arguments == ["tf_keras"]:
        import tf_keras as keras
    else:
        import keras
    print(json.dumps({combination.name: evaluated(keras, combination) for combination in combinations()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
