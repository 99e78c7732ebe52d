"""Truth, arithmetic and comparisons of values that are known, where they are cheap and safe."""

from __future__ import annotations

import ast

from lint_keras_acc.infer.limits import MAX_TEXT
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Array,
    Constant,
    Instance,
    Mapping,
    Method,
    Sequence,
    Tensor,
    Unknown,
    Value,
)


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that is unknown."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Sequence):
        return bool(value.items) or (None if value.open else False)
    if isinstance(value, Mapping):
        return bool(value.items) or (None if value.open else False)
    if isinstance(value, (Unknown, Array, Instance, Tensor, Method)):
        return None
    return True


def arithmetic(operator: ast.operator, left: object, right: object) -> Value:
    """Arithmetic of two constants, where it is cheap and safe."""
    if isinstance(left, str) and isinstance(right, str) and isinstance(operator, ast.Add):
        return Constant(left + right) if len(left) + len(right) < MAX_TEXT else UNKNOWN
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return UNKNOWN
    if max(abs(left), abs(right)) > 1e12:
        return UNKNOWN
    try:
        if isinstance(operator, ast.Add):
            return Constant(left + right)
        if isinstance(operator, ast.Sub):
            return Constant(left - right)
        if isinstance(operator, ast.Mult):
            return Constant(left * right)
        if isinstance(operator, ast.Div):
            return Constant(left / right)
        if isinstance(operator, ast.FloorDiv):
            return Constant(left // right)
        if isinstance(operator, ast.Mod):
            return Constant(left % right)
        if isinstance(operator, ast.Pow) and abs(right) <= 32 and abs(left) <= 1024:
            return Constant(left**right)
    except (ArithmeticError, ValueError):
        return UNKNOWN
    return UNKNOWN


def compared(operator: ast.cmpop, left: object, right: object) -> Value:
    """A comparison of two constants."""
    if isinstance(operator, (ast.Eq, ast.Is)):
        return Constant(left == right)
    if isinstance(operator, (ast.NotEq, ast.IsNot)):
        return Constant(left != right)
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, str) and isinstance(right, str):
        return Constant((left in right) == isinstance(operator, ast.In))
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return UNKNOWN
    if isinstance(operator, ast.Lt):
        return Constant(left < right)
    if isinstance(operator, ast.LtE):
        return Constant(left <= right)
    if isinstance(operator, ast.Gt):
        return Constant(left > right)
    if isinstance(operator, ast.GtE):
        return Constant(left >= right)
    return UNKNOWN


def membership(operator: ast.cmpop, item: Constant, container: Value) -> Value:
    """`item in container` for a literal container."""
    if isinstance(container, Mapping):
        members: tuple[Value, ...] = tuple(key for key, _ in container.items)
        open_ = container.open
    elif isinstance(container, Sequence):
        members, open_ = container.items, container.open
    else:
        return UNKNOWN
    present = isinstance(operator, ast.In)
    if any(isinstance(member, Constant) and member.value == item.value for member in members):
        return Constant(present)
    if open_ or not all(isinstance(member, Constant) for member in members):
        return UNKNOWN
    return Constant(not present)
