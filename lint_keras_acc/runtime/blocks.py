"""Comparisons of labels with predictions that are made piece by piece, in a fixed amount of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Hits = NDArray[np.bool_]

# Numbers in a piece: what is made of one fits into a second-level cache, and takes few calls (measured).
PIECE = 1 << 17


@dataclass(frozen=True)
class Comparison:
    """Labels laid against predictions, not compared yet.

    shape:   of the hits.
    arrays:  labels and predictions; their first axes are those of the hits.
    compare: from a piece of each array to the hits of that piece, in C order. What it returns may be overwritten
             by its next call.
    stretch: pieces are so many times larger: where each number is read but once, caches do not matter, calls do.
    """

    shape: tuple[int, ...]
    arrays: tuple[Array, ...]
    compare: Callable[..., Hits]
    stretch: int = 1

    @property
    def size(self) -> int:
        return prod(self.shape)

    def hits(self) -> Hits:
        """All hits; boolean, of `shape`."""
        hits = np.empty(self.size, dtype=np.bool_)
        start = 0
        for parts in self._pieces(self.arrays):
            found = self.compare(*parts).reshape(-1)
            hits[start : start + found.size] = found
            start += found.size
        return hits.reshape(self.shape)

    def count(self) -> int:
        """The number of hits."""
        return sum(int(np.count_nonzero(self.compare(*parts))) for parts in self._pieces(self.arrays))

    def weigh(self, weights: Array) -> tuple[float, float]:
        """The sum of the weights of the hits, and of all weights, in double precision.

        weights: of a shape that broadcasts to that of the hits.
        """
        arrays = (*self.arrays, np.broadcast_to(weights, self.shape))
        total = whole = 0.0
        for *parts, part in self._pieces(arrays):
            weight = np.asarray(part, dtype=np.float64).reshape(-1)
            total += float((weight * self.compare(*parts).reshape(-1)).sum())
            whole += float(weight.sum())
        return total, whole

    def _pieces(self, arrays: tuple[Array, ...]) -> Iterator[tuple[Array, ...]]:
        return pieces(arrays, len(self.shape), PIECE * self.stretch)


def pieces(arrays: tuple[Array, ...], depth: int, numbers: int | None = None) -> Iterator[tuple[Array, ...]]:
    """Aligned views along the first `depth` axes, of at most `numbers` (`PIECE`) each, in C order.

    An item along the first axis that is larger is taken apart in its turn, so that no piece is large unless a
    single row is.
    """
    if depth == 0:
        yield tuple(array[np.newaxis] for array in arrays)
        return
    numbers = numbers or PIECE
    length = len(arrays[0])
    item = max(prod(array.shape[1:]) for array in arrays)
    if item > numbers and depth > 1:
        for index in range(length):
            yield from pieces(tuple(array[index] for array in arrays), depth - 1, numbers)
        return
    step = max(1, numbers // max(1, item))
    for start in range(0, length, step):
        yield tuple(array[start : start + step] for array in arrays)


class Buffer:
    """Truth values of one piece, in memory that serves the next one again: fresh memory costs more than comparing."""

    def __init__(self) -> None:
        self._memory = np.empty(0, dtype=np.bool_)

    def take(self, *shape: int) -> Hits:
        """An array of this shape with any content, until the next call."""
        size = prod(shape)
        if size > self._memory.size:
            self._memory = np.empty(size, dtype=np.bool_)
        return self._memory[:size].reshape(shape)
