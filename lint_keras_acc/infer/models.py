"""What comes out of a model: walks backwards from its outputs until units and activation are known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lint_keras_acc.findings import Span
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.policies import dtype_of
from lint_keras_acc.infer.pretrained import units_argument
from lint_keras_acc.infer.scopes import END, Scope
from lint_keras_acc.infer.syntax import first_parameter, is_written
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Constant,
    Function,
    Gap,
    Instance,
    Layer,
    LocalClass,
    LocalObject,
    Mapping,
    Model,
    Sequence,
    Symbol,
    Tensor,
    Unknown,
    Value,
)
from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.applications import APPLICATIONS
from lint_keras_acc.keras_api.dialects import snake_case
from lint_keras_acc.keras_api.layers import LAYERS, LayerInfo
from lint_keras_acc.reading.tensors import (
    INTEGER_FUNCTIONS,
    SAME_NUMBERS,
    SAME_NUMBERS_OTHER_SHAPE,
    TRAINING_METHODS,
    activation_of_path,
    dimensions,
    effective,
    merged_activation,
)
from lint_keras_acc.sites import Activation, Fact, Output, OutputsForm
from lint_keras_acc.source import SpanOf

MAX_LAYERS = 400  # that are walked back from one output
MAX_NESTING = 12
MAX_UNITS = 1 << 40


class Step(NamedTuple):
    """One thing on the way back: a Layer, a Model that cannot be entered, or the Symbol of a function."""

    maker: Value
    tensor: Tensor | None = None
    inside: bool = False  # of a Sequential list or an add(): it can be taken out


# --- walking back -------------------------------------------------------------------------------------------


def steps(value: Value, evaluator: Evaluator, depth: int = 0) -> Iterator[Step]:
    """The layers and functions that made a value, the last first.

    Ends after a merge, an input or something unknown.
    """
    while True:
        if isinstance(value, Model):
            yield from model_steps(value, evaluator, None, depth)
            return
        if not isinstance(value, Tensor) or depth > MAX_NESTING:
            yield Step(UNKNOWN)
            return
        maker = value.maker
        if isinstance(maker, Model):
            yield from model_steps(maker, evaluator, value.index, depth + 1)
        elif isinstance(maker, Layer) and maker.cls is not None:
            inside = own_layer_output(maker, value.call, evaluator)
            if isinstance(inside, Tensor):
                value, depth = inside, depth + 1
                continue
            yield Step(maker, value)
        else:
            yield Step(maker, value)
            if isinstance(maker, Symbol) and maker.path == "keras.Input":
                return
        if value.call is None:
            if not isinstance(maker, Layer):
                return
            yield Step(UNKNOWN)
            return
        value = value.call.argument(0, "inputs", "x", "input", "logits", "features", "tensor") or UNKNOWN


def own_layer_output(layer: Layer, call: Call | None, evaluator: Evaluator) -> Value | None:
    """What a layer of the program's own returns for a call, by its `call` method."""
    assert layer.cls is not None
    owner = LocalObject(layer.cls, layer.call)
    method = evaluator.class_attribute(layer.cls, "call", owner)
    if not isinstance(method, Function):
        return None
    frame = evaluator.frame_of(method, None)
    parameters = method.definition.args.args
    if len(parameters) > 1:
        given = call.argument(0, parameters[1].arg, "inputs") if call is not None else None
        frame.arguments[parameters[1].arg] = given or Tensor(Symbol("keras.Input"), None)
    return evaluator.returned(frame)


def model_steps(model: Model, evaluator: Evaluator, index: int | None, depth: int) -> Iterator[Step]:
    """The layers of a model from one of its outputs backwards."""
    if depth > MAX_NESTING:
        yield Step(UNKNOWN)
        return
    if model.kind == "sequential":
        for layer in sequential_layers(model, evaluator):
            if isinstance(layer, Layer):
                yield Step(layer, inside=True)
            elif isinstance(layer, Model):
                yield from model_steps(layer, evaluator, None, depth + 1)
            elif isinstance(layer, Tensor):
                yield from steps(layer, evaluator, depth + 1)
            else:
                yield Step(UNKNOWN)
                return
        return
    outputs = model_outputs(model, evaluator)
    if outputs is None or (index or 0) >= len(outputs):
        yield Step(model)
        return
    yield from steps(outputs[index or 0][1], evaluator, depth + 1)


