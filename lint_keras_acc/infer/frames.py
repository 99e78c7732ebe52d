"""Where an expression is evaluated: activations of scopes, and calls whose arguments wait to be asked for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lint_keras_acc.infer.scopes import END, Point, Scope, Statement
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Constant,
    Mapping,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator


NO_CALL = ast.Call(func=ast.Name(id="", ctx=ast.Load()), args=[], keywords=[])


@dataclass(eq=False)
class Frame:
    """One activation of a scope: its arguments, and where it was called from."""

    scope: Scope
    parent: Frame | None = None  # the frame of the scope that defines it
    caller: Frame | None = None
    call_point: Point = END
    arguments: dict[str, Value | Thunk] = field(default_factory=dict)
    defaults_known: bool = True
    call: Call | None = None
    call_statement: Statement | None = None

    def point_in(self, scope: Scope) -> Point:
        """The moment of this activation as seen from an enclosing scope."""
        frame: Frame | None = self
        while frame is not None and frame.caller is not None:
            if frame.caller.scope is scope:
                return frame.call_point
            frame = frame.caller
        return END

    @property
    def module(self) -> Frame:
        """The activation of the module that it belongs to."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame


class Thunk:
    """An expression that waits for its evaluation in its own frame."""

    __slots__ = ("frame", "node", "point")

    def __init__(self, node: ast.expr, frame: Frame, point: Point) -> None:
        self.node = node
        self.frame = frame
        self.point = point


class Call:
    """A call expression with where it is evaluated; arguments are evaluated when they are asked for."""

    __slots__ = ("evaluator", "frame", "node", "point")

    def __init__(self, node: ast.Call, frame: Frame, point: Point, evaluator: Evaluator) -> None:
        self.node = node
        self.frame = frame
        self.point = point
        self.evaluator = evaluator

    def value(self, node: ast.expr) -> Value:
        return self.evaluator.evaluate(node, self.frame, self.point)

    def positional(self) -> list[Value | Thunk] | None:
        """The positional arguments unevaluated; None where a starred one cannot be followed."""
        found: list[Value | Thunk] = []
        for node in self.node.args:
            if isinstance(node, ast.Starred):
                items = self.value(node.value)
                if not isinstance(items, Sequence) or items.open:
                    return None
                found.extend(items.items)
            else:
                found.append(Thunk(node, self.frame, self.point))
        return found

    def keywords(self) -> tuple[dict[str, Value | Thunk], bool]:
        """The keyword arguments unevaluated, and whether they are all that there are."""
        found: dict[str, Value | Thunk] = {}
        complete = True
        for keyword in self.node.keywords:
            if keyword.arg is not None:
                found[keyword.arg] = Thunk(keyword.value, self.frame, self.point)
                continue
            mapping = self.value(keyword.value)
            if not isinstance(mapping, Mapping) or mapping.open:
                complete = False
            if isinstance(mapping, Mapping):
                for key, value in mapping.items:
                    if isinstance(key, Constant) and isinstance(key.value, str):
                        found[key.value] = value
        return found, complete

    def argument(self, position: int | None, *names: str) -> Value | None:
        """The value of an argument; None where it was not given, Unknown where that cannot be told."""
        node = self.node
        spread = False
        for keyword in node.keywords:
            if keyword.arg is None:
                spread = True
            elif keyword.arg in names:
                return self.evaluator.evaluate(keyword.value, self.frame, self.point)
        if position is not None:
            if ast.Starred not in map(type, node.args):
                if position < len(node.args):
                    return self.evaluator.evaluate(node.args[position], self.frame, self.point)
            else:
                items = self.positional()
                if items is None:
                    return UNKNOWN
                if position < len(items):
                    return self.evaluator.force(items[position])
        if not spread:
            return None
        found, complete = self.keywords()
        for name in names:
            if name in found:
                return self.evaluator.force(found[name])
        return None if complete else UNKNOWN

    def written_keywords(self) -> list[ast.keyword]:
        """The keyword arguments as they are written, wherever that is."""
        return self.node.keywords

    def constant(self, position: int | None, *names: str) -> object | None:
        """The argument's value where it is a constant, None where it is absent or anything else."""
        value = self.argument(position, *names)
        return value.value if isinstance(value, Constant) else None
