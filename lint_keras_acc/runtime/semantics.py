"""How the accuracies differ between the Keras generations and backends, and the tallies that follow each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.strings import Version
from lint_keras_acc.runtime.blocks import Comparison
from lint_keras_acc.runtime.kernels import (
    Backend,
    Ids,
    Labels,
    Precision,
    Threshold,
    all_zeros_comparison,
    binary_comparison,
    categorical_comparison,
    exact_comparison,
    sparse_categorical_comparison,
    sparse_top_k_comparison,
    subset_comparison,
    top_k_comparison,
)
from lint_keras_acc.runtime.rows import Nan, Zeros
from lint_keras_acc.runtime.tallies import ClassTally, Gathering, MeanTally, Tally

__all__ = ["KERNELS", "Backend", "Semantics", "comparison", "semantics", "tally"]

KERNELS = (
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "exact_match",
)
# Of a standalone Keras of which only the minor version is known; its last patch, as in `Dialect.patch`.
_LAST_PATCH = 99
_ELEMENTWISE = ("binary_accuracy", "exact_match")


@dataclass(frozen=True)
class Semantics:
    """The ways of one generation on one backend.

    What a kernel does (`kernels.*_comparison` say what each means):
    rounding:         binary accuracy rounds, at threshold 0.5; at others it compares.
    threshold_in:     the type in which narrow scores are compared with the threshold.
    align:            the functions bring (B,) and (B, 1) to the same rank before they compare elements.
    nan, zeros:       what wins in argmax.
    ids:              the type in which class ids are compared.
    labels:           how sparse labels lose their last axis.
    top_k:            whose `in_top_k` counts.
    sequences:        top-k takes predictions of more than two axes.
    precision:        what the functions cast labels and predictions to.

    What `compile()` and the metric classes do around it:
    metric_precision: what labels and predictions are cast to there.
    columns:          labels of shape (B,) become (B, 1) before any metric sees them.
    alike:            labels are cast to the type of the predictions before, where both are floats or both integers.
    averages:         binary accuracy is averaged over the last axis before it is weighed.
    masks:            metrics heed masks.
    gathering:        how batches are added up; see `tallies.MeanTally`.
    """

    rounding: bool
    threshold_in: Threshold
    align: bool
    nan: Nan
    zeros: Zeros
    ids: Ids
    labels: Labels
    top_k: Backend
    sequences: bool
    precision: Precision
    metric_precision: Precision
    columns: bool
    alike: bool
    averages: bool
    masks: bool
    gathering: Gathering


def semantics(dialect: Dialect, backend: Backend = "tensorflow") -> Semantics:
    """The ways of this generation on this backend; before Keras 3 the backend is TensorFlow, whatever is said.

    Measured: Keras 1.2.2, 2.0.8, 2.2.4, 2.2.5, 2.3.1 on TensorFlow 1.13 and 1.15; tf.keras 1.13 to 2.15; tf_keras
    2.21; Keras 3.0 to 3.15 on TensorFlow, 3.15 on the other backends. Read: what changed when in between.
    """
    if dialect.is_keras3:
        return _keras3(dialect.version, backend)
    if dialect.line == "standalone":
        return _standalone((*dialect.version, _LAST_PATCH if dialect.patch is None else dialect.patch))
    return _tensorflow(dialect.version)


def _keras3(version: Version, backend: Backend) -> Semantics:
    """Read in keras/src/metrics/accuracy_metrics.py, keras/src/metrics/reduction_metrics.py and
    keras/src/backend/*/numpy.py and math.py of 3.0.5, 3.3.3, 3.4.1, 3.6.0 to 3.9.0, 3.12.0 and 3.15.1.
    """
    precision: Precision = "32 bits" if backend == "jax" else "as given"
    return Semantics(
        rounding=False,
        threshold_in="float32" if version >= (3, 9) and backend in ("tensorflow", "numpy") else "predictions",
        align=True,
        nan="ignored" if backend == "tensorflow" else "wins",
        zeros="signed" if version >= (3, 9) and backend != "torch" else "equal",
        ids="predictions" if version >= (3, 4) else "labels",
        labels="squeezed if one",
        top_k=backend,
        sequences=True,
        precision=precision,
        metric_precision=precision,
        columns=False,
        alike=False,
        averages=version < (3, 4),
        masks=version >= (3, 12),
        gathering="samples",
    )


def _tensorflow(version: Version) -> Semantics:
    """Read in tensorflow/python/keras/metrics.py and utils/metrics_utils.py, and in tf_keras (`columns` and `alike`
    in engine/compile_utils.py, `match_dtype_and_rank`).
    """
    return Semantics(
        rounding=version < (1, 12),
        threshold_in="predictions",
        align=False,
        nan="ignored",
        zeros="equal",
        ids="labels",
        labels="squeezed" if version >= (1, 13) else "maximum",
        top_k="tensorflow",
        sequences=version >= (2, 2),
        precision="as given",
        metric_precision="float32",
        columns=True,
        alike=version >= (2, 2),
        averages=version < (2, 15),
        masks=version >= (1, 14) and version != (2, 2),
        gathering="elements",
    )


def _standalone(version: tuple[int, int, int]) -> Semantics:
    """Read in keras/metrics.py and keras/engine/training_utils.py of Keras 1.2 to 2.3."""
    if version < (2, 2, 3):
        labels: Labels = "maximum"
    else:
        labels = "flattened" if version < (2, 2, 5) else "squeezed"
    return Semantics(
        rounding=True,
        threshold_in="predictions",
        align=False,
        nan="ignored",
        zeros="equal",
        ids="labels",
        labels=labels,
        top_k="tensorflow",
        sequences=False,
        precision="as given",
        metric_precision="float32",
        columns=True,
        alike=False,
        averages=True,
        masks=version >= (2, 0),
        gathering="elements" if version >= (2, 3) else "batches",
    )


def comparison(
    kernel: str, semantics: Semantics, *, threshold: float = 0.5, k: int = 5, precision: Precision | None = None
) -> Callable[[ArrayLike, ArrayLike], Comparison]:
    """From labels and predictions to their comparison by this kernel, as the function of the metric makes it.

    kernel:    one of `KERNELS`.
    precision: instead of the function's own.
    Raises ValueError for a kernel that there is not.
    """
    cast = precision or semantics.precision
    if kernel == "binary_accuracy":
        return partial(
            binary_comparison,
            threshold=threshold,
            threshold_in=semantics.threshold_in,
            rounding=semantics.rounding and threshold == 0.5,
            precision=cast,
            align=semantics.align,
        )
    if kernel == "exact_match":
        return partial(exact_comparison, precision=cast)
    largest: dict[str, Any] = {"nan": semantics.nan, "zeros": semantics.zeros, "ids": semantics.ids, "precision": cast}
    if kernel == "categorical_accuracy":
        return partial(categorical_comparison, **largest)
    if kernel == "sparse_categorical_accuracy":
        return partial(sparse_categorical_comparison, labels=semantics.labels, **largest)
    top: dict[str, Any] = {"k": k, "backend": semantics.top_k, "precision": cast, "sequences": semantics.sequences}
    if kernel == "top_k_categorical_accuracy":
        return partial(top_k_comparison, zeros=semantics.zeros, **top)
    if kernel == "sparse_top_k_categorical_accuracy":
        return partial(sparse_top_k_comparison, **top)
    raise ValueError(f"{kernel!r} is no kernel; there are {', '.join(KERNELS)}")


def tally(kernel: str, semantics: Semantics, *, threshold: float = 0.5, k: int = 5) -> Tally:
    """An empty tally of this accuracy, as `compile()` of this generation computes it.

    kernel:    one of `KERNELS`; or what to look at instead, which is the same everywhere: 'subset_accuracy',
               'hamming_accuracy', 'balanced_accuracy', 'majority_baseline', 'all_zeros_baseline'.
    threshold: of binary, subset, Hamming and (with one output) balanced accuracy.
    k:         of the top-k accuracies.
    Raises ValueError for a name that is none of these.
    """
    if kernel == "subset_accuracy":
        return MeanTally(partial(subset_comparison, threshold=threshold))
    if kernel == "hamming_accuracy":
        return MeanTally(partial(binary_comparison, threshold=threshold))
    if kernel == "balanced_accuracy":
        return ClassTally("balanced", threshold)
    if kernel == "majority_baseline":
        return ClassTally("majority", threshold)
    if kernel == "all_zeros_baseline":
        return MeanTally(_all_zeros)
    as_compiled = replace(semantics, align=True)
    compare = comparison(kernel, as_compiled, threshold=threshold, k=k, precision=semantics.metric_precision)
    return MeanTally(
        partial(_handed_on, compare, semantics.alike) if semantics.columns else compare,
        gathering=semantics.gathering,
        averages=semantics.averages and kernel in _ELEMENTWISE,
        masks=semantics.masks,
    )


def _handed_on(
    compare: Callable[[Any, Any], Comparison], alike: bool, y_true: ArrayLike, y_pred: ArrayLike
) -> Comparison:
    """Labels and predictions as metrics get them before Keras 3 (tf_keras 2.21: `match_dtype_and_rank`, and then
    utils/losses_utils.py, `squeeze_or_expand_dimensions`)."""
    labels, scores = np.asarray(y_true), np.asarray(y_pred)
    if alike and _family(labels) == _family(scores) != "other":
        labels = labels.astype(scores.dtype, copy=False)
    if labels.ndim == 1 and scores.ndim == 2:
        labels = labels[:, np.newaxis]
    if scores.ndim == labels.ndim + 1 and scores.shape[-1] == 1:
        scores = scores[..., 0]
    elif labels.ndim == scores.ndim + 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    return compare(labels, scores)


def _family(array: Any) -> str:
    if array.dtype.kind == "f" or array.dtype.name == "bfloat16":
        return "float"
    return "integer" if array.dtype.kind in "iu" else "other"


def _all_zeros(y_true: ArrayLike, y_pred: ArrayLike) -> Comparison:
    return all_zeros_comparison(y_true)
