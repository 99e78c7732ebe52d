"""Predictions of a model on their way through a program, as long as they stay the scores that the model gave.

What is not known to leave the numbers as they are (arithmetic, comparisons, functions of the program) gives Unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lint_keras_acc.infer.scopes import Event, Point, dotted
from lint_keras_acc.infer.values import UNKNOWN, Constant, Layer, Model, Prediction, Sequence, Symbol, Tensor, Value

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator
    from lint_keras_acc.infer.frames import Call, Frame
    from lint_keras_acc.sites import Step

# Methods of a model that return its outputs; predict_classes returns labels.
PREDICTING = frozenset({"predict", "predict_generator", "predict_on_batch", "predict_proba"})

# Functions that leave the numbers as they are, and what they do to the shape: '' where nothing.
_STEPS: dict[str, dict[str, str]] = {
    "numpy": {
        **dict.fromkeys(("array", "asarray", "copy", "float32", "float64"), ""),
        **dict.fromkeys(("expand_dims", "reshape", "transpose", "swapaxes", "moveaxis"), "some"),
        "squeeze": "squeezed",
        "ravel": "flat",
    },
    "tensorflow": {
        **dict.fromkeys(("convert_to_tensor", "constant", "identity"), ""),
        **dict.fromkeys(("expand_dims", "reshape", "transpose"), "some"),
        "squeeze": "squeezed",
    },
    "keras.ops": {
        **dict.fromkeys(("convert_to_numpy", "convert_to_tensor"), ""),
        **dict.fromkeys(("expand_dims", "reshape", "transpose"), "some"),
        "squeeze": "squeezed",
        "ravel": "flat",
    },
    "keras.backend": {
        **dict.fromkeys(("get_value", "eval"), ""),
        **dict.fromkeys(("expand_dims", "reshape"), "some"),
        "squeeze": "squeezed",
        "flatten": "flat",
    },
    "builtins": {"float": "", "list": ""},
    "copy": {"copy": "", "deepcopy": ""},
}
RESHAPING: dict[str, str] = {
    f"{library}.{name}": step for library, functions in _STEPS.items() for name, step in functions.items()
}
_METHODS: dict[str, str] = {
    **dict.fromkeys(("numpy", "copy", "tolist", "detach", "cpu"), ""),
    **dict.fromkeys(("reshape", "transpose", "swapaxes"), "some"),
    "squeeze": "squeezed",
    "item": "number",
    "ravel": "flat",
    "flatten": "flat",
}
_CHANGING_METHODS = frozenset({"sort", "fill", "put", "resize", "partition", "itemset", "append", "insert", "clear"})


def as_prediction(value: Value | None) -> Prediction | None:
    """A value as predictions; None for anything else. A model that is called with data, not with a symbol, predicts."""
    if isinstance(value, Prediction):
        return value
    if not isinstance(value, Tensor) or value.call is None or value.index is not None:
        return None
    if isinstance(value.maker, Model):
        return None if isinstance(value.call.argument(0), (Tensor, Layer)) else Prediction(value.call)
    if isinstance(value.maker, Symbol) and value.maker.path in RESHAPING:
        return _stepped(as_prediction(value.call.argument(0)), RESHAPING[value.maker.path], value.call)
    return None


def item(value: Prediction, index: Constant) -> Value:
    """`value[index]` for a constant index, and what unpacking gives."""
    return value.then(index.value) if type(index.value) is int else UNKNOWN


def subscript(value: Prediction, index: ast.expr, frame: Frame, point: Point, evaluator: Evaluator) -> Value:
    """`value[index]` for any index: some of the scores."""
    if isinstance(index, ast.Tuple):
        return value.then(_step_of_tuple(index))
    if isinstance(index, ast.Slice):
        return value
    known = evaluator.evaluate(index, frame, point)
    if isinstance(known, Constant):
        return item(value, known)
    return value.then("item" if isinstance(index, ast.Name) and _counts(index.id, frame) else "some")


def _step_of_tuple(index: ast.Tuple) -> Step:
    """`[:, 0]`, `[..., 0]` and `[0, 0]`."""
    if len(index.elts) != 2:
        return "some"
    first, last = index.elts
    if not _is_number(last):
        return "some"
    if _is_number(first):
        return "number"
    whole = isinstance(first, ast.Slice) or (isinstance(first, ast.Constant) and first.value is Ellipsis)
    return "column" if whole else "some"


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def _counts(name: str, frame: Frame) -> bool:
    """The name is the variable of a loop over `range(...)`, or the first one of a loop over `enumerate(...)`."""
    events = [event for event in frame.scope.events.get(name, ()) if event.value is not None]
    return bool(events) and all(
        event.kind == "for"
        and isinstance(event.value, ast.Call)
        and (dotted(event.value.func), event.unpack) in (("range", ()), ("enumerate", (0,)))
        for event in events
    )


def method(owner: Prediction | Tensor, name: str, call: Call) -> Value:
    """What a method of predictions returns."""
    if name == "astype":
        kind = call.argument(0, "dtype")
        written = kind.value if isinstance(kind, Constant) else getattr(kind, "path", "")
        return owner if isinstance(owner, Prediction) and "float" in str(written) else UNKNOWN
    if name not in _METHODS:
        return UNKNOWN
    return _stepped(as_prediction(owner), _METHODS[name], call, first=0) or UNKNOWN


def reshaped(path: str, call: Call) -> Value | None:
    """What a function of RESHAPING returns for predictions; None where its argument is something else."""
    argument = call.argument(0, "a", "x", "input", "value", "tensor")
    return _stepped(argument, RESHAPING[path], call) if isinstance(argument, Prediction) else None


def _stepped(value: Prediction | None, step: str, call: Call, first: int = 1) -> Prediction | None:
    """The predictions after a step; `first` is the position of the new shape among the arguments of a reshape."""
    if value is None or not step:
        return value
    if step == "some" and _is_flat(call.argument(first, "newshape", "shape")):
        step = "flat"
    return value.then(step)  # type: ignore[arg-type]


def _is_flat(shape: Value | None) -> bool:
    """The shape -1 or (-1,)."""
    if isinstance(shape, Sequence) and len(shape.items) == 1:
        shape = shape.items[0]
    return isinstance(shape, Constant) and shape.value == -1


def one_round(iterated: ast.AST, unpack: tuple[int, ...], frame: Frame, point: Point, evaluator: Evaluator) -> Value:
    """What a variable of a loop holds where it runs over predictions, also through `zip` and `enumerate`."""
    while isinstance(iterated, ast.Call) and len(iterated.args) > 0 and not iterated.keywords:
        name = dotted(iterated.func)
        if name == "enumerate" and unpack[:1] == (1,):
            iterated = iterated.args[0]
        elif name == "zip" and unpack and 0 <= unpack[0] < len(iterated.args):
            iterated = iterated.args[unpack[0]]
        else:
            break
        unpack = unpack[1:]
    items = evaluator.evaluate(iterated, frame, point)
    if not isinstance(items, Prediction):
        return UNKNOWN
    return evaluator.unpacked(items.then("item"), unpack)


def after(value: Prediction, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """Predictions after a statement about their name: Unknown where it may have written into them."""
    if event.kind == "call":
        return UNKNOWN if event.detail in _CHANGING_METHODS else value
    if event.kind == "passed" and isinstance(event.value, ast.Call):
        callee = evaluator.evaluate(event.value.func, frame, event.point)
        return value if isinstance(callee, Symbol) else UNKNOWN
    return UNKNOWN
