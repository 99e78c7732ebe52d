"""What the losses of Keras 3 come to, in NumPy: the mean over a batch, of probabilities or of logits.

These are for figures in the documentation. They follow Keras where it computes what nobody meant: probabilities are
clipped, rows are divided by their sum, shapes are broadcast. `tests/test_numbers.py` compares the figures with Keras.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lint_keras_acc.runtime.shapes import same_rank

Numbers = NDArray[np.float64]

# What probabilities keep as distance from 0 and 1: `keras.config.epsilon()`.
_EPSILON = 1e-7


def sigmoid(logits: ArrayLike) -> Numbers:
    """The probability that goes with each logit."""
    return 1 / (1 + np.exp(-_numbers(logits)))


def softmax(logits: ArrayLike, axis: int = -1) -> Numbers:
    """The probabilities of the classes along an axis."""
    scores = _numbers(logits)
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def binary_crossentropy(y_true: ArrayLike, y_pred: ArrayLike, *, from_logits: bool = False) -> float:
    """Each element is a yes or no of its own. Probabilities are clipped; logits are taken as they are."""
    labels, scores = _aligned(y_true, y_pred)
    if from_logits:
        return float(np.mean(np.logaddexp(0, scores) - labels * scores))
    scores = _clipped(scores)
    return float(-np.mean(labels * np.log(scores) + (1 - labels) * np.log(1 - scores)))


def categorical_crossentropy(y_true: ArrayLike, y_pred: ArrayLike, *, from_logits: bool = False) -> float:
    """Rows of labels against rows of scores. Each row of probabilities is divided by its sum, then clipped."""
    labels, scores = _numbers(y_true), _numbers(y_pred)
    if labels.shape != scores.shape:
        raise ValueError(f"labels of shape {labels.shape} do not fit predictions of shape {scores.shape}")
    return float(np.mean(-np.sum(labels * _log_shares(scores, from_logits), axis=-1)))


def sparse_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    from_logits: bool = False,
    backend: Literal["jax", "tensorflow"] = "jax",
) -> float:
    """Class ids against rows of scores. An id of no class costs nothing on JAX, and raises on TensorFlow.

    backend: 'jax' divides each row of probabilities by its sum, and clips then; torch does so too. 'tensorflow' clips
             each probability, and takes the softmax of their logarithms.
    """
    ids, scores = np.asarray(y_true), _numbers(y_pred)
    if ids.shape == (*scores.shape[:-1], 1):
        ids = ids[..., 0]
    if ids.shape != scores.shape[:-1]:
        raise ValueError(f"class ids of shape {ids.shape} do not fit predictions of shape {scores.shape}")
    if backend == "tensorflow":
        if not np.isin(ids, np.arange(scores.shape[-1])).all():
            raise ValueError(f"class ids outside of 0 to {scores.shape[-1] - 1}")
        scores, from_logits = (scores if from_logits else np.log(_clipped(scores))), True
    chosen = ids[..., None] == np.arange(scores.shape[-1])
    return float(np.mean(-np.sum(np.where(chosen, _log_shares(scores, from_logits), 0), axis=-1)))


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Other shapes than (n,) and (n, 1) are broadcast against each other, without a word."""
    labels, scores = _aligned(y_true, y_pred)
    return float(np.mean((labels - scores) ** 2))


def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """See `mean_squared_error`."""
    labels, scores = _aligned(y_true, y_pred)
    return float(np.mean(np.abs(labels - scores)))


def poisson(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Of predicted rates; NaN as soon as one of them is below 0."""
    labels, rates = _aligned(y_true, y_pred)
    with np.errstate(invalid="ignore"):
        return float(np.mean(rates - labels * np.log(rates + _EPSILON)))


def _numbers(values: ArrayLike) -> Numbers:
    return np.asarray(values, dtype=np.float64)


def _aligned(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    return same_rank(_numbers(y_true), _numbers(y_pred))


def _clipped(probabilities: Numbers) -> Numbers:
    """At a distance from 0 and 1, which in float32 is another one at each of them."""
    return np.clip(probabilities.astype(np.float32), _EPSILON, 1 - _EPSILON).astype(np.float64)


def _log_shares(scores: Numbers, from_logits: bool) -> Numbers:
    """The logarithm of each class's probability."""
    if from_logits:
        return np.asarray(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.log(_clipped(scores / scores.sum(axis=-1, keepdims=True))))
