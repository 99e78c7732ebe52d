"""Subscripts: rows, columns and elements of arrays, tables and bunches."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lint_keras_acc.infer.data.facts import (
    Literal,
    Located,
    Table,
    array_of,
    derived,
    element,
    integer,
    is_data,
    is_new_axis,
    literal,
    literal_column,
    made_by,
    part,
    plain,
    rows,
    with_inner_axis,
    with_last_axis,
)
from lint_keras_acc.infer.data.pandas_ import column, columns, table_of
from lint_keras_acc.infer.data.sklearn_ import bunch_item
from lint_keras_acc.infer.frames import Frame
from lint_keras_acc.infer.scopes import Point
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Instance, Sequence, Unknown, Value

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator


class Where:
    """An index with what is needed to evaluate its parts."""

    def __init__(self, node: ast.expr, frame: Frame, point: Point, evaluator: Evaluator) -> None:
        self.node = node
        self.frame = frame
        self.point = point
        self.evaluator = evaluator

    def value(self, node: ast.expr | None = None) -> Value:
        return self.evaluator.evaluate(node or self.node, self.frame, self.point)

    @property
    def text(self) -> str:
        return ast.dump(self.node)


def item(owner: Value, index: Constant) -> Value:
    """`owner[index]` for a constant index, and what unpacking gives."""
    if isinstance(owner, Instance):
        return instance_item(owner, index.value)
    if not isinstance(owner, Array):
        return UNKNOWN
    if isinstance(index.value, str):
        return column(owner, index.value)
    if index.value is None:
        return _new_first_axis(owner)
    position = integer(index)
    if position is None:
        return UNKNOWN
    return _one(owner, position)


def instance_item(owner: Instance, key: object) -> Value:
    """An item or attribute of a library's object: labels of a bunch, else data of which nothing is known."""
    if owner.path == "sklearn.datasets.Bunch":
        return bunch_item(owner, key) or UNKNOWN
    if not is_data(owner.path):
        return UNKNOWN
    path = (key,) if isinstance(key, int) else ()
    return Array(origin=derived(made_by(owner.call, *path), "item", key))


def _one(owner: Array, position: int) -> Value:
    if isinstance(owner, Literal):
        try:
            found = owner.table[position]
        except IndexError:
            return UNKNOWN
        if owner.rank == 2:
            return literal_column(found, Array(origin=derived(owner.origin, "row", position)))
        return Constant(found[0])
    if owner.rank == 1 and owner.encoding is None:
        return UNKNOWN
    return element(owner, position)


def _new_first_axis(owner: Array) -> Array:
    rank = None if owner.rank is None else owner.rank + 1
    return plain(owner, rank=rank, width=owner.length if owner.rank == 1 else owner.width, length=1)


def subscript(owner: Value, where: Where) -> Value:
    """`owner[index]` for any index."""
    node = where.node
    if isinstance(owner, Instance):
        key = where.value()
        if isinstance(key, Constant):
            return instance_item(owner, key.value)
        made = array_of(owner)
        return UNKNOWN if made is None else part(made, where.text)
    if not isinstance(owner, Array):
        return UNKNOWN
    if isinstance(owner, Located):
        return located(owner.table, where)
    if isinstance(node, ast.Slice):
        return sliced(owner, node, where)
    if isinstance(node, ast.Tuple):
        return by_axes(owner, list(node.elts), where)
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return owner
    if is_mask(node):
        return chosen(owner, where)
    return _indexed(owner, where.value(), where)


def _indexed(owner: Array, index: Value, where: Where) -> Value:
    if is_new_axis(index):
        return _new_first_axis(owner)
    if isinstance(index, Constant):
        return item(owner, index)
    if isinstance(index, Sequence) and not index.open and index.items:
        names = [value.value for value in index.items if isinstance(value, Constant)]
        if len(names) == len(index.items) and all(isinstance(name, str) for name in names):
            return columns(owner, names)
        return rows(owner, where.text, subset=True)
    if isinstance(index, Array):
        return picked(owner, index, where)
    if isinstance(owner, Table):
        return Table(origin=derived(owner.origin, "part", where.text), columns=owner.columns)
    some = rows(owner, where.text, subset=True)
    return plain(some, rank=None, width=None) if isinstance(index, Unknown) else some


def picked(owner: Array, index: Array, where: Where) -> Array:
    """`owner[ids]`: a row of the owner for every id; `np.eye(n)[y]` is one-hot rows."""
    if index.encoding == "binary" or isinstance(index, Table):
        return chosen(owner, where)
    made = rows(owner, where.text, subset=owner.encoding != "one-hot")
    if owner.rank is None or index.rank is None:
        return plain(made, rank=None, width=owner.width, length=index.length)
    return plain(made, rank=owner.rank + index.rank - 1, length=index.length)


def chosen(owner: Array, where: Where) -> Array:
    """`owner[mask]`: the rows that a test chooses."""
    some = rows(owner, where.text, subset=True)
    if isinstance(owner, Table):
        kept = tuple((name, _chosen_column(value, where)) for name, value in owner.columns)
        return table_of(some, kept)
    return some


def _chosen_column(value: Value, where: Where) -> Value:
    made = array_of(value)
    return UNKNOWN if made is None else rows(made, where.text, subset=True)


def is_mask(node: ast.expr) -> bool:
    """The index is a test of every row."""
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Invert)
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr))


