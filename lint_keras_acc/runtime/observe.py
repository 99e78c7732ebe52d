"""What a batch shows: the facts of `sites.Observed`, and of the labels what a batch can prove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.keras_api.activations import ACTIVATIONS
from lint_keras_acc.sites import CompileSite, Encoding, Fact, Head, Labels, Metric, Observed, Output, Values

Backend = Literal["tensorflow", "jax", "torch", "numpy"]
Array = NDArray[Any]
# An array, a list of them, or a dict by output name.
Arrays = Any

_RANGES: dict[str, tuple[float, float]] = {
    "simplex": (0.0, 1.0),
    "unit": (0.0, 1.0),
    "symmetric": (-1.0, 1.0),
    "nonnegative": (0.0, np.inf),
    "log": (-np.inf, 0.0),
}
_LARGEST = {"relu6": 6.0}
# Bits of the significand, the hidden one included.
_SIGNIFICANDS = {"bfloat16": 8, "float16": 11, "float32": 24}
_SHOWN = 5


def observe(
    site: CompileSite,
    y_true: Arrays,
    y_pred: Arrays,
    backend: Backend,
    *,
    inputs: Arrays = None,
    sample_weight: Arrays = None,
) -> CompileSite:
    """The same site with what this batch proves of the labels, and with `observed`, at each head that has labels.

    y_true, y_pred: one array for one output, or a list in the order of the heads, or a dict by output name. Shapes
                    are (n, ...) and (n, ..., units). Heads without labels (absent or None) stay as they are.
    inputs:         what the model was given: labels equal to it are those of an autoencoder.
    sample_weight:  as y_true, (n,) or of the shape of the rows; what weighs 0 is not looked at.

    Raises ValueError where arrays do not fit: another number of outputs, other lengths, no numbers.
    """
    targets = _by_head(site, y_true, "y_true")
    predictions = _by_head(site, y_pred, "y_pred")
    weights = _by_head(site, sample_weight, "sample_weight")
    given = [] if inputs is None else [_array(one, "x") for one in _each(inputs)]
    heads = tuple(
        _observe_head(site, head, _Batch.of(target, prediction, weight), given, backend)
        if target is not None and prediction is not None
        else head
        for head, target, prediction, weight in zip(site.heads, targets, predictions, weights, strict=True)
    )
    kernels = {metric.span: metric.kernel for head in heads for metric in head.metrics}
    metrics = tuple(replace(metric, kernel=kernels.get(metric.span, metric.kernel)) for metric in site.metrics)
    return replace(site, heads=heads, metrics=metrics)


# --- arrays in ----------------------------------------------------------------------------------------------


def _each(arrays: Arrays) -> Iterable[Any]:
    if isinstance(arrays, Mapping):
        return arrays.values()
    return arrays if isinstance(arrays, list | tuple) and _holds_arrays(arrays) else [arrays]


def _holds_arrays(values: Sequence[Any]) -> bool:
    return any(hasattr(value, "shape") and value.shape != () for value in values)


def _by_head(site: CompileSite, arrays: Arrays, name: str) -> list[Array | None]:
    """One array for each head of the site."""
    if arrays is None:
        return [None] * len(site.heads)
    if isinstance(arrays, Mapping):
        found = [arrays.get(head.output.name) for head in site.heads]
        if all(one is None for one in found) and len(arrays) == len(site.heads) == 1:
            found = list(arrays.values())
    elif len(site.heads) == 1:
        several = isinstance(arrays, list | tuple) and _holds_arrays(arrays) and len(arrays) == 1
        found = list(arrays) if several else [arrays]
    else:
        found = list(arrays) if isinstance(arrays, list | tuple) else [arrays]
    if len(found) != len(site.heads):
        raise ValueError(f"{name} holds {len(found)} arrays, but the model has {len(site.heads)} outputs")
    return [None if one is None else _array(one, name) for one in found]


def _array(values: Any, name: str) -> Array:
    """An array of numbers that NumPy can compute with: low precisions become float32."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} is no array: {error}") from error
    if array.dtype.kind not in "biuf" and not _is_low_precision(array):
        raise ValueError(f"{name} must hold numbers, not {array.dtype}")
    if array.ndim == 0:
        raise ValueError(f"{name} must have a batch axis, but is a single number")
    return array


