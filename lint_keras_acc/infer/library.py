"""What calls, attributes and items of library values are: sends each to the table that knows the library."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from lint_keras_acc.infer import arrays, predictions, wrappers
from lint_keras_acc.infer.constants import truth
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.limits import MAX_ITEMS
from lint_keras_acc.infer.pretrained import PACKAGES, pretrained
from lint_keras_acc.infer.scopes import Event, Point, in_loop
from lint_keras_acc.infer.symbols import canonical_path
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Alike,
    Array,
    Constant,
    Dataset,
    Gap,
    Instance,
    Layer,
    LocalClass,
    LocalObject,
    Mapping,
    Method,
    Model,
    Prediction,
    Sequence,
    Symbol,
    Tensor,
    Unknown,
    Value,
)
from lint_keras_acc.keras_api.applications import APPLICATIONS
from lint_keras_acc.keras_api.layers import LAYERS

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator

# Functions of keras.layers (and keras.backend, keras.ops) that apply a merging layer.
_MERGING = {
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
    "merge": "Merge",
}
_MODEL_CLASSES = frozenset({"keras.Model", "keras.Sequential", "keras.Functional"})
_LAYER_BASES = frozenset({"keras.layers.Layer", "keras.Layer", "keras.engine.topology.Layer", "keras.engine.Layer"})
NAMESPACES = frozenset(
    [
        "argparse.Namespace",
        "types.SimpleNamespace",
        "easydict.EasyDict",
        "ml_collections.ConfigDict",
        "ml_collections.config_dict.ConfigDict",
        "munch.Munch",
        "addict.Dict",
    ]
)
FITS = frozenset({"keras.Model.fit", "keras.Model.fit_generator"})
_TELLING_ATTRIBUTES = frozenset({"activation", "units", "filters", "layer", "call", "function"})
MAX_JOINED = 16 * MAX_ITEMS  # items of lists that are put together
_TENSOR_FUNCTIONS = ("tensorflow.", "keras.backend.", "keras.ops.", "keras.activations.")


# --- classes of the program -------------------------------------------------------------------------------


def is_model_class(cls: LocalClass, evaluator: Evaluator) -> bool:
    """The class inherits from a Keras model."""
    return any(isinstance(base, Symbol) and base.path in _MODEL_CLASSES for base in evaluator.ancestry(cls))


def is_sequential_class(cls: LocalClass, evaluator: Evaluator) -> bool:
    """The class inherits from Sequential, and says nothing of its own about what is called."""
    calls = any("call" in evaluator.class_frame(base).scope.events for base in evaluator.local_ancestry(cls))
    sequential = any(isinstance(base, Symbol) and base.path == "keras.Sequential" for base in evaluator.ancestry(cls))
    return sequential and not calls


def is_layer_class(cls: LocalClass, evaluator: Evaluator) -> bool:
    return any(
        isinstance(base, Symbol) and (base.path in _LAYER_BASES or base.path.startswith("keras.layers."))
        for base in evaluator.ancestry(cls)
    )


def custom_layer(cls: LocalClass, call: Call) -> Value:
    return Layer("", call, cls)


# --- names --------------------------------------------------------------------------------------------------


def exports(star: str, name: str) -> bool:
    """Whether `from star import *` brings a name, as far as the tables know the module."""
    if star == "keras.layers":
        return name in LAYERS or name in _MERGING or name == "Input"
    if star in ("keras.models", "keras", "keras.engine"):
        return name in (
            "Sequential",
            "Model",
            "load_model",
            "Input",
            "layers",
            "models",
            "losses",
            "metrics",
            "optimizers",
        )
    if star == "keras.callbacks":
        return name.endswith(("Checkpoint", "Stopping", "Plateau", "Callback", "Logger", "TensorBoard"))
    if star == "keras.utils":
        return name == "to_categorical" or name == "np_utils"
    if star.startswith("keras.applications"):
        return name in APPLICATIONS
    if star == "keras.datasets":
        return f"keras.datasets.{name}.load_data" in arrays.KNOWN
    if star in ("keras.losses", "keras.metrics"):
        return True
    return f"{star}.{name}" in arrays.KNOWN


def attribute(owner: Value, name: str, evaluator: Evaluator) -> Value:
    """`owner.name` for values other than symbols and the program's own objects."""
    if isinstance(owner, Model):
        if name == "history":
            return _last_fit(owner, evaluator)
        if name == "output":
            return Tensor(owner, None)
        if name in ("input", "inputs"):
            return Tensor(Symbol("keras.Input"), None)
        return Method(owner, name)
    if isinstance(owner, Instance) and owner.path in NAMESPACES:
        return _field_of(owner, name)
    if isinstance(owner, Instance) and owner.path in FITS:
        return Instance("keras.History.history", owner.call) if name == "history" else Method(owner, name)
    if isinstance(owner, (Array, Dataset, Instance)):
        found = arrays.attribute(owner, name)
        return Method(owner, name) if found is None else found
    return Method(owner, name)