def sequential_layers(model: Model, evaluator: Evaluator) -> Iterator[Value]:
    """The layers of a Sequential, the last first; Unknown where they cannot be followed further."""
    popped = 0
    for event, frame in reversed(model.changes):
        if event.kind == "call" and event.detail == "add" and isinstance(event.value, ast.Call):
            if popped:
                popped -= 1
                continue
            added = Call(event.value, frame, event.point, evaluator).argument(0, "layer")
            yield added or UNKNOWN
        elif event.kind == "call" and event.detail == "pop":
            popped += 1
        elif event.kind == "setattr" and event.detail not in _HARMLESS_ATTRIBUTES:
            yield UNKNOWN
            return
    if model.call is None:
        yield UNKNOWN
        return
    layers = model.call.argument(0, "layers")
    if layers is None or (isinstance(layers, Constant) and layers.value is None):
        return
    if not isinstance(layers, Sequence):
        yield UNKNOWN
        return
    if layers.open and not any(isinstance(item, Gap) for item in layers.items):
        yield UNKNOWN
        return
    items = layers.items[: len(layers.items) - popped] if popped else layers.items
    yield from reversed(items)


_HARMLESS_ATTRIBUTES = frozenset({"trainable", "name", "_name", "optimizer", "stop_training", "history", "summary"})


def model_outputs(model: Model, evaluator: Evaluator) -> list[tuple[str | None, Value]] | None:
    """The outputs of a model with their dict keys; None where the model cannot be entered."""
    if model.kind == "sequential":
        return [(None, model)]
    given = _given_outputs(model, evaluator)
    if isinstance(given, (Sequence, Mapping)) and (given.open or not given.items):
        return None
    if isinstance(given, Sequence):
        return [(None, item) for item in given.items]
    if isinstance(given, Mapping):
        names = [key.value if isinstance(key, Constant) else None for key, _ in given.items]
        return [
            (name if isinstance(name, str) else None, item) for name, (_, item) in zip(names, given.items, strict=True)
        ]
    if given is None or isinstance(given, (Unknown, Constant)):
        return None
    return [(None, given)]


def _given_outputs(model: Model, evaluator: Evaluator) -> Value | None:
    """What a functional model or a model class returns, as it is written."""
    if model.kind == "functional" and model.call is not None:
        return model.call.argument(1, "outputs", "output")
    if model.kind == "subclass" and model.cls is not None:
        return _subclass_output(model, evaluator)
    return None


def _subclass_output(model: Model, evaluator: Evaluator) -> Value | None:
    """What the `call` method of a model class returns, else the outputs that its `__init__` hands on to Keras."""
    assert model.cls is not None
    method = evaluator.class_attribute(model.cls, "call", model)
    if isinstance(method, Function):
        frame = evaluator.frame_of(method, None)
        parameters = method.definition.args.args
        if len(parameters) > 1:
            frame.arguments[parameters[1].arg] = Tensor(Symbol("keras.Input"), None)
        return evaluator.returned(frame)
    parent = evaluator.parent_call(model.cls, model.call)
    return parent.argument(1, "outputs", "output") if parent is not None else None


def outputs_form(model: Value, evaluator: Evaluator) -> OutputsForm:
    """How a model returns its outputs; 'unknown' as well where an item may stand for several."""
    if not isinstance(model, Model):
        return "unknown"
    if model.kind in ("sequential", "application"):
        return "single"
    given = _given_outputs(model, evaluator)
    if isinstance(given, Mapping):
        return "unknown" if given.open or not all(_is_one(value) for _, value in given.items) else "dict"
    if isinstance(given, Sequence):
        return "unknown" if given.open or not all(map(_is_one, given.items)) else "list"
    return "single" if given is not None and _is_one(given) else "unknown"


def _is_one(value: Value) -> bool:
    """A value is surely one tensor: no list that a model or a layer of the program's own returns."""
    if not isinstance(value, Tensor):
        return False
    maker = value.maker
    if isinstance(maker, Layer):
        return maker.cls is None and not any(keyword.arg == "return_state" for keyword in maker.call.node.keywords)
    if isinstance(maker, Symbol):  # a function may return several, and `tensors + [tensor]` is no tensor
        return activation_of_path(maker.path) is not None or maker.path.rpartition(".")[2] in SAME_NUMBERS
    return isinstance(maker, Model) and maker.kind in ("sequential", "application")


