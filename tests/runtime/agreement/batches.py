"""Batches of labels and predictions as hypothesis draws them, large and yet readable once they have shrunk.

A batch is drawn as a few numbers: shapes, dtypes, a palette of values and a seed that spreads the palette over the
arrays. So a batch of thousands of rows costs hypothesis a dozen choices, and a failing one shrinks to one row of a
few values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[Any]

ELEMENTWISE = ("binary_accuracy", "exact_match")
ONE_HOT = ("categorical_accuracy", "top_k_categorical_accuracy")
SPARSE = ("sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy")
TOP_K = ("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy")
KERNELS = (*ELEMENTWISE, "categorical_accuracy", "sparse_categorical_accuracy", *TOP_K)

FLOATS = ("float32", "float64", "float16", "bfloat16")
WHOLE = ("int32", "int64", "uint8", "int8", "bool")
DTYPES = (*FLOATS, *WHOLE)

# Rows, steps, height and width. Inner axes are powers of two, so that Keras's means over them are exact.
LEADS = ((1,), (2,), (3,), (2048,), (2, 2), (3, 4), (512, 4), (2, 2, 4), (128, 4, 4))
LEADS_KERAS_ROUNDS = ((3, 3), (64, 5), (16, 3, 7))
UNITS = (1, 2, 4, 3, 5, 10)
# Units enough for class ids that the dtype of the predictions cannot tell apart.
WIDE = {"bfloat16": 264, "float16": 2056}

WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
THRESHOLDS = (0.5, 0.0, 0.25, 0.3, 1.0)


@dataclass(frozen=True)
class Batch:
    y_true: Array
    y_pred: Array
    sample_weight: Array | None
    mask: Array | None


@dataclass(frozen=True)
class Trial:
    """Batches of one shape, as one metric sees them one after the other."""

    kernel: str
    batches: tuple[Batch, ...]
    threshold: float
    k: int

    @property
    def rows(self) -> int:
        """The cases of this trial: rows with their labels, each judged by Keras and by us."""
        return sum(batch.y_pred.size // batch.y_pred.shape[-1] for batch in self.batches)

    @property
    def is_exact(self) -> bool:
        """No axis over which Keras takes a float32 mean has a length that makes this mean inexact."""
        shape = self.batches[0].y_pred.shape
        inner = shape[1:] if self.kernel in ELEMENTWISE else shape[1:-1]
        return all(size & (size - 1) == 0 for size in inner)


def number_type(dtype: str) -> np.dtype[Any]:
    return np.dtype(ml_dtypes.bfloat16) if dtype == "bfloat16" else np.dtype(dtype)


def specials(dtype: str) -> list[float]:
    """Values at which implementations part ways, as far as the dtype has them."""
    if dtype == "bool":
        return [0, 1]
    if dtype in WHOLE:
        info = np.iinfo(dtype)
        wanted = (0, 1, 2, 3, -1, 5, 127, 255, 256, 257, 2048, 2049, 2**24, 2**24 + 1, 2**31 - 1, -(2**31))
        return [value for value in wanted if info.min <= value <= info.max]
    kind = number_type(dtype)
    info = ml_dtypes.finfo(kind)
    half = kind.type(0.5)
    neighbours = [np.nextafter(half, kind.type(1)), np.nextafter(half, kind.type(0))]
    tiny, least = float(info.tiny), float(info.smallest_subnormal)
    near_one = float(np.nextafter(kind.type(1), kind.type(0)))
    return [
        *(0.0, 1.0, 0.5, *map(float, neighbours), near_one, -0.0, 0.25, 0.75, 2.0, -1.0, 1.5, 2.5, -0.5, 0.3),
        *(math.nan, math.inf, -math.inf, tiny, -tiny, least, -least, float(info.max), float(info.min)),
        *(256.0, 257.0, 2048.0, 2049.0),
    ]


def values(dtype: str) -> st.SearchStrategy[float]:
    special = st.sampled_from(specials(dtype))
    if dtype == "bool":
        return special
    if dtype in WHOLE:
        info = np.iinfo(dtype)
        return special | st.integers(max(info.min, -(2**31)), min(info.max, 2**31 - 1)) | st.integers(0, 3)
    if dtype == "bfloat16":
        return special | st.floats(0, 1, width=16) | st.floats(width=16)
    width = {"float16": 16, "float32": 32, "float64": 64}[dtype]
    drawn = st.floats(0, 1, width=width) | st.floats(width=width)  # type: ignore[arg-type]
    return special | (drawn.filter(is_no_subnormal_of_float32) if dtype == "float64" else drawn)


def castable(dtype: str, target: str) -> st.SearchStrategy[float]:
    """Values that can be cast to the other dtype: what becomes of 256.0 or NaN as uint8 is up to the processor."""
    if dtype not in FLOATS or target not in WHOLE or target == "bool":
        return values(dtype)
    info = np.iinfo(target)
    return values(dtype).filter(lambda number: info.min <= number <= min(info.max, 2**24))


def is_no_subnormal_of_float32(number: float) -> bool:
    """A double that becomes one only when it is cast would be a zero on some backends (see `Keras.held`)."""
    return not 2.0**-150 <= abs(number) < 2.0**-126


def spread(generator: np.random.Generator, palette: list[float], shape: tuple[int, ...], dtype: str) -> Array:
    """The palette's values all over an array."""
    with np.errstate(over="ignore"):
        colours = np.array(palette).astype(number_type(dtype))
    return colours[generator.integers(len(palette), size=shape)]