def _field_of(owner: Instance, name: str) -> Value:
    """What `Namespace(units=3)` or `EasyDict({"units": 3})` has under a name."""
    given = owner.call.argument(None, name)
    fields = owner.call.argument(0)
    if given is None and isinstance(fields, Mapping):
        given = item(fields, Constant(name))
    return given or UNKNOWN


def inherited(owner: LocalObject, name: str, evaluator: Evaluator) -> Value:
    """An attribute that an object of the program has from a class of a library."""
    if name in ("forfit", "fortest"):  # bert4keras.snippets.DataGenerator: the object itself, again and again
        for base in evaluator.ancestry(owner.cls):
            if isinstance(base, Symbol) and base.path.endswith(".snippets.DataGenerator"):
                return Method(owner, name)
    return UNKNOWN


def _last_fit(model: Model, evaluator: Evaluator) -> Value:
    """`model.history`: what the last fit has returned."""
    for event, frame in reversed(model.changes):
        if event.kind == "call" and event.detail.startswith("fit") and isinstance(event.value, ast.Call):
            call = Call(event.value, frame, event.point, evaluator)
            return Instance(f"keras.Model.{event.detail}", call)
    return UNKNOWN


# --- items --------------------------------------------------------------------------------------------------


def item(owner: Value, index: Constant) -> Value:
    """`owner[index]` for a constant index."""
    if isinstance(owner, Sequence):
        return _sequence_item(owner, index.value)
    if isinstance(owner, Mapping):
        for key, value in reversed(owner.items):
            if isinstance(key, Constant) and key.value == index.value:
                return value
        return UNKNOWN
    if isinstance(owner, (Array, Dataset, Instance)):
        return arrays.item(owner, index)
    if isinstance(owner, Prediction):
        return predictions.item(owner, index)
    return UNKNOWN


def _sequence_item(owner: Sequence, index: object) -> Value:
    if not isinstance(index, int) or isinstance(index, bool):
        return UNKNOWN
    if isinstance(owner, Alike) and index != -1:
        return arrays.of_any_round(owner.items[-1])
    try:
        item = owner.items[index]
    except IndexError:
        return UNKNOWN
    if owner.open:
        # Before the first gap items have their place from the start, behind the last one from the end.
        near = owner.items[index:] if index < 0 else owner.items[: index + 1]
        gaps = any(isinstance(value, Gap) for value in owner.items)
        if any(isinstance(value, Gap) for value in near) or (index < 0 and not gaps):
            return UNKNOWN
    return item


def next_of(source: Value, evaluator: Evaluator) -> Value:
    """What a pipeline or a generator yields next: each time the same kind of data."""
    found = arrays.dataset_of(source, evaluator)
    if found is None or (isinstance(found.features, Unknown) and isinstance(found.labels, Unknown)):
        return UNKNOWN  # maybe no data at all
    return arrays.element_of(found)


def subscript(owner: Value, index: ast.expr, frame: Frame, point: Point, evaluator: Evaluator) -> Value:
    """`owner[index]` for any index."""
    if isinstance(owner, (Array, Dataset, Instance)):
        return arrays.subscript(owner, index, frame, point, evaluator)
    if isinstance(owner, Sequence) and isinstance(index, ast.Slice):
        return _sliced(owner, index, frame, point, evaluator)
    if isinstance(owner, Method) and isinstance(owner.owner, Model) and owner.name == "layers":
        return _model_layer(owner.owner, index)
    if isinstance(owner, Prediction):
        return predictions.subscript(owner, index, frame, point, evaluator)
    if isinstance(owner, Tensor):
        return Tensor(Symbol("operator.getitem"), None)
    if isinstance(owner, (Sequence, Mapping)):
        key = evaluator.evaluate(index, frame, point)
        if isinstance(key, Constant):
            return item(owner, key)
    return UNKNOWN


