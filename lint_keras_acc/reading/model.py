"""A compiled model that is described in plain data: its CompileSite, and its portrait in Keras code."""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from typing import Literal

from lint_keras_acc.findings import Span
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.layers import LAYERS
from lint_keras_acc.reading.compiled import Entry, Tree, every_entry, no_loss, no_metrics, write_losses, write_metrics
from lint_keras_acc.reading.heads import Losses, Metrics, every_metric, read_heads
from lint_keras_acc.reading.outputs import Layer, Own, Shape, layers_of_output, read_output
from lint_keras_acc.reading.portrait import Writer, Written, literal, write_call
from lint_keras_acc.records import record
from lint_keras_acc.sites import Argument, CompileSite, Fact, Labels, Output

_RESERVED = frozenset({"inputs", "keras", "model", "outputs", "tf", "x"})
_IMPORTS = {"keras": "import keras", "tf_keras": "import tf_keras as keras", "tf.keras": "from tensorflow import keras"}


@record(frozen=True)
class OutputLayer:
    """One output: its name, and the layer that makes it; where that is not known, the shape if that is."""

    name: str | None
    layer: Layer | None
    shape: Shape | None = None


@record(frozen=True)
class CompiledModel:
    """A model and what `compile` was given.

    outputs:       in the order of the predictions; empty where not even their number is known.
    outputs_form:  how the model returns them; `nested` where lists or dicts stand in it.
    inputs:        of a functional model: the names of its input layers, and their shapes with the batch axis.
    own_class:     the name of its class where that is not Keras's own; `methods` those of
                   `tensors.TRAINING_METHODS` that it has of its own.
    adds_loss:     `add_loss` is called by the model, one of its layers, or on it.
    own_training:  whether it has such methods or calls is not known: its class is the user's own, and not to be seen.
    loss, metrics, weighted_metrics: entries in the lists, tuples, sets and dicts of the user; None where absent.
    misplaced:     a metrics list in the third place of `compile`, where Keras 3 takes it for loss_weights.
    registered:    names of custom objects.
    """

    name: str
    kind: Literal["sequential", "functional", "subclass"]
    outputs: tuple[OutputLayer, ...] = ()
    outputs_form: Literal["single", "list", "dict"] = "single"
    inputs: tuple[tuple[str, Shape | None], ...] = ()
    own_class: str = ""
    methods: tuple[str, ...] = ()
    adds_loss: bool = False
    own_training: bool = False
    loss: Tree = None
    metrics: Tree = None
    weighted_metrics: Tree = None
    misplaced: Tree = None
    registered: frozenset[str] = frozenset()
    nested: bool = False


def read_compiled(model: CompiledModel, dialect: Dialect, path: str | None = None) -> tuple[CompileSite, str]:
    """The site of a compiled model, and the portrait that its spans point into.

    path: that of the spans; `<model NAME>` where none is given.
    """
    painter = _Painter(model, dialect, path or f"<model {model.name}>")
    painter.write_model()
    outputs = [_output(output, painter.places) for output in model.outputs] or [Output()]
    call = _write_compile(painter.writer, model, dialect)
    outputs_known = bool(model.outputs)
    heads = read_heads(dialect, outputs, outputs_known, call.losses, call.metrics, [Labels()] * len(outputs))
    site = CompileSite(
        span=call.span,
        dialect=dialect,
        heads=heads,
        outputs_known=outputs_known,
        outputs_form=model.outputs_form if outputs_known and not model.nested else "unknown",
        losses=call.losses.every(),
        loss_argument=call.losses.argument,
        metrics=every_metric(heads, call.metrics),
        metrics_known=True,
        metrics_arguments=tuple(group.argument for group in call.metrics),
        positional=call.positional,
        custom_training=bool(model.methods) or model.adds_loss or model.own_training,
        sequential=model.kind == "sequential",
        registered=model.registered,
    )
    return site, painter.writer.text


@record(frozen=True)
class _Call:
    """The compile call as it has been written."""

    span: Span
    losses: Losses
    metrics: tuple[Metrics, Metrics]
    positional: tuple[Argument, ...] = ()


