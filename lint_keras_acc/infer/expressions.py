"""What each kind of expression is worth, from the values of its parts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lint_keras_acc.infer import library, predictions
from lint_keras_acc.infer.constants import compared, membership, truth
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.limits import MAX_ITEMS, MAX_TEXT
from lint_keras_acc.infer.scopes import Point, dotted
from lint_keras_acc.infer.symbols import canonical_path
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Array,
    Constant,
    Function,
    Instance,
    Mapping,
    Prediction,
    Sequence,
    Symbol,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator


HYPERPARAMETERS = frozenset({"Boolean", "Choice", "Fixed"})  # methods that no other object has


def _attribute(evaluator: Evaluator, node: ast.Attribute, frame: Frame, point: Point) -> Value:
    name = dotted(node)
    if name is not None:
        found = evaluator.assigned_to(name, frame, point)
        if found is not None:
            return found
    owner = evaluator.evaluate(node.value, frame, point)
    if isinstance(owner, Symbol):
        return Symbol(canonical_path(f"{owner.path}.{node.attr}"), node=node)
    return evaluator.attribute_of(owner, node.attr)


def _call(evaluator: Evaluator, node: ast.Call, frame: Frame, point: Point) -> Value:
    call = Call(node, frame, point, evaluator)
    function = node.func
    callee = evaluator.evaluate(function, frame, point)
    if isinstance(callee, Unknown) and isinstance(function, ast.Attribute):
        # The model is not known, but what its methods return is the same for all.
        if function.attr.startswith(("fit", "evaluate")):
            return Instance(f"keras.Model.{function.attr}", call)
        if function.attr in predictions.PREDICTING:
            return Prediction(call)
        if function.attr in HYPERPARAMETERS:
            return library.hyperparameter(function.attr, call)
    return evaluator.apply(callee, call)


def _sequence(evaluator: Evaluator, node: ast.List | ast.Tuple | ast.Set, frame: Frame, point: Point) -> Value:
    items: list[Value] = []
    open_ = len(node.elts) > MAX_ITEMS
    if open_ and not isinstance(node, ast.Set):
        return library.long_literal(node, evaluator, frame, point)
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = evaluator.evaluate(element.value, frame, point)
            if isinstance(inner, Sequence):
                items.extend(inner.items)
                open_ = open_ or inner.open
            else:
                open_ = True
        else:
            items.append(evaluator.evaluate(element, frame, point))
        if len(items) > library.MAX_JOINED:
            return Sequence(type(node).__name__.lower(), (), True, node=node)
    return Sequence(type(node).__name__.lower(), tuple(items), open_, node=node)


def _mapping(evaluator: Evaluator, node: ast.Dict, frame: Frame, point: Point) -> Value:
    items: list[tuple[Value, Value]] = []
    open_ = False
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            inner = evaluator.evaluate(value, frame, point)
            if not isinstance(inner, Mapping) or inner.open:
                items = list(Mapping(tuple(items)).overlaid().items)
                open_ = True
            if isinstance(inner, Mapping):
                items.extend(inner.items)
        else:
            items.append((evaluator.evaluate(key, frame, point), evaluator.evaluate(value, frame, point)))
        if len(items) > MAX_ITEMS:
            return Mapping((), open=True)
    return Mapping(tuple(items), open_, node=node)


def _comprehension(
    evaluator: Evaluator, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame, point: Point
) -> Value:
    """A list of one value an item, where the items are a known short sequence."""

    if len(node.generators) != 1:
        return Sequence("list", (), open=True)
    generator = node.generators[0]
    source = evaluator.evaluate(generator.iter, frame, point)
    if not isinstance(source, Sequence) or source.open or generator.ifs or len(source.items) > 32:
        return library.mapped(node, source, frame, point, evaluator)
    results = []
    for item in source.items:
        inner = evaluator.comprehension_frame(generator.target, item, frame)
        results.append(evaluator.evaluate(node.elt, inner, Point(1, ())))
    return Sequence("list", tuple(results))


def _dict_comprehension(evaluator: Evaluator, node: ast.DictComp, frame: Frame, point: Point) -> Value:
    """`{name: i for i, name in enumerate(NAMES)}`, where the items are a known short sequence."""
    generator = node.generators[0]
    source = evaluator.evaluate(generator.iter, frame, point)
    if len(node.generators) != 1 or generator.ifs or not isinstance(source, Sequence) or len(source.items) > 32:
        return Mapping((), open=True)
    items = []
    for item in source.items:
        inner = evaluator.comprehension_frame(generator.target, item, frame)
        items.append(
            (evaluator.evaluate(node.key, inner, Point(1, ())), evaluator.evaluate(node.value, inner, Point(1, ())))
        )
    return Mapping(tuple(items), source.open)


def _subscript(evaluator: Evaluator, node: ast.Subscript, frame: Frame, point: Point) -> Value:

    owner = evaluator.evaluate(node.value, frame, point)
    if isinstance(owner, Unknown):
        return UNKNOWN
    return library.subscript(owner, node.slice, frame, point, evaluator)


def _conditional(evaluator: Evaluator, node: ast.IfExp, frame: Frame, point: Point) -> Value:
    chosen = node.body if evaluator.test(node.test, frame, point) else node.orelse
    return evaluator.evaluate(chosen, frame, point)


def _boolean(evaluator: Evaluator, node: ast.BoolOp, frame: Frame, point: Point) -> Value:
    stops = isinstance(node.op, ast.Or)
    value: Value = UNKNOWN
    for operand in node.values:
        value = evaluator.evaluate(operand, frame, point)
        known = truth(value)
        if known is None:
            return UNKNOWN
        if known == stops:
            return value
    return value


def _unary(evaluator: Evaluator, node: ast.UnaryOp, frame: Frame, point: Point) -> Value:
    operand = evaluator.evaluate(node.operand, frame, point)
    if isinstance(node.op, ast.Not):
        known = truth(operand)
        return UNKNOWN if known is None else Constant(not known)
    if isinstance(operand, Constant) and isinstance(operand.value, (int, float)):
        if isinstance(node.op, ast.USub):
            return Constant(-operand.value)
        if isinstance(node.op, ast.UAdd):
            return Constant(operand.value)
    if isinstance(operand, Array) and isinstance(node.op, ast.USub):
        return replace(operand, encoding=None, low=None, high=None, bounded=None, node=None)
    return UNKNOWN


def _binary(evaluator: Evaluator, node: ast.BinOp, frame: Frame, point: Point) -> Value:
    left = evaluator.evaluate(node.left, frame, point)
    return evaluator.operation(node.op, left, evaluator.evaluate(node.right, frame, point))


def _compare(evaluator: Evaluator, node: ast.Compare, frame: Frame, point: Point) -> Value:
    if len(node.ops) != 1:
        return UNKNOWN
    left = evaluator.evaluate(node.left, frame, point)
    right = evaluator.evaluate(node.comparators[0], frame, point)
    operator = node.ops[0]
    if isinstance(left, Constant) and isinstance(right, Constant):
        return compared(operator, left.value, right.value)
    if isinstance(operator, (ast.Is, ast.IsNot)) and isinstance(right, Constant) and right.value is None:
        if isinstance(left, (Unknown, Constant)):
            return UNKNOWN
        return Constant(isinstance(operator, ast.IsNot))
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, Constant):
        return membership(operator, left, right)

    return library.comparison(operator, left, right)


def _lambda(evaluator: Evaluator, node: ast.Lambda, frame: Frame, point: Point) -> Value:
    return Function(node, frame)


def _named(evaluator: Evaluator, node: ast.NamedExpr, frame: Frame, point: Point) -> Value:
    return evaluator.evaluate(node.value, frame, point)


def _joined(evaluator: Evaluator, node: ast.JoinedStr, frame: Frame, point: Point) -> Value:
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
            continue
        assert isinstance(part, ast.FormattedValue)
        value = evaluator.evaluate(part.value, frame, point)
        if not isinstance(value, Constant) or part.format_spec is not None:
            return UNKNOWN
        parts.append(str(value.value))
    text = "".join(parts)
    return Constant(text) if len(text) < MAX_TEXT else UNKNOWN


def _awaited(evaluator: Evaluator, node: ast.Await, frame: Frame, point: Point) -> Value:
    return evaluator.evaluate(node.value, frame, point)


HANDLERS: dict[type, Callable[[Evaluator, Any, Frame, Point], Value]] = {
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Subscript: _subscript,
    ast.IfExp: _conditional,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.JoinedStr: _joined,
    ast.Await: _awaited,
}
