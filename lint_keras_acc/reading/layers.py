"""What of a layer's own arguments is to be described: the same for live layers and saved ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lint_keras_acc.keras_api.layers import LAYERS

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
) -> dict[str, object]:
    """The arguments of a layer of the class `kind`, in the order in which they are to be shown.

    constant_of:   the constant that an argument has; None where it is none, or not known.
    activation_of: the activation that an argument has, as `outputs.Layer` has it.
    required:      arguments without which the layer cannot be made.
    dtype:         its dtype policy, where that is to be shown.
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
    return found