def _write_compile(writer: Writer, model: CompiledModel, dialect: Dialect) -> _Call:
    start = writer.here()
    writer.write("model.compile(")
    losses, metrics, weighted = no_loss(), no_metrics("metrics"), no_metrics("weighted_metrics")
    positional: list[Argument] = []
    if model.misplaced is not None:
        positional.append(Argument("optimizer", writer.write("\n    ..."), position=0))
        writer.write(",")
    if model.loss is not None or positional:
        writer.write("\n    " if positional else "\n    loss=")
        place = writer.here()
        losses = write_losses(writer, model.loss)
        if positional:
            positional.append(Argument("loss", writer.since(place), position=1))
        writer.write(",")
    if model.misplaced is not None:
        writer.write("\n    ")
        metrics = write_metrics(writer, "metrics", model.misplaced, dialect)
        metrics = replace(metrics, argument=replace(metrics.argument, position=2))
        positional.append(Argument("loss_weights", metrics.argument.span or writer.since(start), position=2))
        writer.write(",")
    elif model.metrics is not None:
        writer.write("\n    metrics=")
        metrics = write_metrics(writer, "metrics", model.metrics, dialect)
        writer.write(",")
    if model.weighted_metrics is not None:
        writer.write("\n    weighted_metrics=")
        weighted = write_metrics(writer, "weighted_metrics", model.weighted_metrics, dialect)
        writer.write(",")
    writer.write("\n)" if writer.here()[0] > start[0] else ")")
    span = writer.since(start)
    writer.write("\n")
    return _Call(span, losses, (metrics, weighted), tuple(positional))


def _output(output: OutputLayer, places: dict[Layer, Written]) -> Output:
    if output.layer is not None:
        return read_output(output.layer, output.name, places)
    if output.shape is None:
        return Output(output.name)
    return Output(output.name, Fact(output.shape[-1] if output.shape else None), rank=Fact(len(output.shape)))


