"""Follows a compiled model through the program, from its compile call to its uses."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from lint_keras_acc.infer.calls import EVALUATING, PREDICTING, TRAINING, Finder, Found, expressions
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call, Frame, Thunk
from lint_keras_acc.infer.scopes import BINDING, END, Event, Path, Point, Scope, Statement, dotted
from lint_keras_acc.infer.syntax import is_none
from lint_keras_acc.infer.values import Function, Unknown
from lint_keras_acc.infer.wrappers import BuilderCall, Wrapper

MAX_DOUBTS = 100  # what one of them leaves open stays open
MAX_USES = 24

MAX_HOPS = 3


class Use(NamedTuple):
    """A call of a method of the compiled model: 'fit', 'evaluate', 'predict', ..., and where it is evaluated.

    sure:    between the compile call and here nothing gives the name another model, or compiles it again.
    wrapped: the call is one of a wrapper that holds the model, and may have been told more when it was made.
    """

    kind: str
    call: Call
    statement: Statement
    sure: bool = True
    wrapped: bool = False

    @property
    def trains(self) -> bool:
        return self.kind in TRAINING

    @property
    def measures(self) -> bool:
        return self.kind in TRAINING or self.kind in EVALUATING


class Stretch(NamedTuple):
    """A part of a scope in which a name holds the model: from one position to another, but for the doubts."""

    name: str
    scope: Scope
    first: int
    last: int
    doubts: tuple[Event, ...]

    def holds(self, position: int, path: Path) -> bool:
        """The name surely holds the model at a place."""
        return self.first < position < self.last and all(
            position <= doubt.position or _exclude(doubt.path, path) for doubt in self.doubts
        )

    def has_ended(self, statement: Statement) -> bool:
        """Control only comes here past a place that gives the name another model, or compiles it again."""
        return any(doubt.position < statement.position and _encloses(statement.point, doubt) for doubt in self.doubts)


@dataclass
class Trail:
    """What following a compiled model through the program has shown."""

    uses: list[Use]
    stretches: list[Stretch] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # that hold the model, and functions that build it
    recompiled_before_use: bool = False
    is_local: bool = False  # the name is a function's own
    handed_on: bool = False  # something gets the model as an argument
    keys: frozenset[str] = frozenset()  # that a wrapper asks for
    leaves: bool = False  # the model is returned, stored or handed on to where it is not seen


class Follower:
    """Follows the model of one compile call to its uses."""

    def __init__(self, finder: Finder, evaluator: Evaluator, categorical: bool | None = None) -> None:
        self.finder = finder
        self.evaluator = evaluator
        self.categorical = categorical  # whether the loss is categorical cross-entropy
        self.trail = Trail([])
        self.seen: set[tuple[int, str, int]] = set()

    def follow(self, name: str, frame: Frame, point: Point, hops: int = 0) -> None:
        """Collect the uses of the model that `name` holds in the frame's scope from a point on."""
        key = (id(frame), name, point.position)
        if key in self.seen or hops > MAX_HOPS:
            return
        self.seen.add(key)
        if hops == 0:
            inside = not isinstance(frame.scope.node, (ast.Module, ast.ClassDef))
            self.trail.is_local = inside and "." not in name and name not in frame.scope.outer_names
        self.trail.names.update((name, getattr(frame.scope.node, "name", "")))
        end = self.until(name, frame, point)
        stretch = Stretch(
            name, frame.scope, point.position, end, tuple(islice(_doubts(name, frame.scope, point), MAX_DOUBTS))
        )
        self.trail.stretches.append(stretch)
        for found in self.calls_on(name, frame.scope):
            statement = found.statement
            if point.position < statement.position < end and not stretch.has_ended(statement):
                self.add(found, frame, stretch.holds(statement.position, statement.path))
        self.other_scopes(frame, stretch)
        if not isinstance(frame.scope.node, ast.Module):
            self.returned(name, frame, point, hops)
        self.handed_on(name, frame, point, end, hops)

    def until(self, name: str, frame: Frame, point: Point) -> int:
        """The position where the name is bound or compiled again on the way that the compile call itself is on."""
        events = frame.scope.events.get(name, [])
        for event in islice(events, bisect_right(events, point.position, key=attrgetter("position")), None):
            again = event.kind == "call" and event.detail == "compile"
            if not again and event.kind not in BINDING:
                continue
            if _encloses(point, event):
                if again and not self.used_between(name, frame.scope, point.position, event.position):
                    self.trail.recompiled_before_use = True
                return event.position
        return END.position

    def used_between(self, name: str, scope: Scope, first: int, last: int) -> bool:
        return any(
            first < found.statement.position < last and _method(found) not in PREDICTING
            for found in self.calls_on(name, scope)
        )

    def calls_on(self, name: str, scope: Scope) -> Iterator[Found]:
        yield from self.finder.of(scope).uses_by_receiver.get((name, id(scope)), ())

    def add(self, found: Found, frame: Frame, sure: bool = True) -> None:
        if len(self.trail.uses) >= MAX_USES or any(use.call.node is found.node for use in self.trail.uses):
            return
        call = Call(found.call, frame, found.statement.point, self.evaluator)
        self.trail.uses.append(Use(_method(found), call, found.statement, sure))

    def other_scopes(self, frame: Frame, stretch: Stretch) -> None:
        """Uses in functions that read the same name of an outer scope, and `self.model` in other methods."""
        name = stretch.name
        root, _, rest = name.partition(".")
        scope = frame.scope
        owner = scope.parent if rest and scope.parent is not None and scope.parent.is_class else None
        for receiver, calls in self.finder.of(scope).uses_elsewhere.get(name if owner is None else f".{rest}", ()):
            inner = calls[0].scope
            if inner is scope:
                continue
            if owner is not None and inner.parent is owner:
                first = _first_parameter(inner)
                if first and receiver == f"{first}.{rest}" and receiver not in _bound_names(inner):
                    stays = stretch.last == END.position and not stretch.doubts
                    self.add_in(calls, stays and not _other_method_binds(rest, owner, scope))
            elif receiver == name and owner is None and self.reads_outer(root, inner, scope):
                self.add_in(calls, self.is_called_in(stretch, inner) and not self.finder.mentions(f"global {root}"))

    def add_in(self, calls: list[Found], sure: bool) -> None:
        for frame in self.finder.of(calls[0].scope).frames(calls[0].scope)[:1]:
            for found in calls:
                self.add(found, frame, sure)

    def is_called_in(self, stretch: Stretch, function: Scope) -> bool:
        """A function that reads the name sees this model: nothing else ever has the name, or it is called meanwhile."""
        scope = stretch.scope
        bindings = [event for event in scope.events.get(stretch.name, ()) if event.kind in BINDING]
        if len(bindings) == 1:
            return True
        moments = [frame.point_in(scope) for frame in self.finder.of(function).frames(function)]
        return all(stretch.holds(*moment) for moment in moments)

    def reads_outer(self, root: str, inner: Scope, outer: Scope) -> bool:
        """Whether a name that `inner` reads is the one of `outer`."""
        scope: Scope | None = inner
        while scope is not None and scope is not outer:
            if root not in scope.outer_names and any(event.kind in BINDING for event in scope.events.get(root, ())):
                return False
            scope = scope.parent
        return scope is outer

    def returned(self, name: str, frame: Frame, point: Point, hops: int) -> None:
        """Follow the model to the caller, where the function returns it."""
        for record in frame.scope.returns:
            if not isinstance(record.node, ast.Return) or record.node.value is None or record.position < point.position:
                continue
            index = _returned_index(record.node.value, name)
            if index is None:
                continue
            if frame.call is None or frame.call_statement is None:
                self.trail.leaves = True
                return
            self.received(frame.call, frame.call_statement, index, hops)
            return

    def received(self, call: Call, statement: Statement, index: int, hops: int) -> None:
        """What the caller does with the result of a call: binds it to a name, or uses it at once."""
        if isinstance(call, BuilderCall):
            self.wrapped(call.wrapper, hops)
            return
        finder = self.finder.of(call.frame.scope)
        for name, event in finder.assigned(call.frame.scope).get(id(call.node), ()):
            if event.statement is statement.node and event.unpack == (() if index < 0 else (index,)):
                self.follow(name, call.frame, event.point, hops + 1)
                return
        found = finder.uses_by_node.get(id(call.node))
        if found is not None:
            self.add(found, call.frame)
            return
        if isinstance(statement.node, ast.Return) and statement.node.value is call.node:
            frame = call.frame
            if frame.call is not None and frame.call_statement is not None:
                self.received(frame.call, frame.call_statement, index, hops + 1)
                return
        if not (isinstance(statement.node, ast.Expr) and statement.node.value is call.node):
            self.trail.leaves = True

    def wrapped_by(self, node: ast.Call) -> None:
        """Follow the model that a wrapper compiles."""
        wrapping = self.finder.wrappings.of_call(node)
        if wrapping is not None:
            self.trained_by(wrapping.wrapper)

    def bound_to(self, expression: ast.expr, frame: Frame, statement: Statement, hops: int) -> None:
        """Follow the model that an expression gives to the name that a statement binds it to."""
        for name, events in frame.scope.events.items():
            for event in events:
                if event.kind == "assign" and event.statement is statement.node and event.value is expression:
                    self.follow(name, frame, event.point, hops + 1)

    def wrapped(self, wrapper: Wrapper, hops: int = 0) -> None:
        """Follow the model into a wrapper."""
        if wrapper.compiles_again:
            self.trail.recompiled_before_use = True
        else:
            self.trained_by(wrapper, hops)

    def trained_by(self, wrapper: Wrapper, hops: int = 0) -> None:
        """Follow the model to what trains the wrapper that holds it."""
        trainings = list(self.finder.wrappings.trainings(wrapper, self.categorical))
        elsewhere = wrapper.family != "tuner"  # what a search of a tuner gets stands in its own call
        for training in trainings:
            if len(self.trail.uses) < MAX_USES:
                self.trail.uses.append(Use("fit", training.call, training.statement, wrapped=elsewhere))
        self.trail.leaves = self.trail.leaves or not trainings
        self.trail.keys |= wrapper.keys
        if wrapper.family == "tuner":
            for expression, frame, statement in self.finder.wrappings.rebuilt(wrapper):
                self.bound_to(expression, frame, statement, hops)

    def handed_on(self, name: str, frame: Frame, point: Point, end: int, hops: int) -> None:
        """Follow the model into functions of the program that get it as an argument."""
        if "." in name and not name.startswith("self."):
            return
        for scope, statement in self.finder.of(frame.scope).statements_passing(name):
            if scope is not frame.scope or not point.position < statement.position < end:
                continue
            for node in expressions(statement.node):
                if isinstance(node, ast.Call):
                    self.handed_to(node, name, frame, statement, hops)

    def handed_to(self, node: ast.Call, name: str, frame: Frame, statement: Statement, hops: int) -> None:
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(dotted(argument) == name for argument in arguments):
            return
        self.trail.handed_on = True
        wrapping = self.finder.wrappings.of_call(node)
        if wrapping is not None:
            self.wrapped(wrapping.wrapper)
            return
        callee = self.evaluator.evaluate(node.func, frame, statement.point)
        if not isinstance(callee, Function):
            if isinstance(callee, Unknown):
                self.trail.leaves = True
            return
        inner = self.evaluator.frame_of(callee, Call(node, frame, statement.point, self.evaluator))
        inner.call, inner.call_statement = Call(node, frame, statement.point, self.evaluator), statement
        for parameter, value in list(inner.arguments.items()):
            if isinstance(value, Thunk) and dotted(value.node) == name and value.frame is frame:
                self.follow(parameter, inner, Point(0, ()), hops + 1)


