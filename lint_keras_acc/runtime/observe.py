"""What a batch shows: the facts of `sites.Observed`, and of the labels what a batch can prove."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.keras_api.activations import ACTIVATIONS
from lint_keras_acc.reading.heads import accuracy_kernel, every_metric
from lint_keras_acc.runtime.kernels import binary_hits
from lint_keras_acc.sites import (
    CompileSite,
    Encoding,
    Fact,
    Head,
    Labels,
    Metric,
    Observed,
    Output,
    Score,
    Trial,
    Values,
)

Array = NDArray[Any]
# An array, a list of them in the order of the outputs, or a dict by output name.
Arrays = Any
Functions = Mapping[str, Callable[[Any, Any], Any]]

_RANGES: dict[str, tuple[float, float]] = {
    "simplex": (0.0, 1.0),
    "unit": (0.0, 1.0),
    "symmetric": (-1.0, 1.0),
    "nonnegative": (0.0, np.inf),
    "log": (-np.inf, 0.0),
}
_LARGEST = {"relu6": 6.0}
# Bits of the significand, the hidden one included: ids up to 2 to this power are exact.
_SIGNIFICANDS = {"bfloat16": 8, "float16": 11, "float32": 24}
# What marks a pixel without a class: the largest number of 8 bits.
_NO_CLASS = 255
_SHOWN = 5
# Numbers that are counted at a time.
_BLOCK = 1 << 15
# How improbable an order of labels must be to be called sorted.
_SURELY = 0.01


def observe(
    site: CompileSite,
    y_true: Arrays,
    y_pred: Arrays,
    backend: str,
    *,
    inputs: Arrays = None,
    sample_weight: Arrays = None,
    trained: bool | None = None,
    functions: Functions | None = None,
) -> CompileSite:
    """The same site with what this batch proves of the labels, and with `observed`, at each head that has labels.

    y_true, y_pred: one array for one output, or a list in the order of the heads, or a dict by output name. Shapes
                    are (n, ...) and (n, ..., units). Heads without labels (absent or None) stay as they are.
    inputs:         what the model was given: labels equal to it are those of an autoencoder.
    sample_weight:  as y_true, (n,) or of the shape of the rows; what weighs 0 is not looked at.
    trained:        whether the model has been trained; None where that is not known.
    functions:      metrics and losses of the user's own by the names that they are written with, to be called with
                    a few rows of NumPy.

    Raises ValueError where arrays do not fit: another number of outputs, other lengths, no numbers.
    """
    targets = _by_head(site, y_true, "y_true")
    predictions = _by_head(site, y_pred, "y_pred")
    weights = _by_head(site, sample_weight, "sample_weight")
    around = _Around(
        backend=backend,
        trained=trained,
        inputs=() if inputs is None else tuple(_array(one, "x", kinds="biufSUO") for one in _each(inputs)),
        functions=functions or {},
    )
    heads = tuple(
        _observe_head(site, head, _Batch.of(target, prediction, weight), around)
        if target is not None and prediction is not None
        else head
        for head, target, prediction, weight in zip(site.heads, targets, predictions, weights, strict=True)
    )
    return replace(site, heads=heads, metrics=every_metric(heads, ()) or site.metrics)


@dataclass(frozen=True, slots=True)
class _Around:
    """What all outputs share."""

    backend: str
    trained: bool | None
    inputs: tuple[Array, ...]
    functions: Functions


# --- arrays in ----------------------------------------------------------------------------------------------


def _each(arrays: Arrays) -> Iterable[Any]:
    if isinstance(arrays, Mapping):
        return arrays.values()
    return arrays if _holds_arrays(arrays) else [arrays]


def _holds_arrays(values: Any) -> bool:
    """A list or tuple of arrays, not of numbers."""
    return isinstance(values, list | tuple) and any(getattr(value, "shape", ()) != () for value in values)


def _by_head(site: CompileSite, arrays: Arrays, name: str) -> list[Array | None]:
    """One array for each head of the site."""
    if arrays is None:
        return [None] * len(site.heads)
    if isinstance(arrays, Mapping):
        found = _by_name(site, arrays, name)
    else:
        is_list = _holds_arrays(arrays) or (isinstance(arrays, list | tuple) and len(arrays) == len(site.heads) > 1)
        found = list(arrays) if is_list else [arrays]
    if len(found) != len(site.heads):
        raise ValueError(f"{name} has {_counted(len(found), 'array')}, the model {_counted(len(site.heads), 'output')}")
    return [None if one is None else _array(one, name) for one in found]


def _by_name(site: CompileSite, arrays: Mapping[str, Any], name: str) -> list[Any]:
    names = [head.output.name for head in site.heads]
    unknown = sorted(set(arrays) - set(names))
    if unknown and len(names) == len(arrays) == 1:
        return list(arrays.values())
    if unknown:
        raise ValueError(f"{name} has {unknown[0]!r}, but the outputs are {', '.join(map(repr, names))}")
    return [arrays.get(one) if one is not None else None for one in names]


def _array(values: Any, name: str, kinds: str = "biuf") -> Array:
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} is no array: {error}") from error
    if array.dtype.kind not in kinds and not _is_low_precision(array):
        raise ValueError(f"{name} must hold numbers, not {array.dtype}")
    if array.ndim == 0:
        raise ValueError(f"{name} must have a batch axis, but is a single number")
    return array


def _is_low_precision(array: Array) -> bool:
    """float16 and what `ml_dtypes` adds to NumPy, whose kind is 'V'."""
    return array.dtype.name.startswith(("float16", "bfloat16", "float8"))


def _computable(array: Array) -> Array:
    if _is_low_precision(array):
        return array.astype(np.float32)
    return array.view(np.uint8) if array.dtype == bool else array


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


# --- a batch of one output ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Batch:
    """Targets and predictions of one output.

    target, prediction: as they were given, but of dtypes that NumPy computes with.
    targets:     those that count, (rows, width), or (rows,) where there is one for each row of predictions.
    predictions: those that count, (rows, units).
    examples:    how many stand along the batch axis.
    """

    target: Array
    prediction: Array
    target_dtype: str
    prediction_dtype: str
    targets: Array
    predictions: Array

    @classmethod
    def of(cls, target: Array, prediction: Array, weight: Array | None) -> _Batch:
        if len(target) != len(prediction):
            raise ValueError(f"y_true has {_counted(len(target), 'row')}, y_pred {_counted(len(prediction), 'row')}")
        dtypes = target.dtype.name, prediction.dtype.name
        target, prediction = _computable(target), _computable(prediction)
        axes, units = (prediction.shape[:-1], prediction.shape[-1]) if prediction.ndim > 1 else (prediction.shape, 1)
        predictions = prediction.reshape(prod(axes), units)
        targets = _as_rows(target, axes)
        counts = _counts(weight, axes)
        if counts is not None:
            predictions = predictions[counts]
            targets = targets[counts] if len(targets) == len(counts) else targets
        return cls(target, prediction, *dtypes, targets, predictions)

    @property
    def examples(self) -> int:
        return len(self.prediction)

    @property
    def units(self) -> int:
        return int(self.predictions.shape[1])

    @property
    def are_ids(self) -> bool:
        """One label for each row."""
        return self.targets.ndim == 1

    @property
    def are_rows(self) -> bool:
        """The labels are rows of several columns, as many rows as there are of predictions."""
        return self.targets.ndim == 2 and self.target.ndim == self.prediction.ndim and self.targets.shape[1] > 1

    @property
    def are_as_wide(self) -> bool:
        """The labels have a column for each unit."""
        return self.are_rows and self.targets.shape == self.predictions.shape


def _as_rows(target: Array, axes: tuple[int, ...]) -> Array:
    """(rows,) for one label a row of predictions, which lie along `axes`; else (rows, width)."""
    if target.shape in (axes, (*axes, 1)):
        return target.reshape(-1)
    rows = prod(axes) if target.shape[:-1] == axes else len(target)
    return target.reshape(rows, prod(target.shape) // rows if rows else 0)


def _counts(weight: Array | None, axes: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Which rows weigh something; None where all do, or the weights are of another shape."""
    if weight is None:
        return None
    if weight.shape == (*axes, 1):
        weight = weight.reshape(axes)
    weight = weight.reshape(weight.shape + (1,) * (len(axes) - weight.ndim))
    try:
        return np.asarray(np.broadcast_to(weight, axes).reshape(-1) != 0)
    except ValueError:
        return None