def _is_low_precision(array: Array) -> bool:
    """float16 and what `ml_dtypes` adds to NumPy (bfloat16, float8...), whose kind is 'V'."""
    return array.dtype.name.startswith(("float16", "bfloat16", "float8"))


def _computable(array: Array) -> Array:
    if _is_low_precision(array):
        return array.astype(np.float32)
    return array.view(np.uint8) if array.dtype == bool else array


# --- a batch of one output ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Batch:
    """Targets and predictions of one output, as rows along the last axis of the predictions.

    targets:     (rows, width) where they are as wide as the predictions or of the predictions' rank, else (rows,).
    predictions: (rows, units).
    Rows that weigh 0 are left out.
    """

    target_shape: tuple[int, ...]
    prediction_shape: tuple[int, ...]
    target_dtype: str
    prediction_dtype: str
    targets: Array
    predictions: Array

    @classmethod
    def of(cls, target: Array, prediction: Array, weight: Array | None) -> _Batch:
        if len(target) != len(prediction):
            raise ValueError(f"y_true has {len(target)} rows, but y_pred has {len(prediction)}")
        rows = prediction.shape[:-1] if prediction.ndim > 1 else prediction.shape
        units = prediction.shape[-1] if prediction.ndim > 1 else 1
        predictions = _computable(prediction).reshape(-1, units)
        targets = _computable(target)
        if target.shape == rows:
            targets = targets.reshape(-1)
        elif target.ndim > 1 and target.shape[:-1] == rows:
            targets = targets.reshape(-1, target.shape[-1])
        else:
            targets = targets.reshape(len(target), -1)
        counts = _counts(weight, rows)
        if counts is not None:
            predictions = predictions[counts]
            targets = targets[counts] if len(targets) == len(counts) else targets
        return cls(target.shape, prediction.shape, target.dtype.name, prediction.dtype.name, targets, predictions)

    @property
    def are_ids(self) -> bool:
        """One label for each row."""
        return len(self.targets) == len(self.predictions) and (self.targets.ndim == 1 or self.targets.shape[1] == 1)

    @property
    def are_rows(self) -> bool:
        """The labels are rows as wide as the predictions, of several columns."""
        return self.targets.shape == self.predictions.shape and self.predictions.shape[1] > 1

    @property
    def labels(self) -> Array:
        """Where `are_ids`: the labels as (rows,)."""
        return self.targets.reshape(-1)


