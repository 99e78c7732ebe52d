"""What each accuracy of Keras computes, in NumPy, and what to look at instead.

For each kernel there are three functions of labels and predictions: `*_comparison` lays them against each other and
compares nothing yet, `*_hits` gives what each row or element scores, and the third, named like the metric, gives the
figure. Figures and tallies (`tallies.py`) are computed piece by piece: beside the inputs they need a fixed amount of
memory.

The defaults are the functions of Keras 3.15 (keras/src/metrics/accuracy_metrics.py) where all backends agree, and
NumPy's own ways where they do not; the keywords make them those of other generations and backends, and
`semantics.semantics` gives the keywords for each of them.

What is not modelled: TensorFlow and JAX take subnormal numbers for zero on some processors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lint_keras_acc.runtime.blocks import Array, Buffer, Comparison, Hits, pieces
from lint_keras_acc.runtime.rows import FEW, Nan, TopK, Zeros, first_largest, in_top_k
from lint_keras_acc.runtime.shapes import same_rank, weights_for

Backend = TopK
Ids = Literal["labels", "predictions"]
Labels = Literal["squeezed if one", "squeezed", "maximum", "flattened"]
Precision = Literal["as given", "float32", "32 bits"]
Threshold = Literal["float32", "predictions"]

_NARROWER = {"f8": np.float32, "i8": np.int32, "u8": np.uint32}


# --- binary accuracy ------------------------------------------------------------------------------------------


def binary_comparison(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    threshold_in: Threshold = "float32",
    rounding: bool = False,
    precision: Precision = "as given",
    align: bool = True,
) -> Comparison:
    """See `binary_hits`.

    threshold_in: the type in which scores of less than 32 bits are compared with the threshold: 'float32', or that
                  of the predictions.
    precision:    see `categorical_comparison`.
    align:        bring (B,) and (B, 1) to the same rank first, as Keras 3 does and `compile()` does in every
                  generation; the functions of the others broadcast them to (B, B).
    """
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    if align:
        labels, scores = same_rank(labels, scores)
    labels, scores = _broadcast(labels, scores)
    buffer = Buffer()

    def above(labels: Array, scores: Array) -> Hits:
        scores = _wide(_in_precision(scores, precision))
        hits = buffer.take(*scores.shape)
        np.greater(scores, limit, out=hits)
        labels = _in_precision(labels, precision)
        return np.equal(labels, hits, out=hits) if labels.dtype.kind == "b" else np.equal(labels, hits)

    def rounded(labels: Array, scores: Array) -> Hits:
        return np.asarray(_in_precision(labels, precision) == np.rint(_wide(_in_precision(scores, precision))))

    limit = _limit(threshold, scores.dtype if threshold_in == "predictions" else np.dtype(np.float32))
    return Comparison(labels.shape, (labels, scores), rounded if rounding else above)


def binary_hits(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5, rounding: bool = False) -> Hits:
    """Which elements are right: 1 where the score is above the threshold, else 0.

    y_true, y_pred: of the same shape, (B,) and (B, 1), or shapes that broadcast. Labels other than 0 and 1 (soft
                    labels, -1) are never right. A score at the threshold counts as 0, and so does NaN.
    rounding:       the score is rounded instead, half to even: 1.5 is then a 2, and NaN never right.
    Returns hits of that shape.
    Raises ValueError for shapes that do not broadcast.

    Measured: Keras 1.2 to 2.3 round; Keras 2.3 only at threshold 0.5; tf.keras from 1.13 on, tf_keras and Keras 3
    compare. Keras 2.0 to 3.3 return the mean over the last axis, Keras 3.4 on what is returned here.
    """
    return binary_comparison(y_true, y_pred, threshold=threshold, rounding=rounding).hits()


def binary_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    rounding: bool = False,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of right elements, in [0, 1]; see `binary_hits` and `mean`."""
    return mean(binary_comparison(y_true, y_pred, threshold=threshold, rounding=rounding), sample_weight, mask)