def _sliced(owner: Sequence, index: ast.Slice, frame: Frame, point: Point, evaluator: Evaluator) -> Value:
    bounds: list[int | None] = []
    for part in (index.lower, index.upper, index.step):
        value = None if part is None else evaluator.evaluate(part, frame, point)
        if value is not None and not (isinstance(value, Constant) and isinstance(value.value, (int, type(None)))):
            return UNKNOWN
        bounds.append(None if value is None else value.value)  # type: ignore[arg-type]
    if owner.open or bounds[2] == 0:
        return UNKNOWN
    return Sequence(owner.kind, owner.items[slice(*bounds)])


def _model_layer(model: Model, index: ast.expr) -> Value:
    """`model.layers[-1]`: something whose output is the model's own; other layers are not followed."""
    last = (
        isinstance(index, ast.UnaryOp)
        and isinstance(index.op, ast.USub)
        and isinstance(index.operand, ast.Constant)
        and index.operand.value == 1
    )
    return Model(model.kind, model.call, model.cls, model.name, model.changes) if last else UNKNOWN


# --- calls --------------------------------------------------------------------------------------------------


def call(callee: Value, call: Call) -> Value:
    """What calling a library's value returns."""
    if isinstance(callee, Symbol):
        return _call_symbol(callee.path, call)
    if isinstance(callee, (Layer, Model)):
        return Tensor(callee, call)
    if isinstance(callee, Method):
        return _call_method(callee, call)
    if isinstance(callee, Instance) and callee.path == "functools.partial":
        function = callee.call.argument(0) or UNKNOWN
        return call.evaluator.apply(function, wrappers.PartialCall(call, callee.call))
    return UNKNOWN


def _call_symbol(path: str, call: Call) -> Value:
    if path in predictions.RESHAPING:
        predicted = predictions.reshaped(path, call)
        if predicted is not None:
            return predicted
    builtin = _BUILTIN_CALLS.get(path)
    if builtin is not None:
        return builtin(call)
    if path.startswith(_TENSOR_FUNCTIONS):
        symbolic = _tensor_function(path, call)
        if symbolic is not None:
            return symbolic
    known = arrays.KNOWN.get(path)
    if known is not None:
        return known(call)
    if path.startswith("keras."):
        return _call_keras(path, call)
    return (pretrained(path, call) if path.startswith(PACKAGES) else None) or Instance(path, call)


def _call_keras(path: str, call: Call) -> Value:
    name = path.rpartition(".")[2]
    if path == "keras.Sequential":
        return Model("sequential", call)
    if path in ("keras.Model", "keras.Functional"):
        return Model("functional", call)
    if path in ("keras.Input", "keras.layers.Input"):
        return Tensor(Symbol("keras.Input"), call)
    if path.startswith("keras.applications."):
        if name in APPLICATIONS:
            return Model("application", call, name=name)
        return call.argument(0) or UNKNOWN  # preprocess_input
    if path.startswith("keras.layers."):
        if name in _MERGING:
            return Tensor(Layer(_MERGING[name], call), call)
        return Layer(name, call)
    if path in ("keras.models.load_model", "keras.models.model_from_json", "keras.models.model_from_yaml"):
        return Model("unknown", call)
    if path in ("keras.losses.get", "keras.metrics.get", "keras.activations.get"):
        return call.argument(0, "identifier") or UNKNOWN
    if path in (
        "keras.models.clone_model",
        "keras.utils.multi_gpu_model",
        "keras.models.clone_and_build_model",
    ):
        return call.argument(0, "model") or UNKNOWN
    return Instance(path, call)


def _tensor_function(path: str, call: Call) -> Tensor | None:
    """A function of tensors: symbolic if its first argument is (or a list of them), None else."""
    first = call.argument(0, "x", "logits", "features", "inputs", "input", "tensor", "values", "tensors")
    if isinstance(first, Sequence) and first.items:
        first = first.items[0]
    if not isinstance(first, Tensor):
        return None
    if path.rpartition(".")[2] in ("concatenate", "concat"):
        return Tensor(Layer("Concatenate", call), call)
    return Tensor(Symbol(path), call)