def _counts(weight: Array | None, rows: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Which rows count; None where all do."""
    if weight is None:
        return None
    if weight.shape == (*rows, 1):
        weight = weight.reshape(rows)
    if weight.shape != rows[: weight.ndim]:
        return None
    shaped = weight.reshape(weight.shape + (1,) * (len(rows) - weight.ndim))
    return np.asarray(np.broadcast_to(shaped, rows).reshape(-1) != 0)


def _observe_head(site: CompileSite, head: Head, batch: _Batch, inputs: Sequence[Array], backend: Backend) -> Head:
    output = _fill_output(head.output, batch)
    head = replace(head, output=output)
    head = replace(head, labels=_labels(head, batch, inputs))
    head = replace(head, metrics=tuple(_fill_kernel(site, head, metric) for metric in head.metrics))
    return replace(head, observed=_facts(head, batch, backend))


def _fill_output(output: Output, batch: _Batch) -> Output:
    units = output.units if output.units.known else Fact(batch.predictions.shape[1])
    rank = output.rank if output.rank.known else Fact(len(batch.prediction_shape))
    return replace(output, units=units, rank=rank)


def _fill_kernel(site: CompileSite, head: Head, metric: Metric) -> Metric:
    """What 'accuracy' runs, now that the shapes of the labels are known."""
    is_string = metric.form == "string" and site.dialect.resolves_accuracy(metric.written or "")
    if metric.kernel.known or not is_string:
        return metric
    labels, output, loss = head.labels, head.output, head.loss
    kernel = site.dialect.accuracy_kernel(
        loss.name.value if loss else None,
        loss.form if loss else "absent",
        output.units.value,
        labels.encoding.value,
        labels.rank.value,
        labels.width.value,
        output.rank.value,
    )
    return replace(metric, kernel=Fact(kernel))


# --- what is proved of the labels -----------------------------------------------------------------------------


def _labels(head: Head, batch: _Batch, inputs: Sequence[Array]) -> Labels:
    values = _values(batch.targets, batch.target_shape, batch.target_dtype)
    encoding = "input" if _is_an_input(batch, inputs) else _encoding(head, batch, values)
    width = batch.target_shape[-1] if len(batch.target_shape) > 1 else None
    return replace(
        head.labels,
        encoding=Fact[Encoding](encoding),
        classes=Fact(width if encoding == "one-hot" else None),
        width=Fact(width),
        rank=Fact(len(batch.target_shape)),
        low=Fact(values.low),
        high=Fact(values.high),
    )


def _is_an_input(batch: _Batch, inputs: Sequence[Array]) -> bool:
    rows = batch.targets
    return any(
        one.size == rows.size
        and len(one) == batch.target_shape[0]
        and np.array_equal(one.reshape(-1), rows.reshape(-1))
        for one in inputs
    )


def _encoding(head: Head, batch: _Batch, values: Values) -> Encoding | None:
    if values.low is None or values.high is None or values.nans or values.infinities:
        return None
    if values.fractional:
        return "continuous" if values.low < 0 or values.high > 1 else None
    if batch.are_rows:
        return _encoding_of_rows(head, batch, values)
    if not batch.are_ids:
        return None
    if batch.predictions.shape[1] > 1:
        return "integer"
    return "binary" if (values.low, values.high) == (0, 1) else None


def _encoding_of_rows(head: Head, batch: _Batch, values: Values) -> Encoding | None:
    trues = _trues(batch, values)
    if trues is None:
        return None
    if trues[1] > 1:
        return "multi-hot"
    return "one-hot" if trues == (1, 1) else None


def _trues(batch: _Batch, values: Values) -> tuple[int, int] | None:
    if not batch.are_rows or values.zeros + values.ones != batch.targets.size or not batch.targets.size:
        return None
    counts = np.count_nonzero(batch.targets, axis=1)
    return int(counts.min()), int(counts.max())


# --- what is measured -----------------------------------------------------------------------------------------


def _facts(head: Head, batch: _Batch, backend: Backend) -> Observed:
    targets = _values(batch.targets, batch.target_shape, batch.target_dtype)
    predictions = _values(batch.predictions, batch.prediction_shape, batch.prediction_dtype)
    dtype = head.output.dtype.value or batch.prediction_dtype
    label_dtype = next((name for name in _SIGNIFICANDS if name in dtype), batch.prediction_dtype)
    foreign_ids, foreign = _foreign(batch)
    collisions, collided = _collisions(batch, label_dtype)
    return Observed(
        rows=len(batch.predictions),
        backend=backend,
        targets=targets,
        predictions=predictions,
        label_dtype=label_dtype,
        trues=_trues(batch, targets),
        target_sums=_sums(batch.targets) if batch.are_rows else None,
        prediction_sums=_sums(batch.predictions),
        foreign_ids=foreign_ids,
        foreign=foreign,
        collisions=collisions,
        collided=collided,
        unreachable=_unreachable(head, batch.targets),
        same_rows=_are_equal(batch.predictions),
        score=None,
    )


def _values(array: Array, shape: tuple[int, ...], dtype: str) -> Values:
    zeros, ones = int(np.count_nonzero(array == 0)), int(np.count_nonzero(array == 1))
    if array.dtype.kind != "f":
        low, high = (float(array.min()), float(array.max())) if array.size else (None, None)
        return Values(shape, dtype, low, high, zeros=zeros, ones=ones)
    finite = array[np.isfinite(array)]
    fractions = finite[finite != np.floor(finite)]
    return Values(
        shape,
        dtype,
        low=float(finite.min()) if finite.size else None,
        high=float(finite.max()) if finite.size else None,
        nans=int(np.count_nonzero(np.isnan(array))),
        infinities=int(np.count_nonzero(np.isinf(array))),
        fractional=fractions.size,
        a_fraction=float(fractions[0]) if fractions.size else None,
        zeros=zeros,
        ones=ones,
    )


def _sums(rows: Array) -> tuple[float, float] | None:
    """The extremes of the finite sums of rows; None for single columns."""
    if rows.ndim != 2 or rows.shape[1] < 2:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        sums = rows.sum(axis=1, dtype=np.float64)
    sums = sums[np.isfinite(sums)]
    return (float(sums.min()), float(sums.max())) if sums.size else None


def _whole_ids(batch: _Batch) -> Array:
    """The labels that are whole numbers, where each is one of a row; else none."""
    labels = batch.labels
    if labels.dtype.kind == "f":
        labels = labels[np.isfinite(labels) & (labels == np.floor(labels))]
    return labels.astype(np.int64)


def _foreign(batch: _Batch) -> tuple[tuple[int, ...], int]:
    units = batch.predictions.shape[1]
    if not batch.are_ids or units < 2:
        return (), 0
    ids = _whole_ids(batch)
    foreign = ids[(ids < 0) | (ids >= units)]
    return tuple(int(one) for one in np.unique(foreign)[:_SHOWN]), len(foreign)


def _collisions(batch: _Batch, dtype: str) -> tuple[tuple[tuple[int, int], ...], int]:
    """Labels seen that are one with the id of another unit in `dtype`, and wrong rows that look right by it."""
    units, bits = batch.predictions.shape[1], _SIGNIFICANDS.get(dtype, 53)
    if units <= 2**bits or not (batch.are_ids or batch.are_rows):
        return (), 0
    ids = batch.labels if batch.are_ids else batch.targets.argmax(axis=1)
    guesses = batch.predictions.argmax(axis=1)
    collides = (_cast(ids, dtype) == _cast(guesses, dtype)) & (ids != guesses)
    predicted = {(int(one), int(other)) for one, other in zip(ids[collides], guesses[collides], strict=True)}
    seen = np.unique(ids[(ids >= 2**bits) & (ids < units)]).astype(np.int64)
    neighbours = np.stack([seen - 1, seen + 1], axis=1)
    same = (_cast(neighbours, dtype) == _cast(seen, dtype)[:, None]) & (neighbours < units)
    possible = [
        (int(one), int(other))
        for one, pair, is_same in zip(seen, neighbours, same, strict=True)
        for other in pair[is_same]
    ]
    pairs = [*sorted(predicted), *(pair for pair in possible if pair not in predicted)]
    return tuple(pairs[:_SHOWN]), len(ids[collides])


def _cast(ids: Array, dtype: str) -> Array:
    """Ids as they are after a cast to `dtype`."""
    if dtype != "bfloat16":
        with np.errstate(over="ignore"):
            return np.asarray(ids.astype(dtype))
    significand, exponent = np.frexp(ids.astype(np.float64))
    return np.asarray(np.ldexp(np.round(significand * 2**8), exponent - 8))


def _unreachable(head: Head, targets: Array) -> int:
    """How many targets the activation of the output cannot come near to."""
    activations = (head.output.activation, *head.output.inner)
    name = next((one.name.value for one in activations if one.name.value != "linear"), "linear")
    if head.output.custom or name is None or name not in ACTIVATIONS:
        return 0
    low, high = _RANGES.get(ACTIVATIONS[name].range, (-np.inf, np.inf))
    return int(np.count_nonzero((targets < low) | (targets > _LARGEST.get(name, high))))


def _are_equal(rows: Array) -> bool:
    return len(rows) > 1 and bool((rows == rows[0]).all())
