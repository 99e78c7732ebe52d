"""What the rules of batches say that Keras does, as the installed Keras does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lint_keras_acc.runtime.observe import observe
from lint_keras_acc.runtime.reader import read_model
from lint_keras_acc.runtime.reader.functions import own_functions
from lint_keras_acc.sites import Observed

keras = pytest.importorskip("keras")
pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("default")]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype(np.float32)


def compiled(units: int, activation: str | None, loss: Any, metrics: Any = (), **more: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation=activation, **more)])
    model.compile(optimizer="sgd", loss=loss, metrics=list(metrics))
    return model


def evaluated(model: Any, y: Any, **more: Any) -> dict[str, float]:
    figures: dict[str, float] = model.evaluate(X, y, verbose=0, return_dict=True, batch_size=60, **more)
    return figures


def facts(model: Any, y: Any) -> Observed:
    live = read_model(model)
    predictions = model.predict(X, verbose=0, batch_size=60)
    observed = observe(live.site, y, predictions, live.backend, functions=own_functions(model)).heads[0].observed
    assert observed is not None
    return observed


def test_fractional_labels_never_count_as_right() -> None:
    model = compiled(1, "sigmoid", "binary_crossentropy", ["accuracy"])
    assert evaluated(model, np.where(X[:, 0] > 0, 0.9, 0.1))["accuracy"] == 0


def test_ids_without_a_unit() -> None:
    model = compiled(3, "softmax", "sparse_categorical_crossentropy", ["accuracy"])
    y = np.arange(60) % 4
    assert (facts(model, y).foreign, facts(model, y).foreign_ids) == (15, (3,))
    if keras.config.backend() in ("tensorflow", "torch"):
        with pytest.raises(Exception, match=r"outside the valid range|out of bounds"):
            evaluated(model, y)
        return
    kept, all_rows = y < 3, evaluated(model, y)
    loss_of_kept = model.evaluate(X[kept], y[kept], verbose=0, return_dict=True, batch_size=60)["loss"]
    assert all_rows["loss"] == pytest.approx(loss_of_kept * 45 / 60, rel=1e-4)


def test_only_torch_takes_its_own_mark() -> None:
    model = compiled(3, "softmax", "sparse_categorical_crossentropy", ["accuracy"])
    y = np.where(np.arange(60) % 4 == 3, -100, np.arange(60) % 4)
    if keras.config.backend() == "tensorflow":
        with pytest.raises(Exception, match="outside the valid range"):
            evaluated(model, y)
    else:
        assert np.isfinite(evaluated(model, y)["loss"])


def test_nan_in_the_labels_is_not_helped_by_weights() -> None:
    y = X[:, 0].copy()
    y[3] = np.nan
    model = compiled(1, None, "mse")
    assert np.isnan(evaluated(model, y, sample_weight=np.isfinite(y).astype(np.float32))["loss"])
    assert facts(model, y).targets.nans == 1


@pytest.mark.parametrize("is_one_hot", [False, True])
def test_collisions_are_what_keras_counts_too_much(is_one_hot: bool) -> None:
    """The accuracy that Keras prints is that of the ids, and the share of rows that collide."""
    loss = "categorical_crossentropy" if is_one_hot else "sparse_categorical_crossentropy"
    model = keras.Sequential([keras.Input((1000,)), keras.layers.Activation("softmax", dtype="mixed_bfloat16")])
    model.compile(optimizer="sgd", loss=loss, metrics=["accuracy"])
    guesses = RNG.integers(240, 998, size=60)
    x, ids = 20 * np.eye(1000, dtype=np.float32)[guesses], guesses + np.arange(60) % 3
    y = np.eye(1000)[ids] if is_one_hot else ids
    live = read_model(model)
    observed = observe(live.site, y, model.predict(x, verbose=0), live.backend).heads[0].observed
    assert observed is not None
    assert observed.metric_dtype == "bfloat16"
    assert observed.collided > 10
    printed = model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"]
    assert printed * 60 == pytest.approx(np.count_nonzero(ids == guesses) + observed.collided, abs=0.01)


def size(y_true: Any, y_pred: Any) -> Any:
    return keras.ops.cast(keras.ops.size(y_true - y_pred), "float32")


class Size(keras.losses.Loss):  # type: ignore[misc]
    def call(self, y_true: Any, y_pred: Any) -> Any:
        return size(y_true, y_pred)


@pytest.mark.parametrize(
    ("make", "pairs"),
    [
        (lambda: compiled(1, None, "mse", [size]), 60 * 60),
        (lambda: compiled(1, None, Size()), 60 * 60),
        (lambda: compiled(1, None, size), 60),
    ],
    ids=["a metric function", "an object of a loss class", "a loss function"],
)
def test_who_is_given_flat_labels(make: Callable[[], Any], pairs: int) -> None:
    """Keras aligns the arguments of loss functions alone; the trial sees the same."""
    model = make()
    figures = evaluated(model, X[:, 0])
    assert figures.get("size", figures["loss"]) == pairs
    trials = facts(model, X[:, 0]).trials
    assert [(trial.flat, trial.column) for trial in trials] == ([(25, 5)] if pairs > 60 else [])


def test_a_trial_leaves_the_data_alone() -> None:
    def distance(y_true: Any, y_pred: Any) -> Any:
        if isinstance(y_true, np.ndarray):
            y_true[y_true > 0] = 0
            y_pred[...] = 0
        return keras.ops.abs(y_true - y_pred)

    labels, predictions = np.arange(6, dtype=np.float32), np.ones((6, 1), np.float32)
    live = read_model(compiled(1, None, "mse", [distance]))
    site = observe(live.site, labels, predictions, live.backend, functions={"distance": distance})
    assert site.heads[0].observed is not None
    assert len(site.heads[0].observed.trials) == 1
    assert (labels.tolist(), predictions.min()) == ([0, 1, 2, 3, 4, 5], 1)


def test_scores_are_what_keras_prints() -> None:
    cases = [
        (compiled(1, "sigmoid", "binary_crossentropy", ["accuracy"]), np.arange(60) % 2),
        (compiled(3, "softmax", "sparse_categorical_crossentropy", ["accuracy"]), np.arange(60) % 3),
        (compiled(3, "softmax", "categorical_crossentropy", ["accuracy"]), np.eye(3)[np.arange(60) % 3]),
    ]
    for model, y in cases:
        score = facts(model, y).score
        assert score is not None
        assert evaluated(model, y)["accuracy"] == pytest.approx(score.hits / score.of, abs=1e-6)