def _method(found: Found) -> str:
    assert isinstance(found.call.func, ast.Attribute)
    return found.call.func.attr


def _encloses(point: Point, event: Event) -> bool:
    """The event happens whenever control goes on from the point (it stands in the same or an outer block)."""
    return len(event.path) <= len(point.path) and all(
        mine.control is theirs.control and mine.index == theirs.index
        for mine, theirs in zip(event.path, point.path, strict=False)
    )


def _doubts(name: str, scope: Scope, point: Point) -> Iterator[Event]:
    """What may give a name another model, or compile it again, after a point and without excluding it."""
    events = scope.events.get(name, [])
    behind = bisect_right(events, point.position, key=attrgetter("position"))
    for event in islice(events, behind, None):
        changes = event.kind in BINDING or (event.kind == "call" and event.detail == "compile")
        if changes and not _exclude(event.path, point.path):
            yield event


def _exclude(one: Path, other: Path) -> bool:
    """Two places are in different arms of one `if`."""
    return any(
        mine.control is theirs.control and mine.index != theirs.index and isinstance(mine.control, ast.If)
        for mine, theirs in zip(one, other, strict=False)
    )


def _other_method_binds(attribute: str, owner: Scope, scope: Scope) -> bool:
    """A method of the class other than `scope` assigns something to `self.<attribute>`."""
    for method in owner.children.values():
        first = _first_parameter(method)
        if method is scope or first is None:
            continue
        events = method.events.get(f"{first}.{attribute}", ())
        if any(event.kind in BINDING and not is_none(event.value) for event in events):
            return True
    return False


def _first_parameter(scope: Scope) -> str | None:
    parameters = scope.parameters()
    return parameters[0].arg if parameters else None


def _bound_names(scope: Scope) -> set[str]:
    return {name for name, events in scope.events.items() if any(event.kind in BINDING for event in events)}


def _returned_index(value: ast.expr, name: str) -> int | None:
    """-1 if the expression is the name, its index if it is an item of a tuple, None else."""
    if dotted(value) == name:
        return -1
    if isinstance(value, ast.Tuple):
        for index, item in enumerate(value.elts):
            if dotted(item) == name:
                return index
    return None