def _observe_head(site: CompileSite, head: Head, batch: _Batch, around: _Around) -> Head:
    head = replace(head, output=_fill_output(head.output, batch))
    head = replace(head, labels=_labels(head, batch, around.inputs))
    head = replace(head, metrics=tuple(_fill_kernel(site, head, metric) for metric in head.metrics))
    return replace(head, observed=_facts(head, batch, around))


def _fill_output(output: Output, batch: _Batch) -> Output:
    units = output.units if output.units.known else Fact(batch.units)
    rank = output.rank if output.rank.known else Fact(batch.prediction.ndim)
    return replace(output, units=units, rank=rank)


def _fill_kernel(site: CompileSite, head: Head, metric: Metric) -> Metric:
    """What 'accuracy' runs, now that the shapes of the labels are known."""
    is_resolved = metric.form == "string" and site.dialect.resolves_accuracy(metric.written or "")
    if metric.kernel.known or not is_resolved:
        return metric
    return replace(metric, kernel=Fact(accuracy_kernel(site.dialect, head.output, head.loss, head.labels)))


# --- what is proved of the labels ---------------------------------------------------------------------------


def _labels(head: Head, batch: _Batch, inputs: Sequence[Array]) -> Labels:
    shape = batch.target.shape
    values = _values(batch.targets, batch.target, batch.target_dtype)
    encoding: Encoding | None = "input" if _is_an_input(batch, inputs) else _encoding(batch, values)
    low, high = _extremes(batch, values)
    return replace(
        head.labels,
        encoding=Fact(encoding),
        classes=Fact(shape[-1] if encoding == "one-hot" else None),
        width=Fact(shape[-1] if len(shape) > 1 else None),
        rank=Fact(len(shape)),
        low=Fact(low),
        high=Fact(high),
    )