# --- categorical accuracy -------------------------------------------------------------------------------------


def categorical_comparison(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    nan: Nan = "wins",
    zeros: Zeros = "equal",
    ids: Ids = "predictions",
    precision: Precision = "as given",
) -> Comparison:
    """See `categorical_hits`.

    nan:       'wins': NaN is the largest score (JAX, torch, NumPy). 'ignored': it is below all others (TensorFlow).
    zeros:     'signed': -0.0 is below 0.0 (Keras 3.9 on, but for torch; read in keras/src/backend/*/numpy.py).
    ids:       the type in which class ids are compared: that of the 'labels' (exact for integers), or of the
               'predictions' (Keras 3.4 on), in which different ids may be equal.
    precision: 'float32': labels and predictions are cast to it first, as the metric classes of tf.keras and
               tf_keras do. '32 bits': numbers of 64 bits lose half of them (JAX).
    """
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    _need_scores(scores)
    _need_scores(labels, "labels")
    dtype = _dtype_in(scores.dtype, precision)

    def largest(rows: Array) -> NDArray[Any]:
        return first_largest(_rows(rows, precision), nan, zeros)

    if labels.shape[:-1] == scores.shape[:-1]:
        return Comparison(
            scores.shape[:-1],
            (labels, scores),
            lambda labels, scores: _equal_ids(largest(labels), largest(scores), dtype, ids),
            _stretch(scores),
        )
    return _of_ids(_collected(largest, labels), _collected(largest, scores), dtype, ids)


def categorical_hits(
    y_true: ArrayLike, y_pred: ArrayLike, *, nan: Nan = "wins", zeros: Zeros = "equal", ids: Ids = "predictions"
) -> Hits:
    """Which rows have their largest score where the label has its largest number; the first one of equals.

    y_true: (..., C) one-hot, or anything else: a row of zeros names class 0, of several ones the first. Integer
            labels of shape (B, 1) all name class 0; of shape (B,) they name one class together, the place of the
            largest label in the batch, as all of Keras's functions have it (measured).
    y_pred: (..., C) scores. With one class every row is right.
    Returns hits of the shape without the last axis.
    Raises ValueError for shapes that do not broadcast, and where there is no axis of classes.

    Measured on all generations from Keras 1.2 on; see `categorical_comparison` for `nan`, `zeros` and `ids`.
    """
    return categorical_comparison(y_true, y_pred, nan=nan, zeros=zeros, ids=ids).hits()


def categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    nan: Nan = "wins",
    zeros: Zeros = "equal",
    ids: Ids = "predictions",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of right rows, in [0, 1]; see `categorical_hits` and `mean`."""
    return mean(categorical_comparison(y_true, y_pred, nan=nan, zeros=zeros, ids=ids), sample_weight, mask)


# --- sparse categorical accuracy ------------------------------------------------------------------------------


def sparse_categorical_comparison(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: Labels = "squeezed if one",
    nan: Nan = "wins",
    zeros: Zeros = "equal",
    ids: Ids = "predictions",
    precision: Precision = "as given",
) -> Comparison:
    """See `sparse_categorical_hits`; for the other keywords `categorical_comparison`.

    labels: what becomes of them where they have the rank of the predictions. 'squeezed if one': the last axis goes if
            its length is 1 (Keras 3). 'squeezed': it goes, or the call raises (Keras 2.2.5 to 2.3, tf.keras from 1.13
            on). Whatever the rank, 'maximum': the largest along the last axis (Keras up to 2.2.2), 'flattened': all in
            one row (Keras 2.2.3 and 2.2.4).
    """
    scores = np.asarray(y_pred)
    _need_scores(scores)
    classes = _sparse_labels(np.asarray(y_true), scores, labels)
    dtype = _dtype_in(scores.dtype, precision)

    def largest(rows: Array) -> NDArray[Any]:
        return first_largest(_rows(rows, precision), nan, zeros)

    def compare(classes: Array, scores: Array) -> Hits:
        return _equal_ids(_in_precision(classes, precision).reshape(-1), largest(scores), dtype, ids)

    if classes.shape != scores.shape[:-1]:
        return _of_ids(_in_precision(classes, precision), _collected(largest, scores), dtype, ids)
    shape = classes.shape[:-1] if classes.ndim > 1 and classes.shape[-1] == 1 else classes.shape
    return Comparison(shape, _without_ones(shape, classes, scores), compare, _stretch(scores))


def sparse_categorical_hits(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: Labels = "squeezed if one",
    nan: Nan = "wins",
    zeros: Zeros = "equal",
    ids: Ids = "predictions",
) -> Hits:
    """Which rows have their largest score at the class that the label names; the first one of equals.

    y_true: (...,) or (..., 1) class ids of any type. 1.5, -1 and ids of no class are never right, without an error.
            One-hot labels (B, C) are not refused: where B is C they broadcast against the row of predicted ids to
            (B, B) hits (measured on Keras 3).
    y_pred: (..., C) scores.
    Returns hits of the shape without the axis of classes.
    Raises ValueError for shapes that do not broadcast.

    Measured from Keras 3.4 on (`ids`): label ids are cast to the type of the predictions, where different ids are
    equal: above 256 in bfloat16, above 2048 in float16, above 2**24 in float32.
    """
    return sparse_categorical_comparison(y_true, y_pred, labels=labels, nan=nan, zeros=zeros, ids=ids).hits()


def sparse_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: Labels = "squeezed if one",
    nan: Nan = "wins",
    zeros: Zeros = "equal",
    ids: Ids = "predictions",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of right rows, in [0, 1]; see `sparse_categorical_hits` and `mean`."""
    comparison = sparse_categorical_comparison(y_true, y_pred, labels=labels, nan=nan, zeros=zeros, ids=ids)
    return mean(comparison, sample_weight, mask)


# --- top-k accuracy -------------------------------------------------------------------------------------------


def top_k_comparison(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    *,
    backend: Backend = "numpy",
    zeros: Zeros = "equal",
    precision: Precision = "as given",
    sequences: bool = True,
) -> Comparison:
    """See `top_k_hits`; `zeros` and `precision` as in `categorical_comparison`, `sequences` in the sparse form."""
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    _need_scores(labels, "labels")
    buffer = Buffer()
    shape, arrays = _top_k_arrays(labels, labels.shape[:-1], scores, k, backend, precision, sequences)
    dtype = _dtype_in(scores.dtype, precision)
    nan: Nan = "ignored" if backend == "tensorflow" else "wins"

    def compare(labels: Array, scores: Array) -> Hits:
        ids = first_largest(_rows(labels, precision).astype(dtype, copy=False), nan, zeros)
        return in_top_k(ids, _rows(scores, precision), k, backend, buffer)

    return Comparison(shape, arrays, compare, stretch=2)


def top_k_hits(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, *, backend: Backend = "numpy") -> Hits:
    """Which rows have fewer than k scores strictly above that of the labelled class.

    y_true: (..., C) one-hot, cast to the type of the predictions (Keras 3.4 on); the largest number names the class.
    y_pred: (..., C) scores.
    Returns hits of the shape without the last axis.
    Raises ValueError as `sparse_top_k_hits`, to which see.
    """
    return top_k_comparison(y_true, y_pred, k, backend=backend).hits()


