"""What comes out of a model whose layers are described in plain data: of a live model, or of a saved one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lint_keras_acc.findings import Span
from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.layers import LAYERS, LayerInfo
from lint_keras_acc.reading.portrait import Code, Written
from lint_keras_acc.reading.tensors import (
    INTEGER_FUNCTIONS,
    SAME_NUMBERS,
    SAME_NUMBERS_OTHER_SHAPE,
    activation_of_path,
    dimensions,
    effective,
    merged_activation,
)
from lint_keras_acc.records import record
from lint_keras_acc.sites import Activation, Fact, Output

MAX_LAYERS = 400  # that are walked back from one output
MAX_NESTING = 12
MAX_MERGED = 8  # inputs of a merging layer that are followed
MAX_MERGES = 3  # one behind the other
MAX_STEPS = 1000  # back from one output, on all ways together

Shape = tuple[int | None, ...]


@record(frozen=True)
class Own:
    """A callable of the user's own, by its name."""

    name: str


def _nothing() -> tuple[Layer, ...]:
    return ()


@record(frozen=True, eq=False)
class Layer:
    """One use of a layer or function on the way to an output. Two uses are two of these.

    kind:      the class name of a layer of Keras ('Dense'); '' for a function and for a layer of the user's own.
    name:      the layer's name.
    function:  of a function: its path ('keras.ops.softmax', 'tensorflow.nn.softmax'). own: the name of a class of
               the user's own.
    arguments: the layer's arguments by name, in the order in which they are to be shown, but for those at their
               defaults: constants and tuples of them; an activation as its name, as `Own`, or as the Layer that it
               is; the function of a Lambda as `Own`, or as `portrait.Code` of its path ('keras.activations.softmax').
    shape:     of the output, with the batch axis; None where it is not known.
    inner:     the layer that a wrapper wraps, or the cell of an RNN.
    inputs:    the layers whose outputs it was called with; none for an input, or where they are unknown.
    listed:    an element of a Sequential: it can be taken out.
    dtype:     of a layer: that in which it computes ('bfloat16'), and so that of its output. None where it is unknown.
    """

    kind: str
    name: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    shape: Shape | None = None
    inner: Layer | None = None
    function: str = ""
    own: str = ""
    inputs: Callable[[], tuple[Layer, ...]] = _nothing
    listed: bool = False
    dtype: str | None = None


Places = Mapping[Layer, Written]


def read_output(layer: Layer, name: str | None, places: Places) -> Output:
    """The output that `layer` makes. `places` says where layers are written; facts about others have no span."""
    trace = _Reader(places).follow(layer)
    activation, inner = effective(trace.activations, trace.activations_done, trace.scaled)
    return Output(
        name=name,
        units=_units(layer, trace),
        activation=activation,
        inner=inner,
        layer=trace.layer,
        rank=Fact(len(layer.shape)) if layer.shape is not None else Fact(trace.rank),
        dtype=trace.dtype or Fact(),
        last=trace.last,
        kind=trace.kind or Fact(),
        integers=trace.integers,
        custom=trace.custom,
    )


def layers_of_output(layer: Layer) -> tuple[Layer, ...]:
    """The layers that decide what an output is, `layer` first: as far as `read_output` looks."""
    return tuple(_Reader({}).follow(layer).seen)


def _units(layer: Layer, trace: _Trace) -> Fact[int]:
    if layer.shape is None:
        return trace.units if trace.units and trace.units.known else Fact(trace.width)
    if not layer.shape or layer.shape[-1] is None:
        return Fact()
    units = layer.shape[-1]
    return Fact(units, trace.units.span if trace.units and trace.units.value == units else None)


@dataclass
class _Trace:
    """What is known so far of an output, on the way back. `seen` are the layers that decided it.

    width: the last axis, by the shape of a layer from which on it stays.
    """

    seen: list[Layer] = field(default_factory=list)
    units: Fact[int] | None = None
    width: int | None = None
    rank: int | None = None
    rank_known: bool = False
    activations: list[Activation] = field(default_factory=list)
    activations_done: bool = False
    kind: Fact[str] | None = None
    layer: Span | None = None
    dtype: Fact[str] | None = None
    last: Span | None = None
    integers: bool = False
    custom: bool = False
    multiplied: int = 1
    scaled: bool = False

    @property
    def decided(self) -> bool:
        return self.activations_done and self.units is not None

    @property
    def done(self) -> bool:
        return self.decided and self.rank_known