def _is_an_input(batch: _Batch, inputs: Sequence[Array]) -> bool:
    target = batch.target
    return any(
        one.size == target.size and len(one) == len(target) and np.array_equal(one.reshape(-1), target.reshape(-1))
        for one in inputs
    )


def _encoding(batch: _Batch, values: Values) -> Encoding | None:
    """What these labels prove to be encoded as. Soft labels are none of the encodings."""
    if values.low is None or values.high is None or values.nans:
        return None
    if values.fractional:
        return "continuous" if values.low < 0 or values.high > 1 else None
    trues = _trues(batch, values)
    if trues is not None:
        return "one-hot" if trues == (1, 1) else "multi-hot" if trues[1] > 1 else None
    if not batch.are_ids:
        return None
    if batch.units > 1:
        return "integer"
    return "binary" if (values.low, values.high) == (0, 1) else None


def _trues(batch: _Batch, values: Values) -> tuple[int, int] | None:
    if not batch.are_rows or not values.count or values.zeros + values.ones != values.count:
        return None
    counts = np.count_nonzero(batch.targets, axis=1)
    return int(counts.min()), int(counts.max())


def _extremes(batch: _Batch, values: Values) -> tuple[float | None, float | None]:
    """The extremes of the labels, without what marks padding."""
    padding = _padding(batch)
    if padding is None:
        return values.low, values.high
    labels = batch.targets[batch.targets != padding]
    return float(labels.min()), float(labels.max())


def _padding(batch: _Batch) -> float | None:
    """The one label that may mark steps or pixels without a class: the only negative one, or 255."""
    if not batch.are_ids or batch.prediction.ndim < 3:
        return None
    labels = np.unique(batch.targets)
    marks = labels[(labels < 0) | (labels == _NO_CLASS)]
    is_mark = len(marks) == 1 < len(labels) and marks[0] == np.floor(marks[0]) and marks[0] != batch.units
    return float(marks[0]) if is_mark else None