class _Painter:
    """Writes the code that makes the model, and keeps where each layer stands."""

    def __init__(self, model: CompiledModel, dialect: Dialect, path: str) -> None:
        self.model = model
        self.dialect = dialect
        self.writer = Writer(path)
        self.places: dict[Layer, Written] = {}
        self.seen = {
            layer: None for output in model.outputs if output.layer for layer in layers_of_output(output.layer)
        }
        self.inputs: dict[str, str] = {}
        self.variables: dict[Layer, str] = {}

    def write_model(self) -> None:
        write = self.writer.write
        write(f"{_IMPORTS[self.dialect.family]}\n")
        if any(layer.function.startswith("tensorflow.") for layer in self.seen):
            write("import tensorflow as tf\n")
        for line in self.definitions():
            write(f"\n{line}\n")
        write("\n")
        layers = [output.layer for output in self.model.outputs]
        if self.model.kind == "subclass" or None in layers or not layers:
            write(f"model = {self.model.own_class or 'keras.Model'}()\n")
        elif self.model.kind == "sequential" and not self.model.methods:
            self.write_sequential(next(layer for layer in layers if layer is not None))
        else:
            self.write_functional([layer for layer in layers if layer is not None])
        if self.model.adds_loss:
            write("model.add_loss(...)\n")

    # --- what is the user's own ---------------------------------------------------------------------------

    def definitions(self) -> list[str]:
        """The user's own functions and classes, with their bodies left out."""
        found: dict[str, str] = {}
        for layer in self.seen:
            for part in (layer, layer.inner):
                if part is not None and part.own:
                    found[part.own] = f"class {part.own}(keras.layers.Layer): ..."
                for value in part.arguments.values() if part is not None else ():
                    if isinstance(value, Own) and value.name.isidentifier():
                        found[value.name] = f"def {value.name}(x): ..."
        trees = (self.model.loss, "Loss"), (self.model.metrics, "Metric"), (self.model.weighted_metrics, "Metric")
        for tree, base in trees:
            for entry in every_entry(tree):
                if entry.form == "custom" and not entry.is_lambda:
                    found[entry.name] = _definition(entry, base)
        if self.model.own_class and (self.model.methods or not self.seen):
            methods = "".join(f"\n    def {method}(self, *args): ..." for method in ("call", *self.model.methods))
            found[self.model.own_class] = f"class {self.model.own_class}(keras.Model):{methods}"
        return list(found.values())

    # --- models -------------------------------------------------------------------------------------------

    def write_sequential(self, last: Layer) -> None:
        write = self.writer.write
        write("model = keras.Sequential([\n")
        self.write_items(layers_of_output(last), "    ", named=True)
        write("])\n")

    def write_items(self, layers: tuple[Layer, ...], indent: str, named: bool) -> None:
        """The layers of a Sequential, the last of which is the first of `layers`."""
        write = self.writer.write
        if any(not _is_input(layer) for layer in layers[-1].inputs()):
            write(f"{indent}...,\n")
        for layer in reversed(layers):
            write(indent)
            if _is_input(layer):
                write(f"keras.Input(shape={_shape_words(layer.shape)})")
            else:
                self.write_layer(layer, named=named and layer is layers[0])
            write(",\n")

    def write_functional(self, outputs: list[Layer]) -> None:
        write = self.writer.write
        inputs = self.write_inputs()
        if any(self.is_hidden(parent) for layer in self.seen for parent in layer.inputs()):
            write(f"x = hidden_layers({inputs})\n")
        names = [self.write_tensor(layer, is_output=True) for layer in outputs]
        result = names[0]
        if self.model.outputs_form == "list":
            result = f"[{', '.join(names)}]"
        elif self.model.outputs_form == "dict":
            keys = (output.name for output in self.model.outputs)
            result = f"{{{', '.join(f'{key!r}: {name}' for key, name in zip(keys, names, strict=True))}}}"
        own = self.model.own_class if self.model.methods else ""
        write(f"model = {own or 'keras.Model'}({inputs}, {result})\n")

    def write_inputs(self) -> str:
        """The inputs of a functional model, and what they are called together."""
        for name, shape in self.model.inputs:
            self.inputs[name] = "inputs" if len(self.model.inputs) == 1 else self.identifier(name)
            self.writer.write(f"{self.inputs[name]} = keras.Input(shape={_shape_words(shape)})\n")
        names = list(self.inputs.values())
        return names[0] if len(names) == 1 else f"[{', '.join(names)}]"

    def is_hidden(self, layer: Layer) -> bool:
        return layer not in self.seen and not _is_input(layer)

    def write_tensor(self, layer: Layer, is_output: bool = False) -> str:
        """Write the statements that make what this layer returns; its variable."""
        if _is_input(layer):
            return self.inputs.get(layer.name or "", "inputs")
        if layer not in self.seen:
            return "x"
        if layer in self.variables:
            return self.variables[layer]
        given = [self.write_tensor(parent) for parent in layer.inputs()]
        variable = self.variable(layer)
        self.writer.write(f"{variable} = ")
        arguments = given[0] if len(given) == 1 else f"[{', '.join(given)}]"
        if layer.function:
            self.write_function(layer, arguments)
        else:
            self.write_layer(layer, named=is_output)
            self.writer.write(f"({arguments})")
        self.writer.write("\n")
        return variable

    def variable(self, layer: Layer) -> str:
        self.variables[layer] = self.identifier(layer.name or "outputs")
        return self.variables[layer]

    def identifier(self, name: str) -> str:
        """A name for a variable that is like the name of a layer."""
        name = re.sub(r"\W", "_", name)
        if not name.isidentifier() or keyword.iskeyword(name) or name in _RESERVED:
            name = f"{name}_layer" if f"{name}_layer".isidentifier() else f"layer_{name}"
        while name in self.variables.values() or name in self.inputs.values():
            name += "_"
        return name

    # --- layers -------------------------------------------------------------------------------------------

    def write_function(self, layer: Layer, given: str) -> None:
        path = layer.function.replace("tensorflow.", "tf.", 1)
        start = self.writer.here()
        self.writer.write(f"{path}({given}")
        spans: dict[str, Span] = {}
        for name, value in layer.arguments.items():
            self.writer.write(f", {name}=")
            spans[name] = self.writer.write(literal(value))
        self.writer.write(")")
        self.places[layer] = Written(self.writer.since(start), spans)

    def write_layer(self, layer: Layer, named: bool = False) -> None:
        arguments: list[tuple[str, object]] = [("layer", layer.inner)] if layer.inner is not None else []
        arguments += layer.arguments.items()
        if named and layer.name:
            arguments.append(("name", layer.name))
        info = LAYERS.get(layer.kind)
        first = {"layer", "activation", "target_shape", "function", *(info.units if info else ())}
        function = layer.own or f"keras.layers.{layer.kind}"
        self.places[layer] = write_call(self.writer, function, arguments, first=first, write=self.write_value)

    def write_value(self, value: object) -> None:
        if isinstance(value, Layer):
            self.write_inner(value)
        elif isinstance(value, Own):
            self.writer.write(value.name if value.name.isidentifier() else "lambda x: ...")
        else:
            self.writer.write(literal(value))

    def write_inner(self, layer: Layer) -> None:
        """A layer in a wrapper; a model in a wrapper as the layers that decide what it returns."""
        if not layer.inputs():
            self.write_layer(layer)
            return
        self.writer.write("keras.Sequential([\n")
        self.write_items(layers_of_output(layer), "        ", named=False)
        self.writer.write("    ])")


def _shape_words(shape: Shape | None) -> str:
    """The shape of an input as it is given to `keras.Input`: without the batch axis."""
    return "..." if shape is None else literal(shape[1:])


def _is_input(layer: Layer) -> bool:
    return layer.kind == "InputLayer"


def _definition(entry: Entry, base: str) -> str:
    if entry.called or entry.name[:1].isupper():
        return f"class {entry.name}(keras.{'losses' if base == 'Loss' else 'metrics'}.{base}): ..."
    return f"def {entry.name}(y_true, y_pred): ..."
