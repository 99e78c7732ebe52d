"""Trainings with and without `AccuracyCheck`, under one Keras: `python -m tests.runtime.trainings jax`.

The argument is a backend of Keras 3, or tf_keras. Prints one JSON object: what each training did, by name.
"""

from __future__ import annotations

import json
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

ROWS = np.random.default_rng(0)
X = ROWS.normal(size=(48, 6)).astype(np.float32)
IDS = ROWS.integers(0, 3, 48)
MANY = (ROWS.random((48, 5)) < 0.3).astype(np.float32)

Train = Callable[[Any, list[Any]], Any]
TRAININGS: dict[str, Callable[[str, ModuleType], dict[str, Any]]] = {}
TENSORFLOW = ("tensorflow", "tf_keras")


def training(function: Callable[[str, ModuleType], dict[str, Any]]) -> Callable[[str, ModuleType], dict[str, Any]]:
    TRAININGS[function.__name__] = function
    return function


# --- training stays as it is --------------------------------------------------------------------------------


def classifier(keras: ModuleType, **compiled: Any) -> Any:
    """Dropout, batch normalisation, and a layer that draws random numbers in inference mode too."""
    layers = keras.layers

    class Noise(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            if hasattr(keras, "random"):
                self.seed = keras.random.SeedGenerator(7)

        def call(self, inputs: Any) -> Any:
            if hasattr(keras, "random"):
                return inputs + 0.1 * keras.random.normal((1, 6), seed=self.seed)
            return inputs + 0.1 * keras.backend.random_normal((1, 6))

    class Counting(keras.Model):  # type: ignore[misc, name-defined]
        steps = 0

        def train_step(self, *arguments: Any) -> Any:
            type(self).steps += 1  # in a compiled function: how often it is traced
            return super().train_step(*arguments)

    inputs = keras.Input((6,))
    hidden = layers.Dropout(0.3)(layers.BatchNormalization()(inputs))
    model = Counting(inputs, layers.Dense(3, activation="softmax")(Noise()(hidden)))
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], **compiled)
    return model


def compared(keras: ModuleType, train: Train, **compiled: Any) -> dict[str, Any]:
    """The same training twice: without the check, and with it on the first two batches."""
    from lint_keras_acc.runtime.callback import AccuracyCheck

    seen: list[Any] = []
    for callbacks in ([], [AccuracyCheck(batches=2)]):
        keras.backend.clear_session()
        keras.utils.set_random_seed(3)
        model = classifier(keras, **compiled)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            history = train(model, callbacks).history
        variables = model.optimizer.variables
        state = [*model.variables, *(variables() if callable(variables) else variables)]
        seen.append(
            {
                "weights": [np.asarray(variable).tolist() for variable in state],
                "history": history,
                "steps": model.steps,
                "random": [random.random(), np.random.rand()],
                "told": told(caught),
                "restored": "lint_keras_acc" not in type(model.train_function).__module__,
            }
        )
    without, with_check = seen
    differences = [key for key in ("weights", "history", "steps", "random") if without[key] != with_check[key]]
    return {"differences": differences, "told": with_check["told"], "restored": with_check["restored"]}


def told(caught: list[warnings.WarningMessage]) -> list[str]:
    """Texts of the check's own warnings."""
    return [str(warning.message) for warning in caught if warning.category.__name__ == "AccuracyWarning"]


@training
def arrays(which: str, keras: ModuleType) -> dict[str, Any]:
    """With another callback that evaluates before the first step."""

    def train(model: Any, callbacks: list[Any]) -> Any:
        evaluate = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: model.evaluate(X, IDS, verbose=0))
        weights = {0: 1.0, 1: 2.0, 2: 0.5}
        return model.fit(
            X, IDS, batch_size=16, epochs=2, verbose=0, callbacks=[*callbacks, evaluate], class_weight=weights
        )

    return compared(keras, train)


@training
def weighted_with_validation(which: str, keras: ModuleType) -> dict[str, Any]:
    weights = np.linspace(0.1, 1, 48)
    return compared(
        keras,
        lambda model, callbacks: model.fit(
            X, IDS, batch_size=20, epochs=2, verbose=0, callbacks=callbacks, sample_weight=weights, validation_split=0.2
        ),
    )


@training
def several_steps_at_once(which: str, keras: ModuleType) -> dict[str, Any]:
    steps = 1 if which == "torch" else 2  # torch takes one at a time
    return compared(
        keras,
        lambda model, callbacks: model.fit(X, IDS, batch_size=10, epochs=2, verbose=0, callbacks=callbacks),
        steps_per_execution=steps,
    )