@st.composite
def trials(draw: st.DrawFn, kernel: str) -> Trial:
    """Between one and three batches of labels and predictions with weights and masks for one metric."""
    score_type = draw(st.sampled_from(("float32", *DTYPES, "float32", "float32")), label="dtype of the predictions")
    label_type = draw(st.sampled_from(DTYPES), label="dtype of the labels")
    wide = kernel not in ELEMENTWISE and score_type in WIDE and draw(st.booleans(), label="wide")
    lead = draw(st.sampled_from(LEADS[:3] if wide else LEADS), label="rows")
    if not wide and draw(st.integers(0, 9)) == 9:
        lead = draw(st.sampled_from(LEADS_KERAS_ROUNDS), label="rows")
    units = WIDE[score_type] if wide else draw(st.sampled_from(UNITS), label="units")
    palette = draw(st.lists(values(score_type), min_size=1, max_size=6), label="predictions")
    labels = draw(_labels(kernel, label_type, score_type, lead, units, wide), label="labels")
    masked = draw(st.booleans(), label="masked")
    weight = draw(st.sampled_from(_weight_kinds(masked, lead, units)), label="weights")
    seeds = draw(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3), label="seeds")
    batches = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        scores = spread(generator, palette, (*lead, units), score_type)
        if wide:
            scores = _peaks_at_the_end(generator, scores)
        batches.append(
            Batch(
                labels(generator, scores),
                scores,
                _weights(generator, weight, lead, units, kernel),
                generator.integers(2, size=lead).astype(bool) if masked else None,
            )
        )
    threshold = draw(st.sampled_from(THRESHOLDS), label="threshold") if kernel == "binary_accuracy" else 0.5
    k = draw(st.sampled_from([5, 1, 2, 3, 0, units, units + 1, -1]), label="k") if kernel in TOP_K else 5
    return Trial(kernel, tuple(batches), threshold, k)


def _weight_kinds(masked: bool, lead: tuple[int, ...], units: int) -> list[str]:
    """Which axes have weights of their own.

    With a mask of another rank than theirs Keras lines the two up from the last axis, not from the first, and raises or
    (where the lengths happen to fit) weights the wrong rows: docs/upstream.md has the reproduction.
    """
    if not masked:
        return ["none", "none", "samples", "lead", "full"]
    kinds = ["none", "none", "lead"]
    return [*kinds, "full"] if units == 1 else kinds


