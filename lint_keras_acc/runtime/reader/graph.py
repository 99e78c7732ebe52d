"""The layers of a live model, from its outputs backwards, in plain data.

Looks at what Keras records of the graph (`_keras_history` and `_inbound_nodes`, the same in Keras 2 and 3) and at
attributes of Keras's own layers. Calls nothing of the user's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.layers import LAYERS
from lint_keras_acc.reading.layers import Before, Outer, function_layer, no_layers, path_of_operation, told_arguments
from lint_keras_acc.reading.outputs import Layer, Own, Shape
from lint_keras_acc.reading.portrait import Code
from lint_keras_acc.runtime.reader.origin import is_of_keras, root_of

_LIBRARIES = frozenset({"keras", "tf_keras", "tensorflow", "jax", "torch"})


class Graph:
    """Describes the layers of one model. `policy` is the dtype policy that needs not be shown."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self._layers: dict[tuple[int, int, int, int], Layer] = {}
        self._kept: list[object] = []

    # --- models -------------------------------------------------------------------------------------------

    def of_sequential(self, model: Any, outer: Outer | None = None, shape: Shape | None = None) -> Layer | None:
        """The last layer of a Sequential; None where it has none."""
        layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
        found = self._in_sequence(layers, len(layers) - 1, outer or no_layers, shape)
        return found[0] if found else None

    def _in_sequence(
        self, layers: list[Any], index: int, outer: Outer, shape: Shape | None = None
    ) -> tuple[Layer, ...]:
        if index < 0:
            return outer(0)

        @cache
        def before() -> tuple[Layer, ...]:
            return self._in_sequence(layers, index - 1, outer)

        layer = layers[index]
        if is_sequential(layer):
            found = self.of_sequential(layer, lambda _: before(), shape)
            return (found,) if found else before()
        outputs = symbolic_outputs(layer)
        if outputs is not None:
            return (self.of_tensor(outputs[0], lambda _: before(), layer, shape),)
        return (self.layer(layer, shape, before, listed=True),)

    # --- tensors ------------------------------------------------------------------------------------------

    def of_tensor(self, tensor: Any, outer: Outer | None, model: Any, shape: Shape | None = None) -> Layer:
        """What made a symbolic tensor of a functional model; `outer` leads out of a nested one."""
        operation, node_index, tensor_index = _history(tensor)
        key = (id(operation), node_index, tensor_index, id(outer))
        if key not in self._layers:
            self._kept.append(outer)  # so that its id stays its own
            self._layers[key] = self._of_tensor(tensor, outer, model, shape)
        return self._layers[key]

    def _of_tensor(self, tensor: Any, outer: Outer | None, model: Any, shape: Shape | None) -> Layer:
        operation, node_index, tensor_index = _history(tensor)
        shape = shape or shape_of(tensor)
        inputs = model.inputs
        index = next((index for index, given in enumerate(inputs) if given is tensor), None)
        if index is not None:
            found = outer(index) if outer is not None else ()
            return found[0] if found else Layer("InputLayer", operation.name, shape=shape)
        node = operation._inbound_nodes[node_index]
        tensors = _inputs_of(node)

        @cache
        def before() -> tuple[Layer, ...]:
            return tuple(self.of_tensor(given, outer, model) for given in tensors)

        if is_sequential(operation) or symbolic_outputs(operation) is not None:
            nested = self._nested(operation, tensor_index, before, shape)
            if nested is not None:
                return nested
        path = function_of(operation)
        if path is not None:
            return self.function(operation, path, node, shape, before)
        return self.layer(operation, shape, before)

    def _nested(self, model: Any, index: int, before: Before, shape: Shape | None) -> Layer | None:
        """What a model makes that is used as a layer."""

        def outer(position: int) -> tuple[Layer, ...]:
            given = before()
            return given[position : position + 1]

        if is_sequential(model):
            return self.of_sequential(model, outer, shape)
        outputs = symbolic_outputs(model)
        return self.of_tensor(outputs[index], outer, model, shape) if outputs is not None else None

    # --- one layer ----------------------------------------------------------------------------------------

    def layer(self, layer: Any, shape: Shape | None, before: Before, listed: bool = False) -> Layer:
        kind = type(layer).__name__
        if not is_of_keras(type(layer)) or symbolic_outputs(layer) is not None or kind not in LAYERS:
            return Layer("", layer.name, shape=shape, own=kind, inputs=before, listed=listed)
        return Layer(
            kind,
            layer.name,
            self.arguments(layer, kind, None if shape is None else len(shape)),
            shape,
            self.inner(layer, kind),
            inputs=before,
            listed=listed,
            dtype=_name(getattr(layer, "compute_dtype", None)),
        )

    def inner(self, layer: Any, kind: str) -> Layer | None:
        """The layer in a wrapper, or the cell of an RNN."""
        name = LAYERS[kind].inner
        inner = getattr(layer, name, None) if name else None
        if kind == "Bidirectional":
            inner = getattr(layer, "forward_layer", inner)
        if inner is None:
            return None
        if is_sequential(inner):
            return self.of_sequential(inner)
        outputs = symbolic_outputs(inner)
        if outputs is not None:
            return self.of_tensor(outputs[0], None, inner)
        return self.layer(inner, None, no_layers)

    def arguments(self, layer: Any, kind: str, rank: int | None) -> dict[str, object]:
        """What the layer was made with, as far as it is to be shown."""
        if kind == "Lambda":
            return {"function": _function(layer.function)}
        policy = policy_of(layer)
        return told_arguments(
            kind,
            lambda name: _constant(getattr(layer, name, None)),
            lambda name: self.activation(getattr(layer, name, None)),
            _required(type(layer)),
            policy if policy != self.policy else None,
            rank,
        )

    def activation(self, value: Any) -> str | Own | Layer:
        """A callable that a layer applies: a name of Keras, the user's own, or a layer."""
        if value is None:
            return "linear"
        if hasattr(value, "_inbound_nodes"):
            return self.layer(value, None, no_layers)
        name = getattr(value, "__name__", type(value).__name__)
        canonical = canonical_activation(name)
        return canonical if canonical and root_of(value) in _LIBRARIES else Own(name)

    def function(self, operation: Any, path: str, node: Any, shape: Shape | None, before: Before) -> Layer:
        axis = _constant(getattr(operation, "axis", None))
        if axis is None:
            axis = _constant(_keywords(node).get("axis"))
        dtype = _name(getattr(operation, "dtype", None) or _keywords(node).get("dtype"))
        return function_layer(path, operation.name, axis, dtype, shape, before)