@training
def eagerly(which: str, keras: ModuleType) -> dict[str, Any]:
    return compared(
        keras,
        lambda model, callbacks: model.fit(X, IDS, batch_size=24, epochs=2, verbose=0, callbacks=callbacks),
        run_eagerly=True,
    )


@training
def shuffled_dataset(which: str, keras: ModuleType) -> dict[str, Any]:
    if which == "torch":
        torch = sys.modules["torch"]
        pairs = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(IDS))

        def data() -> Any:
            return torch.utils.data.DataLoader(pairs, batch_size=16, shuffle=True)

    else:
        try:
            import tensorflow as tf
        except ImportError:
            return {"absent": "tensorflow"}

        def data() -> Any:
            return tf.data.Dataset.from_tensor_slices((X, IDS)).shuffle(48, seed=5).batch(16)

    return compared(keras, lambda model, callbacks: model.fit(data(), epochs=2, verbose=0, callbacks=callbacks))


@training
def sequence(which: str, keras: ModuleType) -> dict[str, Any]:
    """One batch an epoch, so that the two that are checked are of different epochs."""
    base = keras.utils.PyDataset if hasattr(keras.utils, "PyDataset") else keras.utils.Sequence

    class Batches(base):  # type: ignore[misc, valid-type]
        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: int) -> Any:
            return X[:16], IDS[:16]

    return compared(keras, lambda model, callbacks: model.fit(Batches(), epochs=2, verbose=0, callbacks=callbacks))


@training
def generator(which: str, keras: ModuleType) -> dict[str, Any]:
    def batches() -> Iterator[Any]:
        while True:
            for start in (0, 16, 32):
                yield X[start : start + 16], IDS[start : start + 16]

    return compared(
        keras,
        lambda model, callbacks: model.fit(batches(), steps_per_epoch=2, epochs=2, verbose=0, callbacks=callbacks),
    )


@training
def a_check_that_fails(which: str, keras: ModuleType) -> dict[str, Any]:
    from lint_keras_acc.runtime import callback

    def broken(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError("broken on purpose")

    whole, callback.observe = callback.observe, broken  # type: ignore[assignment]
    try:
        return compared(
            keras, lambda model, callbacks: model.fit(X, IDS, batch_size=16, epochs=1, verbose=0, callbacks=callbacks)
        )
    finally:
        callback.observe = whole


# --- what is told -------------------------------------------------------------------------------------------


def multi_label(keras: ModuleType, metrics: Any = ("accuracy",)) -> Any:
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=list(metrics))
    return model


def warned(train: Callable[[], Any]) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        train()
    return [warning for warning in caught if warning.category.__name__ == "AccuracyWarning"]


@training
def findings(which: str, keras: ModuleType) -> dict[str, Any]:
    from lint_keras_acc.runtime.callback import AccuracyCheck

    check, model = AccuracyCheck(batches=3), multi_label(keras)
    first = warned(lambda: model.fit(X, MANY, batch_size=8, epochs=2, verbose=0, callbacks=[check]))
    again = warned(lambda: model.fit(X, MANY, batch_size=8, verbose=0, callbacks=[check]))
    model.compile("sgd", "binary_crossentropy", metrics=["binary_accuracy"])
    repaired = warned(lambda: model.fit(X, MANY, batch_size=8, verbose=0, callbacks=[check]))
    other = warned(lambda: multi_label(keras).fit(X, MANY, batch_size=8, verbose=0, callbacks=[check]))
    ignoring = AccuracyCheck(ignore=["KAC1"])
    ignored = warned(lambda: multi_label(keras).fit(X, MANY, verbose=0, callbacks=[ignoring]))
    return {
        "first": [str(warning.message) for warning in first],
        "where": [os.path.basename(warning.filename) for warning in first],
        "counts": [len(first), len(again), len(repaired), len(other), len(ignored)],
        "codes": [finding.code for finding in check.findings],
    }


@training
def raised(which: str, keras: ModuleType) -> dict[str, Any]:
    from lint_keras_acc.runtime.callback import AccuracyCheck, AccuracyFinding

    model = multi_label(keras)
    try:
        model.fit(X, MANY, batch_size=8, verbose=0, callbacks=[AccuracyCheck(on_finding="raise")])
    except AccuracyFinding as error:
        figures = np.asarray(model.predict(X, verbose=0))
        after = model.fit(X, MANY, batch_size=8, verbose=0).history
        return {"codes": [one.code for one in error.findings], "finite": bool(np.isfinite(figures).all()), **after}
    return {}


