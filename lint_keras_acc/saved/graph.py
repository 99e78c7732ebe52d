"""The layers of a saved model in plain data, from its configuration: Keras 1 to 3, and what is between.

A *model* is an object with a `class_name` and a `config`: of a Sequential that is a list of layers, bare up to Keras
2.2.2 and under `layers` since, of a functional model `layers` with their `inbound_nodes`, and `output_layers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, NamedTuple

from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.dtypes import compute_dtype
from lint_keras_acc.keras_api.layers import LAYERS
from lint_keras_acc.reading.layers import Before, Outer, function_layer, no_layers, path_of_operation, told_arguments
from lint_keras_acc.reading.model import OutputLayer
from lint_keras_acc.reading.outputs import Layer, Own, Shape
from lint_keras_acc.saved.archives import SavedError
from lint_keras_acc.saved.parsing import (
    as_constant,
    as_identifier,
    as_index,
    as_mapping,
    as_name,
    as_sequence,
    as_shape,
    is_module_of_keras,
)

_FUNCTION_LAYERS = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty"})
_ADDED_LOSSES = frozenset({"AddLoss", "AddMetric"})
_MODELS = frozenset({"Functional", "Model", "Sequential"})
# Arguments without which a layer cannot be made, besides those that `LAYERS` names.
_REQUIRED = ("kernel_size", "rate", "n", "dims", "axes", "input_dim", "num_heads", "key_dim")
MAX_OUTPUTS = 256


@dataclass(frozen=True)
class DescribedModel:
    """The outputs of a saved model, with the words of `reading.model.CompiledModel`.

    has_own_layers: one of the layers, or the model itself, is of a class that is not Keras's.
    """

    kind: Literal["sequential", "functional", "subclass"]
    outputs: tuple[OutputLayer, ...] = ()
    outputs_form: Literal["single", "list", "dict"] = "single"
    inputs: tuple[tuple[str, Shape | None], ...] = ()
    own_class: str = ""
    adds_loss: bool = False
    has_own_layers: bool = False


def described_outputs(path: str, model: Mapping[str, object]) -> DescribedModel:
    """What a saved model returns. Raises SavedError for what is no model, and for one whose layers go in circles."""
    saved = SavedLayer.of(model)
    if not saved.class_name or not isinstance(model.get("config"), dict | list):
        raise SavedError(path, "is no saved model: its configuration has no class_name and config")
    everything = list(saved.layers())
    if any(layer.goes_in_circles for layer in (saved, *everything)):
        raise SavedError(path, "has layers that go in a circle")
    graph = _Graph(policy="float32" if {layer.policy for layer in everything} <= {"float32", None} else "")
    own_class = "" if saved.is_of_keras else as_identifier(saved.class_name)
    adds_loss = any(layer.class_name in _ADDED_LOSSES for layer in everything)
    has_own = any(not layer.is_known for layer in everything) or bool(own_class)
    if saved.is_sequential:
        last = graph.of_sequential(saved, graph.start_of(saved))
        ends = (OutputLayer(saved.sublayers[-1].name, last),) if last is not None else ()
        return DescribedModel("sequential", ends, "single", (), own_class, adds_loss, has_own)
    if not saved.is_functional:
        return DescribedModel("subclass", own_class=as_identifier(saved.class_name), has_own_layers=True)
    references = saved.output_references
    if len(references) > MAX_OUTPUTS:
        raise SavedError(path, f"has more than {MAX_OUTPUTS} outputs")
    outputs = tuple(OutputLayer(name, graph.of_reference(saved, where, None)) for name, where in references)
    inputs = tuple((where.layer, saved.layer_shape(where.layer)) for where in saved.input_references)
    return DescribedModel("functional", outputs, saved.outputs_form, inputs, own_class, adds_loss, has_own)


# --- what is in a configuration -----------------------------------------------------------------------------


class Reference(NamedTuple):
    """One tensor: that with the index `tensor` of what the layer returned when it was called for the `node`-th time."""

    layer: str
    node: int
    tensor: int


@dataclass(frozen=True, eq=False)
class SavedLayer:
    """The configuration of a layer or a model. `whole` is all of it, `config` what its class is made with."""

    class_name: str
    config: Mapping[str, object]
    whole: Mapping[str, object]

    @classmethod
    def of(cls, value: object) -> SavedLayer:
        """Any value; what is no layer has the class name ''."""
        whole = as_mapping(value)
        return cls(as_name(whole.get("class_name")) or "", as_mapping(whole.get("config")), whole)

    @cached_property
    def name(self) -> str | None:
        return as_name(self.whole.get("name")) or as_name(self.config.get("name"))

    @property
    def is_of_keras(self) -> bool:
        """Keras's own class, by the module; where there is none (.h5), by a name without a package of the user's."""
        if "module" in self.whole:
            return is_module_of_keras(self.whole["module"])
        return self.class_name in LAYERS or self.class_name in _MODELS

    @property
    def is_known(self) -> bool:
        """A model of Keras, a function, or a layer of which it is known what it does."""
        if self.function or (self.is_of_keras and (self.is_sequential or self.is_functional)):
            return True
        return self.is_of_keras and self.class_name in LAYERS

    @property
    def is_sequential(self) -> bool:
        return self.class_name == "Sequential" and self.is_of_keras

    @property
    def is_functional(self) -> bool:
        return {"layers", "input_layers", "output_layers"} <= self.config.keys()

    @property
    def function(self) -> str:
        """The path of the function that an operation without weights stands for; '' for layers."""
        module = self.whole.get("module")
        if isinstance(module, str) and module.startswith("keras.src.ops.") and self.class_name.isidentifier():
            return path_of_operation(self.class_name)
        function = as_name(self.config.get("function"))
        if self.class_name in _FUNCTION_LAYERS and function and function.replace(".", "_").isidentifier():
            return f"tensorflow.{function}"
        return ""

    @cached_property
    def policy(self) -> str | None:
        """The name of the dtype policy."""
        value = self.config.get("dtype")
        return as_name(as_mapping(as_mapping(value).get("config")).get("name") or value)

    @cached_property
    def input_shape(self) -> Shape | None:
        """The shape of the one input, with the batch axis, as far as the archive has it."""
        return as_shape(as_mapping(self.whole.get("build_config")).get("input_shape"))

    @cached_property
    def given_shape(self) -> Shape | None:
        """The shape of the input that the first layer was made with."""
        for name in ("batch_shape", "batch_input_shape"):
            shape = as_shape(self.config.get(name))
            if shape is not None:
                return shape
        return None

    # --- of models ----------------------------------------------------------------------------------------

    @cached_property
    def sublayers(self) -> tuple[SavedLayer, ...]:
        """The layers of a model."""
        config = self.whole.get("config")
        layers = config if isinstance(config, list) else self.config.get("layers")
        return tuple(SavedLayer.of(layer) for layer in as_sequence(layers))

    def layers(self) -> Iterator[SavedLayer]:
        """All layers of a model, those of nested models and in wrappers too."""
        for layer in self.sublayers:
            yield layer
            yield from layer.layers()
        inner = SavedLayer.of(self.config.get("layer"))
        if inner.class_name:
            yield inner
            yield from inner.layers()

    @cached_property
    def by_name(self) -> Mapping[str, SavedLayer]:
        return {layer.name: layer for layer in self.sublayers if layer.name is not None}

    @cached_property
    def nodes(self) -> tuple[tuple[Reference, ...], ...]:
        """For each call of the layer the tensors that it was called with."""
        return tuple(tuple(reference for reference, _ in _references(node)) for node in self._inbound_nodes)

    @property
    def _inbound_nodes(self) -> Sequence[object]:
        return as_sequence(self.whole.get("inbound_nodes"))

    @cached_property
    def keywords(self) -> Mapping[str, object]:
        """The keywords that it was called with for the first time."""
        node = self._inbound_nodes[0] if self._inbound_nodes else None
        if isinstance(node, dict):
            return as_mapping(node.get("kwargs"))
        call = node if _is_reference(node) else next(iter(as_sequence(node)), None)
        parts = as_sequence(call)
        return as_mapping(parts[3]) if len(parts) > 3 else {}

    @cached_property
    def shapes(self) -> Mapping[Reference, Shape]:
        """The shapes of the tensors in a functional model, as far as the archive has them."""
        found: dict[Reference, Shape] = {}
        for layer in self.sublayers:
            for node in layer._inbound_nodes:
                told = list(_references(node))
                for reference, shape in told:
                    if shape is None and len(told) == 1 and len(layer._inbound_nodes) == 1:
                        shape = layer.input_shape
                    if shape is not None:
                        found.setdefault(reference, shape)
        return found

    def layer_shape(self, name: str) -> Shape | None:
        layer = self.by_name.get(name)
        return layer.given_shape if layer else None

    @cached_property
    def input_references(self) -> tuple[Reference, ...]:
        return tuple(where for _, where in _structure(self.config.get("input_layers")))

    @cached_property
    def output_references(self) -> tuple[tuple[str, Reference], ...]:
        """The names of the outputs and what they are, in the order of the predictions."""
        return tuple(_structure(self.config.get("output_layers")))

    @property
    def outputs_form(self) -> Literal["single", "list", "dict"]:
        """How the model returns its outputs; Keras 2 writes a single one as a list of one."""
        value = self.config.get("output_layers")
        if isinstance(value, dict):
            return "dict"
        return "single" if len(self.output_references) == 1 else "list"

    def call_of(self, node: int) -> int:
        """The index among `nodes` of a call. Of a model that has inputs Keras 2 counts its own making as the first."""
        if not (self.is_sequential or self.is_functional) or any(isinstance(one, dict) for one in self._inbound_nodes):
            return node
        starts_with_input = bool(self.sublayers) and self.sublayers[0].given_shape is not None
        return node - 1 if starts_with_input and 0 < node <= len(self.nodes) else node

    @cached_property
    def goes_in_circles(self) -> bool:
        """Some layer of a functional model needs what is made of its own output."""
        needs: dict[tuple[str, int], set[tuple[str, int]]] = {}
        for name, layer in self.by_name.items():
            for call, node in enumerate(layer.nodes):
                given = {
                    (where.layer, self.by_name[where.layer].call_of(where.node))
                    for where in node
                    if where.layer in self.by_name
                }
                needs[name, call] = given
        return _has_circle(needs)


def _has_circle(needs: Mapping[tuple[str, int], set[tuple[str, int]]]) -> bool:
    """Whether something needs itself: what needs nothing that is left is taken away until no more can be."""
    needed_by: dict[tuple[str, int], list[tuple[str, int]]] = {}
    left = {one: len(given & needs.keys()) for one, given in needs.items()}
    for one, given in needs.items():
        for other in given & needs.keys():
            needed_by.setdefault(other, []).append(one)
    free = [one for one, count in left.items() if not count]
    taken = 0
    while free:
        taken += 1
        for one in needed_by.get(free.pop(), ()):
            left[one] -= 1
            if not left[one]:
                free.append(one)
    return taken < len(needs)


# --- references ---------------------------------------------------------------------------------------------


def _references(value: object) -> Iterator[tuple[Reference, Shape | None]]:
    """The tensors in the arguments of a call, in order, with their shapes where they are told.

    Keras 3 writes `{"class_name": "__keras_tensor__", ...}` into `args` and `kwargs`, Keras 2 a list of
    `[layer, node, tensor, kwargs]`, or for a function of TensorFlow that list itself; `kwargs` may have tensors too.
    """
    if isinstance(value, dict):
        config = as_mapping(value.get("config"))
        if value.get("class_name") == "__keras_tensor__":
            reference = _reference(config.get("keras_history"))
            if reference is not None:
                yield reference, as_shape(config.get("shape"))
            return
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        reference = _reference(value)
        if reference is not None:
            yield reference, None
            value = value[3:]
        for item in value:
            yield from _references(item)


def _is_reference(value: object) -> bool:
    return _reference(value) is not None


def _reference(value: object) -> Reference | None:
    if not isinstance(value, list) or len(value) < 3:
        return None
    layer, node, tensor = as_name(value[0]), as_index(value[1]), as_index(value[2])
    return Reference(layer, node, tensor) if layer is not None and node is not None and tensor is not None else None


def _structure(value: object) -> Iterator[tuple[str, Reference]]:
    """The tensors in a structure of inputs or outputs, with their names; dicts in the order of their keys."""
    reference = _reference(value)
    if reference is not None:
        yield reference.layer, reference
    elif isinstance(value, dict) and value.get("class_name") != "__tuple__":
        for key in sorted(value):
            for _, reference in _structure(value[key]):
                yield key, reference
    else:
        for item in as_sequence(value):
            yield from _structure(item)


# --- layers in plain data -----------------------------------------------------------------------------------


class _Graph:
    """Describes the layers of one archive. `policy` is the dtype policy that needs not be shown."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self._layers: dict[tuple[SavedLayer, Reference, Outer | None], Layer] = {}

    # --- models -------------------------------------------------------------------------------------------

    def start_of(self, model: SavedLayer) -> Outer:
        """What the first layer of a Sequential is called with that is no part of another model."""
        first = model.sublayers[0] if model.sublayers else None
        shape = first.given_shape or first.input_shape if first else None
        start = (Layer("InputLayer", shape=shape),) if shape is not None else ()
        return lambda _: start

    def of_sequential(self, model: SavedLayer, outer: Outer, shape: Shape | None = None) -> Layer | None:
        """The last layer of a Sequential; None where it has none."""
        layers = [layer for layer in model.sublayers if layer.class_name != "InputLayer"]
        found = self._in_sequence(layers, len(layers) - 1, outer, shape)
        return found[0] if layers and found else None

    def _in_sequence(
        self, layers: list[SavedLayer], index: int, outer: Outer, shape: Shape | None = None
    ) -> tuple[Layer, ...]:
        if index < 0:
            return outer(0)

        layer = layers[index]

        @cache
        def before() -> tuple[Layer, ...]:
            return self._in_sequence(layers, index - 1, outer, layer.input_shape)

        if layer.is_sequential or layer.is_functional:
            nested = self._nested(layer, 0, before, shape)
            return (nested,) if nested is not None else before()
        return (self.layer(layer, shape, before, listed=True),)

    def of_reference(
        self, model: SavedLayer, where: Reference, outer: Outer | None, shape: Shape | None = None
    ) -> Layer:
        """What makes a tensor of a functional model; `outer` leads out of a nested one."""
        key = model, where, outer
        if key not in self._layers:
            self._layers[key] = self._of_reference(model, where, outer, shape or model.shapes.get(where))
        return self._layers[key]

    def _of_reference(self, model: SavedLayer, where: Reference, outer: Outer | None, shape: Shape | None) -> Layer:
        saved = model.by_name.get(where.layer)
        if saved is None:
            return Layer("", where.layer, shape=shape, own="Layer")
        starts = [start.layer for start in model.input_references]
        if where.layer in starts or saved.class_name == "InputLayer":
            given = outer(starts.index(where.layer)) if outer is not None and where.layer in starts else ()
            return given[0] if given else Layer("InputLayer", where.layer, shape=saved.given_shape or shape)
        call = saved.call_of(where.node)
        node = saved.nodes[call] if call < len(saved.nodes) else ()

        @cache
        def before() -> tuple[Layer, ...]:
            return tuple(self.of_reference(model, given, outer) for given in node)

        if saved.is_sequential or saved.is_functional:
            nested = self._nested(saved, where.tensor, before, shape)
            if nested is not None:
                return nested
        if saved.function:
            return self.function(saved, shape, before)
        return self.layer(saved, shape, before)

    def _nested(self, model: SavedLayer, index: int, before: Before, shape: Shape | None) -> Layer | None:
        """What a model makes that is used as a layer."""

        def outer(position: int) -> tuple[Layer, ...]:
            return before()[position : position + 1]

        if model.is_sequential:
            return self.of_sequential(model, outer, shape)
        outputs = model.output_references
        return self.of_reference(model, outputs[index][1], outer, shape) if index < len(outputs) else None

    # --- one layer ----------------------------------------------------------------------------------------

    def layer(self, saved: SavedLayer, shape: Shape | None, before: Before, listed: bool = False) -> Layer:
        kind = saved.class_name
        if not saved.is_of_keras or kind not in LAYERS:
            return Layer("", saved.name, shape=shape, own=as_identifier(kind), inputs=before, listed=listed)
        axes = shape or saved.input_shape
        arguments = self.arguments(saved, kind, None if axes is None else len(axes))
        dtype = compute_dtype(saved.policy or "")
        return Layer(
            kind, saved.name, arguments, shape, self.inner(saved, kind), inputs=before, listed=listed, dtype=dtype
        )

    def inner(self, saved: SavedLayer, kind: str) -> Layer | None:
        """The layer in a wrapper, or the cell of an RNN."""
        name = LAYERS[kind].inner
        inner = SavedLayer.of(saved.config.get(name) if name else None)
        if not inner.class_name:
            return None
        if inner.is_sequential or inner.is_functional:
            return self._nested(inner, 0, no_layers, None)
        return self.layer(inner, None, no_layers)

    def arguments(self, saved: SavedLayer, kind: str, rank: int | None) -> dict[str, object]:
        """What the layer was made with, as far as it is to be shown."""
        if kind == "Lambda":
            return {"function": Own("<lambda>")}
        return told_arguments(
            kind,
            lambda name: as_constant(saved.config.get(name)),
            lambda name: self.activation(saved.config.get(name)),
            _REQUIRED,
            saved.policy if saved.policy != self.policy else None,
            rank,
        )

    def activation(self, value: object) -> str | Own | Layer:
        """A callable that a layer applies: a name of Keras, the user's own, or a layer."""
        if value is None:
            return "linear"
        name = as_name(value)
        if name is not None:
            return canonical_activation(name) or Own(as_identifier(name))
        saved = SavedLayer.of(value)
        if saved.class_name == "function":
            return Own(as_identifier(as_name(saved.whole.get("config")) or "function"))
        if saved.is_of_keras and saved.class_name in LAYERS:
            return self.layer(saved, None, no_layers)
        return Own(as_identifier(saved.class_name) if saved.class_name else "<lambda>")

    def function(self, saved: SavedLayer, shape: Shape | None, before: Before) -> Layer:
        axis = as_constant(saved.config.get("axis"))
        if axis is None:
            axis = as_constant(saved.keywords.get("axis"))
        dtype = as_constant(saved.config.get("dtype") or saved.keywords.get("dtype"))
        return function_layer(saved.function, saved.name, axis, dtype, shape, before)