# --- what is measured ---------------------------------------------------------------------------------------


def _facts(head: Head, batch: _Batch, around: _Around) -> Observed:
    targets = _values(batch.targets, batch.target, batch.target_dtype)
    predictions = _values(batch.predictions, batch.prediction, batch.prediction_dtype)
    foreign = _foreign(batch)
    collisions, collided = _collisions(batch, targets)
    return Observed(
        rows=len(batch.predictions),
        backend=around.backend,
        targets=targets,
        predictions=predictions,
        metric_dtype=batch.prediction_dtype,
        trained=around.trained,
        trues=_trues(batch, targets),
        prediction_sums=_sums(batch.predictions),
        foreign=len(foreign),
        foreign_ids=tuple(int(one) for one in np.unique(foreign)[:_SHOWN]),
        collided=collided,
        collisions=collisions,
        unreachable=_unreachable(head, batch),
        same_rows=_are_equal(batch.predictions) and not any(_are_equal(one) for one in around.inputs),
        score=_score(head, batch, targets),
        trials=_trials(head, batch, around.functions),
    )


def _values(counted: Array, given: Array, dtype: str) -> Values:
    """Of the values `counted`; those that are not finite are looked for in all that were `given`."""
    blocks = [_of_block(block) for block in _blocks(counted)]
    fractions = [block.a_fraction for block in blocks if block.a_fraction is not None]
    everything = blocks if counted.size == given.size else [_of_block(block) for block in _blocks(given)]
    return Values(
        shape=given.shape,
        dtype=dtype,
        count=counted.size,
        low=min((block.low for block in blocks if block.low is not None), default=None),
        high=max((block.high for block in blocks if block.high is not None), default=None),
        zeros=sum(block.zeros for block in blocks),
        ones=sum(block.ones for block in blocks),
        fractional=sum(block.fractional for block in blocks),
        a_fraction=fractions[0] if fractions else None,
        nans=sum(block.nans for block in everything),
        infinities=sum(block.infinities for block in everything),
        negative_infinities=sum(block.negative_infinities for block in everything),
    )


def _blocks(array: Array) -> Iterator[Array]:
    """The numbers in stretches that stay in the cache for as long as something is counted in them."""
    flat = array.reshape(-1)
    return (flat[start : start + _BLOCK] for start in range(0, flat.size, _BLOCK))


def _of_block(block: Array) -> Values:
    zeros, ones = block.size - int(np.count_nonzero(block)), int(np.count_nonzero(block == 1))
    if block.dtype.kind != "f":
        return Values(block.shape, "", block.size, float(block.min()), float(block.max()), zeros, ones)
    finite = block if np.isfinite(block.min()) and np.isfinite(block.max()) else block[np.isfinite(block)]
    is_fraction = finite != np.floor(finite)
    fractional = int(np.count_nonzero(is_fraction))
    return Values(
        shape=block.shape,
        dtype="",
        count=block.size,
        low=float(finite.min()) if finite.size else None,
        high=float(finite.max()) if finite.size else None,
        zeros=zeros,
        ones=ones,
        fractional=fractional,
        a_fraction=float(finite[is_fraction.argmax()]) if fractional else None,
        nans=int(np.count_nonzero(np.isnan(block))) if finite is not block else 0,
        infinities=int(np.count_nonzero(np.isposinf(block))) if finite is not block else 0,
        negative_infinities=int(np.count_nonzero(np.isneginf(block))) if finite is not block else 0,
    )


def _sums(rows: Array) -> tuple[float, float] | None:
    """The extremes of the finite sums of rows; None for single columns."""
    if rows.ndim != 2 or rows.shape[1] < 2:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        sums = rows.sum(axis=1, dtype=np.float64)
    sums = sums[np.isfinite(sums)]
    return (float(sums.min()), float(sums.max())) if sums.size else None