@training
def batch_findings(which: str, keras: ModuleType) -> dict[str, Any]:
    """Labels with NaN, which only the batch shows."""
    from lint_keras_acc.runtime.callback import AccuracyCheck

    labels = np.where(X[:, :1] > 0, 1.0, 0.0)
    labels[3] = np.nan
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=["accuracy"])
    check = AccuracyCheck()
    warned(lambda: model.fit(X, labels, batch_size=48, verbose=0, callbacks=[check]))
    return {"codes": [finding.code for finding in check.findings]}


@training
def several_outputs(which: str, keras: ModuleType) -> dict[str, Any]:
    from lint_keras_acc.runtime.callback import AccuracyCheck

    inputs = keras.Input((6,))
    many = keras.layers.Dense(5, activation="sigmoid", name="many")(inputs)
    one = keras.layers.Dense(3, activation="softmax", name="one")(inputs)
    model = keras.Model(inputs, {"many": many, "one": one})
    model.compile(
        "sgd",
        {"many": "binary_crossentropy", "one": "sparse_categorical_crossentropy"},
        metrics={"many": ["accuracy"], "one": ["accuracy"]},
    )
    check = AccuracyCheck()
    caught = warned(lambda: model.fit(X, {"many": MANY, "one": IDS}, verbose=0, callbacks=[check]))
    return {"codes": [(finding.code, finding.head) for finding in check.findings], "warnings": len(caught)}


@training
def subclassed(which: str, keras: ModuleType) -> dict[str, Any]:
    """A model that is built by its first batch, and whose call knows no `training`."""
    from lint_keras_acc.runtime.callback import AccuracyCheck

    class Model(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(3, activation="softmax")

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Model()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    check = AccuracyCheck()
    caught = warned(lambda: model.fit(X, IDS, verbose=0, callbacks=[check]))
    return {"told": [str(warning.message) for warning in caught]}


@training
def without_labels(which: str, keras: ModuleType) -> dict[str, Any]:
    from lint_keras_acc.runtime.callback import AccuracyCheck

    class Penalty(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, inputs: Any) -> Any:
            mean = keras.ops.mean if hasattr(keras, "ops") else keras.backend.mean
            self.add_loss(mean(inputs * inputs))
            return inputs

    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3), Penalty()])
    model.compile("sgd")
    check = AccuracyCheck()
    caught = warned(lambda: [model.fit(X, verbose=0, callbacks=[check]) for _ in range(2)])
    return {"told": [str(warning.message) for warning in caught]}


@training
def distributed(which: str, keras: ModuleType) -> dict[str, Any]:
    if which not in TENSORFLOW:
        return {"absent": "tf.distribute"}
    from lint_keras_acc.runtime.callback import AccuracyCheck

    strategy = sys.modules["tensorflow"].distribute.MirroredStrategy(["cpu:0"])
    with strategy.scope():
        model = multi_label(keras)
    check = AccuracyCheck()
    caught = warned(lambda: model.fit(X, MANY, verbose=0, callbacks=[check]))
    return {"told": [str(warning.message) for warning in caught], "epochs": len(model.history.epoch)}


@training
def elements_of_a_dataset(which: str, keras: ModuleType) -> dict[str, Any]:
    """Everything that an element can hold comes again, under the same type."""
    if which not in TENSORFLOW:
        return {"absent": "tf.data"}
    from lint_keras_acc.runtime.callback import _taken

    tf = sys.modules["tensorflow"]
    ragged = tf.ragged.constant([[1.0], [2.0, 3.0], [], [4.0]])
    data = tf.data.Dataset.from_tensor_slices(
        {"dense": X[:4], "ragged": ragged, "sparse": tf.sparse.from_dense(MANY[:4]), "words": ["a", "b", "c", "d"]}
    )
    data = data.batch(3).map(lambda one: (one, None))
    source = iter(data)

    class Model:
        steps_per_execution = 2

    first, again = _taken(Model(), source)
    elements = list(again)
    return {
        "same type": again.element_spec == source.element_spec,
        "batches": [len(element["dense"]) for element, _ in elements],
        "dense": np.array_equal(np.concatenate([element["dense"] for element, _ in elements]), X[:4]),
        "ragged": [row for element, _ in elements for row in element["ragged"].to_list()],
        "first": sorted(first[0]),
    }


def main(which: str) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if which == "tf_keras":
        import tf_keras as keras
    else:
        os.environ["KERAS_BACKEND"] = which
        import keras  # type: ignore[no-redef]
    print(json.dumps({name: train(which, keras) for name, train in TRAININGS.items()}))


if __name__ == "__main__":
    main(sys.argv[1])