def _call_method(method: Method, call: Call) -> Value:
    owner = method.owner
    if isinstance(owner, Constant):
        return _string_method(owner, method.name, call)
    if isinstance(owner, Mapping):
        return _mapping_method(owner, method.name, call)
    if isinstance(owner, Sequence):
        return Constant(0) if method.name == "append" else UNKNOWN
    if isinstance(owner, Instance):
        wrapped = wrappers.method(owner, method.name, call)
        return arrays.method(owner, method.name, call) if wrapped is None else wrapped
    if isinstance(owner, (Array, Dataset)):
        return arrays.method(owner, method.name, call)
    if isinstance(owner, Model):
        if method.name == "get_layer":
            return UNKNOWN
        if method.name in predictions.PREDICTING:
            return Prediction(call)
        return Instance(f"keras.Model.{method.name}", call)
    if isinstance(owner, (Prediction, Tensor)):
        return predictions.method(owner, method.name, call)
    if isinstance(owner, LocalObject):
        return owner
    if isinstance(owner, Layer) and method.name in ("call", "__call__"):
        return Tensor(owner, call)
    return UNKNOWN


def hyperparameter(method: str, call: Call) -> Value:
    """What a method that may be one of Keras Tuner's hyperparameters returns."""
    return wrappers.hyperparameter(method, call) or UNKNOWN


def _string_method(owner: Constant, name: str, call: Call) -> Value:
    if (
        isinstance(owner.value, str)
        and not call.node.args
        and name in ("lower", "upper", "strip", "title", "capitalize")
    ):
        return Constant(getattr(owner.value, name)())
    return UNKNOWN


def _mapping_method(owner: Mapping, name: str, call: Call) -> Value:
    if name in ("get", "pop"):
        key = call.argument(0)
        if not isinstance(key, Constant):
            return UNKNOWN
        found = item(owner, key)
        if isinstance(found, Unknown) and not owner.open:
            return call.argument(1) or Constant(None)
        return found
    if name == "items":
        return Sequence("list", tuple(Sequence("tuple", pair) for pair in owner.items), owner.open)
    if name == "keys":
        return Sequence("list", tuple(key for key, _ in owner.items), owner.open)
    if name == "values":
        return Sequence("list", tuple(value for _, value in owner.items), owner.open)
    return UNKNOWN


# --- builtins -----------------------------------------------------------------------------------------------


def _range(call: Call) -> Value:
    bounds = [call.constant(position) for position in range(len(call.node.args))]
    if not bounds or not all(isinstance(bound, int) and abs(bound) < 1 << 40 for bound in bounds):
        return Sequence("list", (), open=True)
    try:
        numbers = range(*bounds)  # type: ignore[call-overload]
    except ValueError:
        return UNKNOWN
    if len(numbers) > MAX_ITEMS:
        return arrays.of_range(numbers)
    return Sequence("list", tuple(Constant(number) for number in numbers))


def _enumerate(call: Call) -> Value:
    source = call.argument(0)
    if not isinstance(source, Sequence):
        return UNKNOWN
    pairs = (Sequence("tuple", (Constant(index), value)) for index, value in enumerate(source.items))
    return Sequence("list", tuple(pairs), source.open)


def _zip(call: Call) -> Value:
    sources = [call.argument(position) for position in range(len(call.node.args))]
    if len(sources) == 2 and isinstance(sources[0], Dataset) and isinstance(sources[1], Dataset):
        return Dataset(sources[0].features, sources[1].features)  # images and masks from two generators
    if not sources or not all(isinstance(source, Sequence) for source in sources):
        return UNKNOWN
    rows = zip(*(source.items for source in sources if isinstance(source, Sequence)), strict=False)
    open_ = any(source.open for source in sources if isinstance(source, Sequence))
    return Sequence("list", tuple(Sequence("tuple", row) for row in rows), open_)


def _listing(kind: str) -> Callable[[Call], Value]:
    def make(call: Call) -> Value:
        if not call.node.args:
            return Sequence(kind, ())
        source = call.argument(0)
        if isinstance(source, Mapping):
            return Sequence(kind, tuple(key for key, _ in source.items), source.open)
        if isinstance(source, Sequence):
            return Sequence(kind, source.items, source.open)
        return source if isinstance(source, (Array, Dataset)) else UNKNOWN

    return make