class LayerName(NamedTuple):
    """The name of a layer: as it is written, or what its automatic name begins with."""

    written: str | None = None
    automatic: str | None = None


def layer_name(maker: Value) -> LayerName:
    """The name of a layer or model; nothing where it is not known."""
    if not isinstance(maker, (Layer, Model)) or maker.call is None:
        return LayerName()
    given = maker.call.argument(None, "name")
    if isinstance(given, Constant) and isinstance(given.value, str):
        return LayerName(given.value)
    is_unnamed = given is None or (isinstance(given, Constant) and given.value is None)
    is_of_keras = isinstance(maker, Layer) and maker.cls is None
    return LayerName(automatic=snake_case(maker.kind)) if is_unnamed and is_of_keras else LayerName()


# --- one output ---------------------------------------------------------------------------------------------


@dataclass
class _Trace:
    """What is known so far of an output, on the way back."""

    units: Fact[int] | None = None
    rank: int | None = None
    rank_known: bool = False
    added_axes: int = 0
    activations: list[Activation] = field(default_factory=list)
    activations_done: bool = False
    kind: Fact[str] | None = None
    layer: Span | None = None
    dtype: Fact[str] | None = None
    last: Span | None = None
    name: str | None = None
    integers: bool = False
    custom: bool = False
    multiplied: int = 1
    scaled: bool = False

    @property
    def done(self) -> bool:
        return self.units is not None and self.activations_done and self.rank_known


