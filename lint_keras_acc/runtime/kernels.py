"""What each accuracy of Keras computes, in NumPy: the hits of a batch, and their weighted mean.

The defaults are those of Keras 3.15 (keras/src/metrics/accuracy_metrics.py) with NumPy's own treatment of NaN;
`semantics.py` says what the other generations and backends do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Backend = Literal["tensorflow", "jax", "torch", "numpy"]
Nan = Literal["wins", "ignored"]
Ids = Literal["labels", "predictions"]
LabelShape = Literal["squeezed", "squeezed if one", "maximum", "flattened"]
Hits = NDArray[np.bool_]
Array = NDArray[Any]


def binary_hits(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5, rounding: bool = False) -> Hits:
    """Which elements agree."""
    labels, scores = _same_rank(np.asarray(y_true), np.asarray(y_pred))
    predicted = np.rint(scores) if rounding else scores > np.float32(threshold)
    _broadcast_shape(labels.shape, scores.shape)
    return np.asarray(labels == predicted)


def categorical_hits(y_true: ArrayLike, y_pred: ArrayLike, *, nan: Nan = "wins", ids: Ids = "predictions") -> Hits:
    """Which rows have their largest score where the label has its largest entry."""
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    return _equal_ids(_argmax(labels, nan), _argmax(scores, nan), scores.dtype, ids)


def sparse_categorical_hits(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    nan: Nan = "wins",
    ids: Ids = "predictions",
    labels: LabelShape = "squeezed if one",
) -> Hits:
    """Which rows have their largest score at the class that the label names."""
    classes, scores = np.asarray(y_true), np.asarray(y_pred)
    if classes.ndim == scores.ndim and classes.shape[-1] == 1:
        classes = classes[..., 0]
    return _equal_ids(classes, _argmax(scores, nan), scores.dtype, ids)


def top_k_hits(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, *, backend: Backend = "numpy") -> Hits:
    """Which rows have fewer than k scores above that of the labelled class."""
    return sparse_top_k_hits(_argmax(np.asarray(y_true), "wins"), y_pred, k, backend=backend)


def sparse_top_k_hits(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, *, backend: Backend = "numpy") -> Hits:
    """Which rows have fewer than k scores above that of the labelled class."""
    classes, scores = np.asarray(y_true).astype(np.int64), np.asarray(y_pred)
    rows = scores.reshape(-1, scores.shape[-1])
    flat = classes.reshape(-1)
    if len(flat) != len(rows):
        raise ValueError(f"labels of shape {classes.shape} do not fit predictions of shape {scores.shape}")
    known = (flat >= 0) & (flat < rows.shape[1])
    own = np.take_along_axis(rows, np.where(known, flat, 0)[:, None], axis=1)
    hits = known & (np.count_nonzero(rows > own, axis=1) < k)
    return np.asarray(hits.reshape(classes.shape))


def exact_hits(y_true: ArrayLike, y_pred: ArrayLike) -> Hits:
    """Which elements are equal."""
    labels, scores = _same_rank(np.asarray(y_true), np.asarray(y_pred))
    return np.asarray(labels.astype(scores.dtype) == scores)


def subset_hits(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5) -> Hits:
    """Which rows have every label right."""
    return np.asarray(binary_hits(y_true, y_pred, threshold=threshold).all(axis=-1))


def binary_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    rounding: bool = False,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(binary_hits(y_true, y_pred, threshold=threshold, rounding=rounding), sample_weight, mask)


def categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    nan: Nan = "wins",
    ids: Ids = "predictions",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(categorical_hits(y_true, y_pred, nan=nan, ids=ids), sample_weight, mask)


def sparse_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    nan: Nan = "wins",
    ids: Ids = "predictions",
    labels: LabelShape = "squeezed if one",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(sparse_categorical_hits(y_true, y_pred, nan=nan, ids=ids, labels=labels), sample_weight, mask)


def top_k_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    *,
    backend: Backend = "numpy",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(top_k_hits(y_true, y_pred, k, backend=backend), sample_weight, mask)


def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    *,
    backend: Backend = "numpy",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(sparse_top_k_hits(y_true, y_pred, k, backend=backend), sample_weight, mask)


def exact_match(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(exact_hits(y_true, y_pred), sample_weight, mask)


def subset_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(subset_hits(y_true, y_pred, threshold=threshold), sample_weight, mask)


def hamming_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    return _mean(binary_hits(y_true, y_pred, threshold=threshold), sample_weight, mask)


def balanced_accuracy(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5) -> float:
    """The mean over the classes that occur of the share of their rows that are predicted right."""
    classes, predicted = class_ids(y_true, y_pred, threshold=threshold)
    if not len(classes):
        return float("nan")
    return float(np.mean([np.mean(predicted[classes == known] == known) for known in np.unique(classes)]))


def majority_baseline(y_true: ArrayLike, *, one_hot: bool = False) -> float:
    """The share of the most frequent class: what a model scores that always predicts it."""
    classes = np.asarray(y_true)
    classes = classes.argmax(axis=-1) if one_hot else classes
    if not classes.size:
        return float("nan")
    return float(np.unique(classes, return_counts=True)[1].max() / classes.size)


def all_zeros_baseline(y_true: ArrayLike) -> float:
    """The share of zeros: the binary accuracy of a model that never predicts a label."""
    labels = np.asarray(y_true)
    return float(np.mean(labels == 0)) if labels.size else float("nan")


def class_ids(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5) -> tuple[Array, Array]:
    """The class of each row by its label and by its scores."""
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    if scores.ndim < 2 or scores.shape[-1] == 1:
        return labels.reshape(-1), (scores.reshape(-1) > np.float32(threshold)).astype(np.int64)
    if labels.shape == scores.shape:
        labels = labels.argmax(axis=-1)
    return labels.reshape(-1), scores.argmax(axis=-1).reshape(-1)


def _argmax(scores: Array, nan: Nan) -> Array:
    ids: Array = scores.argmax(axis=-1)
    if nan == "wins" or scores.dtype.kind in "biu":
        return ids
    return np.asarray(np.where(np.isnan(scores), -np.inf, scores).argmax(axis=-1))


def _equal_ids(classes: Array, predicted: Array, dtype: np.dtype[Any], ids: Ids) -> Hits:
    _broadcast_shape(classes.shape, predicted.shape)
    if ids == "predictions":
        classes, predicted = classes.astype(dtype), predicted.astype(dtype)
    return np.asarray(classes == predicted)


def _same_rank(labels: Array, scores: Array) -> tuple[Array, Array]:
    if labels.ndim == scores.ndim + 1 and labels.shape[-1] == 1:
        return (labels, scores[..., None]) if scores.ndim == 1 else (labels[..., 0], scores)
    if scores.ndim == labels.ndim + 1 and scores.shape[-1] == 1:
        return (labels[..., None], scores) if labels.ndim == 1 else (labels, scores[..., 0])
    return labels, scores


def _broadcast_shape(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(one, other)
    except ValueError:
        raise ValueError(f"labels of shape {one} do not fit predictions of shape {other}") from None


def _mean(hits: Hits, sample_weight: ArrayLike | None, mask: ArrayLike | None) -> float:
    total, count = weighted(hits, sample_weight, mask)
    return total / count if count else float("nan")


def weighted(hits: Hits, sample_weight: ArrayLike | None, mask: ArrayLike | None) -> tuple[float, float]:
    """The sum of the weighted hits and the sum of the weights."""
    if sample_weight is None and mask is None:
        return float(np.count_nonzero(hits)), float(hits.size)
    weights = np.ones(()) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    if mask is not None:
        weights = weights * np.asarray(mask, dtype=bool)
    while weights.ndim > hits.ndim and weights.shape[-1] == 1:
        weights = weights[..., 0]
    weights = weights.reshape(weights.shape + (1,) * (hits.ndim - weights.ndim))
    weights = np.broadcast_to(weights, hits.shape)
    return float(weights[hits].sum()), float(weights.sum())


HITS: dict[str, Callable[..., Hits]] = {
    "binary_accuracy": binary_hits,
    "categorical_accuracy": categorical_hits,
    "sparse_categorical_accuracy": sparse_categorical_hits,
    "top_k_categorical_accuracy": top_k_hits,
    "sparse_top_k_categorical_accuracy": sparse_top_k_hits,
    "exact_match": exact_hits,
}
