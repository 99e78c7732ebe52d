"""A compiled model that is described in plain data: its CompileSite, and its portrait in Keras code."""

from __future__ import annotations

import keyword
import re
from typing import Literal

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.layers import LAYERS
from lint_keras_acc.reading.compiled import Entry, Tree, entries, no_metrics, write_losses, write_metrics
from lint_keras_acc.reading.heads import Losses, every_metric, read_heads
from lint_keras_acc.reading.outputs import Layer, Own, Shape, layers_of_output, read_output
from lint_keras_acc.reading.portrait import Writer, Written, literal, write_call
from lint_keras_acc.records import record
from lint_keras_acc.sites import CompileSite, Fact, Labels, Output

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
    outputs_form:  how the model returns them.
    input_shapes:  of a functional model, with the batch axis.
    own_class:     the name of its class where that is not Keras's own; `methods` those of
                   `tensors.TRAINING_METHODS` that it has of its own.
    adds_loss:     `add_loss` is called by the model, one of its layers, or on it.
    loss, metrics, weighted_metrics: entries in the lists, tuples, sets and dicts of the user; None where absent.
    registered:    names of custom objects.
    """

    name: str
    kind: Literal["sequential", "functional", "subclass"]
    outputs: tuple[OutputLayer, ...] = ()
    outputs_form: Literal["single", "list", "dict"] = "single"
    input_shapes: tuple[Shape | None, ...] = ()
    own_class: str = ""
    methods: tuple[str, ...] = ()
    adds_loss: bool = False
    loss: Tree = None
    metrics: Tree = None
    weighted_metrics: Tree = None
    registered: frozenset[str] = frozenset()


def read_compiled(model: CompiledModel, dialect: Dialect) -> tuple[CompileSite, str]:
    """The site of a compiled model, and the portrait that its spans point into (their path is `<model NAME>`)."""
    painter = _Painter(model, dialect)
    painter.write_model()
    outputs = [_output(output, painter.places) for output in model.outputs] or [Output()]
    writer = painter.writer
    start = writer.here()
    writer.write("model.compile(")
    losses = Losses()
    groups = [no_metrics("metrics"), no_metrics("weighted_metrics")]
    if model.loss is not None:
        writer.write("\n    loss=")
        losses = write_losses(writer, model.loss)
        writer.write(",")
    for index, (name, tree) in enumerate((("metrics", model.metrics), ("weighted_metrics", model.weighted_metrics))):
        if tree is not None:
            writer.write(f"\n    {name}=")
            groups[index] = write_metrics(writer, name, tree, dialect)  # type: ignore[arg-type]
            writer.write(",")
    writer.write("\n)" if writer.here()[0] > start[0] else ")")
    span = writer.since(start)
    writer.write("\n")
    outputs_known = bool(model.outputs)
    heads = read_heads(dialect, outputs, outputs_known, losses, groups, [Labels()] * len(outputs))
    site = CompileSite(
        span=span,
        dialect=dialect,
        heads=heads,
        outputs_known=outputs_known,
        losses=losses.every(),
        metrics=every_metric(heads, groups),
        metrics_known=True,
        metrics_arguments=tuple(group.argument for group in groups),
        custom_training=bool(model.methods) or model.adds_loss,
        sequential=model.kind == "sequential",
        registered=model.registered,
    )
    return site, writer.text


def _output(output: OutputLayer, places: dict[Layer, Written]) -> Output:
    if output.layer is not None:
        return read_output(output.layer, output.name, places)
    if output.shape is None:
        return Output(output.name)
    return Output(output.name, Fact(output.shape[-1] if output.shape else None), rank=Fact(len(output.shape)))


class _Painter:
    """Writes the code that makes the model, and keeps where each layer stands."""

    def __init__(self, model: CompiledModel, dialect: Dialect) -> None:
        self.model = model
        self.dialect = dialect
        self.writer = Writer(f"<model {model.name}>")
        self.places: dict[Layer, Written] = {}
        self.seen = {
            layer: None for output in model.outputs if output.layer for layer in layers_of_output(output.layer)
        }
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
            for entry in entries(tree):
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
        if layers[-1].inputs():
            write(f"{indent}...,\n")
        for layer in reversed(layers):
            write(indent)
            self.write_layer(layer, named=named and layer is layers[0])
            write(",\n")

    def write_functional(self, outputs: list[Layer]) -> None:
        write = self.writer.write
        shapes = self.model.input_shapes
        inputs = [f"keras.Input(shape={literal(tuple(shape[1:]))})" if shape else "..." for shape in shapes]
        write(f"inputs = {inputs[0] if len(inputs) == 1 else '[' + ', '.join(inputs) + ']'}\n")
        if any(self.is_hidden(parent) for layer in self.seen for parent in layer.inputs()):
            write("x = hidden_layers(inputs)\n")
        names = [self.write_tensor(layer, is_output=True) for layer in outputs]
        result = names[0]
        if self.model.outputs_form == "list":
            result = f"[{', '.join(names)}]"
        elif self.model.outputs_form == "dict":
            keys = (output.name for output in self.model.outputs)
            result = f"{{{', '.join(f'{key!r}: {name}' for key, name in zip(keys, names, strict=True))}}}"
        own = self.model.own_class if self.model.methods else ""
        write(f"model = {own or 'keras.Model'}(inputs, {result})\n")

    def is_hidden(self, layer: Layer) -> bool:
        return layer not in self.seen and not _is_input(layer)

    def write_tensor(self, layer: Layer, is_output: bool = False) -> str:
        """Write the statements that make what this layer returns; its variable."""
        if _is_input(layer):
            return "inputs"
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
        name = re.sub(r"\W", "_", layer.name or "outputs")
        if not name.isidentifier() or keyword.iskeyword(name) or name in _RESERVED:
            name = f"{name}_layer" if f"{name}_layer".isidentifier() else "layer"
        while name in self.variables.values():
            name += "_"
        self.variables[layer] = name
        return name

    # --- layers -------------------------------------------------------------------------------------------

    def write_function(self, layer: Layer, given: str) -> None:
        path = layer.function.replace("tensorflow.", "tf.", 1)
        start = self.writer.here()
        self.writer.write(f"{path}({given}")
        for name, value in layer.arguments.items():
            self.writer.write(f", {name}={literal(value)}")
        self.writer.write(")")
        self.places[layer] = Written(self.writer.since(start))

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


def _is_input(layer: Layer) -> bool:
    return layer.kind == "InputLayer"


def _definition(entry: Entry, base: str) -> str:
    if entry.called or entry.name[:1].isupper():
        return f"class {entry.name}(keras.{'losses' if base == 'Loss' else 'metrics'}.{base}): ..."
    return f"def {entry.name}(y_true, y_pred): ..."
