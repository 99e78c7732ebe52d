"""Reads a compiled live model: its CompileSite, and a portrait of it in Keras code.

For Keras 3 on any backend, tf_keras, and tf.keras up to 2.15. Imports no Keras: a live model has brought its own.
Trains nothing, and changes nothing in the model.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.reading.compiled import every_entry
from lint_keras_acc.reading.model import CompiledModel, OutputLayer, read_compiled
from lint_keras_acc.reading.outputs import Shape
from lint_keras_acc.reading.tensors import TRAINING_METHODS
from lint_keras_acc.runtime.reader.entries import entry_tree, loss_entry, metric_entry
from lint_keras_acc.runtime.reader.graph import Graph, is_sequential, policy_of, shape_of, symbolic_outputs
from lint_keras_acc.runtime.reader.origin import ReaderError, backend_of, dialect_of, is_of_keras, keras_of, root_of
from lint_keras_acc.runtime.semantics import Backend
from lint_keras_acc.sites import CompileSite

__all__ = ["LiveModel", "ReaderError", "backend_of", "dialect_of", "inspect", "read_model"]

# What a model of Keras descends from on some backends: `torch.nn.Module` has a `compile` of its own.
_BELOW_KERAS = frozenset({"torch", "flax"})


@dataclass(frozen=True)
class LiveModel:
    """What was read of a live model.

    site:    what its compile call relates; labels are unknown, since they come with the data.
    text:    the portrait: a few lines of Keras code that make such a model's outputs and compile it. The spans of the
             site point into it; their path is `<model NAME>`, lines and columns are 1-based.
    backend: what computes it.
    """

    site: CompileSite
    text: str
    backend: Backend


def inspect(model: object) -> CompileSite:
    """The CompileSite of a compiled model, for `rules.precedence.check`. Raises ReaderError as `read_model` does."""
    return read_model(model).site


def read_model(model: object) -> LiveModel:
    """What can be read of a compiled Keras model.

    Raises ReaderError where `model` is no Keras model, is not compiled, or runs on an unknown backend.
    """
    dialect = dialect_of(model)
    backend = backend_of(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        site, text = read_compiled(describe(model, dialect), dialect)
    return LiveModel(site, text, backend)


def describe(model: Any, dialect: Dialect) -> CompiledModel:
    """A compiled model in plain data."""
    loss, metrics, weighted = _compiled_with(model, dialect)
    outputs, form = _outputs(model)
    names = tuple(output.name for output in outputs if output.name is not None)
    prefixed = names if len(names) == len(outputs) > 1 else ()
    is_own = not is_of_keras(type(model))
    inputs = model.inputs if symbolic_outputs(model) is not None and not is_sequential(model) else ()
    trees: dict[str, Any] = {
        "loss": entry_tree(loss, loss_entry, prefixed),
        "metrics": entry_tree(metrics, metric_entry, prefixed),
        "weighted_metrics": entry_tree(weighted, metric_entry, prefixed),
        "misplaced": entry_tree(_misplaced_metrics(model, dialect), metric_entry),
    }
    strings = {entry.name for tree in trees.values() for entry in every_entry(tree) if entry.form == "string"}
    return CompiledModel(
        name=model.name,
        kind=_kind(model),
        outputs=outputs,
        outputs_form=form,
        nested=_is_nested(model),
        inputs=tuple((tensor._keras_history[0].name, shape_of(tensor)) for tensor in inputs),
        own_class=type(model).__name__ if is_own else "",
        methods=_own_methods(model),
        adds_loss=_adds_loss(model),
        registered=_registered(model, strings),
        **trees,
    )


def _kind(model: Any) -> Any:
    if is_sequential(model):
        return "sequential"
    return "functional" if symbolic_outputs(model) is not None else "subclass"


# --- what compile was given ---------------------------------------------------------------------------------


def _compiled_with(model: Any, dialect: Dialect) -> tuple[Any, Any, Any]:
    """loss, metrics and weighted_metrics as the user gave them, and as they are in force.

    A second compile of Keras 3 keeps what is not given again. Read in Keras 3.15 (trainers/trainer.py) and
    tf_keras 2.21 (engine/training.py, engine/training_v1.py).
    """
    if not (model.compiled if dialect.is_keras3 else getattr(model, "_is_compiled", False)):
        raise ReaderError(f"the model {model.name} is not compiled")
    if dialect.is_keras3:
        loss, metrics = model._compile_loss, model._compile_metrics
        return (
            getattr(loss, "_user_loss", None),
            getattr(metrics, "_user_metrics", None),
            getattr(metrics, "_user_weighted_metrics", None),
        )
    if dialect.v1_mode:
        return model.loss, model._compile_metrics, model._compile_weighted_metrics
    return (
        getattr(model.compiled_loss, "_user_losses", None),
        getattr(model.compiled_metrics, "_user_metrics", None),
        getattr(model.compiled_metrics, "_user_weighted_metrics", None),
    )


def _misplaced_metrics(model: Any, dialect: Dialect) -> list[Any] | None:
    """A metrics list that Keras 3 takes for loss_weights: it stood in the third place."""
    weights = getattr(model._compile_loss, "_user_loss_weights", None) if dialect.is_keras3 else None
    is_metrics = isinstance(weights, list | tuple) and any(isinstance(weight, str) for weight in weights)
    return list(weights) if is_metrics and weights else None


# --- outputs ------------------------------------------------------------------------------------------------


def _outputs(model: Any) -> tuple[tuple[OutputLayer, ...], Any]:
    """The outputs in the order of the predictions, and how the model returns them."""
    graph = Graph(_usual_policy(model))
    if is_sequential(model):
        layer = graph.of_sequential(model, shape=_built_shape(model))
        name = model.layers[-1].name if model.layers else None
        return ((OutputLayer(name, layer),), "single") if layer is not None else ((), "single")
    tensors = symbolic_outputs(model)
    if tensors is None:
        return _shapes_only(model)
    form, names = _names(model, len(tensors))
    layers = [graph.of_tensor(tensor, None, model) for tensor in tensors]
    return tuple(OutputLayer(name, layer) for name, layer in zip(names, layers, strict=True)), form


def _names(model: Any, count: int) -> tuple[str, list[str | None]]:
    """How a functional model returns its outputs, and the names that losses and metrics use for them."""
    structure = _outputs_structure(model)
    names: list[str | None] = list(getattr(model, "output_names", None) or [None] * count)
    if isinstance(structure, dict) and len(structure) == count:
        by_tensor = {id(tensor): key for key, tensor in structure.items()}
        return "dict", [by_tensor.get(id(tensor), name) for tensor, name in zip(model.outputs, names, strict=True)]
    return "single" if count == 1 and not isinstance(structure, list | tuple) else "list", names


def _is_nested(model: Any) -> bool:
    """Lists or dicts stand in what a functional model returns."""
    structure = _outputs_structure(model)
    items = structure.values() if isinstance(structure, dict) else structure
    return isinstance(structure, dict | list | tuple) and any(isinstance(item, dict | list | tuple) for item in items)


def _outputs_structure(model: Any) -> Any:
    """What a functional model returns, as the user wrote it; None for other models."""
    structure = getattr(model, "_outputs_struct", None)
    return getattr(model, "_nested_outputs", None) if structure is None else structure


def _built_shape(model: Any) -> Shape | None:
    """The shape of what a Sequential returns, once it is built."""
    outputs = getattr(model, "outputs", None) if getattr(model, "built", False) else None
    return shape_of(outputs[0]) if outputs else None


def _shapes_only(model: Any) -> tuple[tuple[OutputLayer, ...], Any]:
    """The outputs of a model whose graph is its own code: their shapes, if it is built and Keras can tell them."""
    shapes = _told_shapes(model)
    if shapes is None:
        return (), "single"
    if isinstance(shapes, dict):
        return tuple(OutputLayer(str(key), None, shapes[key]) for key in sorted(shapes)), "dict"
    if isinstance(shapes, list):
        return tuple(OutputLayer(None, None, shape) for shape in shapes), "list"
    return (OutputLayer(None, None, shapes),), "single"


def _told_shapes(model: Any) -> Any:
    """The output shapes of a built model by its own `compute_output_shape`, else as Keras 3 finds them; or None.

    Keras 3 runs the model's `call` on symbolic tensors in a scope in which no variable changes (read in
    layers/layer.py, `compute_output_spec`). tf_keras would leave traces of it in the model, and is not asked.
    """
    given = getattr(model, "_build_shapes_dict", None) or getattr(model, "_build_input_shape", None)
    if given is None or not all(layer.built for layer in model._flatten_layers()):
        return None  # asking would build what is not built yet
    shapes = list(given.values()) if isinstance(given, dict) else [given]
    keras: Any = sys.modules[keras_of(model)]
    try:
        if any("compute_output_shape" in vars(cls) for cls in type(model).__mro__ if not is_of_keras(cls)):
            return _mapped(model.compute_output_shape(*shapes), lambda shape: shape)
        if not hasattr(model, "compute_output_spec") or len(shapes) != 1:
            return None
        inputs = _mapped(shapes[0], lambda shape: keras.KerasTensor((None, *shape[1:])))
        return _mapped(model.compute_output_spec(inputs), shape_of)
    except Exception:  # it is the user's code that runs here
        return None


def _mapped(structure: Any, function: Callable[[Any], Any]) -> Any:
    """`function` of each tensor, or each shape, in lists and dicts of them."""
    if isinstance(structure, dict):
        return {key: _mapped(item, function) for key, item in structure.items()}
    is_shape = isinstance(structure, tuple) and all(size is None or isinstance(size, int) for size in structure)
    if isinstance(structure, list | tuple) and not is_shape:
        return [_mapped(item, function) for item in structure]
    return function(structure)


def _usual_policy(model: Any) -> str:
    """The dtype policy that most of the model has: others are shown."""
    policies = {policy_of(layer) for layer in model._flatten_layers(include_self=False)}
    return "float32" if policies <= {"float32", None} else ""


# --- the user's own training --------------------------------------------------------------------------------


def _own_methods(model: Any) -> tuple[str, ...]:
    """The methods of training that the model has of its own."""
    classes = [cls for cls in type(model).__mro__ if not is_of_keras(cls) and root_of(cls) not in _BELOW_KERAS]
    own = {name for cls in classes for name in vars(cls)} | set(vars(model))
    return tuple(sorted(TRAINING_METHODS & own))


def _adds_loss(model: Any) -> bool:
    """`add_loss` is called by the model's class or a layer's, or on a model of Keras 2."""
    for layer in model._flatten_layers():
        if type(layer).__name__ in ("AddLoss", "AddMetric") and is_of_keras(type(layer)):
            return True
        for cls in type(layer).__mro__:
            if not is_of_keras(cls) and any("add_loss" in code.co_names for code in _codes(cls)):
                return True
    return False


def _codes(cls: type) -> Iterator[CodeType]:
    """The code of the methods of a class, of the functions in them too."""
    waiting = [value.__code__ for value in vars(cls).values() if isinstance(getattr(value, "__code__", None), CodeType)]
    while waiting:
        code = waiting.pop()
        yield code
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _registered(model: object, names: Iterable[str]) -> frozenset[str]:
    """Those of these names that stand for custom objects, registered for good or in a scope that is open."""
    package: Any = sys.modules[keras_of(model)]
    keras = getattr(package, "keras", package)
    homes = [getattr(keras, name) for name in ("saving", "utils") if hasattr(keras, name)]
    get = next((home.get_registered_object for home in homes if hasattr(home, "get_registered_object")), None)
    return frozenset(name for name in names if get is not None and get(name) is not None)