def _foreign(batch: _Batch) -> Array:
    """The whole labels that are no index of a unit."""
    labels = batch.targets
    if not batch.are_ids or batch.units < 2:
        return labels[:0]
    labels = labels[np.isfinite(labels)]
    is_foreign = ((labels < 0) | (labels >= batch.units)) & (labels == np.floor(labels))
    return np.asarray(labels[is_foreign])


def _collisions(batch: _Batch, values: Values) -> tuple[tuple[tuple[int, int], ...], int]:
    """Labels seen that are one with the id of another unit once they are cast, and rows that look right by it."""
    exact = 2 ** _SIGNIFICANDS.get(batch.prediction_dtype, 53)
    if batch.units <= exact + 1 or not (batch.are_ids or batch.are_as_wide) or values.fractional or values.nans:
        return (), 0
    ids = batch.targets if batch.are_ids else batch.targets.argmax(axis=1)
    ids = ids.astype(np.int64)
    guesses = batch.predictions.argmax(axis=1)
    units = _rounded(np.arange(batch.units), batch.prediction_dtype)
    inside = (ids >= exact) & (ids < batch.units)
    collided = inside & (ids != guesses)
    collided[collided] = units[ids[collided]] == units[guesses[collided]]
    taken = np.unique(np.stack([ids[collided], guesses[collided]], axis=1), axis=0).tolist()
    seen = np.unique(ids[inside])
    possible = [[one, other] for other_of in (-1, 1) for one, other in zip(seen, seen + other_of, strict=True)]
    possible = [[int(one), int(other)] for one, other in possible if other < len(units) and units[one] == units[other]]
    pairs = [*taken, *(pair for pair in sorted(possible) if pair not in taken)]
    return tuple((one, other) for one, other in pairs[:_SHOWN]), int(np.count_nonzero(collided))


def _rounded(ids: Array, dtype: str) -> Array:
    """Ids as they are after a cast to `dtype`."""
    if dtype == "bfloat16":
        significands, exponents = np.frexp(ids.astype(np.float64))
        return np.asarray(np.ldexp(np.round(significands * 2**8), exponents - 8))
    with np.errstate(over="ignore"):
        return np.asarray(ids.astype(dtype))


def _unreachable(head: Head, batch: _Batch) -> int:
    activations = (head.output.activation, *head.output.inner)
    name = next((one.name.value for one in activations if one.name.value != "linear"), None)
    if head.output.custom or name is None or name not in ACTIVATIONS:
        return 0
    low, high = _RANGES.get(ACTIVATIONS[name].range, (-np.inf, np.inf))
    is_outside = (batch.targets < low) | (batch.targets > _LARGEST.get(name, high))
    is_outside &= np.isfinite(batch.targets)  # infinity is KAC607's
    padding = _padding(batch)
    return int(np.count_nonzero(is_outside if padding is None else is_outside & (batch.targets != padding)))


def _are_equal(rows: Array) -> bool:
    return len(rows) > 1 and bool((rows[1] == rows[0]).all()) and bool((rows == rows[0]).all())


# --- accuracy against the constant answer -------------------------------------------------------------------


def _score(head: Head, batch: _Batch, values: Values) -> Score | None:
    metric = next((metric for metric in head.metrics if metric.kernel.value in _SCORES), None)
    if metric is None or metric.kernel.value is None or values.nans or not values.count:
        return None
    counted = _SCORES[metric.kernel.value](metric, batch, values)
    if counted is None:
        return None
    hits, labels = counted
    classes, places, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if len(classes) < 2:
        return None
    baseline = int(counts.max())
    examples = min(batch.examples, labels.size)
    is_of_several_labels = metric.kernel.value == "binary_accuracy" and batch.units > 1
    shares = np.bincount(places.reshape(-1), weights=hits.reshape(-1)) / counts
    return Score(
        kernel=metric.kernel.value,
        hits=int(np.count_nonzero(hits)),
        of=labels.size,
        baseline=baseline,
        answer=int(classes[counts.argmax()]),
        chance=_tail(examples, baseline / labels.size, (1 + baseline / labels.size) / 2),
        grouped=_is_grouped(labels, counts / labels.size),
        learned=not is_of_several_labels and _tells_apart(shares, counts * (examples / labels.size)),
    )