def sliced(owner: Array, node: ast.Slice, where: Where) -> Value:
    """`owner[a:b]`: the same of fewer rows."""
    if node.lower is None and node.upper is None and node.step is None:
        return owner
    bounds = _bounds(node, where)
    if isinstance(owner, Literal):
        if bounds is None:
            return rows(owner, where.text)
        exact = literal(
            owner.table[slice(*bounds)],
            owner.rank or 1,
            Array(origin=derived(owner.origin, "rows", *bounds), node=owner.node),
        )
        # A part of what is known to be class ids, or a quantity, is so too.
        return (
            exact if exact.encoding == owner.encoding else plain(exact, encoding=owner.encoding, classes=owner.classes)
        )
    some = rows(owner, bounds or where.text)
    if isinstance(owner, Table):
        return table_of(some, owner.columns)
    return some


def _bounds(node: ast.Slice, where: Where) -> tuple[int | None, int | None, int | None] | None:
    """The constant bounds of a slice; None where one is not constant."""
    found: list[int | None] = []
    for bound in (node.lower, node.upper, node.step):
        value = None if bound is None else integer(where.value(bound))
        if bound is not None and value is None:
            return None
        found.append(value)
    return (found[0], found[1], found[2]) if found[2] != 0 else None


def by_axes(owner: Array, axes: list[ast.expr], where: Where) -> Value:
    """`owner[rows, columns, ...]`"""
    if not axes:
        return owner
    first, rest = axes[0], axes[1:]
    if not rest:
        return subscript(owner, Where(first, where.frame, where.point, where.evaluator))
    if _is_ellipsis(first):
        return _last_axis(owner, rest, where)
    rows_only = all(_is_full(axis) for axis in rest)
    if rows_only:
        return subscript(owner, Where(first, where.frame, where.point, where.evaluator))
    if _is_full(first):
        if len(rest) == 1 and is_new_axis(where.value(rest[0])):
            return with_inner_axis(owner)
        if is_new_axis(where.value(rest[0])) and all(_is_full(axis) for axis in rest[1:]):
            return with_inner_axis(owner)
        if is_new_axis(where.value(rest[-1])) and all(_is_full(axis) for axis in rest[:-1]):
            return with_last_axis(owner)
    return _columns(owner, first, rest, where)


def _last_axis(owner: Array, rest: list[ast.expr], where: Where) -> Value:
    """`owner[..., index]`"""
    if len(rest) != 1:
        return part(owner, where.text)
    if is_new_axis(where.value(rest[0])):
        return with_last_axis(owner)
    if isinstance(rest[0], ast.Slice):
        return part(owner, where.text, rank=owner.rank)
    return part(owner, where.text, rank=None if owner.rank is None else owner.rank - 1)


def _columns(owner: Array, first: ast.expr, rest: list[ast.expr], where: Where) -> Value:
    """Some columns of some rows: a new thing."""
    if isinstance(owner, Literal) and owner.rank == 2 and len(rest) == 1:
        exact = _exact_columns(owner, first, rest[0], where)
        if exact is not None:
            return exact
    if is_new_axis(where.value(first)) or any(
        not isinstance(axis, ast.Slice) and is_new_axis(where.value(axis)) for axis in rest
    ):
        return part(owner, where.text)
    scalars = sum(_is_scalar(axis, where) for axis in (first, *rest))
    rank = None if owner.rank is None else max(0, owner.rank - scalars)
    if any(not isinstance(axis, ast.Slice) and not _is_scalar(axis, where) for axis in (first, *rest)):
        rank = None
    return part(owner, where.text, rank=rank, width=_slice_width(rest[-1], where) if rank else None)


def _exact_columns(owner: Literal, first: ast.expr, second: ast.expr, where: Where) -> Value | None:
    if not isinstance(first, ast.Slice):
        return None
    bounds = _bounds(first, where)
    if bounds is None:
        return None
    chosen_rows = owner.table[slice(*bounds)]
    source = Array(origin=derived(owner.origin, "part", where.text), node=owner.node)
    if isinstance(second, ast.Slice):
        inner = _bounds(second, where)
        if inner is None:
            return None
        return literal([row[slice(*inner)] for row in chosen_rows], 2, source)
    position = integer(where.value(second))
    if position is None:
        return None
    try:
        return literal_column([row[position] for row in chosen_rows], source)
    except IndexError:
        return None


def _slice_width(node: ast.expr, where: Where) -> int | None:
    """The number of columns in `a:b`, which are taken to be there."""
    bounds = _bounds(node, where) if isinstance(node, ast.Slice) else None
    if bounds is None or bounds[1] is None or bounds[2] is not None or bounds[1] < 0 or (bounds[0] or 0) < 0:
        return None
    return max(0, bounds[1] - (bounds[0] or 0))


def _is_full(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Slice) and node.lower is None and node.upper is None and node.step is None
    ) or _is_ellipsis(node)


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis


def _is_scalar(node: ast.expr, where: Where) -> bool:
    """The index surely picks one place of its axis."""
    if isinstance(node, ast.Slice):
        return False
    value = where.value(node)
    return integer(value) is not None if isinstance(value, Constant) else False


def located(table: Array, where: Where) -> Value:
    """`table.iloc[rows, columns]`, `table.loc[rows, columns]`"""
    node = where.node
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        if isinstance(node, ast.Slice):
            return sliced(table, node, where)
        return chosen(table, where)
    first, second = node.elts
    if _is_full(second):
        return located(table, Where(first, where.frame, where.point, where.evaluator))
    if isinstance(second, ast.Slice):
        found: Value = part(table, where.text, rank=table.rank, width=_slice_width(second, where))
    else:
        name = where.value(second)
        if isinstance(name, Constant):
            found = column(table, name.value)
        elif isinstance(name, Sequence):
            names = [value.value for value in name.items if isinstance(value, Constant)]
            found = columns(table, names) if len(names) == len(name.items) else part(table, where.text, rank=2)
        else:
            found = part(table, where.text)
    if _is_full(first) or not isinstance(found, Array):
        return found
    return rows(found, ast.dump(first), subset=True)