def _sorted(call: Call) -> Value:
    """Constants in order; of other things the order is not known."""
    source = _listing("list")(call)
    if not isinstance(source, Sequence) or not source.items:
        return source
    plain = not call.node.keywords and all(isinstance(item, Constant) for item in source.items)
    if plain and not source.open:
        try:
            return Sequence("list", tuple(sorted(source.items, key=lambda item: item.value)))  # type: ignore[attr-defined]
        except TypeError:
            pass
    return Sequence("list", (), open=True)


def _dict(call: Call) -> Value:
    if call.node.args:
        return call.argument(0) or UNKNOWN
    keywords, complete = call.keywords()
    items = tuple((Constant(name), call.evaluator.force(value)) for name, value in keywords.items())
    return Mapping(items, open=not complete)


def _len(call: Call) -> Value:
    source = call.argument(0)
    if isinstance(source, Sequence) and not source.open:
        return Constant(len(source.items))
    if isinstance(source, Mapping) and not source.open:
        return Constant(len(source.items))
    if isinstance(source, Constant) and isinstance(source.value, str):
        return Constant(len(source.value))
    if isinstance(source, Array):
        return arrays.length_of(source)
    return UNKNOWN


def _number(kind: type[int] | type[float] | type[str]) -> Callable[[Call], Value]:
    def make(call: Call) -> Value:
        value = call.argument(0)
        if isinstance(value, Constant) and isinstance(value.value, (int, float, str)):
            try:
                return Constant(kind(value.value))
            except (ValueError, OverflowError):
                return UNKNOWN
        return UNKNOWN

    return make


def _bool(call: Call) -> Value:
    known = truth(call.argument(0) or Constant(False))
    return UNKNOWN if known is None else Constant(known)


def _random_choice(call: Call) -> Value:
    """One item of a list, any one of them; an array of them where a size is given."""
    if call.argument(1, "size") is not None:
        return arrays.KNOWN["numpy.random.choice"](call)
    source = call.argument(0)
    if not isinstance(source, Sequence) or source.open or not 0 < len(source.items) <= 8:
        return UNKNOWN
    world = call.evaluator.world
    return source.items[world.choose((id(call.frame), id(call.node)), len(source.items))]


def _getattr(call: Call) -> Value:
    owner, name = call.argument(0), call.constant(1)
    if isinstance(owner, Symbol) and isinstance(name, str):
        return Symbol(canonical_path(f"{owner.path}.{name}"))
    return UNKNOWN


def _next(call: Call) -> Value:
    return next_of(call.argument(0) or UNKNOWN, call.evaluator)


def _same(call: Call) -> Value:
    return call.argument(0) or UNKNOWN


_BUILTIN_CALLS: dict[str, Callable[[Call], Value]] = {
    "builtins.range": _range,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.list": _listing("list"),
    "builtins.tuple": _listing("tuple"),
    "builtins.sorted": _sorted,
    "builtins.dict": _dict,
    "builtins.len": _len,
    "builtins.int": _number(int),
    "builtins.float": _number(float),
    "builtins.str": _number(str),
    "builtins.bool": _bool,
    "builtins.getattr": _getattr,
    "builtins.iter": _same,
    "builtins.next": _next,
    "random.choice": _random_choice,
    "numpy.random.choice": _random_choice,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "tqdm.tqdm": _same,
    "tqdm.notebook.tqdm": _same,
}


# --- operators, changes, comprehensions ---------------------------------------------------------------------