class Labels:
    """Draws the labels of a batch from a generator; printed as what it was made of."""

    def __init__(self, make: Any, *parts: Any) -> None:
        self.make, self.parts = make, parts

    def __call__(self, generator: np.random.Generator, scores: Array) -> Array:
        labels: Array = self.make(generator, scores, *self.parts)
        return labels

    def __repr__(self) -> str:
        return f"{self.make.__name__}{self.parts}"


@st.composite
def _labels(
    draw: st.DrawFn, kernel: str, dtype: str, score_type: str, lead: tuple[int, ...], units: int, wide: bool
) -> Labels:
    numbers = castable(dtype, score_type)
    if kernel in SPARSE:
        shape = draw(st.sampled_from([lead, (*lead, 1)]))
        unsigned = score_type in ("uint8", "bool") and dtype in FLOATS
        outside = 0 if unsigned else draw(st.sampled_from([0, 0, 1, 3]), label="how far ids lie outside")
        fraction = draw(st.sampled_from([0.0, 0.0, 0.5])) if dtype in FLOATS else 0.0
        return Labels(_ids, shape, dtype, outside, fraction, wide)
    if kernel in ONE_HOT:
        kind = draw(st.sampled_from(["one-hot", "palette", "multi-hot", "no class"]))
        if kind == "one-hot" or wide:
            return Labels(_one_hot, dtype, wide)
        palette = [0] if kind == "no class" else [0, 1]
        if kind == "palette":
            palette = draw(st.lists(numbers, min_size=1, max_size=6))
        shape = draw(st.sampled_from([(*lead, units), (*lead, units), (*lead, 1)]))
        return Labels(_palette, palette, shape, dtype)
    binary = draw(st.booleans())
    palette = [0, 1] if binary else draw(st.lists(numbers, min_size=1, max_size=6))
    shapes = [(*lead, units)]
    if units == 1:
        shapes.append(lead)
    return Labels(_palette, palette, draw(st.sampled_from(shapes)), dtype)


def _palette(
    generator: np.random.Generator, scores: Array, palette: list[float], shape: tuple[int, ...], dtype: str
) -> Array:
    return spread(generator, palette, shape, dtype)


def _ids(
    generator: np.random.Generator,
    scores: Array,
    shape: tuple[int, ...],
    dtype: str,
    outside: int,
    fraction: float,
    wide: bool,
) -> Array:
    units = scores.shape[-1]
    ids = generator.integers(-outside, units + outside, size=shape)
    if wide:
        ids = (scores.argmax(axis=-1) + generator.integers(-1, 2, size=scores.shape[:-1])).reshape(shape)
    return (ids + fraction).astype(number_type(dtype))


def _one_hot(generator: np.random.Generator, scores: Array, dtype: str, wide: bool) -> Array:
    units = scores.shape[-1]
    ids = generator.integers(units, size=scores.shape[:-1])
    if wide:
        ids = (scores.argmax(axis=-1) + generator.integers(-1, 2, size=scores.shape[:-1])) % units
    return (ids[..., None] == np.arange(units)).astype(number_type(dtype))


def _peaks_at_the_end(generator: np.random.Generator, scores: Array) -> Array:
    """Scores of 0 but for one in the last eight units, whose ids the dtype rounds."""
    units = scores.shape[-1]
    peaks = generator.integers(units - 8, units, size=scores.shape[:-1])
    return (peaks[..., None] == np.arange(units)).astype(scores.dtype)


def _weights(generator: np.random.Generator, kind: str, lead: tuple[int, ...], units: int, kernel: str) -> Array | None:
    if kind == "none":
        return None
    shape = {"samples": lead[:1], "lead": lead, "full": (*lead, units) if kernel in ELEMENTWISE else lead}[kind]
    return spread(generator, list(WEIGHTS), shape, "float32")