def _tells_apart(shares: Array, examples: Array) -> bool:
    """Whether the mean of the classes' shares of right answers is above 1 / classes by four standard errors or more.

    That is what an answer gets that does not depend on the class. A share's variance is at most 1 / (4 examples).
    """
    classes = len(shares)
    error = np.sqrt((1 / (4 * examples)).sum()) / classes
    return bool(shares.mean() - 1 / classes > 4 * error)


def _score_binary(metric: Metric, batch: _Batch, values: Values) -> tuple[Array, Array] | None:
    if values.zeros + values.ones != values.count or batch.targets.size != batch.predictions.size:
        return None
    threshold = metric.argument("threshold")
    cut = threshold.value if threshold and isinstance(threshold.value, int | float) else 0.5
    labels = batch.targets.reshape(-1)
    return binary_hits(labels, batch.predictions.reshape(-1), threshold=float(cut)), labels


def _score_rows(metric: Metric, batch: _Batch, values: Values) -> tuple[Array, Array] | None:
    if not batch.are_as_wide:
        return None
    labels = batch.targets.argmax(axis=1)
    return labels == batch.predictions.argmax(axis=1), labels


def _score_ids(metric: Metric, batch: _Batch, values: Values) -> tuple[Array, Array] | None:
    if not batch.are_ids or batch.units < 2 or values.fractional:
        return None
    return batch.targets == batch.predictions.argmax(axis=1), batch.targets


_SCORES: dict[str, Callable[[Metric, _Batch, Values], tuple[Array, Array] | None]] = {
    "binary_accuracy": _score_binary,
    "categorical_accuracy": _score_rows,
    "sparse_categorical_accuracy": _score_ids,
}


def _tail(trials: int, share: float, probability: float) -> float:
    """At most how probable it is that at most this share of trials succeeds, each with `probability`, above it.

    Chernoff's bound: exp(-n D(share || probability)), with D the relative entropy of the two.
    """
    if share >= probability:
        return 1.0
    entropy = (1 - share) * log((1 - share) / (1 - probability))
    entropy += share * log(share / probability) if share else 0.0
    return exp(-trials * entropy)


def _is_grouped(labels: Array, shares: Array) -> bool:
    """Neighbours are equal more often than those of a shuffled order."""
    changes = int(np.count_nonzero(labels[1:] != labels[:-1]))
    pairs = len(labels) - 1
    return pairs > 0 and _tail(pairs, changes / pairs, float(1 - (shares**2).sum())) < _SURELY


# --- functions of the user's own ----------------------------------------------------------------------------


def _trials(head: Head, batch: _Batch, functions: Functions) -> tuple[Trial, ...]:
    """What the functions say to flat labels and to a column of them, where the predictions are a column."""
    target, prediction = batch.target[:_SHOWN], batch.prediction[:_SHOWN]
    if prediction.shape != (*target.shape, 1):
        return ()
    written = [head.loss.written if head.loss else None, *(metric.written for metric in head.metrics)]
    trials = []
    for name in functions:
        if name in written:
            flat = _mean(functions[name], target, prediction)
            column = _mean(functions[name], target[..., None], prediction)
            if flat is not None and column is not None:
                trials.append(Trial(name, flat, column))
    return tuple(trials)


def _mean(function: Callable[[Any, Any], Any], target: Array, prediction: Array) -> float | None:
    """The mean of what a function returns; None where it raises or returns no finite numbers. It gets copies."""
    try:
        with np.errstate(all="ignore"):
            target = target.astype(np.float32 if target.dtype == np.float64 else target.dtype)  # as Keras does
            mean = float(np.asarray(function(target, prediction.copy()), dtype=np.float64).mean())
    except Exception:
        return None
    return mean if np.isfinite(mean) else None
