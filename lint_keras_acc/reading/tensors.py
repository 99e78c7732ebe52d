"""What functions of tensors do to an output, and which of several activations decides its range."""

from __future__ import annotations

from collections.abc import Sequence

from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.sites import Activation, Fact

_ACTIVATION_MODULES = (
    "keras.activations.",
    "keras.ops.",
    "keras.backend.",
    "keras.layers.",
    "tensorflow.nn.",
    "tensorflow.math.",
    "tensorflow.",
    "jax.nn.",
)
# Functions of tensors that leave every number what it is.
SAME_NUMBERS = frozenset({"identity", "cast", "stop_gradient", "convert_to_tensor", "ensure_shape", "debug_identity"})
SAME_NUMBERS_OTHER_SHAPE = frozenset({"reshape", "squeeze", "expand_dims", "flatten", "batch_flatten", "transpose"})
INTEGER_FUNCTIONS = frozenset({"argmax", "argmin", "round", "rint", "floor", "ceil", "sign"})

# Methods of a model class that decide themselves what loss and metrics mean.
TRAINING_METHODS = frozenset({"train_step", "test_step", "compute_loss", "compute_metrics", "compile", "fit"})


def activation_of_path(path: str) -> str | None:
    """The canonical activation that a library's function applies."""
    if not path.startswith(_ACTIVATION_MODULES):
        return None
    module, _, name = path.rpartition(".")
    if module == "keras.layers" and not name[:1].isupper():
        return None
    if name in ("get", "threshold"):
        return None
    return canonical_activation(name)


def dimensions(kind: str) -> int | None:
    """2 for Conv2D, Conv2DTranspose, MaxPooling2D and their kin."""
    for size in ("1D", "2D", "3D"):
        if size in kind:
            return int(size[0])
    return None


def effective(
    activations: Sequence[Activation], done: bool, scaled: bool = False
) -> tuple[Activation, tuple[Activation, ...]]:
    """The activation that decides the range of the output, and those before it with no weights between.

    `activations` are those on the way back, the last applied first; `done` if the way led to weights or an end.
    `scaled`: their result is scaled, so that the range is known only where it is that of all numbers.
    """
    found, inner = _deciding(activations, done)
    is_known = not scaled or found.name.value == "linear"
    return (found, inner) if is_known else (Activation(Fact(), "unknown", found.layer), ())


def _deciding(activations: Sequence[Activation], done: bool) -> tuple[Activation, tuple[Activation, ...]]:
    if not activations:
        return Activation(Fact(), "unknown"), ()
    for index, activation in enumerate(activations):
        if activation.name.value != "linear":
            rest = tuple(a for a in activations[index + 1 :] if a.name.value != "linear")
            return activation, rest
    if not done:
        return Activation(Fact(), "unknown"), ()
    # All linear: the one of the layer with weights says where an activation can be added.
    return activations[-1], ()


def merged_activation(effect: str, names: set[str | None]) -> str | None:
    """The activation of several outputs that become one: that of all where they are put side by side."""
    if effect == "concatenate" and len(names) == 1 and None not in names:
        name = next(iter(names))
        if name not in ("softmax", "sparsemax"):  # rows of several simplexes are not one
            return name
    return None
