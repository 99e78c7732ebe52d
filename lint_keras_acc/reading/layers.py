"""How layers are described in plain data: the same for live layers and saved ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from lint_keras_acc.keras_api.layers import LAYERS
from lint_keras_acc.reading.outputs import Layer, Shape

# The layers before one, which are described when they are asked for.
Before = Callable[[], tuple[Layer, ...]]
# What the inputs of a nested model are called with: from the index of the input to the layer.
Outer = Callable[[int], tuple[Layer, ...]]

# Arguments that say what a layer makes of its input, with the values that need not be shown.
_TELLING: Mapping[str, object] = {
    "axis": -1,
    "data_format": "channels_last",
    "merge_mode": "concat",
    "mode": None,
    "return_sequences": False,
}
_AXIS_KINDS = frozenset({"Softmax", "Concatenate"})


def told_arguments(
    kind: str,
    constant_of: Callable[[str], object | None],
    activation_of: Callable[[str], object],
    required: Iterable[str] = (),
    dtype: str | None = None,
    rank: int | None = None,
) -> dict[str, object]:
    """The arguments of a layer of the class `kind`, in the order in which they are to be shown.

    constant_of:   the constant that an argument has; None where it is none, or not known.
    activation_of: the activation that an argument has, as `outputs.Layer` has it.
    required:      arguments without which the layer cannot be made.
    dtype:         its dtype policy, where that is to be shown.
    rank:          number of axes of what the layer makes: the last one is that by default.
    """
    info = LAYERS[kind]
    found: dict[str, object] = {}
    for name in (*info.units, *required):
        value = constant_of(name)
        if value is not None and name != info.inner and name not in found:
            found[name] = value
    if info.activation is not None:
        value = activation_of(info.activation)
        if value != info.default_activation or info.effect == "activation":
            found[info.activation] = value
    for name, usual in _TELLING.items():
        value = constant_of(name)
        if value is None or value == usual or (name == "axis" and kind not in _AXIS_KINDS):
            continue
        if name != "data_format" or info.channels:
            found[name] = value
    if dtype is not None:
        found["dtype"] = dtype
    if rank is not None and found.get("axis") == rank - 1:
        del found["axis"]
    return found


def function_layer(
    path: str, name: str | None, axis: object | None, dtype: object | None, shape: Shape | None, before: Before
) -> Layer:
    """A call of a function of Keras or TensorFlow, which has no weights. `dtype` counts for a cast alone."""
    arguments = {"axis": axis} if axis is not None and axis != -1 else {}
    if path.endswith(".cast"):
        arguments["dtype"] = dtype
    return Layer("", name, arguments, shape, function=path, inputs=before)


def path_of_operation(class_name: str) -> str:
    """The path of the function that an Operation class of Keras 3 stands for: 'keras.ops.log_softmax'."""
    return "keras.ops." + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


def no_layers(*_: object) -> tuple[Layer, ...]:
    """What comes before the first layer: nothing is known of it."""
    return ()
