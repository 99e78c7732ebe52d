"""What is right at every threshold, counted for data that come in blocks."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.runtime.auditing.data import ThresholdCurve

Array = NDArray[Any]

_KEYS = 1 << 16
_POINTS = 401
_NO_NUMBER = 0


class ScoreCounts:
    """How many labels of 0 and of 1 have scores of which size: what is right at any threshold, in 1 MB.

    Scores are float32 and put into 65,537 classes by rounding them up to their upper 16 bits (0.4 % of the value), so
    that `score > threshold` is exact at each class's own value. 0 and 0.5 are such values. A NaN is above no
    threshold, as in Keras.
    """

    def __init__(self) -> None:
        self._counts = np.zeros((2, _KEYS + 1), dtype=np.int64)
        self._others = 0

    def update(self, y_true: Array, y_pred: Array, mask: Array | None = None) -> None:
        """Labels and scores of the same number of elements; the mask is of their shape but for axes of labels."""
        labels, keys = y_true.reshape(-1), _keys(y_pred.reshape(-1))
        if mask is not None:
            kept = spread(mask, y_pred.shape)
            labels, keys = labels[kept], keys[kept]
        found = 0
        for label in (0, 1):
            chosen = keys[labels == label]
            found += chosen.size
            self._counts[label] += np.bincount(chosen, minlength=_KEYS + 1)
        self._others += labels.size - found

    @property
    def zeros_share(self) -> float:
        """The share of labels that are 0; NaN where there are none."""
        count = int(self._counts.sum()) + self._others
        return float(self._counts[0].sum() / count) if count else float("nan")

    def curve(self, cut: float) -> ThresholdCurve | None:
        """The share that is right over the threshold; None where there is nothing to see.

        Probabilities are cut from 0 to 1; logits where the bulk of them lies, with 0 and 0.5 in sight.
        """
        seen = np.flatnonzero(self._counts[:, 1:].any(axis=0)) + 1
        values = _values(seen)
        finite = values[np.isfinite(values)]
        if not finite.size:
            return None
        if cut == 0.5 and finite[0] >= 0 and finite[-1] <= 1.004:
            low, high = 0.0, 1.0
        else:
            low, high = self._bulk(seen, values)
        points = np.unique(_keys(np.concatenate([np.linspace(low, high, _POINTS), [0.0, 0.5]]).astype(np.float32)))
        thresholds = _values(points)
        inside = (thresholds >= low) & (thresholds <= high)
        below = np.cumsum(self._counts, axis=1)
        right = below[0] + (below[1, -1] - below[1])
        figures = right[points] / (below[:, -1].sum() + self._others)
        scale: Literal["probabilities", "logits"] = "logits" if cut == 0 else "probabilities"
        return ThresholdCurve(scale, cut, tuple(map(float, thresholds[inside])), tuple(map(float, figures[inside])))

    def _bulk(self, seen: NDArray[np.int64], values: Array) -> tuple[float, float]:
        """What all but the outermost half per cent of the scores lie between, 0 and 0.5 included, with a margin."""
        counts = self._counts[:, seen].sum(axis=0)[np.isfinite(values)]
        finite = values[np.isfinite(values)]
        shares = np.cumsum(counts) / counts.sum()
        low = min(float(finite[np.searchsorted(shares, 0.005)]), 0.0)
        high = max(float(finite[min(int(np.searchsorted(shares, 0.995)), finite.size - 1)]), 0.5)
        margin = 0.05 * (high - low)
        return low - margin, high + margin


def spread(mask: Array, shape: tuple[int, ...]) -> Array:
    """A mask of the first axes of `shape`, for each element of it: (elements,)."""
    return np.broadcast_to(mask.reshape(mask.shape + (1,) * (len(shape) - mask.ndim)), shape).reshape(-1)


def _keys(scores: Array) -> NDArray[np.int64]:
    """The class of each score, in the order of the scores."""
    bits = np.ascontiguousarray(scores, dtype=np.float32).view(np.uint32)
    ordered = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31)).astype(np.int64)
    return np.where(np.isnan(scores), _NO_NUMBER, (ordered + (_KEYS - 1)) >> 16)


def _values(keys: NDArray[np.int64]) -> Array:
    """The greatest score of each class."""
    ordered = np.minimum(keys << 16, (1 << 32) - 1).astype(np.uint32)
    bits = np.where(ordered >> 31, ordered & np.uint32((1 << 31) - 1), ~ordered).astype(np.uint32)
    with np.errstate(invalid="ignore"):
        return np.asarray(bits.view(np.float32), dtype=np.float64)