class OutputReader:
    """Reads outputs of models of one program."""

    def __init__(self, evaluator: Evaluator, spans: SpanOf) -> None:
        self.evaluator = evaluator
        self.spans = spans
        self.policy: Fact[str] = Fact()  # in what layers compute that are given no dtype

    def outputs(self, model: Value) -> tuple[list[Output], bool]:
        """The outputs of a model in order, and whether these are all.

        One unknown output where the model cannot be entered.
        """
        if not isinstance(model, Model):
            return [Output()], False
        found = model_outputs(model, self.evaluator)
        if found is None:
            return [self.output(model, None)], model.kind in ("application", "pretrained")
        outputs = [self.output(value, key) for key, value in found]
        if outputs_form(model, self.evaluator) == "dict":
            return outputs, True
        names = [self.layer_name(model, value) for _, value in found]
        return [
            output
            if (output.name, output.automatic) == name
            else replace(output, name=name.written, automatic=name.automatic)
            for output, name in zip(outputs, names, strict=True)
        ], True

    def layer_name(self, model: Model, value: Value) -> LayerName:
        """The name that an output gets from the layer that makes it; those of a model class have none."""
        if model.kind == "sequential":
            return layer_name(next(sequential_layers(model, self.evaluator), UNKNOWN))
        return layer_name(value.maker) if isinstance(value, Tensor) and model.kind == "functional" else LayerName()

    def output(self, value: Value, name: str | None) -> Output:
        trace = self.trace(value)
        activation, inner = effective(trace.activations, trace.activations_done, trace.scaled)
        rank = trace.rank + trace.added_axes if trace.rank is not None else None
        return Output(
            name=name or trace.name,
            units=trace.units or Fact(),
            activation=activation,
            inner=inner,
            layer=trace.layer,
            rank=Fact(rank),
            dtype=trace.dtype or Fact(),
            last=trace.last,
            kind=trace.kind or Fact(),
            integers=trace.integers,
            custom=trace.custom,
        )

    def trace(self, value: Value, depth: int = 0) -> _Trace:
        return self.follow(steps(value, self.evaluator, depth), depth)

    def follow(self, way: Iterator[Step], depth: int) -> _Trace:
        trace = _Trace()
        for count, step in enumerate(way):
            if count > MAX_LAYERS:
                break
            flattens = trace.units is None and isinstance(step.maker, Layer) and step.maker.kind == "Flatten"
            self.step(trace, step, first=count == 0, depth=depth)
            if flattens and depth < MAX_NESTING:
                self.adopt_flattened(trace, self.follow(way, depth + 1))
            if trace.done:
                break
        return trace

    def adopt_flattened(self, trace: _Trace, before: _Trace) -> None:
        """What goes into a Flatten comes out as it is, where it is flat already."""
        is_flat = before.rank == 2 and not before.added_axes
        trace.units = before.units if is_flat and trace.multiplied == 1 else Fact()
        trace.kind = trace.kind or before.kind
        self.adopt(trace, before)

    # --- one step back ------------------------------------------------------------------------------------

    def step(self, trace: _Trace, step: Step, first: bool, depth: int) -> None:
        maker = step.maker
        if isinstance(maker, Layer):
            if first:
                trace.name = self.written_name(maker.call)
            self.layer_step(trace, maker, step, depth)
        elif isinstance(maker, Symbol):
            self.function_step(trace, maker.path, step)
        elif isinstance(maker, Model) and maker.kind == "application":
            self.application_step(trace, maker)
        elif isinstance(maker, Model) and maker.kind == "pretrained":
            self.pretrained_step(trace, maker)
        else:
            self.unknown_step(trace)

    def unknown_step(self, trace: _Trace) -> None:
        """Nothing further back can be known."""
        trace.units = trace.units or Fact()
        trace.dtype = trace.dtype or Fact()
        trace.rank_known = True
        if not trace.activations_done:
            trace.activations.append(Activation(Fact(), "unknown"))
            trace.activations_done = True

    def written_name(self, call: Call) -> str | None:
        name = call.constant(None, "name")
        return name if isinstance(name, str) else None

    def layer_step(self, trace: _Trace, layer: Layer, step: Step, depth: int) -> None:
        info = LAYERS.get(layer.kind)
        if layer.cls is not None or info is None or info.effect == "unknown":
            self.own_layer(trace)
            return
        self.dtype_of(trace, layer)
        if trace.kind is None and (info.weights or info.effect in ("units", "wrapper", "activation")):
            trace.kind = Fact(layer.kind, self.spans(layer.call.node))
        if info.effect == "wrapper":
            self.wrapper(trace, layer, depth)
            return
        if info.effect in ("concatenate", "merge_keep", "merge", "dot"):
            self.merge(trace, info, layer, step, depth)
            return
        self.rank_of(trace, info, layer)
        self.units_of(trace, info, layer)
        self.activation_of(trace, info, layer, step)

    def dtype_of(self, trace: _Trace, layer: Layer) -> None:
        """A layer returns the dtype in which it computes, whatever it is given; so does one that wraps another."""
        if trace.dtype is not None:
            return
        trace.last = self.spans(layer.call.node)
        if layer.kind == "Lambda" and self.activation_name(layer.call.argument(0, "function")) is None:
            trace.dtype = Fact()  # it may cast
            return
        written = layer.call.argument(None, "dtype")
        is_given = written is not None and not (isinstance(written, Constant) and written.value is None)
        trace.dtype = Fact(dtype_of(written), trace.last) if written is not None and is_given else self.policy

    def own_layer(self, trace: _Trace) -> None:
        """A layer of the program's own, or one that no table knows."""
        if not trace.activations_done:
            trace.custom = True
        self.unknown_step(trace)

    def rank_of(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if trace.rank_known:
            return
        if info.rank == "two":
            trace.rank, trace.rank_known = 2, True
        elif info.rank == "one_more":
            trace.added_axes += 1
        elif info.rank == "sequences":
            returns = layer.call.argument(None, "return_sequences")
            base = 5 if layer.kind.startswith("ConvLSTM2D") else 3
            if returns is None:
                trace.rank, trace.rank_known = base - 1, True
            elif isinstance(returns, Constant):
                trace.rank, trace.rank_known = (base if returns.value else base - 1), True
            else:
                trace.rank_known = True
        elif info.rank == "shape":
            shape = layer.call.argument(info.units_position, *info.units)
            if isinstance(shape, Sequence) and not shape.open:
                trace.rank = len(shape.items) + 1
            trace.rank_known = True
        elif info.rank == "unknown":
            trace.rank_known = True
        elif info.effect in ("units", "depthwise", "pool") and (size := dimensions(layer.kind)):
            trace.rank, trace.rank_known = size + 2, True
        if not trace.rank_known:
            self.input_rank(trace, layer)

    def input_rank(self, trace: _Trace, layer: Layer) -> None:
        """A first layer that says the shape of its input."""
        shape = layer.call.argument(None, "input_shape", "batch_input_shape", "shape")
        if isinstance(shape, Sequence) and not shape.open:
            batch = any(keyword.arg == "batch_input_shape" for keyword in layer.call.node.keywords)
            trace.rank = len(shape.items) + (0 if batch else 1)
            trace.rank_known = True
        elif layer.call.argument(None, "input_dim") is not None and LAYERS[layer.kind].effect != "embedding":
            trace.rank, trace.rank_known = 2, True

    def units_of(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if trace.units is not None:
            return
        if info.channels and layer.call.argument(None, "data_format", "dim_ordering") is not None:
            order = layer.call.constant(None, "data_format", "dim_ordering")
            if order not in ("channels_last", "tf", "default"):
                trace.units = Fact()
                return
        if info.effect in ("units", "embedding", "recurrent"):
            self.units_argument(trace, info, layer)
        elif info.effect == "reshape":
            shape = layer.call.argument(info.units_position, *info.units)
            if isinstance(shape, Sequence) and shape.items and not shape.open:
                self.set_units(trace, shape.items[-1], layer)
            else:
                trace.units = Fact()
        elif info.effect == "lambda" and self.activation_name(layer.call.argument(0, "function")) is not None:
            return
        elif info.effect in ("flatten", "depthwise", "attention", "lambda", "dot", "merge"):
            trace.units = Fact()

    def units_argument(self, trace: _Trace, info: LayerInfo, layer: Layer) -> None:
        if not info.units:
            inner = layer.call.argument(0, info.inner or "cell")
            cell = LAYERS.get(inner.kind) if isinstance(inner, Layer) else None
            if cell is None or not isinstance(inner, Layer):
                trace.units = Fact()
                return
            self.units_argument(trace, cell, inner)
            return
        given = layer.call.argument(info.units_position, *info.units)
        if isinstance(given, Sequence) and given.items:
            given = given.items[-1]
        self.set_units(trace, given or UNKNOWN, layer)

    def set_units(self, trace: _Trace, value: Value, layer: Layer) -> None:
        if isinstance(value, Constant) and isinstance(value.value, (int, float)) and 1 <= value.value < MAX_UNITS:
            place = value.node if is_written(value.node) else layer.call.node
            trace.units = Fact(int(value.value) * trace.multiplied, self.spans(place))
        else:
            trace.units = Fact()

    def activation_of(self, trace: _Trace, info: LayerInfo, layer: Layer, step: Step) -> None:
        if trace.activations_done:
            return
        removable = step.inside or step.tensor is None
        if info.effect == "lambda":
            self.lambda_layer(trace, layer)
            return
        if info.effect == "activation":
            trace.activations.append(self.activation_layer(info, layer, removable))
            if info.weights:
                trace.activations_done = True
            return
        if info.effect in ("units", "recurrent", "depthwise"):
            if trace.layer is None:
                trace.layer = self.spans(layer.call.node)
            trace.activations.append(self.activation_argument(info, layer))
            trace.activations_done = True
            return
        if info.effect in ("keep", "pool", "pool_global", "flatten", "reshape") and not info.weights:
            return
        if info.scales and all(one.name.value == "linear" for one in trace.activations):
            trace.scaled = True
            return
        # Something with weights but without activation: its numbers are unbounded.
        name = Fact("linear") if info.weights and info.effect == "keep" else Fact[str]()
        trace.activations.append(Activation(name, "absent" if name.known else "unknown", self.spans(layer.call.node)))
        trace.activations_done = True

    def activation_argument(self, info: LayerInfo, layer: Layer) -> Activation:
        """The activation that a layer with weights applies."""
        span = self.spans(layer.call.node)
        if not info.units and info.inner is not None:
            cell = layer.call.argument(0, info.inner)
            known = LAYERS.get(cell.kind) if isinstance(cell, Layer) and cell.cls is None else None
            if known is None or not isinstance(cell, Layer):
                return Activation(Fact(), "unknown", span)
            return self.activation_argument(known, cell)
        if info.activation is None:
            return Activation(Fact(info.default_activation or "linear"), "absent", span)
        given = layer.call.argument(None, info.activation)
        if given is None:
            for position in info.activation_positions:
                candidate = layer.call.argument(position)
                name = self.activation_name(candidate) if candidate is not None else None
                if isinstance(candidate, (Constant, Symbol)) and name:
                    return self.read_activation(candidate, layer)
        if given is None:
            return Activation(Fact(info.default_activation or "linear"), "absent", span)
        return self.read_activation(given, layer)

    def activation_layer(self, info: LayerInfo, layer: Layer, removable: bool) -> Activation:
        span = self.spans(layer.call.node)
        if info.activation is None:
            axis = layer.call.argument(0, "axis") if layer.kind == "Softmax" else None
            name = Fact(info.default_activation, span)
            return Activation(name, "instance", span, self.axis(axis), removable=removable)
        given = layer.call.argument(0, info.activation)
        if given is None:
            return Activation(Fact(), "unknown", span)
        activation = self.read_activation(given, layer)
        return Activation(activation.name, activation.form, span, activation.axis, activation.replaceable, removable)

    def axis(self, value: Value | None) -> Fact[int]:
        """The axis that an argument names, the last one where it was not given."""
        if value is None:
            return Fact(-1)
        if not isinstance(value, Constant) or not isinstance(value.value, int):
            return Fact()
        return Fact(value.value, self.spans(value.node) if is_written(value.node) else None)

    def read_activation(self, value: Value, layer: Layer) -> Activation:
        """An activation argument: a string, a function, a layer, None, or something of the program's own."""
        span = self.spans(layer.call.node)
        place = self.spans(value.node) if is_written(value.node) else span
        if isinstance(value, Constant) and value.value is None:
            return Activation(Fact("linear", place), "absent", span, replaceable=True)
        name = self.activation_name(value)
        if name is not None:
            form = "string" if isinstance(value, Constant) else "function"
            if isinstance(value, (Layer, Instance)):
                form = "instance"
            return Activation(Fact(name, place), form, span, replaceable=True)  # type: ignore[arg-type]
        if isinstance(value, Unknown):
            return Activation(Fact(), "unknown", span)
        return Activation(Fact(), "custom", span)

    def activation_name(self, value: Value | None) -> str | None:
        """The canonical name of what a value applies, where it is one of the known activations."""
        if isinstance(value, Constant) and isinstance(value.value, str):
            return canonical_activation(value.value)
        if isinstance(value, Symbol):
            return activation_of_path(value.path)
        if isinstance(value, Layer) and value.cls is None:
            if value.kind == "Activation":
                return self.activation_name(value.call.argument(0, "activation"))
            info = LAYERS.get(value.kind)
            return info.default_activation if info and info.effect == "activation" else None
        if isinstance(value, Instance) and value.path == "keras.activations.get":
            return self.activation_name(value.call.argument(0, "identifier"))
        if isinstance(value, Function) and isinstance(value.definition, ast.Lambda):
            return self.applied_by(value)
        return None

    def applied_by(self, function: Function) -> str | None:
        """What `lambda x: tf.nn.softmax(x)` applies to its parameter; 'linear' for `lambda x: x`."""
        body = function.definition.body
        parameter = first_parameter(function.definition)
        if isinstance(body, ast.Name) and body.id == parameter:
            return "linear"
        if isinstance(body, ast.Call) and len(body.args) == 1 and not body.keywords:
            argument = body.args[0]
            if isinstance(argument, ast.Name) and argument.id == parameter:
                return self.activation_name(self.evaluator.evaluate(body.func, function.frame, END))
        return None

    def lambda_layer(self, trace: _Trace, layer: Layer) -> None:
        given = layer.call.argument(0, "function")
        name = self.activation_name(given) if given is not None else None
        if name is None:
            self.own_layer(trace)
            return
        span = self.spans(layer.call.node)
        trace.activations.append(Activation(Fact(name, span), "function", span))

    # --- layers around layers -----------------------------------------------------------------------------

    def wrapper(self, trace: _Trace, layer: Layer, depth: int) -> None:
        inner = layer.call.argument(0, "layer")
        if isinstance(inner, Model):
            inner_trace = self.trace(inner, depth + 1)
            self.adopt(trace, inner_trace)
            return
        if not isinstance(inner, Layer) or inner.cls is not None or inner.kind not in LAYERS:
            self.own_layer(trace)
            return
        info = LAYERS[inner.kind]
        if layer.kind == "TimeDistributed":
            trace.rank_known = trace.rank_known or info.effect not in ("keep", "activation")
            if info.effect == "units" and trace.rank is None and not dimensions(inner.kind):
                trace.rank = 3
        elif layer.kind == "Bidirectional":
            self.rank_of(trace, info, inner)
            mode = layer.call.argument(1, "merge_mode")
            if mode is None or (isinstance(mode, Constant) and mode.value == "concat"):
                trace.multiplied *= 2
            elif not (isinstance(mode, Constant) and mode.value in ("sum", "mul", "ave")):
                trace.units = trace.units or Fact()
        self.units_of(trace, info, inner)
        self.activation_of(trace, info, inner, Step(inner))

    def adopt(self, trace: _Trace, other: _Trace) -> None:
        trace.units = trace.units or other.units or Fact()
        trace.rank_known = True
        if not trace.activations_done:
            trace.activations.extend(other.activations)
            trace.activations_done = other.activations_done
            trace.scaled = trace.scaled or other.scaled
        trace.layer = trace.layer or other.layer
        trace.custom = trace.custom or other.custom

    def merge(self, trace: _Trace, info: LayerInfo, layer: Layer, step: Step, depth: int) -> None:
        """Several inputs become one: a concatenation adds units up, an activation stays where all agree."""
        inputs = step.tensor.call.argument(0, "inputs") if step.tensor and step.tensor.call else None
        parents: list[_Trace] = []
        if isinstance(inputs, Sequence) and not inputs.open and len(inputs.items) <= 8 and depth < 3:
            parents = [self.trace(item, depth + 1) for item in inputs.items]
        ranks = {parent.rank + parent.added_axes for parent in parents if parent.rank is not None}
        rank = ranks.pop() if len(ranks) == 1 else None
        if trace.units is None:
            joins = info.effect == "concatenate" and _joins_last_axis(layer, step, rank)
            trace.units = Fact() if joins is None else _merged_units(info, parents, joins, trace.multiplied)
        if not trace.rank_known:
            trace.rank = rank
        trace.rank_known = True
        if not trace.activations_done:
            trace.activations.append(_merged_activation(info, parents, self.spans(layer.call.node)))
            trace.activations_done = True
            trace.custom = trace.custom or (info.effect != "concatenate" and not trace.activations[:-1])

    # --- functions and applications -----------------------------------------------------------------------

    def function_step(self, trace: _Trace, path: str, step: Step) -> None:
        if path == "keras.Input":
            self.input_step(trace, step)
            return
        name = path.rpartition(".")[2]
        activation = activation_of_path(path)
        if activation is not None:
            if not trace.activations_done and step.tensor is not None and step.tensor.call is not None:
                call = step.tensor.call
                span = self.spans(call.node)
                axis = call.argument(1, "axis") if activation in ("softmax", "log_softmax") else None
                trace.activations.append(Activation(Fact(activation, span), "function", span, self.axis(axis)))
            return
        if name in SAME_NUMBERS:
            if name == "cast" and trace.dtype is None:
                trace.dtype = self.dtype_of_cast(step)
            return
        if name in SAME_NUMBERS_OTHER_SHAPE:
            trace.units = trace.units or Fact()
            trace.rank_known = True
            return
        if name in INTEGER_FUNCTIONS and not trace.activations_done:
            trace.integers = True
        if not trace.activations_done:
            trace.custom = True
        self.unknown_step(trace)

    def dtype_of_cast(self, step: Step) -> Fact[str]:
        call = step.tensor.call if step.tensor else None
        given = call.argument(1, "dtype") if call else None
        return Fact(dtype_of(given) if given is not None else None)

    def input_step(self, trace: _Trace, step: Step) -> None:
        call = step.tensor.call if step.tensor else None
        shape = call.argument(0, "shape") if call else None
        if isinstance(shape, Sequence) and not shape.open:
            if not trace.rank_known:
                trace.rank = len(shape.items) + 1
            last = shape.items[-1] if shape.items else UNKNOWN
            if trace.units is None and isinstance(last, Constant) and isinstance(last.value, int):
                trace.units = Fact(last.value)
        trace.rank_known = True
        trace.units = trace.units or Fact()
        if not trace.activations_done:
            trace.activations.append(Activation(Fact(), "unknown"))
            trace.activations_done = True

    def application_step(self, trace: _Trace, model: Model) -> None:
        info = APPLICATIONS[model.name]
        call = model.call
        assert call is not None
        span = self.spans(call.node)
        trace.dtype = trace.dtype or self.policy

        def given(name: str) -> Value | None:
            assert call is not None
            position = info.parameters.index(name) if name in info.parameters else None
            return call.argument(position, name)

        top = given("include_top")
        has_top = True if top is None else bool(top.value) if isinstance(top, Constant) else None
        if has_top:
            classes = given("classes")
            activation = given("classifier_activation")
            if trace.units is None:
                value = Constant(info.classes) if classes is None else classes
                count = value.value if isinstance(value, Constant) else None
                trace.units = Fact(count, span) if isinstance(count, int) else Fact()
            if not trace.activations_done:
                if activation is None:
                    trace.activations.append(Activation(Fact(info.activation, span), "absent", span))
                else:
                    trace.activations.append(self.read_activation(activation, Layer("", call)))
                trace.activations_done = True
            trace.rank, trace.rank_known = (2, True) if not trace.rank_known else (trace.rank, True)
            return
        if has_top is False:
            pooling = given("pooling")
            pooled = isinstance(pooling, Constant) and pooling.value is not None
            if not trace.rank_known:
                trace.rank = (2 if pooled else 4) if pooling is None or isinstance(pooling, Constant) else None
            if trace.units is None and given("alpha") is None:
                trace.units = Fact(info.features, span)
        self.unknown_step(trace)

    def pretrained_step(self, trace: _Trace, model: Model) -> None:
        """A classifier of another library: logits, unless its activation is written."""
        call = model.call
        assert call is not None
        span = self.spans(call.node)
        count = units_argument(model)
        known = count.value if isinstance(count, Constant) else None
        if trace.units is None:
            trace.units = Fact(known, span) if isinstance(known, int) else Fact()
        if not trace.rank_known:
            trace.rank = 3 if model.name == "tokens" else 2
        if not trace.activations_done and not changes_activation(call.frame.scope):
            activation = call.argument(None, "activation") if model.name in ("classifier", "preset") else None
            if activation is not None:
                trace.activations.append(self.read_activation(activation, Layer("", call)))
            elif model.name != "preset":
                trace.activations.append(Activation(Fact("linear", span), "absent", span))
            trace.activations_done = bool(trace.activations)
        self.unknown_step(trace)


def changes_activation(scope: Scope) -> bool:
    """Something assigns an activation to a layer that is made already: `model.classifier.activation = ...`."""
    return any(name.endswith(".activation") for name in scope.events)


# --- words --------------------------------------------------------------------------------------------------


def _joins_last_axis(layer: Layer, step: Step, rank: int | None) -> bool | None:
    """Whether a concatenation runs along the last axis; None where that cannot be told."""
    function = step.tensor is not None and step.tensor.call is layer.call
    axis = layer.call.argument(1 if function else 0, "axis")
    if axis is None:
        return True
    if not isinstance(axis, Constant) or not isinstance(axis.value, int):
        return None
    if axis.value < 0:
        return axis.value == -1
    return axis.value == rank - 1 if rank is not None else None


def _merged_units(info: LayerInfo, parents: list[_Trace], joins: bool, multiplied: int) -> Fact[int]:
    """The units after a merge: their sum where it joins along the last axis."""
    sizes = [parent.units.value for parent in parents if parent.units and parent.units.value]
    if not sizes or len(sizes) < len(parents) or info.effect not in ("concatenate", "merge_keep"):
        return Fact()
    return Fact((sum(sizes) if joins else max(sizes)) * multiplied)


def _merged_activation(info: LayerInfo, parents: list[_Trace], span: Span) -> Activation:
    names = {effective(parent.activations, parent.activations_done, parent.scaled)[0].name.value for parent in parents}
    name = merged_activation(info.effect, names)
    return Activation(Fact(name, span), "instance", span) if name else Activation(Fact(), "unknown", span)


def is_custom_training(model: Value, evaluator: Evaluator) -> bool:
    """The model's class decides itself what loss and metrics mean, or a base that is not shown may do so."""
    if not isinstance(model, Model) or model.cls is None:
        return False
    for base in evaluator.ancestry(model.cls):
        if isinstance(base, Unknown):
            return True
        if isinstance(base, LocalClass) and _overrides_training(base):
            return True
    return False


def _overrides_training(cls: LocalClass) -> bool:
    for statement in ast.walk(cls.definition):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name in TRAINING_METHODS:
            return True
        if isinstance(statement, ast.Attribute) and statement.attr == "add_loss":
            return True
    return False


def adds_loss(model: Model) -> bool:
    """`model.add_loss(...)` has been called."""
    return any(event.detail in ("add_loss", "add_metric") for event, _ in model.changes if event.kind == "call")