def top_k_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    *,
    backend: Backend = "numpy",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of right rows, in [0, 1]; see `top_k_hits` and `mean`."""
    return mean(top_k_comparison(y_true, y_pred, k, backend=backend), sample_weight, mask)


def sparse_top_k_comparison(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    *,
    backend: Backend = "numpy",
    precision: Precision = "as given",
    sequences: bool = True,
) -> Comparison:
    """See `sparse_top_k_hits`.

    precision: see `categorical_comparison`.
    sequences: False: predictions of more than two axes raise (Keras up to 2.3, tf.keras up to 2.1).
    """
    classes, scores = np.asarray(y_true), np.asarray(y_pred)
    buffer = Buffer()
    shape, arrays = _top_k_arrays(classes, classes.shape, scores, k, backend, precision, sequences)

    def compare(classes: Array, scores: Array) -> Hits:
        with np.errstate(invalid="ignore"):
            ids = _in_precision(classes, precision).reshape(-1).astype(np.int32).astype(np.int64)
        return in_top_k(ids, _rows(scores, precision), k, backend, buffer)

    return Comparison(shape, arrays, compare, stretch=2)


def sparse_top_k_hits(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, *, backend: Backend = "numpy") -> Hits:
    """Which rows have fewer than k scores strictly above that of the labelled class: equals at the border all hit.

    y_true:  (...,) or (..., 1) class ids; fractions are cut off (measured).
    y_pred:  (..., C) scores.
    k:       0 or less hits nothing; more than C hits all, but on torch raises, as does less than 0.
    backend: whose `in_top_k` counts. 'tensorflow': a row with NaN or an infinity never hits, nor an id out of range;
             only float32 scores are taken. 'jax': -1 is the last class; an id out of range, or a NaN at the label,
             stands for a score of -inf. 'torch': ids count modulo C; NaN is above all and never hits itself. 'numpy':
             as torch, but -1 is the last class and an id out of range raises.
    Returns hits of the shape of the labels.
    Raises ValueError for shapes that do not fit, and where the backend raises.

    Measured on Keras 3.15 with four backends; TensorFlow's rule in all generations.
    """
    return sparse_top_k_comparison(y_true, y_pred, k, backend=backend).hits()


def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    *,
    backend: Backend = "numpy",
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of right rows, in [0, 1]; see `sparse_top_k_hits` and `mean`."""
    return mean(sparse_top_k_comparison(y_true, y_pred, k, backend=backend), sample_weight, mask)


# --- exact equality -------------------------------------------------------------------------------------------


def exact_comparison(y_true: ArrayLike, y_pred: ArrayLike, *, precision: Precision = "as given") -> Comparison:
    """See `exact_hits`; for `precision` see `categorical_comparison`."""
    labels, scores = _broadcast(*same_rank(np.asarray(y_true), np.asarray(y_pred)))

    def equal(labels: Array, scores: Array) -> Hits:
        labels, scores = _in_precision(labels, precision), _in_precision(scores, precision)
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(labels.astype(scores.dtype, copy=False) == scores)

    return Comparison(labels.shape, (labels, scores), equal)


def exact_hits(y_true: ArrayLike, y_pred: ArrayLike) -> Hits:
    """Which elements are equal once labels are cast to the type of the predictions; hardly any probability is.

    y_true, y_pred: of the same shape, (B,) and (B, 1), or shapes that broadcast.
    Returns hits of that shape.
    Raises ValueError for shapes that do not broadcast.

    The class `Accuracy` of Keras 3 (measured on 3.15), and of the others but for the side that is cast.
    """
    return exact_comparison(y_true, y_pred).hits()


def exact_match(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None, mask: ArrayLike | None = None
) -> float:
    """The share of equal elements, in [0, 1]; see `exact_hits` and `mean`."""
    return mean(exact_comparison(y_true, y_pred), sample_weight, mask)


# --- what to look at instead ----------------------------------------------------------------------------------


def subset_comparison(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5) -> Comparison:
    """See `subset_hits`."""
    elements = binary_comparison(y_true, y_pred, threshold=threshold)
    if not elements.shape:
        raise ValueError("subset accuracy needs an axis of labels")

    def compare(labels: Array, scores: Array) -> Hits:
        return np.asarray(elements.compare(labels, scores).reshape(-1, elements.shape[-1]).all(axis=1))

    return Comparison(elements.shape[:-1], elements.arrays, compare)