# --- what Keras says of a model, a layer, a tensor --------------------------------------------------------------


def is_sequential(model: Any) -> bool:
    """A Sequential, also of a class of the user's own that inherits from it."""
    return any(cls.__name__ == "Sequential" and is_of_keras(cls) for cls in type(model).__mro__)


def symbolic_outputs(model: Any) -> list[Any] | None:
    """The symbolic outputs of a functional model, flat; None for all others."""
    if not any(cls.__name__ == "Functional" and is_of_keras(cls) for cls in type(model).__mro__):
        return None
    outputs = getattr(model, "outputs", None)
    if not outputs or not all(hasattr(tensor, "_keras_history") for tensor in outputs):
        return None
    return list(outputs)


def function_of(operation: Any) -> str | None:
    """The path of the function that an operation without weights stands for; None for layers.

    Keras 3 makes an Operation of each `keras.ops` function (`keras.src.ops.nn.Softmax`), Keras 2 a TFOpLambda
    layer whose config names the TensorFlow function.
    """
    kind, module = type(operation).__name__, type(operation).__module__
    if module.startswith("keras.src.ops."):
        return path_of_operation(kind)
    if kind in ("TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty"):
        return f"tensorflow.{getattr(operation, 'symbol', None) or operation.name.removeprefix('tf.')}"
    return None


def shape_of(tensor: Any) -> Shape | None:
    """The shape of a symbolic tensor; None where its rank is unknown."""
    shape = getattr(tensor, "shape", None)
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(shape)


def policy_of(layer: Any) -> str | None:
    """The name of the dtype policy of a layer ('float32', 'mixed_bfloat16')."""
    policy = getattr(layer, "dtype_policy", None)
    name = getattr(policy, "name", None)
    return name if isinstance(name, str) else None


def _name(dtype: Any) -> str | None:
    """The name of a dtype: 'float32'."""
    name = getattr(dtype, "name", dtype)
    return name if isinstance(name, str) else None


def _history(tensor: Any) -> tuple[Any, int, int]:
    operation, node_index, tensor_index = tensor._keras_history
    return operation, node_index, tensor_index


def _inputs_of(node: Any) -> list[Any]:
    tensors = getattr(node, "keras_inputs", None)
    if tensors is None:
        tensors = node.input_tensors
    return list(tensors) if isinstance(tensors, list | tuple) else [tensors]


def _keywords(node: Any) -> Mapping[str, object]:
    keywords = getattr(node, "call_kwargs", None)
    if keywords is None:
        keywords = getattr(getattr(node, "arguments", None), "kwargs", None)
    return keywords or {}


def _required(cls: Callable[..., object]) -> tuple[str, ...]:
    """The parameters that a layer class cannot be made without."""
    parameters = inspect.signature(cls).parameters.values()
    usual = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return tuple(one.name for one in parameters if one.default is one.empty and one.kind in usual)


def _function(value: Any) -> Code | Own:
    name = getattr(value, "__name__", type(value).__name__)
    canonical = canonical_activation(name) if root_of(value) in _LIBRARIES else None
    return Code(f"keras.activations.{canonical}") if canonical else Own(name)


def _constant(value: Any) -> object | None:
    """A Python constant, or a tuple of them; None for all else."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        items = tuple(_constant(item) for item in value)
        return items if items and all(item is not None for item in items) else None
    return None
