"""Every literal that an expression may be, whatever branch the program takes.

A world takes one branch only, so that it would see `label = 0` where the program has `label = 1` and
`label = 2` elsewhere; here all of them are gathered.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lint_keras_acc.infer.data.facts import Number, Row, number
from lint_keras_acc.infer.frames import Frame
from lint_keras_acc.infer.scopes import BINDING, Event, Point, dotted
from lint_keras_acc.infer.values import Constant, Function, Mapping, Sequence, Value

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator

Literals = frozenset[Number | Row]

MAX_DEPTH = 6
MAX_LITERALS = 512

_SCALARS = frozenset({"int", "float", "bool", "np.float32", "np.int64", "np.int32"})
_ARRAYS = frozenset({"np.array", "np.asarray", "numpy.array", "list", "tuple"})


@dataclass(frozen=True)
class Possible:
    """Looks for literals from one place; `shadowed` are names that mean something else there."""

    frame: Frame
    evaluator: Evaluator
    shadowed: frozenset[str] = field(default=frozenset())
    depth: int = 0

    def numbers(self, *nodes: ast.AST) -> frozenset[Number] | None:
        """The numbers that any of the expressions may be; None where one may be anything else."""
        found = self.all_of(nodes)
        if not found:
            return None
        numbers = frozenset(value for value in found if not isinstance(value, tuple))
        return numbers if len(numbers) == len(found) else None

    def rows(self, *nodes: ast.AST) -> list[Row] | None:
        """The rows, all of one width, that any of the expressions may be."""
        found = self.all_of(nodes)
        rows = [value for value in found or () if isinstance(value, tuple)]
        if found is None or not rows or len(rows) < len(found) or len({len(row) for row in rows}) > 1:
            return None
        return rows

    def all_of(self, nodes: Iterable[ast.AST]) -> Literals | None:
        found: set[Number | Row] = set()
        for node in nodes:
            values = self.of(node)
            if values is None or len(found) > MAX_LITERALS:
                return None
            found |= values
        return frozenset(found)

    def of(self, node: ast.AST) -> Literals | None:
        """What one expression may be; None where that is not to be seen."""
        written = _written(node)
        if written is not None:
            return frozenset({written})
        if self.depth > MAX_DEPTH:
            return None
        deeper = Possible(self.frame, self.evaluator, self.shadowed, self.depth + 1)
        if isinstance(node, ast.IfExp):
            return deeper.all_of([node.body, node.orelse])
        if isinstance(node, ast.Call):
            return deeper.of_call(node)
        if isinstance(node, ast.Compare):
            return frozenset({0, 1}) if _is_of_one(node) else None
        if isinstance(node, ast.Name) and node.id not in self.shadowed:
            return deeper.of_name(node.id)
        if isinstance(node, ast.Subscript):
            return deeper.of_table(node.value)
        return None

    def of_call(self, node: ast.Call) -> Literals | None:
        name = dotted(node.func)
        if name in _SCALARS and len(node.args) == 1:
            return frozenset({0, 1}) if isinstance(node.args[0], ast.Compare) else self.of(node.args[0])
        if name in _ARRAYS and node.args:
            return self.of(node.args[0])
        if isinstance(node.func, ast.Attribute) and node.func.attr == "index":
            return self.of_index(node.func.value)
        if name is None or name in self.shadowed or "." in name:
            return None
        found = self.evaluator.evaluate(node.func, self.frame, self.frame.scope.point_of(node))
        return self.of_function(found) if isinstance(found, Function) else None

    def of_function(self, function: Function) -> Literals | None:
        """What the return statements of a function of the program give; running off its end is left out."""
        inner = Possible(self.evaluator.frame_of(function, None), self.evaluator, depth=self.depth + 1)
        definition = function.definition
        if isinstance(definition, ast.Lambda):
            return inner.of(definition.body)
        scope = inner.frame.scope
        _ = scope.events
        returned = [record.node.value for record in scope.returns if isinstance(record.node, ast.Return)]
        if scope.yields or not returned:
            return None
        return inner.all_of([value for value in returned if value is not None])

    def of_index(self, node: ast.expr) -> Literals | None:
        """`NAMES.index(name)`: the places in a list of known length."""
        names = self.evaluator.evaluate(node, self.frame, self.frame.scope.point_of(node))
        if not isinstance(names, Sequence) or names.open or not names.items:
            return None
        return frozenset(range(len(names.items)))

    def of_name(self, name: str) -> Literals | None:
        """What the assignments to a name give it, in the nearest scope that has it."""
        for frame in enclosing(self.frame):
            events = [event for event in frame.scope.events.get(name, ()) if event.kind in BINDING]
            if events:
                there = Possible(frame, self.evaluator, depth=self.depth)
                return there.of_events(events)
        return None

    def of_events(self, events: list[Event]) -> Literals | None:
        found: set[Number | Row] = set()
        for event in events:
            if event.value is None:
                return None
            if event.kind == "assign" and not event.unpack:
                values = self.of(event.value)
            elif event.kind == "for":
                values = self.of_loop(event)
            else:
                return None
            if values is None:
                return None
            found |= values
        return frozenset(found)

    def of_loop(self, event: Event) -> Literals | None:
        """What a loop counts through: `for i, name in enumerate(NAMES)`, `for image, label in examples`."""
        assert event.value is not None
        if isinstance(event.value, ast.Name) and len(event.unpack) == 1:
            appended = self.of_appended(event.value.id, event.unpack[0])
            if appended is not None:
                return appended
        items = self.evaluator.evaluate(event.value, self.frame, self.frame.scope.point_of(event.statement))
        if not isinstance(items, Sequence) or items.open or not items.items:
            return None
        found: set[Number | Row] = set()
        for item in items.items:
            value = number(self.evaluator.unpacked(item, event.unpack))
            if value is None:
                return None
            found.add(value)
        return frozenset(found)

    def of_appended(self, name: str, index: int) -> Literals | None:
        """The items at `index` of the tuples that the program appends to a list, here or in its functions."""
        found: set[Number | Row] = set()
        for frame in self.frames_with(name):
            there = Possible(frame, self.evaluator, depth=self.depth + 1)
            for event in frame.scope.events[name]:
                call = event.value
                if event.kind != "call" or event.detail != "append" or not isinstance(call, ast.Call):
                    continue
                item = call.args[0] if len(call.args) == 1 else None
                if not isinstance(item, (ast.List, ast.Tuple)) or not -len(item.elts) <= index < len(item.elts):
                    return None
                values = there.of(item.elts[index])
                if values is None:
                    return None
                found |= values
        return frozenset(found) or None

    def frames_with(self, name: str) -> Iterator[Frame]:
        """This frame and the functions of the module, where they do something to the name."""
        if name in self.frame.scope.events:
            yield self.frame
        module = self.frame.module
        if self.frame is not module:
            return
        for record in module.scope.statements:
            definition = record.node
            if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
                events = module.scope.child(definition).events.get(name, ())
                if events and not any(event.kind in BINDING for event in events):
                    yield self.evaluator.frame_of(Function(definition, module), None)

    def of_table(self, node: ast.expr) -> Literals | None:
        """The values of a dict: of a literal, or of `{name: i for i, name in enumerate(NAMES)}`."""
        name = dotted(node)
        if name is None or name in self.shadowed:
            return None
        for frame in enclosing(self.frame):
            events = [event for event in frame.scope.events.get(name, ()) if _may_change_table(event)]
            if not events:
                continue
            event = events[0]
            if len(events) != 1 or event.kind != "assign" or event.unpack or event.value is None:
                return None
            point = event.point
            if isinstance(event.value, ast.DictComp):
                return _enumerated(event.value, frame, point, self.evaluator)
            return _values_of(self.evaluator.evaluate(event.value, frame, point))
        return None


def _may_change_table(event: Event) -> bool:
    """Whether a dict may have other items afterwards: not where it is only printed or looked up."""
    return event.kind != "passed" and event.detail not in ("items", "keys", "values", "get", "copy")


def enclosing(frame: Frame) -> Iterator[Frame]:
    """The frame and those around its definition."""
    inner: Frame | None = frame
    while inner is not None:
        yield inner
        inner = inner.parent


def _is_of_one(node: ast.Compare) -> bool:
    """The comparison is of one thing, not of every item of an array: `'cat' in name`, `name == 'cat'`."""
    with_text = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.comparators)
    return with_text or isinstance(node.ops[0], (ast.In, ast.NotIn))


def _written(node: ast.AST) -> Number | Row | None:
    """A number or a row of numbers as it is written."""
    if isinstance(node, ast.Constant):
        return number(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _written(node.operand)
        return None if value is None or isinstance(value, tuple) else -value
    if isinstance(node, (ast.List, ast.Tuple)) and node.elts:
        row = [_written(item) for item in node.elts]
        numbers = tuple(value for value in row if value is not None and not isinstance(value, tuple))
        return numbers if len(numbers) == len(row) else None
    return None


def _values_of(value: Value) -> Literals | None:
    """The numbers in a literal dict."""
    if not isinstance(value, Mapping) or value.open or not value.items:
        return None
    found = [number(item) for _, item in value.items if isinstance(item, Constant)]
    numbers = frozenset(item for item in found if item is not None)
    return numbers if len(found) == len(value.items) and None not in found else None


def _enumerated(node: ast.DictComp, frame: Frame, point: Point, evaluator: Evaluator) -> Literals | None:
    """The values of `{name: i for i, name in enumerate(NAMES)}`."""
    generator = node.generators[0]
    target, source = generator.target, generator.iter
    if len(node.generators) != 1 or generator.ifs or not isinstance(source, ast.Call):
        return None
    if not isinstance(target, ast.Tuple) or dotted(source.func) != "enumerate" or len(source.args) != 1:
        return None
    if not isinstance(node.value, ast.Name) or dotted(target.elts[0]) != node.value.id:
        return None
    names = evaluator.evaluate(source.args[0], frame, point)
    if not isinstance(names, Sequence) or names.open or not names.items:
        return None
    return frozenset(range(len(names.items)))
