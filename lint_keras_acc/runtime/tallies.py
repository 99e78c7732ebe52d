"""Accuracies of data that comes in parts: states that take one batch after another, and merge.

A state is frozen: `update` and `merge` give a new one. Batches may come in any order, on any machine: states can be
pickled, and merging is associative and commutative. Sums are kept as fractions, so that this holds to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isfinite, prod
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from lint_keras_acc.runtime.blocks import Array, Comparison, Hits
from lint_keras_acc.runtime.kernels import ClassCount, balanced, class_counts
from lint_keras_acc.runtime.shapes import weights_for

Gathering = Literal["samples", "elements", "batches"]
# Floats only where a weight, or a quotient of Keras 2.0 to 2.2, is not finite.
Number = Fraction | float
T = TypeVar("T", bound="Tally")

_NOTHING = Fraction(0)


class Tally(Protocol):
    """An accuracy of the batches that were seen so far."""

    def update(
        self: T,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> T:
        """The state that has seen this batch too.

        y_true, y_pred: a batch, its rows along the first axis.
        sample_weight:  a number for each row, or for each value of a row; see `shapes.weights_for`.
        mask:           what is False counts nothing; ignored where the generation ignores masks.
        Raises ValueError where Keras raises: for shapes that do not fit.
        """

    def merge(self: T, other: T) -> T:
        """The state that has seen the batches of both; both must be of the same accuracy."""

    def result(self) -> float:
        """The accuracy, in [0, 1]; NaN where nothing was seen (Keras has 0.0)."""


@dataclass(frozen=True)
class MeanTally:
    """The (weighted) mean of hits, added up over batches as a generation of Keras does.

    compare:    from labels and predictions of a batch to their comparison.
    gathering:  what the mean is over. 'samples': each sample counts as much as its weight, however many values it has
                (Keras 3). 'elements': each value does (Keras 2.3, tf.keras, tf_keras). 'batches': a batch's own figure
                counts as often as it has samples (Keras up to 2.2). They differ where batches have samples of
                different lengths; 'batches' also with masks and weights.
    averages:   hits are averaged over their last axis before anything is weighed, so that weights have one axis less
                (binary accuracy before Keras 3.4).
    masks:      whether masks are heeded.
    """

    compare: Callable[[Any, Any], Comparison]
    gathering: Gathering = "samples"
    averages: bool = False
    masks: bool = True
    total: Number = _NOTHING
    whole: Number = _NOTHING

    def update(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> MeanTally:
        comparison = self.compare(y_true, y_pred)
        total, whole = self._sums(comparison, sample_weight, mask if self.masks else None)
        return replace(self, total=self.total + total, whole=self.whole + whole)

    def merge(self, other: MeanTally) -> MeanTally:
        return replace(self, total=self.total + other.total, whole=self.whole + other.whole)

    def result(self) -> float:
        return float(self.total / self.whole) if self.whole else float("nan")

    def hits(self, y_true: ArrayLike, y_pred: ArrayLike) -> Hits:
        """What each row or element of a batch scores; nothing is added."""
        return self.compare(y_true, y_pred).hits()

    def _sums(
        self, comparison: Comparison, sample_weight: ArrayLike | None, mask: ArrayLike | None
    ) -> tuple[Number, Number]:
        """What the batch adds to the numerator and the denominator."""
        if self.gathering == "batches":
            return self._sums_of_batch(comparison, sample_weight, mask)
        weights = self._weights(comparison, sample_weight, mask)
        total, whole = (comparison.count(), comparison.size) if weights is None else comparison.weigh(weights)
        values = prod(comparison.shape[1:]) if self.gathering == "samples" else 1
        return (_exact(total) / values, _exact(whole) / values) if values else (_NOTHING, _NOTHING)

    def _sums_of_batch(
        self, comparison: Comparison, sample_weight: ArrayLike | None, mask: ArrayLike | None
    ) -> tuple[Number, Number]:
        """Read in Keras 2.2 (keras/engine/training_utils.py, `weighted_masked_objective`): mean(c * m) / mean(m) with
        a mask, mean(w * c) / mean(w != 0) with weights. That is no mean of the hits, and may be above 1 or NaN.
        """
        samples = comparison.shape[0] if comparison.shape else 1
        if not comparison.size:
            return _NOTHING, _NOTHING
        heeded = self._weights(comparison, None, mask)
        weights = self._weights(comparison, sample_weight, None)
        if heeded is None and weights is None:
            return Fraction(comparison.count() * samples, comparison.size), Fraction(samples)
        factors: Array = np.ones(())
        with np.errstate(divide="ignore", invalid="ignore"):
            if heeded is not None:
                factors = factors * heeded / np.mean(heeded)
            if weights is not None:
                factors = factors * weights / np.mean(weights != 0)
            total, _ = comparison.weigh(factors)
        return _exact(total) * samples / comparison.size, Fraction(samples)

    def _weights(self, comparison: Comparison, sample_weight: ArrayLike | None, mask: ArrayLike | None) -> Array | None:
        if not self.averages:
            return weights_for(comparison.shape, sample_weight, mask)
        weights = weights_for(comparison.shape[:-1], sample_weight, mask)
        return None if weights is None else np.broadcast_to(weights[..., np.newaxis], comparison.shape)


def _exact(number: float) -> Number:
    return Fraction(number) if isfinite(number) else number


# --- by class -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClassTally:
    """How often each class was labelled, and how often it was then predicted; see `kernels.class_counts`.

    figure:    'balanced': the mean over the classes of the share that is predicted right. 'majority': the share of the
               most frequent class, which a model gets that always predicts it.
    threshold: the score of a single output above which class 1 is predicted.
    """

    figure: Literal["balanced", "majority"]
    threshold: float = 0.5
    seen: Mapping[float, Number] = field(default_factory=dict)
    right: Mapping[float, Number] = field(default_factory=dict)

    def update(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> ClassTally:
        counts = class_counts(y_true, y_pred, threshold=self.threshold, sample_weight=sample_weight, mask=mask)
        seen = {name: _exact(count.seen) for name, count in counts.items()}
        right = {name: _exact(count.right) for name, count in counts.items()}
        return self._with(seen, right)

    def merge(self, other: ClassTally) -> ClassTally:
        return self._with(other.seen, other.right)

    def result(self) -> float:
        if self.figure == "balanced":
            return balanced([ClassCount(float(seen), float(self.right[name])) for name, seen in self.seen.items()])
        whole = sum(self.seen.values())
        return float(max(self.seen.values()) / whole) if whole else float("nan")

    def _with(self, seen: Mapping[float, Number], right: Mapping[float, Number]) -> ClassTally:
        return replace(self, seen=_added(self.seen, seen), right=_added(self.right, right))


def _added(one: Mapping[float, Number], other: Mapping[float, Number]) -> dict[float, Number]:
    """In the order of the class ids, so that equal states have equal results to the last bit."""
    return {name: one.get(name, _NOTHING) + other.get(name, _NOTHING) for name in sorted({*one, *other})}