def subset_hits(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5) -> Hits:
    """Which rows have all their labels right: the exact match of multi-label classification.

    y_true, y_pred: (..., L). Returns hits of the shape without the last axis. Not a metric of Keras.
    """
    return subset_comparison(y_true, y_pred, threshold=threshold).hits()


def subset_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of rows with all labels right, in [0, 1]; see `subset_hits` and `mean`."""
    return mean(subset_comparison(y_true, y_pred, threshold=threshold), sample_weight, mask)


def hamming_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The share of right labels over all rows and labels, in [0, 1]: one less the Hamming loss.

    It is `binary_accuracy` by the name under which multi-label classification knows it.
    """
    return mean(binary_comparison(y_true, y_pred, threshold=threshold), sample_weight, mask)


def all_zeros_comparison(y_true: ArrayLike) -> Comparison:
    """Which labels are 0: what a model gets right that never predicts one."""
    labels = np.asarray(y_true)
    return Comparison(labels.shape, (labels,), lambda labels: np.asarray(labels == 0))


def all_zeros_baseline(
    y_true: ArrayLike, *, sample_weight: ArrayLike | None = None, mask: ArrayLike | None = None
) -> float:
    """The share of labels that are 0, in [0, 1]: the binary accuracy of a model that never predicts one.

    y_true: of any shape.
    """
    return mean(all_zeros_comparison(y_true), sample_weight, mask)


@dataclass(frozen=True)
class ClassCount:
    """How much of a class was labelled, and how much of that was predicted right: rows, or their weights."""

    seen: float
    right: float