class _Reader:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.steps = 0

    def follow(self, layer: Layer, depth: int = 0, merges: int = 0) -> _Trace:
        """The way back from `layer`."""
        trace = _Trace(rank_known=layer.shape is not None)
        for _ in range(MAX_LAYERS):
            self.shape_step(trace, layer)
            if not trace.decided:
                trace.seen.append(layer)
            self.step(trace, layer, depth, merges)
            self.steps += 1
            inputs = () if trace.done or self.steps > MAX_STEPS else layer.inputs()
            if len(inputs) != 1:
                break
            if layer.kind == "Flatten" and trace.units is None and layer.shape is None and depth < MAX_NESTING:
                self.adopt_flattened(trace, self.follow(inputs[0], depth + 1, merges))
                break
            layer = inputs[0]
        return trace

    def adopt_flattened(self, trace: _Trace, before: _Trace) -> None:
        """What goes into a Flatten comes out as it is, where it is flat already."""
        trace.seen += before.seen
        trace.units = before.units if before.rank == 2 and trace.multiplied == 1 else Fact()
        trace.kind = trace.kind or before.kind
        self.adopt(trace, before)

    def shape_step(self, trace: _Trace, layer: Layer) -> None:
        """What the shape of a layer on the way says of the output: what lies between keeps the axes that are open."""
        if layer.shape is None or not layer.shape:
            return
        if not trace.rank_known:
            trace.rank, trace.rank_known = len(layer.shape), True
        if trace.units is None and trace.multiplied == 1:
            trace.width = trace.width or layer.shape[-1]

    # --- one step back ------------------------------------------------------------------------------------

    def step(self, trace: _Trace, layer: Layer, depth: int, merges: int) -> None:
        if layer.function:
            self.function_step(trace, layer)
            return
        info = LAYERS.get(layer.kind)
        if trace.dtype is None:
            trace.last = self.span(layer)
            may_cast = isinstance(layer.arguments.get("function"), Own)
            trace.dtype = Fact(None if may_cast else layer.dtype, trace.last)
        if layer.kind == "InputLayer" or (info is not None and info.effect == "input"):
            self.input_step(trace, layer)
            return
        if info is None or info.effect == "unknown":
            self.own_layer(trace)
            return
        if trace.kind is None and (info.weights or info.effect in ("units", "wrapper", "activation")):
            trace.kind = Fact(layer.kind, self.span(layer))
        if info.effect == "wrapper":
            self.wrapper(trace, layer, depth, merges)
            return
        if info.effect in ("concatenate", "merge_keep", "merge", "dot"):
            self.merge(trace, info, layer, depth, merges)
            return
        self.rank_of(trace, info, layer)
        self.units_of(trace, info, layer)
        self.activation_of(trace, info, layer)

    def span(self, layer: Layer) -> Span | None:
        written = self.places.get(layer)
        return written.call if written else None

    def argument_span(self, layer: Layer, name: str) -> Span | None:
        written = self.places.get(layer)
        return written.arguments.get(name, written.call) if written else None

    def axis(self, layer: Layer) -> Fact[int]:
        """The axis that a softmax runs over, the last one unless written."""
        axis = layer.arguments.get("axis", -1)
        if not isinstance(axis, int):
            return Fact()
        return Fact(axis, self.argument_span(layer, "axis") if "axis" in layer.arguments else None)

    def unknown_step(self, trace: _Trace) -> None:
        """Nothing further back can be known."""
        trace.units = trace.units or Fact()
        trace.rank_known = True
        if not trace.activations_done:
            trace.activations.append(Activation(Fact(), "unknown"))
            trace.activations_done = True

    def own_layer(self, trace: _Trace) -> None:
        """A layer of the user's own, or one that no table knows."""
        if not trace.activations_done:
            trace.custom = True
        self.unknown_step(trace)

    def input_step(self, trace: _Trace, layer: Layer) -> None:
        if layer.shape is not None:
            trace.rank = trace.rank if trace.rank_known else len(layer.shape)
            if trace.units is None and layer.shape and layer.shape[-1] is not None:
                trace.units = Fact(layer.shape[-1])
        self.unknown_step(trace)

    def function_step(self, trace: _Trace, layer: Layer) -> None:
        name = layer.function.rpartition(".")[2]
        activation = activation_of_path(layer.function)
        if activation is not None:
            if not trace.activations_done:
                span = self.span(layer)
                axis = self.axis(layer) if activation in ("softmax", "log_softmax") else Fact(-1)
                trace.activations.append(Activation(Fact(activation, span), "function", span, axis))
            return
        if name in SAME_NUMBERS:
            if name == "cast" and trace.dtype is None:
                trace.dtype = Fact(_text(layer.arguments.get("dtype")))
            return
        if name in SAME_NUMBERS_OTHER_SHAPE:
            trace.units = trace.units or Fact()
            trace.rank_known = True
            return
        if not trace.activations_done:
            trace.integers = trace.integers or name in INTEGER_FUNCTIONS
            trace.custom = True
        self.unknown_step(trace)

    # --- shapes, where the model is not built -------------------------------------------------------------

    def rank_of(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if trace.rank_known:
            return
        trace.rank = _rank(info, layer)
        trace.rank_known = trace.rank is not None or info.rank != "same"

    def units_of(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if trace.units is not None:
            return
        if info.channels and layer.arguments.get("data_format") == "channels_first":
            trace.units = Fact()
        elif info.effect in ("units", "embedding", "recurrent"):
            self.units_argument(trace, info, layer)
        elif info.effect == "reshape":
            shape = _argument(layer, *info.units)
            trace.units = Fact(_last(shape), self.argument_span(layer, info.units[0]))
        elif info.effect in ("depthwise", "attention", "lambda"):
            trace.units = Fact()

    def units_argument(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if not info.units:
            cell = LAYERS.get(layer.inner.kind) if layer.inner else None
            if cell is None or layer.inner is None or not cell.units:
                trace.units = Fact()
                return
            info, layer = cell, layer.inner
        size = _last(_argument(layer, *info.units))
        place = self.argument_span(layer, next((name for name in info.units if name in layer.arguments), ""))
        trace.units = Fact(size * trace.multiplied, place) if size else Fact()

    # --- activations --------------------------------------------------------------------------------------

    def activation_of(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if trace.activations_done:
            return
        span = self.span(layer)
        if info.effect == "lambda":
            function = layer.arguments.get("function")
            name = activation_of_path(function.text) if isinstance(function, Code) else None
            if name is None:
                self.own_layer(trace)
                return
            trace.activations.append(Activation(Fact(name, span), "function", span))
            return
        if info.effect == "activation":
            trace.activations.append(self.activation_layer(info, layer))
            trace.activations_done = info.weights
            return
        if info.effect in ("units", "recurrent", "depthwise"):
            trace.layer = trace.layer or span
            trace.activations.append(self.activation_argument(info, layer))
            trace.activations_done = True
            return
        if info.effect in ("keep", "pool", "pool_global", "flatten", "reshape") and not info.weights:
            return
        if info.scales and all(one.name.value == "linear" for one in trace.activations):
            trace.scaled = True
            return
        # Something with weights but without activation: its numbers are unbounded.
        name_ = Fact("linear") if info.weights and info.effect == "keep" else Fact[str]()
        trace.activations.append(Activation(name_, "absent" if name_.known else "unknown", span))
        trace.activations_done = True

    def activation_layer(self, info: LayerInfo, layer: Layer) -> Activation:
        span = self.span(layer)
        if info.activation is None:
            axis = self.axis(layer) if layer.kind == "Softmax" else Fact(-1)
            return Activation(Fact(info.default_activation, span), "instance", span, axis, removable=layer.listed)
        activation = self.read_activation(info.activation, layer)
        return Activation(
            activation.name, activation.form, span, activation.axis, activation.replaceable, removable=layer.listed
        )

    def activation_argument(self, info: LayerInfo, layer: Layer) -> Activation:
        """The activation that a layer with weights applies."""
        if not info.units and info.inner is not None:
            cell = LAYERS.get(layer.inner.kind) if layer.inner else None
            if cell is None or layer.inner is None:
                return Activation(Fact(), "unknown", self.span(layer))
            return self.activation_argument(cell, layer.inner)
        if info.activation is None or info.activation not in layer.arguments:
            return Activation(Fact(info.default_activation or "linear"), "absent", self.span(layer))
        return self.read_activation(info.activation, layer)

    def read_activation(self, argument: str, layer: Layer) -> Activation:
        """An activation argument: a name, a layer, or something of the user's own."""
        span, place = self.span(layer), self.argument_span(layer, argument)
        value = layer.arguments.get(argument)
        if isinstance(value, str) and (name := canonical_activation(value)):
            return Activation(Fact(name, place), "string", span, replaceable=True)
        if isinstance(value, Layer):
            info = LAYERS.get(value.kind)
            if info is not None and info.effect == "activation" and info.activation is None:
                name_ = Fact(info.default_activation, place)
                return Activation(name_, "instance", span, replaceable=True)
            if info is not None and info.activation is not None and info.effect == "activation":
                inner = self.read_activation(info.activation, value)
                return Activation(Fact(inner.name.value, place), "instance", span, replaceable=True)
        return Activation(Fact(), "custom", span)

    # --- layers around layers, layers of several inputs ---------------------------------------------------

    def wrapper(self, trace: _Trace, layer: Layer, depth: int, merges: int) -> None:
        inner = layer.inner
        info = LAYERS.get(inner.kind) if inner else None
        if inner is None or info is None or depth > MAX_NESTING:
            self.own_layer(trace)
            return
        if layer.kind == "Bidirectional":
            self.rank_of(trace, info, inner)
            if layer.arguments.get("merge_mode", "concat") == "concat":
                trace.multiplied *= 2
        elif layer.kind == "TimeDistributed" and not trace.rank_known:
            trace.rank_known = info.effect not in ("keep", "activation")
            trace.rank = 3 if info.effect == "units" and not dimensions(inner.kind) else None
        if not inner.inputs():
            self.units_of(trace, info, inner)
            self.activation_of(trace, info, inner)
            return
        self.adopt(trace, self.follow(inner, depth + 1, merges))

    def adopt(self, trace: _Trace, other: _Trace) -> None:
        """What a wrapped model gives."""
        trace.units = trace.units or other.units or Fact()
        trace.rank_known = True
        if not trace.activations_done:
            trace.activations.extend(other.activations)
            trace.activations_done = other.activations_done
            trace.scaled = trace.scaled or other.scaled
            trace.custom = trace.custom or other.custom
        trace.layer = trace.layer or other.layer

    def merge(self, trace: _Trace, info: LayerInfo, layer: Layer, depth: int, merges: int) -> None:
        """Several inputs become one: an activation stays where they are put side by side and all agree."""
        inputs = layer.inputs()
        parents = []
        if len(inputs) <= MAX_MERGED and merges < MAX_MERGES:
            parents = [self.follow(parent, depth, merges + 1) for parent in inputs]
        trace.seen += [seen for parent in parents for seen in parent.seen if seen not in trace.seen]
        trace.units = trace.units or Fact()
        trace.rank_known = True
        if trace.activations_done:
            return
        names = {
            effective(parent.activations, parent.activations_done, parent.scaled)[0].name.value for parent in parents
        }
        span = self.span(layer)
        name = merged_activation(info.effect, names)
        trace.custom = trace.custom or (info.effect != "concatenate" and not trace.activations)
        trace.activations.append(
            Activation(Fact(name, span), "instance", span) if name else Activation(Fact(), "unknown", span)
        )
        trace.activations_done = True


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _argument(layer: Layer, *names: str) -> object:
    return next((layer.arguments[name] for name in names if name in layer.arguments), None)


def _last(value: object) -> int | None:
    """A size, or the last of several."""
    if isinstance(value, tuple | list):
        value = value[-1] if value else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _rank(info: LayerInfo, layer: Layer) -> int | None:
    """The number of axes where the layer's arguments tell it."""
    if info.rank == "two":
        return 2
    if info.rank == "sequences":
        return (5 if layer.kind.startswith("ConvLSTM2D") else 3) - (not layer.arguments.get("return_sequences"))
    if info.rank == "shape":
        shape = _argument(layer, *info.units)
        return len(shape) + 1 if isinstance(shape, tuple | list) else None
    if info.effect in ("units", "depthwise", "pool") and (size := dimensions(layer.kind)):
        return size + 2
    return None
