"""Accuracies of data that comes in parts: a state that takes batches and merges with others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from numpy.typing import ArrayLike

from lint_keras_acc.runtime import kernels


class Tally(Protocol):
    def update(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> Tally: ...

    def merge(self, other: Tally) -> Tally: ...

    def result(self) -> float: ...


@dataclass(frozen=True)
class MeanTally:
    hits: Callable[..., kernels.Hits]
    total: float = 0.0
    count: float = 0.0

    def update(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> MeanTally:
        total, count = kernels.weighted(self.hits(y_true, y_pred), sample_weight, mask)
        return replace(self, total=self.total + total, count=self.count + count)

    def merge(self, other: MeanTally) -> MeanTally:
        return replace(self, total=self.total + other.total, count=self.count + other.count)

    def result(self) -> float:
        return self.total / self.count if self.count else float("nan")
