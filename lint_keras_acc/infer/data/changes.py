"""What statements and comprehensions make of data: assignments into arrays, appended items, mapped items."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lint_keras_acc.infer.data.facts import (
    FACTS,
    MAX_NUMBERS,
    NO_ORIGIN,
    Assigned,
    Collected,
    Empty,
    Filled,
    Listed,
    Literal,
    Number,
    Row,
    Signed,
    Table,
    array_of,
    common,
    element,
    forgotten,
    is_column,
    literal,
    literal_column,
    number,
    of_sequence,
    plain,
    row_encoding,
    stacked,
)
from lint_keras_acc.infer.data.methods import dropped
from lint_keras_acc.infer.data.operators import encoding_facts, listed
from lint_keras_acc.infer.data.pandas_ import table_of, with_column, without_columns
from lint_keras_acc.infer.data.possible import Possible
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.scopes import BINDING, Event, Point, dotted
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Mapping, Sequence, Value

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator

EITHER_SIDE = 1e-9  # something lies beyond it to either side of 0

Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp


# --- comprehensions -----------------------------------------------------------------------------------------


def mapped(node: Comprehension, source: Value, frame: Frame, point: Point, evaluator: Evaluator) -> Value:
    """A comprehension over something long or unknown."""
    unknown = Sequence("list", (), open=True)
    if isinstance(node, ast.SetComp):
        return unknown
    target = node.generators[0].target
    bound = frozenset(inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name))
    possible = Possible(frame, evaluator, bound)
    values = possible.numbers(node.elt)
    if values is not None and (len(values) > 1 or isinstance(node.elt, ast.Constant)):
        return listed(values, None, 1, NO_ORIGIN)
    rows = possible.rows(node.elt)
    if rows is not None:
        return _of_rows(rows)
    return _mapped_items(node, source, frame, evaluator) or unknown


def _of_rows(rows: list[Row]) -> Array:
    """A list of some of these rows, each many times."""
    if len(rows[0]) == 1:
        return listed(frozenset(row[0] for row in rows), None, 2, NO_ORIGIN)
    encoding, classes = row_encoding((*rows, *rows))
    return Array(encoding, classes, 2, len(rows[0]), bounded=(0, 1) if encoding else None)


def _mapped_items(node: Comprehension, source: Value, frame: Frame, evaluator: Evaluator) -> Value | None:
    """The list of what the expression is for one item; None where that is not data."""
    generator = node.generators[0]
    numbers = _numbers_of_sequence(source)
    arithmetic = isinstance(node.elt, (ast.BinOp, ast.UnaryOp))
    if numbers is not None and arithmetic and not generator.ifs and isinstance(generator.target, ast.Name):
        inner = evaluator.comprehension_frame(generator.target, numbers, frame)
        result = evaluator.evaluate(node.elt, inner, Point(1, ()))
        return result if isinstance(result, Array) and result.rank == 1 and result.length == numbers.length else None
    item: Value = UNKNOWN
    if isinstance(source, Array):
        item = element(source)
    elif isinstance(source, Sequence) and source.items and not source.open:
        item = source.items[0] if isinstance(source.items[0], Array) else UNKNOWN
    inner = evaluator.comprehension_frame(generator.target, item, frame)
    result = evaluator.evaluate(node.elt, inner, Point(1, ()))
    if isinstance(result, Sequence) and not result.open:
        result = of_sequence(result)
        if isinstance(result, Literal):
            return None
    if not isinstance(result, Array) or (result.encoding is None and not result.origin):
        return None
    made = stacked(result)
    if generator.ifs:
        made = plain(made, subset=True)
    return plain(made, low=None, high=None, length=None)


def _numbers_of_sequence(source: Value) -> Literal | None:
    if isinstance(source, Literal):
        return source if source.rank == 1 else None
    if isinstance(source, Sequence):
        made = of_sequence(source)
        return made if isinstance(made, Literal) and made.rank == 1 else None
    return None


def long_literal(node: ast.List | ast.Tuple, frame: Frame, point: Point) -> Value:
    """A literal of hundreds of items: its numbers are read straight from the tree."""
    unknown = Sequence(type(node).__name__.lower(), (), open=True)
    if len(node.elts) > MAX_NUMBERS:
        return unknown
    first = node.elts[0]
    if not isinstance(first, (ast.List, ast.Tuple)):
        values = [_written_number(item) for item in node.elts]
        if any(value is None for value in values):
            return unknown
        return literal_column([value for value in values if value is not None], _at(node))
    rows: list[tuple[Number, ...]] = []
    width = len(first.elts)
    if width * len(node.elts) > MAX_NUMBERS:
        return unknown
    for item in node.elts:
        if not isinstance(item, (ast.List, ast.Tuple)) or len(item.elts) != width:
            return unknown
        row = [_written_number(inner) for inner in item.elts]
        if any(value is None for value in row):
            return unknown
        rows.append(tuple(value for value in row if value is not None))
    return literal(rows, 2, _at(node))


def _at(node: ast.AST) -> Array:
    return Array(origin=frozenset({(id(node), ())}), node=node)


def _written_number(node: ast.AST) -> Number | None:
    if isinstance(node, ast.Constant):
        return number(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = number(node.operand.value)
        return None if value is None else -value
    return None


# --- statements that change data ----------------------------------------------------------------------------

_IN_PLACE = frozenset(
    [
        "sort",
        "fill",
        "resize",
        "partition",
        "itemset",
        "put",
        "clear",
        "remove",
        "pop",
        "insert",
        "reverse",
        "update",
    ]
)


def after(value: Value, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """The value after a method call on its name, or an assignment into it."""
    if isinstance(value, Sequence):
        if event.kind == "call" and event.detail not in _IN_PLACE:
            return value
        return Sequence(value.kind, (), open=True)
    if not isinstance(value, Array):
        return value
    if event.kind == "call":
        return _called(value, event, frame, evaluator)
    if event.kind == "setitem":
        return _assigned(value, event, frame, evaluator)
    if event.kind == "delitem" and isinstance(event.value, ast.Subscript):
        return without_columns(value, evaluator.evaluate(event.value.slice, frame, event.point))
    if event.kind == "setattr":
        if event.detail == "shape":
            return forgotten(value, rank=None, width=None, length=None)
        if isinstance(value, Table) and event.detail in ("columns", "index"):
            return table_of(value, ()) if event.detail == "columns" else value
        if isinstance(value, Table) and event.value is not None and not event.unpack:
            new = evaluator.evaluate(event.value, frame, event.point)
            return with_column(value, event.detail, new)
    return value


def _called(value: Array, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    if isinstance(value, Collected) and event.detail == "append":
        return value
    if event.detail in ("fill", "itemset", "put", "resize", "append", "extend"):
        return forgotten(value, length=None)
    if not isinstance(event.value, ast.Call):
        return value
    call = Call(event.value, frame, event.point, evaluator)
    if event.detail == "pop":
        return without_columns(value, call.argument(0, "item"))
    if event.detail == "insert" and isinstance(value, Table):
        name = call.argument(1, "column")
        if isinstance(name, Constant):
            return with_column(value, name.value, call.argument(2, "value") or UNKNOWN)
        return table_of(value, ())
    inplace = call.argument(None, "inplace")
    if not (isinstance(inplace, Constant) and inplace.value is True):
        return value
    if event.detail == "drop":
        return dropped(value, call)
    if event.detail in ("rename", "set_index", "reset_index"):
        return table_of(value, ()) if isinstance(value, Table) else value
    if event.detail in ("replace", "fillna", "clip", "mask", "where", "interpolate"):
        changed = forgotten(value, encoding="continuous" if value.encoding == "continuous" else None)
        return table_of(changed, ()) if isinstance(value, Table) else changed
    return value


def _assigned(value: Array, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """After `array[...] = new`."""
    if isinstance(value, Assigned):
        return value
    target = _target(event)
    point = event.point
    plainly = isinstance(event.statement, (ast.Assign, ast.AnnAssign)) and not event.unpack and event.value is not None
    if (
        target is not None
        and plainly
        and isinstance(target.slice, ast.Constant)
        and isinstance(target.slice.value, str)
    ):
        assert event.value is not None
        return with_column(value, target.slice.value, evaluator.evaluate(event.value, frame, point))
    if isinstance(value, Table):
        return table_of(forgotten(value), ())
    if target is None or not plainly or not isinstance(target.value, (ast.Name, ast.Attribute)):
        return forgotten(value)
    if _is_zeros(value) and _sets_ones(event) and _one_in_a_row(value, target, event, frame, evaluator):
        return Array(
            "one-hot",
            value.width,
            value.rank,
            value.width,
            bounded=(0, 1),
            origin=value.origin,
            length=value.length,
        )
    if isinstance(value, (Empty, Filled)) and _fills_a_row(target, event, frame):
        row = array_of(evaluator.evaluate(event.value, frame, point)) if event.value is not None else None
        if row is not None and row.encoding is not None:
            return _of_assigned_rows(value, row)
    if isinstance(value, Filled) and value.rank is not None and is_column(value):
        values = _all_assigned(dotted(target.value) or "", value, frame, evaluator)
        if values is not None:
            facts = encoding_facts(values)
            return Assigned(
                **facts,
                rank=value.rank,
                width=value.width,
                origin=value.origin,
                length=value.length,
            )
    if value.encoding == "binary" and isinstance(event.value, ast.Constant) and event.value.value in (0, 1):
        return value
    if value.encoding == "continuous" and event.value is not None:
        new = array_of(evaluator.evaluate(event.value, frame, point))
        if new is not None and new.encoding == "continuous":
            signs = {"low": -EITHER_SIDE, "high": EITHER_SIDE} if _scales_a_row(value, target, event) else {}
            return forgotten(value, encoding="continuous", **signs)
    return forgotten(value)


def _fills_a_row(target: ast.Subscript, event: Event, frame: Frame) -> bool:
    """`rows[i] = ...` or `rows[i, :] = ...` in a loop that binds `i`, where nothing else is assigned."""
    index = target.slice
    if isinstance(index, ast.Tuple):
        full = all(isinstance(one, ast.Slice) and one.lower is one.upper is one.step is None for one in index.elts[1:])
        if not index.elts or not full:
            return False
        index = index.elts[0]
    loops = [arm.control for arm in event.path if isinstance(arm.control, (ast.For, ast.AsyncFor))]
    if not isinstance(index, ast.Name) or not loops or index.id not in _bound_by(loops[-1].target):
        return False
    others = frame.scope.events.get(dotted(target.value) or "", ())
    return sum(other.kind == "setitem" for other in others) == 1


def _of_assigned_rows(value: Array, row: Array) -> Array:
    """An array whose every row is like one that is assigned to it."""
    made = stacked(plain(row, length=value.width)) if row.rank else row
    rank = value.rank if row.rank is None else made.rank if row.rank else 1
    width = value.width if value.width is not None else made.width
    if row.rank is None and rank is not None and (rank == 1) == (row.encoding in ("one-hot", "multi-hot")):
        return forgotten(value)
    facts = plain(made, rank=rank, width=width if rank != 1 else None, low=None, high=None)
    return plain(facts, subset=row.subset, origin=value.origin, length=value.length)


def _scales_a_row(value: Array, target: ast.Subscript, event: Event) -> bool:
    """`rows[i] = rows[i] / something`: a row of both signs keeps them, whatever it is divided by."""
    scaled = event.value
    if not isinstance(value, Signed) or not isinstance(scaled, ast.BinOp) or not isinstance(scaled.op, ast.Div):
        return False
    one_row = not isinstance(target.slice, (ast.Slice, ast.Tuple))
    return one_row and isinstance(scaled.right, ast.Call) and ast.unparse(scaled.left) == ast.unparse(target)


def _target(event: Event) -> ast.Subscript | None:
    statement = event.statement
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    if len(targets) != 1 or not isinstance(targets[0], ast.Subscript):
        return None
    return targets[0]


def _is_zeros(value: Array) -> bool:
    return isinstance(value, Filled) and value.value == 0 and value.rank == 2 and value.width != 1


def _sets_ones(event: Event) -> bool:
    return isinstance(event.value, ast.Constant) and event.value.value in (1, True) and not event.unpack


def _one_in_a_row(value: Array, target: ast.Subscript, event: Event, frame: Frame, evaluator: Evaluator) -> bool:
    """`zeros[np.arange(n), ids] = 1`, or `zeros[i, ids[x]] = 1` once in a loop over the rows."""
    index = target.slice
    if not isinstance(index, ast.Tuple) or len(index.elts) != 2:
        return False
    row, column = index.elts
    if isinstance(row, ast.Slice) or isinstance(column, (ast.Slice, ast.Constant)):
        return False
    if isinstance(row, ast.Call):
        return (dotted(row.func) or "").rpartition(".")[2] in ("arange", "range")
    name = dotted(target.value)
    loops = [arm.control for arm in event.path if isinstance(arm.control, (ast.For, ast.While))]
    binding = [
        one for one in frame.scope.events.get(name or "", ()) if one.kind in BINDING and one.position < event.position
    ]
    if not binding:
        return False
    outer = {id(arm.control) for arm in binding[-1].path}
    inner = [loop for loop in loops if id(loop) not in outer]
    if len(inner) != 1 or not isinstance(inner[0], ast.For) or not isinstance(row, ast.Name):
        return False
    if row.id not in _bound_by(inner[0].target):
        return False
    return _is_scalar_id(column, frame, event.point, evaluator)


def _bound_by(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _is_scalar_id(node: ast.expr, frame: Frame, point: Point, evaluator: Evaluator) -> bool:
    """The index is one class id: `int(x)`, an item of a dict, or of a known column of ids."""
    if isinstance(node, ast.Call):
        return dotted(node.func) == "int"
    if not isinstance(node, ast.Subscript):
        return False
    base = evaluator.evaluate(node.value, frame, point)
    if isinstance(base, Mapping):
        return True
    if isinstance(base, Array) and base.rank == 1 and base.encoding in ("integer", "binary"):
        return True
    name = dotted(node.value)
    bindings = [event.value for event in frame.scope.events.get(name or "", ()) if event.kind == "assign"]
    if not bindings and name is not None:
        bindings = [event.value for event in frame.module.scope.events.get(name, ()) if event.kind == "assign"]
    return bool(bindings) and all(
        isinstance(value, (ast.DictComp, ast.Dict)) or (isinstance(value, ast.Call) and dotted(value.func) == "dict")
        for value in bindings
    )


def _all_assigned(name: str, value: Filled, frame: Frame, evaluator: Evaluator) -> frozenset[Number] | None:
    """The numbers in an array of one number after all assignments into it, in whatever branch."""
    found: set[Number] = {value.value}
    for event in frame.scope.events.get(name, ()):
        if event.kind in BINDING:
            continue
        if event.kind != "setitem" or event.value is None or event.unpack or isinstance(event.statement, ast.AugAssign):
            return None
        values = Possible(frame, evaluator).numbers(event.value)
        if values is None:
            return None
        found |= values
    return frozenset(found)


def grown(value: Sequence, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """A list that is appended to in a loop: an array of what the appended items share."""
    name = _receiver(event)
    if name is None:
        return Sequence(value.kind, value.items, open=True)
    added = _appended(name, event, frame)
    if added is None or value.items:
        return Sequence(value.kind, value.items, open=True)
    found = _collected(added, frame, evaluator)
    if found is None:
        return Sequence(value.kind, value.items, open=True)
    values = found.values if isinstance(found, Listed) else frozenset()
    facts = plain(found)
    return Collected(**{name: getattr(facts, name) for name in FACTS}, values=values)


def _receiver(event: Event) -> str | None:
    if isinstance(event.value, ast.Call) and isinstance(event.value.func, ast.Attribute):
        return dotted(event.value.func.value)
    return None


def _appended(name: str, change: Event, frame: Frame) -> list[tuple[ast.expr, Event]] | None:
    """Every expression appended to a list while it is this one; None where something else changes it."""
    found: list[tuple[ast.expr, Event]] = []
    passed = False
    for event in frame.scope.events.get(name, ()):
        if event.kind in BINDING:
            if passed:
                break
            found.clear()
            continue
        passed = passed or event.position >= change.position
        call = event.value
        if event.kind != "call" or not isinstance(call, ast.Call):
            return None
        if event.detail == "append" and len(call.args) == 1 and not call.keywords:
            found.append((call.args[0], event))
        elif event.detail not in ("index", "count", "copy"):
            return None
    return found


def _collected(added: list[tuple[ast.expr, Event]], frame: Frame, evaluator: Evaluator) -> Array | None:
    """The facts of a list of such items; None where nothing is known of them."""
    possible = Possible(frame, evaluator)
    nodes = [node for node, _ in added]
    values = possible.numbers(*nodes)
    if values is not None:
        return listed(values, None, 1, NO_ORIGIN) if len(values) > 1 else None
    rows = possible.rows(*nodes)
    if rows is not None:
        return _of_rows(rows)
    items = [_appended_item(node, event, frame, evaluator) for node, event in added]
    known = [item for item in items if item is not None and item.encoding is not None]
    if not known or len(known) < len(items):
        return None
    shared = common(known)
    if shared.encoding is None:
        return None
    return plain(stacked(shared), low=None, high=None, length=None)


def of_any_round(value: Value) -> Value:
    """The kind of data that each round of a loop appends: not the numbers or the identity of one round."""
    if isinstance(value, Array):
        return plain(value, classes=None, width=None, low=None, high=None, origin=NO_ORIGIN, length=None)
    if isinstance(value, Sequence) and not value.open and value.kind == "tuple":
        return Sequence(value.kind, tuple(of_any_round(item) for item in value.items))
    return UNKNOWN


def _appended_item(node: ast.expr, event: Event, frame: Frame, evaluator: Evaluator) -> Array | None:
    """One of the items that an `append` in a loop adds; its numbers are those of one round only."""
    point = event.point
    found = evaluator.evaluate(node, frame, point)
    if isinstance(found, Constant) and isinstance(node, ast.Subscript):
        owner = evaluator.evaluate(node.value, frame, point)
        return element(owner) if isinstance(owner, Array) and owner.rank == 1 else None
    made = array_of(found)
    if made is None or (isinstance(found, Sequence) and isinstance(made, Literal)):
        return None
    return plain(made)
