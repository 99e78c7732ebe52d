"""Activations of every Keras generation: one name for each, and the range of what comes out of it."""

from __future__ import annotations

from typing import Literal

from lint_keras_acc.records import record

Range = Literal["simplex", "unit", "symmetric", "nonnegative", "log", "unbounded"]


@record(frozen=True)
class ActivationInfo:
    """An activation under its canonical name.

    range: 'simplex' (rows sum to 1), 'unit' ([0, 1] each on its own), 'symmetric' ([-1, 1]), 'nonnegative',
           'log' (logarithms of probabilities, at most 0) or 'unbounded' (may be negative).
    """

    name: str
    range: Range


_NAMES_BY_RANGE: dict[Range, str] = {
    "simplex": "softmax sparsemax",
    "unit": "sigmoid hard_sigmoid sparse_sigmoid",
    "symmetric": "tanh softsign hard_tanh",
    "nonnegative": "relu relu6 softplus exponential squareplus sparse_plus thresholded_relu",
    "log": "log_softmax log_sigmoid",
    "unbounded": (
        "linear elu selu celu gelu glu silu mish leaky_relu prelu hard_silu hard_shrink soft_shrink "
        "tanh_shrink threshold"
    ),
}

ACTIVATIONS: dict[str, ActivationInfo] = {
    name: ActivationInfo(name, range_) for range_, names in _NAMES_BY_RANGE.items() for name in names.split()
}

_ALIASES = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "identity": "linear",
    "exp": "exponential",
    "log_softmax_v2": "log_softmax",
    "softmax_v2": "softmax",
    # layer classes
    "Softmax": "softmax",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "PReLU": "prelu",
    "ThresholdedReLU": "thresholded_relu",
    "Identity": "linear",
}


def canonical_activation(name: str) -> str | None:
    """The canonical name of an activation string, function or layer class; None if there is none."""
    name = _ALIASES.get(name, name)
    return name if name in ACTIVATIONS else None
