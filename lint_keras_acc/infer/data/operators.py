"""What operators make of arrays."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from lint_keras_acc.infer.data.facts import (
    CLASS_ENCODINGS,
    FACTS,
    LARGEST,
    NO_ORIGIN,
    Filled,
    Listed,
    Literal,
    Number,
    Origin,
    Shifted,
    Statistic,
    Tested,
    array_of,
    derived,
    forgotten,
    integer,
    is_column,
    literal,
    literal_column,
    number,
    of_numbers,
    of_sequence,
    plain,
    traced,
)
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Sequence, Value

_ARITHMETIC: dict[type, Callable[[Number, Number], Number]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
    ast.Pow: lambda left, right: float(left) ** float(right),
}
_MONOTONE = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_SMOOTH = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
_LOGICAL = (ast.BitAnd, ast.BitOr, ast.BitXor)


def operation(operator: ast.operator, left: Value, right: Value) -> Value:
    """`left operator right`, where one of them is an array."""
    of_lists = _of_lists(operator, left, right)
    if of_lists is not None:
        return of_lists
    first, second = array_of(left), array_of(right)
    if first is None and second is None:
        return UNKNOWN
    if isinstance(operator, ast.MatMult):
        return _product(first, second)
    if isinstance(second, Statistic) and first is not None:
        return _with_statistic(operator, first, second)
    if isinstance(first, Statistic) and second is not None:
        return _with_unknown(operator, second, first, reverse=True)
    if first is not None and second is not None:
        return _two_arrays(operator, first, second)
    if first is not None:
        if isinstance(right, Constant):
            return with_constant(operator, first, number(right), reverse=False)
        return _with_unknown(operator, first, right, reverse=False)
    assert second is not None
    if isinstance(left, Constant):
        return with_constant(operator, second, number(left), reverse=True)
    return _with_unknown(operator, second, left, reverse=True)


def _with_statistic(operator: ast.operator, data: Array, number: Statistic) -> Array:
    """`data operator number`, where the number was computed from data: scaling written by hand."""
    if isinstance(operator, ast.Sub):
        if isinstance(data, Statistic) and (data.kind, number.kind) == ("max", "min") and data.of == number.of:
            return Statistic(rank=data.rank, origin=data.origin, kind="range", of=data.of)
        if data.origin == number.of and number.kind in ("min", "mean"):
            return _shifted(data, number)
    if isinstance(operator, ast.Div) and isinstance(data, Shifted) and number.of in (data.of, data.origin):
        spans = number.kind == "range" or (number.kind == "max" and number.of == data.origin)
        if data.kind == "min" and spans:
            return _squeezed(data)
        if (data.kind, number.kind) == ("mean", "std"):
            return forgotten(data, encoding="continuous", low=-0.1, high=0.1, origin=_computed(data, "standardised"))
    return _with_unknown(operator, data, number, reverse=False)


def _shifted(data: Array, number: Statistic) -> Array:
    made = _with_unknown(ast.Sub(), data, number, reverse=False)
    return Shifted(**{name: getattr(made, name) for name in FACTS}, kind=number.kind, of=number.of)


def _squeezed(data: Shifted) -> Array:
    """`(data - min) / (max - min)`: from 0 to 1."""
    origin = _computed(data, "squeezed")
    alone = data.encoding == "continuous" or (data.encoding is None and data.rank is not None and is_column(data))
    encoding = "continuous" if alone else None
    return forgotten(data, encoding=encoding, low=0.0, high=1.0, bounded=(0.0, 1.0), origin=origin)


def _of_lists(operator: ast.operator, left: Value, right: Value) -> Value | None:
    """`[0] * 12500 + [1] * 12500`: lists are repeated and put together, not calculated with."""
    if isinstance(operator, ast.Mult) and isinstance(left, (Sequence, Listed)):
        times = integer(right)
        if times is None or times < 1:
            return UNKNOWN
        if isinstance(left, Sequence):
            known = _as_listed(left)
            if known is None:
                twice = Sequence(left.kind, left.items * 2, left.open, node=left.node)
                return plain(of_sequence(twice), length=None)
            left = known
        if not left.values:
            return plain(left, length=None)
        length = None if left.length is None else left.length * times
        return listed(left.values, length, left.rank, left.origin)
    if isinstance(operator, ast.Add) and (isinstance(left, Listed) or isinstance(right, Listed)):
        first, second = _as_listed(left), _as_listed(right)
        if first is None or second is None or first.rank != second.rank:
            return UNKNOWN
        lengths = (first.length, second.length)
        total = None if None in lengths else sum(length for length in lengths if length is not None)
        return listed(first.values | second.values, total, first.rank, first.origin | second.origin)
    return None


def listed(values: frozenset[Number], length: int | None, rank: int | None, origin: Origin) -> Listed:
    """A list of which the distinct numbers are known."""
    low, high = min(values), max(values)
    encoding, classes = of_numbers(values)
    width = 1 if rank == 2 else None
    return Listed(encoding, classes, rank, width, low, high, (low, high), origin=origin, length=length, values=values)


def _as_listed(value: Value) -> Listed | None:
    if isinstance(value, Listed):
        return value if value.values else None
    if not isinstance(value, Sequence):
        return None
    made = of_sequence(value)
    if not isinstance(made, Literal) or not is_column(made):
        return None
    return listed(frozenset(made.column), made.length, made.rank, made.origin)


def with_constant(operator: ast.operator, array: Array, value: Number | None, *, reverse: bool) -> Array:
    """`array operator value`, or `value operator array` in reverse."""
    origin = _computed(array, type(operator).__name__, value, reverse)
    if value is None:
        return forgotten(array, origin=origin)
    calculate = _ARITHMETIC.get(type(operator))
    if calculate is None:
        return forgotten(array, origin=origin)

    def apply(item: Number) -> Number:
        return calculate(value, item) if reverse else calculate(item, value)

    try:
        exact = _exactly(array, apply)
        if exact is not None:
            return plain_or_literal(exact, origin)
        facts = _interval(operator, array, apply)
    except (ArithmeticError, ValueError, TypeError):
        return forgotten(array, origin=origin)
    encoding = _encoding_with_constant(operator, array, value, reverse)
    classes = array.classes if encoding in CLASS_ENCODINGS else None
    return forgotten(
        array,
        origin=origin,
        encoding=encoding,
        classes=classes,
        subset=array.subset,
        random=array.random,
        **facts,
    )


def plain_or_literal(array: Array, origin: Origin) -> Array:
    """The array under another origin, its numbers kept."""
    if isinstance(array, Literal):
        return literal(array.table, array.rank or 1, Array(origin=origin))
    if isinstance(array, Filled):
        return filled(array.value, array, origin)
    return plain(array, origin=origin, node=None)


def filled(value: Number, like: Array, origin: Origin = NO_ORIGIN) -> Filled:
    """An array of nothing but one number."""
    encoding = "binary" if value == 1 and is_column(like) else None
    return Filled(
        encoding,
        2 if encoding else None,
        like.rank,
        like.width,
        value,
        value,
        (value, value),
        origin=origin,
        length=like.length,
        value=value,
    )


def _exactly(array: Array, apply: Callable[[Number], Number]) -> Array | None:
    """The result where every number is known."""
    if isinstance(array, Filled):
        return filled(_real(apply(array.value)), array)
    if not isinstance(array, Literal):
        return None
    return literal([tuple(_real(apply(item)) for item in row) for row in array.table], array.rank or 1)


def _real(value: object) -> Number:
    if not isinstance(value, (int, float)) or abs(value) > LARGEST:
        raise ValueError
    return value


def _interval(operator: ast.operator, array: Array, apply: Callable[[Number], Number]) -> dict[str, object]:
    """Reached values and limits after a monotone operation."""
    if not isinstance(operator, _MONOTONE):
        return {}
    if array.low is not None and array.low < 0 and array.high is None:
        return {}
    ends = [apply(end) for end in (array.low, array.high) if end is not None]
    falling = apply(2) < apply(1) if not isinstance(operator, ast.Div) else apply(2.0) < apply(1.0)
    low = None if array.low is None else apply(array.low)
    high = None if array.high is None else apply(array.high)
    if falling:
        low, high = high, low
    if falling and isinstance(operator, ast.Div) and _is_reciprocal(apply):
        return {}
    facts: dict[str, object] = {"low": low, "high": high} if ends else {}
    if array.bounded is not None:
        limits = [apply(limit) for limit in array.bounded]
        facts["bounded"] = (min(limits), max(limits))
    return facts


def _is_reciprocal(apply: Callable[[Number], Number]) -> bool:
    """`1 / array` is not monotone across 0; `array / -2` is."""
    return not math.isclose(apply(2.0), 2 * apply(1.0))


def _encoding_with_constant(operator: ast.operator, array: Array, value: Number, reverse: bool) -> str | None:
    encoding = array.encoding
    if encoding == "continuous":
        return (
            encoding if isinstance(operator, _SMOOTH) and not (isinstance(operator, ast.Mult) and value == 0) else None
        )
    if encoding is None:
        return None
    unchanged = (isinstance(operator, (ast.Mult, ast.Div)) and value == 1 and not reverse) or (
        isinstance(operator, (ast.Add, ast.Sub)) and value == 0 and not (reverse and isinstance(operator, ast.Sub))
    )
    if unchanged:
        return encoding
    if encoding == "binary" and isinstance(operator, ast.Sub) and reverse and value == 1:
        return encoding  # 1 - y
    # Smoothed one-hot rows still have their largest number at the class.
    smoothed = (isinstance(operator, ast.Mult) and 0 < value < 1) or (isinstance(operator, ast.Add) and 0 < value < 1)
    return encoding if encoding == "one-hot" and smoothed else None


def _computed(array: Array, *how: object) -> Origin:
    origin = traced(array)
    return origin | derived(origin, *how)


def _with_unknown(operator: ast.operator, array: Array, other: Value, *, reverse: bool) -> Array:
    """An operation with something of which nothing is known."""
    origin = _computed(array, type(operator).__name__, id(other.node), reverse)
    smooth = array.encoding == "continuous" and isinstance(operator, _SMOOTH)
    return forgotten(array, origin=origin, encoding="continuous" if smooth else None)


def _two_arrays(operator: ast.operator, left: Array, right: Array) -> Array:
    wide = left if (left.rank or 0) >= (right.rank or 0) else right
    shape = {"rank": wide.rank if left.rank is not None and right.rank is not None else None}
    if left.rank == right.rank:
        wide = left if left.width != 1 else right
    shape["width"] = wide.width if shape["rank"] is not None else None
    shape["length"] = wide.length if shape["rank"] is not None else None
    origin = _two_origins(operator, left, right)
    if isinstance(left, Filled) and not isinstance(right, Filled):
        result = with_constant(operator, right, left.value, reverse=True)
        return plain(result, origin=origin, **shape)
    if isinstance(right, Filled) and not isinstance(left, Filled):
        result = with_constant(operator, left, right.value, reverse=False)
        return plain(result, origin=origin, **shape)
    exact = _both_exactly(operator, left, right)
    if exact is not None:
        return plain_or_literal(exact, origin)
    encoding = None
    if isinstance(operator, _LOGICAL) and left.encoding == right.encoding == "binary":
        return plain(left, origin=origin, classes=2, node=None, low=None, high=None, bounded=(0, 1), **shape)
    kinds = {left.encoding, right.encoding}
    if isinstance(operator, _SMOOTH) and "continuous" in kinds and kinds.isdisjoint(CLASS_ENCODINGS):
        other = right if left.encoding == "continuous" else left
        sums = isinstance(operator, (ast.Add, ast.Sub))
        encoding = "continuous" if sums or other.encoding == "continuous" else None
    return forgotten(left, encoding=encoding, random=left.random and right.random, origin=origin, **shape)


def _product(left: Array | None, right: Array | None) -> Array:
    """`left @ right`, of which the shape is known where both are tables."""
    origin = NO_ORIGIN.union(*(traced(array) for array in (left, right) if array is not None))
    if left is None or right is None or left.rank != 2 or right.rank != 2:
        return Array(origin=origin)
    return Array(rank=2, width=right.width, length=left.length, origin=origin)


def _both_exactly(operator: ast.operator, left: Array, right: Array) -> Array | None:
    """The result of two columns of known numbers."""
    if not isinstance(left, Literal) or not isinstance(right, Literal) or left.rank != 1 or right.rank != 1:
        return None
    calculate = _ARITHMETIC.get(type(operator))
    if calculate is None or len(left.column) != len(right.column):
        return None
    try:
        pairs = zip(left.column, right.column, strict=True)
        return literal_column([_real(calculate(one, other)) for one, other in pairs])
    except (ArithmeticError, ValueError, TypeError):
        return None


def _two_origins(operator: ast.operator, left: Array, right: Array) -> Origin:
    origin = traced(left) | traced(right)
    return origin | derived(origin, type(operator).__name__, left.origin, right.origin)


def comparison(operator: ast.cmpop, left: Value, right: Value) -> Value:
    """An elementwise comparison: zeros and ones."""
    array = array_of(left) or array_of(right)
    if array is None or isinstance(operator, (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
        return UNKNOWN
    made = compared(array)
    if not isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        return made
    return Tested(**{name: getattr(made, name) for name in FACTS})


def compared(array: Array) -> Array:
    """What `array > threshold` is, for whatever threshold."""
    encoding = None
    if array.encoding in ("integer", "binary") or (array.rank is not None and is_column(array)):
        encoding = "binary"
    elif array.encoding == "continuous" and array.rank == 2 and (array.width or 0) >= 2:
        encoding = "multi-hot"
    elif array.encoding in ("one-hot", "multi-hot"):
        encoding = array.encoding
    classes = {"binary": 2, "one-hot": array.classes}.get(encoding or "")
    origin = derived(array.origin, "compared")
    return forgotten(array, encoding=encoding, classes=classes, bounded=(0, 1), random=array.random, origin=origin)


def elementwise(array: Array, name: str, function: Callable[[float], float] | None = None) -> Array:
    """A function of every number: exact on a literal, else nothing is known but the origin."""
    origin = _computed(array, name)
    if function is not None and isinstance(array, (Literal, Filled)):
        try:
            exact = _exactly(array, function)
        except (ArithmeticError, ValueError, TypeError):
            exact = None
        if exact is not None:
            return plain_or_literal(exact, origin)
    encoding = "continuous" if array.encoding == "continuous" else None
    return forgotten(array, encoding=encoding, random=array.random, origin=origin)


def encoding_facts(values: frozenset[Number]) -> dict[str, Any]:
    """The facts of a column that takes just these values."""
    encoding, classes = of_numbers(values)
    if not values:
        return {}
    low, high = min(values), max(values)
    return {"encoding": encoding, "classes": classes, "low": low, "high": high, "bounded": (low, high)}