def class_counts(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> dict[float, ClassCount]:
    """The count of each class that is labelled, by its id.

    y_true: class ids (...,) or (..., 1), or one-hot labels of the shape of y_pred.
    y_pred: (..., C) scores, the first largest of which is predicted; or (B,) or (..., 1) scores of one output, which
            predict class 1 above the threshold and else class 0.
    Raises ValueError for shapes that do not fit.
    """
    labels, scores, shape = _by_class(y_true, y_pred)
    weights = weights_for(shape, sample_weight, mask)
    arrays = (labels, scores, np.broadcast_to(1.0, shape) if weights is None else weights)
    counts: dict[float, ClassCount] = {}
    for known, rows, weight in pieces(arrays, len(shape)):
        ids, predicted = _ids(known, len(shape), threshold), _ids(rows, len(shape), threshold, scored=True)
        _add_counts(counts, ids, predicted, np.asarray(weight, dtype=np.float64).reshape(-1))
    return counts


def class_ids(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.5) -> tuple[Array, Array]:
    """The class that each row is labelled with, and the one that is predicted; each (rows,). See `class_counts`."""
    labels, scores, shape = _by_class(y_true, y_pred)
    return _ids(labels, len(shape), threshold), _ids(scores, len(shape), threshold, scored=True)


def _by_class(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array, tuple[int, ...]]:
    """Labels and scores, with an axis of classes or without, and the shape of the rows that they have in common."""
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    if scores.ndim < 2 or scores.shape[-1] == 1:
        labels, scores = same_rank(labels, scores)
        shape = scores.shape
    else:
        labels = labels if labels.shape == scores.shape else _sparse_labels(labels, scores, "squeezed if one")
        shape = scores.shape[:-1]
    if labels.shape not in (shape, scores.shape):
        raise _misfit(labels.shape, scores.shape)
    return labels, scores, shape


def _ids(array: Array, depth: int, threshold: float, scored: bool = False) -> Array:
    """The class ids of labels or scores, in one row: of the largest along an axis beyond `depth`, if there is one."""
    if array.ndim > depth:
        return _largest(array)
    flat = array.reshape(-1)
    return np.asarray(_wide(flat) > np.float32(threshold), dtype=np.int64) if scored else flat


def _largest(rows: Array) -> NDArray[Any]:
    return first_largest(rows.reshape(-1, rows.shape[-1]), "wins", "equal")


def _add_counts(counts: dict[float, ClassCount], ids: Array, predicted: Array, weight: Array) -> None:
    classes, places = np.unique(ids, return_inverse=True)
    seen = np.bincount(places.reshape(-1), weight, len(classes))
    right = np.bincount(places.reshape(-1), weight * (predicted == ids), len(classes))
    for name, more_seen, more_right in zip(classes.tolist(), seen.tolist(), right.tolist(), strict=True):
        before = counts.get(name, ClassCount(0.0, 0.0))
        counts[name] = ClassCount(before.seen + more_seen, before.right + more_right)


def balanced_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    threshold: float = 0.5,
    sample_weight: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> float:
    """The mean over the labelled classes of the share that is predicted right, in [0, 1]; NaN without rows.

    See `class_counts` for shapes and errors. A model that always predicts one of C classes has 1 / C.
    """
    counts = class_counts(y_true, y_pred, threshold=threshold, sample_weight=sample_weight, mask=mask)
    return balanced(counts.values())


def balanced(counts: Collection[ClassCount]) -> float:
    shares = [count.right / count.seen for count in counts if count.seen]
    return sum(shares) / len(shares) if shares else float("nan")


def majority_baseline(y_true: ArrayLike, *, one_hot: bool = False) -> float:
    """The share of the most frequent class, in (0, 1]: what a model gets that always predicts it; NaN without rows.

    y_true:  class ids of any shape.
    one_hot: y_true is (..., C), and the first largest number of a row names its class.
    """
    labels = np.asarray(y_true)
    classes = _collected(_largest, labels) if one_hot else labels
    return float(np.unique(classes, return_counts=True)[1].max() / classes.size) if classes.size else float("nan")


def mean(comparison: Comparison, sample_weight: ArrayLike | None = None, mask: ArrayLike | None = None) -> float:
    """The (weighted) share of hits: sum(weight * hit) / sum(weight), in [0, 1] where no weight is negative.

    sample_weight, mask: see `shapes.weights_for`. Read in Keras 3.15 (keras/src/metrics/reduction_metrics.py) and
    measured on it and tf_keras.
    Returns NaN where the weights add up to nothing, as where there are no rows; Keras has 0.0 there.
    """
    weights = weights_for(comparison.shape, sample_weight, mask)
    total, whole = comparison.weigh(weights) if weights is not None else (comparison.count(), comparison.size)
    return total / whole if whole else float("nan")


# --- shapes and types -----------------------------------------------------------------------------------------


def _broadcast(labels: Array, scores: Array) -> tuple[Array, Array]:
    if labels.shape == scores.shape:
        return labels, scores
    shape = _common_shape(labels.shape, scores.shape)
    return np.broadcast_to(labels, shape), np.broadcast_to(scores, shape)


def _common_shape(labels: tuple[int, ...], scores: tuple[int, ...]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(labels, scores)
    except ValueError:
        raise _misfit(labels, scores) from None


def _misfit(labels: tuple[int, ...], scores: tuple[int, ...]) -> ValueError:
    return ValueError(f"labels of shape {labels} do not fit predictions of shape {scores}")


def _need_scores(scores: Array, what: str = "predictions") -> None:
    if not scores.ndim or not scores.shape[-1]:
        raise ValueError(f"{what} of shape {scores.shape} have no axis of classes")


def _in_precision(array: Array, precision: Precision) -> Array:
    dtype = _dtype_in(array.dtype, precision)
    if dtype == array.dtype:
        return array
    with np.errstate(over="ignore"):
        return array.astype(dtype)


def _dtype_in(dtype: np.dtype[Any], precision: Precision) -> np.dtype[Any]:
    if precision == "as given":
        return dtype
    if precision == "float32":
        return np.dtype(np.float32)
    return np.dtype(_NARROWER.get(dtype.str[1:], dtype))


def _wide(scores: Array) -> Array:
    """Scores in a type in which they and a threshold can be compared."""
    return scores if scores.dtype in (np.float32, np.float64) else scores.astype(np.float32)


def _limit(threshold: float, dtype: np.dtype[Any]) -> NDArray[np.float32]:
    """The threshold as Keras has it: a float32, rounded to a narrower type of the predictions where that is used."""
    narrow = dtype.kind not in "biu" and dtype.itemsize < np.dtype(np.float32).itemsize
    return np.asarray(np.asarray(threshold, dtype=np.float32).astype(dtype if narrow else np.float32), dtype=np.float32)


def _rows(scores: Array, precision: Precision) -> Array:
    return _in_precision(scores, precision).reshape(-1, scores.shape[-1])


def _stretch(scores: Array) -> int:
    """Rows of many scores are read once by argmax; those of few are transposed in the cache."""
    return 4 if scores.shape[-1] > FEW and scores.flags.c_contiguous else 2


def _collected(largest: Callable[[Array], NDArray[Any]], scores: Array) -> Array:
    """The id of each row, for shapes of which the ids have to be broadcast."""
    shape = scores.shape[:-1]
    found = [largest(rows) for (rows,) in pieces((scores,), len(shape))]
    return (np.concatenate(found) if found else np.empty(0, dtype=np.intp)).reshape(shape)


def _of_ids(classes: Array, predicted: Array, dtype: np.dtype[Any], ids: Ids) -> Comparison:
    classes, predicted = _broadcast(classes, predicted)
    return Comparison(
        classes.shape,
        (classes, predicted),
        lambda classes, predicted: _equal_ids(classes, predicted, dtype, ids),
    )


def _equal_ids(classes: Array, predicted: Array, dtype: np.dtype[Any], ids: Ids) -> Hits:
    """dtype: of the predictions. Ids are compared in it, or in the type of the labels."""
    if ids == "labels":
        return np.asarray(predicted.astype(classes.dtype) == classes)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(predicted.astype(dtype) == classes.astype(dtype))


def _sparse_labels(classes: Array, scores: Array, labels: Labels) -> Array:
    if labels == "maximum":
        if not classes.ndim:
            raise _misfit(classes.shape, scores.shape)
        return np.asarray(classes.max(axis=-1))
    if labels == "flattened":
        return classes.reshape(-1)
    if classes.ndim != scores.ndim:
        return classes
    if classes.shape[-1] == 1:
        return classes[..., 0]
    if labels == "squeezed":
        raise _misfit(classes.shape, scores.shape)
    return classes


def _without_ones(shape: tuple[int, ...], classes: Array, scores: Array) -> tuple[Array, Array]:
    """Labels and scores whose first axes are those of the hits."""
    if classes.shape == shape:
        return classes, scores
    return classes[..., 0], scores[..., 0, :]


def _top_k_arrays(
    labels: Array,
    shape: tuple[int, ...],
    scores: Array,
    k: int,
    backend: Backend,
    precision: Precision,
    sequences: bool,
) -> tuple[tuple[int, ...], tuple[Array, Array]]:
    """The shape of the hits, and labels and scores with the same first axes."""
    if scores.ndim < 2 or (scores.ndim > 2 and not sequences):
        raise ValueError(f"predictions of shape {scores.shape} have {scores.ndim} axes where top-k accuracy needs 2")
    _need_scores(scores)
    if backend == "tensorflow" and _dtype_in(scores.dtype, precision) != np.float32:
        raise ValueError(f"TensorFlow's in_top_k takes float32 predictions, not {scores.dtype}")
    if backend == "torch" and not 0 <= k <= scores.shape[-1]:
        raise ValueError(f"torch's topk needs k between 0 and the number of classes, {scores.shape[-1]}, not {k}")
    if backend == "torch" and scores.dtype.kind == "b":
        raise ValueError("torch's topk takes no booleans")
    first = scores.shape[:-1]
    if shape == first:
        return shape, (labels, scores)
    if prod(shape) != prod(first):
        raise _misfit(labels.shape, scores.shape)
    if shape == (*first, 1):
        return shape, (labels, scores[..., np.newaxis, :])
    return shape, (labels, scores.reshape(*shape, scores.shape[-1]))
