"""How the accuracies differ between the Keras generations and backends, and the tally that has these ways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime.kernels import HITS, Backend, Ids, Nan
from lint_keras_acc.runtime.tallies import MeanTally

__all__ = ["Backend", "Semantics", "semantics", "tally"]


@dataclass(frozen=True)
class Semantics:
    rounding: bool
    nan: Nan
    ids: Ids
    top_k: Backend


def semantics(dialect: Dialect, backend: Backend) -> Semantics:
    rounding = dialect.line == "standalone" or (dialect.line == "tensorflow" and dialect.version < (1, 12))
    return Semantics(
        rounding=rounding,
        nan="ignored" if backend == "tensorflow" else "wins",
        ids="predictions" if dialect.is_keras3 and dialect.version >= (3, 4) else "labels",
        top_k=backend,
    )


def tally(kernel: str, semantics: Semantics, *, threshold: float = 0.5, k: int = 5) -> MeanTally:
    hits = HITS[kernel]
    if kernel == "binary_accuracy":
        return MeanTally(partial(hits, threshold=threshold, rounding=semantics.rounding))
    if kernel in ("categorical_accuracy", "sparse_categorical_accuracy"):
        return MeanTally(partial(hits, nan=semantics.nan, ids=semantics.ids))
    if kernel == "exact_match":
        return MeanTally(hits)
    return MeanTally(partial(hits, k=k, backend=semantics.top_k))
