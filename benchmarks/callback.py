"""What `AccuracyCheck` costs a training: the time that it takes, and its share of whole runs of `fit`.

A convolutional network on 28x28 images of 10 classes (60,000 random ones, batches of 128), as in the first examples
of Keras, is trained with the callback. Timed are the whole `fit`, and within it all that the callback does: taking
the batch, reading the model, predicting, the rules, the message, its call at each batch. Exits with status 1 where
that is more than 1 %.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from measuring import arguments


def network(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Clock:
    """Seconds spent in the functions that it is put around."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*positional: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*positional, **named)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


def time_the_check(clock: Clock) -> Any:
    """AccuracyCheck, by the clock wherever it stands between `fit` and the step of training."""
    from lint_keras_acc.runtime import callback

    callback._taken = clock.around(callback._taken)
    callback._Check._look_at = clock.around(callback._Check._look_at)  # type: ignore[method-assign]
    for hook in ("on_train_begin", "on_train_batch_begin", "on_epoch_end", "on_train_end"):
        setattr(callback.AccuracyCheck, hook, clock.around(getattr(callback.AccuracyCheck, hook)))
    return callback.AccuracyCheck


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("keras", nargs="?", default="jax", choices=["jax", "tensorflow", "torch", "tf_keras"])
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if options.keras == "tf_keras":
        import tf_keras as keras
    else:
        os.environ["KERAS_BACKEND"] = options.keras
        import keras
    warnings.simplefilter("ignore")
    generator = np.random.default_rng(0)
    images = generator.random((options.rows, 28, 28, 1), dtype=np.float32)
    labels = generator.integers(0, 10, options.rows)
    network(keras).fit(images[:256], labels[:256], batch_size=128, verbose=0)
    clock, model = Clock(), network(keras)
    check = time_the_check(clock)()
    start = time.perf_counter()
    model.fit(images, labels, batch_size=128, epochs=options.epochs, verbose=0, callbacks=[check])
    run = time.perf_counter() - start
    print(f"{options.keras}: the check took {clock.seconds:.2f} s of a fit of {run:.1f} s: {clock.seconds / run:.2%}")
    sys.exit(clock.seconds > run / 100)


if __name__ == "__main__":
    main()