def operation(operator: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return Tensor(Symbol(f"operator.{type(operator).__name__.lower()}"), None)
    if isinstance(left, Sequence) and isinstance(right, Sequence) and isinstance(operator, ast.Add):
        return _joined(left, right)
    if isinstance(left, Sequence) and isinstance(right, Constant) and isinstance(operator, ast.Mult):
        if isinstance(right.value, int) and 0 <= right.value * len(left.items) <= MAX_ITEMS:
            return Sequence(left.kind, left.items * right.value, left.open)
        return arrays.operation(operator, left, right)
    if isinstance(operator, ast.Mod) and isinstance(left, Constant) and isinstance(left.value, str):
        return UNKNOWN
    return arrays.operation(operator, left, right)


def _joined(left: Sequence, right: Sequence) -> Sequence:
    if len(left.items) + len(right.items) > MAX_JOINED:
        return Sequence(left.kind, (), open=True)
    return Sequence(left.kind, left.items + right.items, left.open or right.open)


def comparison(operator: ast.cmpop, left: Value, right: Value) -> Value:
    if isinstance(left, (Array, Sequence)) or isinstance(right, (Array, Sequence)):
        return arrays.comparison(operator, left, right)
    return UNKNOWN


def after(value: Value, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """A value after a method call on its name, or an assignment into it."""
    point = event.point
    if event.kind == "call" and isinstance(event.value, ast.Call):
        change = Call(event.value, frame, point, evaluator)
        if isinstance(value, Sequence) and event.detail in ("append", "extend", "insert"):
            collected = arrays.grown(value, event, frame, evaluator) if in_loop(event.path) else UNKNOWN
            return collected if isinstance(collected, Array) else _grown(value, event, change)
        if isinstance(value, Mapping):
            return _updated(value, event.detail, change)
    if isinstance(value, Prediction):
        return predictions.after(value, event, frame, evaluator)
    if isinstance(value, Mapping) and event.kind == "delitem":
        return _item_deleted(value, event, frame, evaluator)
    if isinstance(value, Mapping) and event.kind == "setitem":
        return _item_set(value, event, frame, evaluator)
    if isinstance(value, (Array, Dataset, Sequence)):
        return arrays.after(value, event, frame, evaluator)
    if isinstance(value, Layer) and event.kind == "setattr" and event.detail in _TELLING_ATTRIBUTES:
        return UNKNOWN
    return value


def _grown(value: Sequence, event: Event, change: Call) -> Value:
    repeated = in_loop(event.path)
    if event.detail == "append":
        added = change.argument(0)
        if repeated:
            kind = Sequence if value.items or _differs_by_round(event, change.evaluator) else Alike
            return kind(value.kind, (*value.items, Gap(), added or UNKNOWN), open=True)
        return Sequence(value.kind, (*value.items, added or UNKNOWN), value.open)
    if event.detail == "extend":
        more = change.argument(0)
        if isinstance(more, Sequence) and not repeated:
            return _joined(value, more)
    return Sequence(value.kind, value.items, open=True)


def _differs_by_round(event: Event, evaluator: Evaluator) -> bool:
    """Whether a test inside the loops of a statement asks which round it is: then the rounds may differ in kind."""
    known = evaluator.differing_rounds.get(id(event.statement))
    if known is None:
        known = evaluator.differing_rounds[id(event.statement)] = _asks_for_round(event)
    return known


def _asks_for_round(event: Event) -> bool:
    loops = [arm.control for arm in event.path if isinstance(arm.control, (ast.For, ast.AsyncFor))]
    if not loops:
        return True  # a while loop
    variables = {node.id for loop in loops for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    tests = [node.test for node in ast.walk(loops[0]) if isinstance(node, (ast.If, ast.IfExp))]
    return any(isinstance(node, ast.Name) and node.id in variables for test in tests for node in ast.walk(test))


def _updated(value: Mapping, method: str, change: Call) -> Value:
    if method == "update":
        more = change.argument(0) if change.node.args else _dict(change)
        if isinstance(more, Mapping) and len(value.items) + len(more.items) <= MAX_JOINED:
            under = value.overlaid() if more.open else value
            return Mapping(under.items + more.items, under.open)
        return value.overlaid()
    if method in ("pop", "popitem", "clear", "setdefault"):
        return Mapping((), open=True)
    return value


def _item_deleted(value: Mapping, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    target = event.value
    key = evaluator.evaluate(target.slice, frame, event.point) if isinstance(target, ast.Subscript) else UNKNOWN
    if not isinstance(key, Constant):
        return Mapping((), open=True)
    return Mapping(tuple(pair for pair in value.items if pair[0] != key), value.open)


def _item_set(value: Mapping, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    statement = event.statement
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    point = event.point
    items = value.items
    for target in targets:
        if isinstance(target, ast.Subscript) and event.value is not None and not event.unpack:
            key = evaluator.evaluate(target.slice, frame, point)
            if not isinstance(key, Constant):
                return value.overlaid()
            items = (*items, (key, evaluator.evaluate(event.value, frame, point)))
    return Mapping(items, value.open)


def mapped(
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp,
    source: Value,
    frame: Frame,
    point: Point,
    evaluator: Evaluator,
) -> Value:
    return arrays.mapped(node, source, frame, point, evaluator)


def long_literal(node: ast.List | ast.Tuple, evaluator: Evaluator, frame: Frame, point: Point) -> Value:
    return arrays.long_literal(node, evaluator, frame, point)
