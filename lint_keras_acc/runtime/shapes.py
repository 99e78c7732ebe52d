"""Shapes as Keras brings them together: labels with predictions, sample weights and masks with values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lint_keras_acc.runtime.blocks import Array


def same_rank(one: Array, other: Array) -> tuple[Array, Array]:
    """Both with the same rank, where a last axis of length 1 makes the difference; else as they are.

    Read in Keras 3.15 (keras/src/losses/loss.py, `squeeze_or_expand_to_same_rank`): where one of them has rank 1
    the axis is added to it, else it is dropped.
    """
    if one.ndim == other.ndim + 1 and one.shape[-1] == 1:
        return (one, other[:, np.newaxis]) if other.ndim == 1 else (one[..., 0], other)
    if other.ndim == one.ndim + 1 and other.shape[-1] == 1:
        return (one[:, np.newaxis], other) if one.ndim == 1 else (one, other[..., 0])
    return one, other


def weights_for(shape: tuple[int, ...], sample_weight: ArrayLike | None, mask: ArrayLike | None) -> Array | None:
    """One weight for each value of this shape, as a view where it can be; None where there are neither.

    Read in Keras 3.15 (keras/src/losses/loss.py, `apply_mask`, and keras/src/metrics/reduction_metrics.py,
    `reduce_to_samplewise_values`): a mask is multiplied with the sample weights; weights of lower rank than the
    values hold for all values of their row.

    sample_weight: numbers of rank 0 up to that of the values.
    mask:          anything with a truth value; what is False counts nothing.
    Raises ValueError where Keras raises: for shapes that do not broadcast.
    """
    weights = None if sample_weight is None else np.asarray(sample_weight)
    if mask is not None:
        weights = _masked(weights, np.asarray(mask).astype(np.bool_))
    return None if weights is None else _spread(weights, shape)


def _masked(weights: Array | None, mask: Array) -> Array:
    if weights is None:
        return mask
    fitting, factors = same_rank(mask, weights)
    try:
        return np.asarray(factors * fitting)
    except ValueError:
        raise ValueError(f"a mask of shape {mask.shape} does not fit weights of shape {weights.shape}") from None


def _spread(weights: Array, shape: tuple[int, ...]) -> Array:
    fitting = weights[..., 0] if weights.ndim == len(shape) + 1 and weights.shape[-1] == 1 else weights
    fitting = fitting.reshape(fitting.shape + (1,) * (len(shape) - fitting.ndim))
    try:
        return np.broadcast_to(fitting, shape)
    except ValueError:
        raise ValueError(f"weights of shape {weights.shape} do not fit values of shape {shape}") from None
