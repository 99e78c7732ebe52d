"""Which score of a row is the largest, and how many are above the labelled one, for a block of rows.

Rows of few scores are transposed first: NumPy's loops then run along the rows, not within them.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.runtime.blocks import Array, Buffer, Hits

Nan = Literal["wins", "ignored"]
Zeros = Literal["equal", "signed"]
TopK = Literal["tensorflow", "jax", "torch", "numpy"]

# Up to so many scores in a row it pays to transpose (measured).
FEW = 32
_LANES = 8  # bytes in a word
_WORDS = 255  # so many bytes that are 0 or 1 can be added in a byte


def comparable(array: Array) -> Array:
    """The same numbers in a type that NumPy compares fast: float16 and bfloat16 as float32, booleans as bytes."""
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype.kind in "iu" or array.dtype in (np.float32, np.float64):
        return array
    return array.astype(np.float32)


def first_largest(rows: Array, nan: Nan, zeros: Zeros) -> NDArray[Any]:
    """The index of the first largest score of each row.

    rows:  (n, c), c at least 1.
    nan:   'wins': the first NaN is the largest. 'ignored': NaN is no score; nor are -inf and the lowest finite number,
           for that is what the search starts from: a row of these alone gives 0 (measured on TensorFlow 2.21).
    zeros: 'signed': -0.0 is below 0.0.
    """
    rows = comparable(rows)
    if rows.dtype.kind != "f":
        return np.asarray(rows.argmax(axis=1))
    ids, doubtful = _first_largest_of_few(rows) if rows.shape[1] <= FEW else _first_largest_of_many(rows, nan)
    if zeros == "signed" or nan == "ignored":
        doubtful |= _may_be_no_largest(_pick(rows, ids), nan, zeros)
    if doubtful.any():
        ids[doubtful] = _first_largest_with_care(rows[doubtful], nan, zeros)
    return ids


def _first_largest_of_few(rows: Array) -> tuple[Array, Hits]:
    """Indices, and where they may be wrong: ties and NaN."""
    columns = np.ascontiguousarray(rows.T)
    largest = np.maximum.reduce(columns, axis=0)
    equal = columns == largest
    flags = equal.view(np.uint8)
    doubtful = np.isnan(largest)
    if doubtful.any() or np.count_nonzero(equal) != len(rows):
        doubtful |= np.add.reduce(flags, axis=0, dtype=np.uint8) != 1
    np.multiply(flags, np.arange(len(columns), dtype=np.uint8)[:, np.newaxis], out=flags)
    return np.maximum.reduce(flags, axis=0), doubtful


def _first_largest_of_many(rows: Array, nan: Nan) -> tuple[Array, Hits]:
    ids = rows.argmax(axis=1)
    if nan == "wins":
        return ids, np.zeros(len(rows), dtype=np.bool_)
    return ids, np.isnan(_pick(rows, ids))


def _may_be_no_largest(found: Array, nan: Nan, zeros: Zeros) -> Hits:
    """Where the largest score that NumPy finds may not be the one."""
    doubtful = np.asarray(found == 0) if zeros == "signed" else np.zeros(len(found), dtype=np.bool_)
    if nan == "ignored":
        doubtful |= found <= np.finfo(found.dtype).min
    return doubtful


def _first_largest_with_care(rows: Array, nan: Nan, zeros: Zeros) -> Array:
    if nan == "ignored":
        rows = np.where(rows > np.finfo(rows.dtype).min, rows, -np.inf)
    if zeros == "signed":
        rows = np.where((rows == 0) & np.signbit(rows), -np.finfo(rows.dtype).tiny, rows)
    return np.asarray(rows.argmax(axis=1))


def _pick(rows: Array, ids: Array) -> Array:
    """The score at `ids` of each row."""
    offsets = np.arange(0, rows.size, rows.shape[1])
    offsets += ids
    return rows.reshape(-1).take(offsets)


# --- the rank of the labelled score ---------------------------------------------------------------------------


def in_top_k(ids: Array, rows: Array, k: int, rule: TopK, buffer: Buffer) -> Hits:
    """Which rows have fewer than k scores above the one at `ids`, as the backend's `in_top_k` counts.

    ids:    (n,), integers.
    rows:   (n, c).
    rule:   what becomes of ids out of range and of scores that are not finite; see `kernels.sparse_top_k_hits`.
    buffer: is used, and may be used again at once.
    """
    rows = comparable(rows)
    known = _known(ids, rows.shape[1])
    if known is not None:
        return _in_top_k_with_care(ids, known, rows, k, rule, buffer)
    own = _pick(rows, ids)
    hits: Hits = _count_above(rows, own, buffer) < k
    if rows.dtype.kind != "f" or not _may_err(hits, own, rows, rule):
        return hits
    return _in_top_k_with_care(ids, np.ones(len(ids), dtype=np.bool_), rows, k, rule, buffer)


def _known(ids: Array, classes: int) -> Hits | None:
    """Which ids name a class, negative ones from the end; None where all do, and none is negative."""
    if not ids.size or (ids.min() >= 0 and ids.max() < classes):
        return None
    return np.asarray((ids >= -classes) & (ids < classes))


def _in_top_k_with_care(ids: Array, known: Hits, rows: Array, k: int, rule: TopK, buffer: Buffer) -> Hits:
    """`in_top_k` where an id is out of range or a score not finite."""
    classes = rows.shape[1]
    if rule == "numpy" and not known.all():
        raise ValueError(f"label {ids[~known][0]} is out of range for {classes} classes")
    own = _pick(rows, ids % classes)
    if rule == "tensorflow":
        return known & (ids >= 0) & np.isfinite(rows).all(axis=1) & (_count_above(rows, own, buffer) < k)
    if rule == "jax":
        own = np.where(known & ~np.isnan(own), own, -np.inf)
        return np.asarray(_count_above(rows, own, buffer) < k)
    above = _count_above(rows, own, buffer) + np.count_nonzero(np.isnan(rows), axis=1)
    return np.asarray((above < k) & ~np.isnan(own))


def _may_err(hits: Hits, own: Array, rows: Array, rule: TopK) -> bool:
    """Whether NaN or infinities may make misses of some hits; they make no hit of a miss."""
    if rule == "jax":
        return bool(np.isnan(own).any())
    few = np.count_nonzero(hits) * 8 < len(rows)
    return not _surely_finite(rows[hits] if few else rows)


def _surely_finite(rows: Array) -> bool:
    """Whether the sum of squares is finite: then all are."""
    flat = rows.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(np.dot(flat, flat)))


def _count_above(rows: Array, own: Array, buffer: Buffer) -> Array:
    """The number of scores of each row that are strictly greater than its own one; int64, (n,)."""
    if rows.shape[1] <= FEW:
        above = np.greater(np.ascontiguousarray(rows.T), own, out=buffer.take(rows.shape[1], len(rows)))
        return np.asarray(np.add.reduce(above.view(np.uint8), axis=0, dtype=np.uint8), dtype=np.int64)
    own = own[:, np.newaxis]
    width = _LANES * _WORDS
    counts = np.zeros(len(rows), dtype=np.int64)
    for start in range(0, rows.shape[1], width):
        counts += _count_above_by_words(rows[:, start : start + width], own, buffer)
    return counts


def _count_above_by_words(rows: Array, own: Array, buffer: Buffer) -> NDArray[np.int64]:
    """The same for at most 2040 scores: eight truth values are added at a time, each in a byte of a word."""
    classes = rows.shape[1]
    above = buffer.take(len(rows), -(-classes // _LANES) * _LANES)
    above[:, classes:] = False
    np.greater(rows, own, out=above[:, :classes])
    sums = np.add.reduce(above.view(np.uint64), axis=1)
    even = np.uint64(0x00FF00FF00FF00FF)
    pairs = (sums & even) + ((sums >> np.uint64(8)) & even)
    total: NDArray[np.uint64] = (pairs * np.uint64(0x0001000100010001)) >> np.uint64(48)
    return total.astype(np.int64)
