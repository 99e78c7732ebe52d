"""Evaluates expressions of a program that is never run: backwards from what is asked, in one world at a time.

A *world* is one set of decisions about branches whose test cannot be known. The first evaluation takes the first
arm everywhere; `World.next()` then gives the further ones, so that values of one branch stay together.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from math import inf
from operator import attrgetter
from time import thread_time
from typing import NamedTuple

from lint_keras_acc.infer import library, predictions
from lint_keras_acc.infer.constants import arithmetic, truth
from lint_keras_acc.infer.expressions import HANDLERS
from lint_keras_acc.infer.frames import NO_CALL, Call, Frame, Thunk
from lint_keras_acc.infer.limits import (
    MAX_CHANGES,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_NUMBER,
    MAX_STEPS,
    STEPS_BETWEEN_LOOKS,
    OutOfBudget,
    OutOfTime,
)
from lint_keras_acc.infer.modules import Modules, Place, is_library
from lint_keras_acc.infer.scopes import (
    ANY_ATTRIBUTE,
    BINDING,
    END,
    Arm,
    Event,
    FunctionNode,
    Point,
    Scope,
    dotted,
    in_loop,
)
from lint_keras_acc.infer.symbols import canonical_path
from lint_keras_acc.infer.syntax import dump, first_parameter, is_none, parameter_default, pattern_test
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Array,
    Constant,
    Function,
    Imported,
    Instance,
    LocalClass,
    LocalObject,
    Mapping,
    Method,
    Model,
    Options,
    Prediction,
    Sequence,
    Symbol,
    Unknown,
    Value,
)
from lint_keras_acc.infer.worlds import Subject, Supposition, World

# What is bound so is not changed by the calls of its methods.
_LASTING = frozenset({"import", "def", "class"})
_position = attrgetter("position")


class Moment(NamedTuple):
    """What has been decided and computed up to some point of a world, to come back to."""

    position: int
    keys: dict[object, int]
    equals: dict[Subject, object]
    differs: dict[Subject, frozenset[object]]
    memo: dict[tuple[int, int], Value]
    bindings: dict[tuple[int, int, int], Value]
    attributes: dict[tuple[str, int, int], Value]
    call_frames: dict[tuple[int, int, int], Frame]
    impossible: bool


class Evaluator:
    """Evaluates expressions of one program, and of the modules that it imports where `modules` finds them."""

    def __init__(self, tree: ast.Module, modules: Modules | None = None, has_globals: bool = True) -> None:
        self.has_globals = has_globals  # the program may declare names global
        self.module = Scope(tree, None)
        self.module_frame = Frame(self.module)
        self.modules = modules
        self.imported_frames: dict[int, Frame] = {}  # by the scope of the module
        self.places: dict[int, Place] = {}  # of imported modules, by their scope
        self.lines: dict[int, Iterable[str]] = {}  # of imported modules, by their scope
        self.world = World()
        self.memo: dict[tuple[int, int], Value] = {}  # by expression and frame
        self.bindings: dict[tuple[int, int, int], Value] = {}  # by name, frame and position
        self.binding_indices: dict[int, list[int]] = {}  # by the events of a name, which live as long as the program
        self.attributes: dict[tuple[str, int, int], Value] = {}  # by name, class and the call that made the object
        self.busy: set[tuple[int, ...]] = set()
        self.followed: set[ast.AST] = set()  # functions that are looked into for what they do to an argument
        self.dumps: dict[int, tuple[str, frozenset[str]]] = {}  # what a test asks and the names in it, by expression
        self.differing_rounds: dict[int, bool] = {}  # by statement: whether tests in its loops ask for the round
        self.opposites: dict[int, ast.Compare] = {}  # `a > b` for `a <= b`, by the latter
        self.depth = 0
        self.drawing = 0  # how many generators are looked into at the moment
        self.steps = 0
        self.steps_to_look = STEPS_BETWEEN_LOOKS
        self.spent = 0  # steps of earlier worlds of the same compile call
        self.allowance: float = inf  # steps that a compile call may take in all its worlds where other files are read
        self.deadline = inf  # of time.thread_time: a busy machine is not the file's fault
        self.assumed: set[int] = set()  # defaults of parameters that no call in sight gives
        self.tainted = False  # something in the memo depends on decisions
        self.forced: dict[tuple[int, int], int] = {}  # (frame, control) -> arm that is surely taken
        self.supposed: list[Supposition] = []
        self.case_tests: dict[int, ast.expr | None] = {}  # what the cases of match statements ask, by case
        self.site_loops: set[int] = set()  # loops that the compile call stands in
        self.parent_calls: dict[int, ast.Call] = {}  # `Model.__init__(self, x)` as `super().__init__(x)`, by call
        self.frames: list[Frame] = []  # these three keep ids unique while something is known by them
        self.calls: list[Call | None] = []
        self.call_frames: dict[tuple[int, int, int], Frame] = {}
        self.namesakes: dict[int, frozenset[str]] = {}  # hyperparameters that are not one, by scope

    def new_world(self) -> None:
        """Begin with no decisions; what was computed without any stays known."""
        self.tainted = self.tainted or self.world.position > 0
        self.world = World()

    def start(self) -> None:
        """Begin a run through the world; forget what depends on other decisions."""
        if self.tainted or self.world.position or self.world.trail:
            self.memo.clear()
            self.bindings.clear()
            self.attributes.clear()
            self.call_frames.clear()
        self.tainted = bool(self.forced or self.site_loops or self.supposed)
        self.world.start()
        self.busy.clear()
        self.followed.clear()
        self.depth = 0
        self.spent += self.steps
        self.steps = 0
        self.look_at_clock()
        for supposition in self.supposed:
            self.hold(*supposition)

    def count_step(self) -> None:
        """One more step; every so often the clock is looked at."""
        self.steps += 1
        if self.steps > self.steps_to_look:
            self.look_at_clock()

    def look_at_clock(self) -> None:
        """Raise OutOfBudget or OutOfTime where this run or the file has had its share."""
        if self.steps > MAX_STEPS or (self.imported_frames and self.spent + self.steps > self.allowance):
            raise OutOfBudget
        if thread_time() > self.deadline:
            raise OutOfTime
        self.steps_to_look = min(self.steps + STEPS_BETWEEN_LOOKS, MAX_STEPS)

    def moment(self) -> Moment:
        """Where this run stands, to vary only what is decided later."""
        world = self.world
        return Moment(
            world.position,
            dict(world.keys),
            dict(world.equals),
            dict(world.differs),
            dict(self.memo),
            dict(self.bindings),
            dict(self.attributes),
            dict(self.call_frames),
            world.impossible,
        )

    def back_to(self, moment: Moment) -> None:
        """Go back; later decisions are replayed from the trail."""
        world = self.world
        world.position = moment.position
        world.impossible = moment.impossible
        world.keys, world.equals, world.differs = dict(moment.keys), dict(moment.equals), dict(moment.differs)
        self.memo, self.bindings = dict(moment.memo), dict(moment.bindings)
        self.attributes, self.call_frames = dict(moment.attributes), dict(moment.call_frames)

    # --- expressions ------------------------------------------------------------------------------------

    def force(self, value: Value | Thunk) -> Value:
        if isinstance(value, Thunk):
            return self.evaluate(value.node, value.frame, value.point)
        if isinstance(value, Options):
            return value.items[self.world.choose(value.key, len(value.items))]
        return value

    def evaluate(self, node: ast.AST, frame: Frame, point: Point) -> Value:
        """The value of an expression at a point of a frame; Unknown where it cannot be known."""
        kind = type(node)
        if kind is ast.Constant:
            constant = node.value  # type: ignore[attr-defined]
            return UNKNOWN if type(constant) is int and constant > MAX_NUMBER else Constant(constant, node=node)
        if kind is ast.Name:
            value = self.lookup(node.id, frame, point)  # type: ignore[attr-defined]
            return Symbol(value.path, node=node) if type(value) is Symbol and value.node is None else value
        key = (id(node), id(frame))
        known = self.memo.get(key)
        if known is not None:
            return known
        if key in self.busy or self.depth > MAX_DEPTH:
            return UNKNOWN
        self.count_step()
        handler = HANDLERS.get(kind)
        if handler is None:
            return Unknown(node=node)
        self.busy.add(key)
        self.depth += 1
        try:
            value = handler(self, node, frame, point)
        finally:
            self.depth -= 1
            self.busy.discard(key)
        if value.node is None and not isinstance(value, (Unknown, Method)):
            value = value.at(node)
        self.memo[key] = value
        return value

    def assigned_to(self, name: str, frame: Frame, point: Point) -> Value | None:
        """What the scope that binds the root of a dotted name assigns to it: `config.units = 3`."""
        if name in frame.scope.events:
            return self.from_events(name, frame, point)
        root = name.partition(".")[0]
        first: Frame | None = frame
        while first is not None:
            scope = first.scope
            if root in scope.events and root not in scope.outer_names and not (scope.is_class and first is not frame):
                return self.from_events(name, first, frame.point_in(scope)) if first is not frame else None
            first = first.parent
        return None

    def attribute_of(self, owner: Value, name: str) -> Value:
        """An attribute of anything but a symbol of a library."""
        if isinstance(owner, LocalObject):
            found = self.object_attribute(owner, name)
            return library.inherited(owner, name, self) if isinstance(found, Unknown) else found
        if isinstance(owner, Model) and owner.cls is not None:
            found = self.object_attribute(LocalObject(owner.cls, owner.call), name)
            if not isinstance(found, Unknown):
                return found
        if isinstance(owner, LocalClass):
            return self.class_attribute(owner, name)
        if isinstance(owner, Imported):
            return self.member(owner.place, name)
        if isinstance(owner, (Unknown, Constant)):
            return UNKNOWN if isinstance(owner, Unknown) else Method(owner, name)

        return library.attribute(owner, name, self)

    # --- names ------------------------------------------------------------------------------------------

    def lookup(self, name: str, frame: Frame, point: Point) -> Value:
        """What a plain name means at a point of a frame."""
        first = frame
        changed_in: list[tuple[Frame, Point]] = []  # frames that do something to what an outer one binds
        while True:
            scope = first.scope
            events = scope.events
            if name in events and name not in scope.outer_names and not (scope.is_class and first is not frame):
                moment = point if first is frame else frame.point_in(scope)
                found = self.from_events(name, first, moment)
                if name in self.global_functions and scope is self.module:
                    found = self.set_elsewhere(name, found, first, moment)
                if found is not None:
                    if changed_in:
                        return self.changed_within(name, found, changed_in)
                    is_outer = isinstance(found, Mapping) and scope is self.module and first is not frame
                    if is_outer and name in self.dicts_set_in_functions:
                        return UNKNOWN
                    return found
                changed_in.append((first, moment))
            if name in scope.outer_names:
                return self.outer(name, first, point, frame)
            if first.parent is None:
                return self.starred(name, scope)
            first = first.parent

    @cached_property
    def dicts_set_in_functions(self) -> frozenset[str]:
        """The names of the module into which some function puts items."""
        names: set[str] = set()
        for record in self.module.statements:
            if isinstance(record.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for name, events in self.module.child(record.node).events.items():
                    if all(event.kind not in BINDING for event in events):
                        names.update(name for event in events if event.kind == "setitem" or event.detail == "update")
        return frozenset(names)

    def changed_within(self, name: str, value: Value, frames: list[tuple[Frame, Point]]) -> Value:
        """An object, class or collection after what functions do to it that bind its name nowhere."""
        if not isinstance(value, (LocalObject, LocalClass, Mapping, Sequence)):
            return value
        for frame, point in reversed(frames):
            events = frame.scope.events[name]
            changes = [
                event
                for event in events
                if event.kind not in BINDING
                and event.position < point.position
                and self.reaches(event.path, frame, point)
            ]
            value = self.changed(value, changes, frame)
        return value

    def outer(self, name: str, frame: Frame, point: Point, reader: Frame) -> Value:
        """A name that is declared global: what the function itself has given it, else what the module has."""
        found = self.from_events(name, frame, point) if frame is reader else None
        if found is None:
            module = frame.module
            moment = reader.point_in(module.scope)
            found = self.from_events(name, module, moment)
            if module is self.module_frame and name in self.global_functions:
                found = self.set_elsewhere(name, found, module, moment)
        return found or UNKNOWN

    def set_elsewhere(self, name: str, value: Value | None, frame: Frame, point: Point) -> Value | None:
        """A name of the module after the functions that declare it global: as the last one called leaves it.

        Where no call of them is seen, the one that binds it, if the module gives it nothing but None.
        """
        last = -1
        for event in frame.scope.events.get(name, ()):
            if event.kind in BINDING and event.position < point.position:
                last = event.position
        found: list[Frame] = []
        for function in self.global_functions.get(name, ()):
            calls = [
                record
                for record in frame.scope.statements
                if last < record.position < point.position and _is_call_of(record.node, function.definition)
            ]
            if calls and not calls[-1].path:
                node = calls[-1].node.value  # type: ignore[attr-defined]
                inner = self.frame_of(function, Call(node, frame, calls[-1].point, self))
                return self.from_events(name, inner, END)
            found.append(self.frame_of(function, None))
        if len(found) == 1 and (value is None or (isinstance(value, Constant) and value.value is None)):
            return self.from_events(name, found[0], END)
        return value

    @cached_property
    def global_functions(self) -> dict[str, list[Function]]:
        """The functions of the module that bind a name which they declare global, by that name."""
        found: dict[str, list[Function]] = {}
        _ = self.module.events
        for record in self.module.statements if self.has_globals else ():
            definition = record.node
            if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            scope = self.module.child(definition)
            events = scope.events
            for name in scope.outer_names:
                if any(event.kind in BINDING for event in events.get(name, ())):
                    found.setdefault(name, []).append(Function(definition, self.module_frame))
        return found

    def starred(self, name: str, module: Scope) -> Value:
        """A name that nothing in a module binds: some `from keras.layers import *` brings it, or Python has it."""
        found = self.from_stars(name, module) if module.stars else None
        if found is not None:
            return found
        if name == "__name__" and id(module) in self.places:
            return Constant(self.places[id(module)].name)
        return Symbol(f"builtins.{name}") if name in _BUILTINS else UNKNOWN

    # --- modules of the project -----------------------------------------------------------------------------

    def from_stars(self, name: str, module: Scope) -> Value | None:
        """What the star imports of a module bring under a name; None where none does."""
        for star in module.stars:
            if library.exports(star, name):
                return Symbol(canonical_path(f"{star}.{name}"))
        if self.modules is None or name in _BUILTINS or name.startswith("_"):
            return None
        key = (id(module), hash(name))
        if key in self.busy:
            return None
        self.busy.add(key)
        try:
            for star in reversed(module.stars):
                place = self.modules.place(star, self.file_of(module))
                found = None if place is None else self.exported(place, name)
                if found is not None:
                    return found
        finally:
            self.busy.discard(key)
        return None

    def covered_by_star(self, name: str, binding: Event, frame: Frame, point: Point) -> Value | None:
        """What a star import behind an assignment puts in its place: of a module that is not seen, it may do so."""
        if binding.kind != "assign" or "." in name or name.startswith("_"):
            return None
        scope = frame.scope
        for star, position in zip(reversed(scope.stars), reversed(scope.star_positions), strict=True):
            if not binding.position < position < point.position:
                continue
            place = None if self.modules is None else self.modules.place(star, self.file_of(scope))
            if place is None and (is_library(star) or star.partition(".")[0] in sys.stdlib_module_names):
                continue
            found = UNKNOWN if place is None else self.exported(place, name)
            if found is not None:
                return found
        return None

    def imported(self, written: str, frame: Frame) -> Value:
        """What an import brings: a module of the project or a member of one, else a name of some library."""
        if self.modules is not None and not is_library(written) and self.depth <= MAX_DEPTH:
            found = self.modules.find(written, self.file_of(frame.module.scope))
            if found is not None:
                value = Imported(found.place) if found.member is None else self.member(found.place, found.member)
                if not isinstance(value, Unknown):
                    return value
        return UNKNOWN if written.startswith(".") else Symbol(canonical_path(written))

    def imported_instead(self, name: str, value: Value, events: list[Event], frame: Frame, point: Point) -> Value:
        """What an exception handler imports from the project where the import that is tried leads nowhere."""
        if not isinstance(value, (Unknown, Symbol)) or (isinstance(value, Symbol) and is_library(value.path)):
            return value
        handled, _ = self.reaching(events, frame, point, handlers=True)
        if handled is None or handled.kind != "import":
            return value
        other = self.bound(name, handled, frame)
        return value if isinstance(other, (Unknown, Symbol)) else other

    def member(self, place: Place, name: str) -> Value:
        """An attribute of a module of the project, else a module in that package."""
        if self.modules is None:
            return UNKNOWN  # the module was imported before this compile call had to do without other files
        found = self.exported(place, name)
        if found is not None:
            return found
        inner = self.modules.submodule(place, name)
        return UNKNOWN if inner is None else Imported(inner)

    def exported(self, place: Place, name: str) -> Value | None:
        """What a module of the project binds to a name; None where it does not."""
        frame = self.frame_at(place)
        if frame is None:
            return None
        self.depth += 1
        try:
            found = self.from_events(name, frame, END)
            found = self.from_stars(name, frame.scope) if found is None else found
            return UNKNOWN if found is not None and self.is_set_abroad(name, frame.scope) else found
        finally:
            self.depth -= 1

    def is_set_abroad(self, name: str, module: Scope) -> bool:
        """Whether the program may give another value to what a module that it imports binds to a name."""
        return module is not self.module and self.modules is not None and name in self.modules.set_by_program

    def frame_at(self, place: Place) -> Frame | None:
        """The activation of a module of the project, which is read for it; None where it cannot be read."""
        assert self.modules is not None
        if self.modules.is_program(place):
            return self.module_frame
        module = self.modules.read(place)
        if module is None:
            return None
        frame = self.imported_frames.get(id(module.scope))
        if frame is None:
            frame = self.imported_frames[id(module.scope)] = Frame(module.scope)
            self.places[id(module.scope)] = place
            self.lines[id(module.scope)] = module.program.lines
        return frame

    def file_of(self, module: Scope) -> str | None:
        """The file of a module that was imported; None for the program itself."""
        place = self.places.get(id(module))
        return None if place is None else place.file

    def text_of(self, module: Scope) -> str:
        """The text of a module that was imported."""
        return "\n".join(self.lines[id(module)])

    # --- events of names ------------------------------------------------------------------------------------

    def from_events(self, name: str, frame: Frame, point: Point) -> Value | None:
        """The value of a (dotted) name from the events of one scope; None where nothing there binds it."""
        events = frame.scope.events.get(name)
        if not events:
            return None
        key = (id(events), id(frame), point.position)
        known = self.bindings.get(key)
        if known is not None:
            return known
        binding, changes = self.reaching(events, frame, point)
        if binding is None:
            binding, changes = self.reaching(events, frame, point, handlers=True)
        if binding is None:
            return None
        if key in self.busy:
            return UNKNOWN
        if self.site_loops:
            binding, changes = self.carried(name, binding, changes, frame, point)
        if binding.kind == "import" and not binding.path and is_library(binding.detail):
            known = self.bindings[key] = Symbol(canonical_path(binding.detail))
            return known
        self.busy.add(key)
        try:
            covered = self.covered_by_star(name, binding, frame, point) if frame.scope.stars else None
            value = self.bound(name, binding, frame) if covered is None else covered
            if binding.kind == "import" and binding.path and self.modules is not None:
                value = self.imported_instead(name, value, events, frame, point)
            if isinstance(value, Model) and name in frame.scope.aliases:
                changes = [*changes, *self.aliased(name, binding, frame, point)]
                changes.sort(key=lambda event: event.position)
            if changes and not (name == "self" and isinstance(value, LocalObject)):
                value = self.changed(value, changes, frame)
        finally:
            self.busy.discard(key)
        self.bindings[key] = value
        return value

    def carried(
        self, name: str, binding: Event, changes: list[Event], frame: Frame, point: Point
    ) -> tuple[Event, list[Event]]:
        """What binds a name in this round of the loop that the compile call stands in: maybe the round before."""
        loop = next((arm.control for arm in point.path if id(arm.control) in self.site_loops), None)
        if loop is None or any(arm.control is loop for arm in binding.path):
            return binding, changes
        inside = [event for event in frame.scope.events[name] if any(arm.control is loop for arm in event.path)]
        end = max((event.position for event in inside), default=0) + 1
        later, later_changes = self.reaching(inside, frame, Point(end, point.path))
        if later is None or later.kind == "augment" or later.position < point.position:
            return binding, changes
        return (later, later_changes) if self.world.choose((id(frame), id(loop), name), 2) else (binding, changes)

    def aliased(self, name: str, binding: Event, frame: Frame, point: Point) -> Iterator[Event]:
        """What is done to the model of a name through the other names that it is given to."""
        scope = frame.scope
        for alias, position in scope.aliases[name]:
            if not binding.position < position < point.position:
                continue
            for event in scope.events[alias]:
                if event.position <= position:
                    continue
                if event.position >= point.position or event.kind in BINDING:
                    break
                if self.reaches(event.path, frame, point):
                    yield event

    def reaching(
        self, events: list[Event], frame: Frame, point: Point, handlers: bool = False
    ) -> tuple[Event | None, list[Event]]:
        """The event that binds a name as it is seen at a point, and the changes since, oldest first."""
        bindings = self.bindings_in(events)
        end = bisect_left(events, point.position or 1, key=_position)
        index = bindings[bisect_left(bindings, end) - 1] if bindings and bindings[0] < end else None
        if index is None:
            return None, []
        last = events[index]
        if index == end - 1 and (not last.path or last.path is point.path):
            return last, []
        if not last.path and point.position and end - index > MAX_CHANGES:
            return last if last.kind in _LASTING else last._replace(kind="opaque"), []

        changes: list[Event] = []
        for event in islice(reversed(events), len(events) - end, None):
            if event.position >= point.position and not (event.kind == "parameter" and point.position == 0):
                continue
            path = event.path
            if path and path is not point.path:
                # Imports in branches bring the same thing from elsewhere: that is no decision.
                path = tuple(arm for arm in path if type(arm.control) is not ast.If) if event.kind == "import" else path
                if not self.reaches(path, frame, point, handlers):
                    continue
            if event.kind in BINDING:
                changes.reverse()
                return event, changes
            changes.append(event)
        return None, []

    def bindings_in(self, events: list[Event]) -> list[int]:
        """Which of the events of a name bind it."""
        indices = self.binding_indices.get(id(events))
        if indices is None:
            indices = [index for index, event in enumerate(events) if event.kind in BINDING]
            self.binding_indices[id(events)] = indices
        return indices

    def reaches(self, path: tuple[Arm, ...], frame: Frame, point: Point, handlers: bool = False) -> bool:
        """Whether what happens under `path` has happened at the point, in this world."""
        common = 0
        for mine, theirs in zip(path, point.path, strict=False):
            if mine.control is not theirs.control or mine.index != theirs.index:
                break
            common += 1
        rest = path[common:]
        if not rest:
            return True
        if common < len(point.path) and rest[0].control is point.path[common].control:
            return isinstance(rest[0].control, ast.Try) and rest[0].index == 0
        return all(self.takes(arm, frame, handlers) for arm in rest)

    def takes(self, arm: Arm, frame: Frame, handlers: bool = False) -> bool:
        """Whether this world goes through an arm."""
        control = arm.control
        if isinstance(control, ast.If):
            ends = frame.scope.ends
            if (id(control), arm.index) in ends:
                return False
            if (id(control), 1 - arm.index) in ends:
                self.left_by(control, 1 - arm.index, frame)
                return True
            return self.decide(control, frame) == arm.index
        if isinstance(control, (ast.For, ast.AsyncFor)):
            items = self.evaluate(control.iter, frame, frame.scope.point_of(control))
            return not (isinstance(items, Sequence) and not items.items and not items.open)
        if isinstance(control, ast.Match):
            case = self.case_of(control, frame)
            leaves = (id(control), case) in frame.scope.ends
            self.world.impossible |= leaves and not in_loop(frame.scope.point_of(control).path)
            return not leaves and case == arm.index
        if arm.index >= 2:  # an exception handler
            return handlers
        return True

    def left_by(self, control: ast.If, arm: int, frame: Frame) -> None:
        """What is behind an `if` of which one arm returns or raises is reached through the other one."""
        point = frame.scope.point_of(control)
        if not in_loop(point.path):
            self.hold(control.test, frame, point, arm == 1)

    def arrive(self, path: tuple[Arm, ...], position: int, frame: Frame) -> list[Supposition]:
        """What the tests before a place of a frame have come to, where it is reached."""
        scope = frame.scope
        found = []
        for record in scope.records.values():
            control = record.node
            if not isinstance(control, ast.If) or record.position >= position or in_loop(record.path):
                continue
            if record.path != path[: len(record.path)] or any(arm.control is control for arm in path):
                continue
            leaving = [index for index in (0, 1) if (id(control), index) in scope.ends]
            if len(leaving) == 1:
                found.append(Supposition(control.test, frame, record.point, leaving[0] == 1))
        return found

    def case_of(self, control: ast.Match, frame: Frame) -> int:
        """The case of a `match` that this world takes; as many as there are where it takes none."""
        tests = [self.case_test(control, case) for case in control.cases]
        if None in tests:
            return self.world.choose((id(frame), id(control)), len(tests))
        point = frame.scope.point_of(control)
        taken = (index for index, test in enumerate(tests) if test is not None and self.test(test, frame, point))
        return next(taken, len(tests))

    def case_test(self, control: ast.Match, case: ast.match_case) -> ast.expr | None:
        """What a case asks about the subject, as an expression; None where it is more than equality."""
        if id(case) not in self.case_tests:
            self.case_tests[id(case)] = None if case.guard else pattern_test(control.subject, case.pattern)
        return self.case_tests[id(case)]

    def decide(self, control: ast.If, frame: Frame) -> int:
        """The arm of an `if` that this world takes: 0 the body, 1 the else."""
        forced = self.forced.get((id(frame), id(control)))
        if forced is not None:
            return forced
        return 0 if self.test(control.test, frame, frame.scope.point_of(control)) else 1

    def test(self, test: ast.expr, frame: Frame, point: Point) -> bool:
        """The truth of a test: known, or as this world decides."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return not self.test(test.operand, frame, point)
        if isinstance(test, ast.BoolOp):
            both = isinstance(test.op, ast.And)
            for operand in test.values:
                if self.test(operand, frame, point) != both:
                    return not both
            return both
        known = truth(self.evaluate(test, frame, point))
        return self.suppose(test, frame, point) if known is None else known

    def hold(self, test: ast.expr, frame: Frame, point: Point, outcome: bool) -> None:
        """Go on with an unknown test as true or false; a world that has decided otherwise is impossible."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self.hold(test.operand, frame, point, not outcome)
        elif isinstance(test, ast.BoolOp):
            if isinstance(test.op, ast.And) == outcome:
                for operand in test.values:
                    self.hold(operand, frame, point, outcome)
        elif truth(self.evaluate(test, frame, point)) is None:
            self.suppose(test, frame, point, outcome)

    def suppose(self, test: ast.expr, frame: Frame, point: Point, outcome: bool | None = None) -> bool:
        """Decide an unknown test, as `outcome` says or freely.

        The same test of the same frame is decided the same way, and its opposite the other way.
        """
        world = self.world
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            operator, right = test.ops[0], test.comparators[0]
            if isinstance(operator, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)) and isinstance(right, ast.Constant):
                equal = isinstance(operator, (ast.Eq, ast.Is))
                wanted = None if outcome is None else outcome == equal
                return self.suppose_equal(self.subject(test.left, frame, point), right.value, wanted) == equal
            if type(operator) in _OPPOSITES:
                positive = self.opposites.get(id(test))
                if positive is None:
                    positive = ast.Compare(test.left, [_OPPOSITES[type(operator)]()], test.comparators)
                    self.opposites[id(test)] = positive
                return not self.suppose(positive, frame, point, None if outcome is None else not outcome)
        key = self.subject(test, frame, point)
        if outcome is not None:
            world.hold(key, 0 if outcome else 1)
        return world.choose(key, 2) == 0

    def suppose_equal(self, subject: Subject, constant: object, outcome: bool | None) -> bool:
        """Decide whether something is equal to a constant: to one only, and the same each time."""
        world = self.world
        if subject in world.equals:
            same = world.equals[subject] == constant
        elif constant in world.differs.get(subject, ()):
            same = False
        else:
            key = (subject, type(constant), constant)
            if outcome is not None:
                world.hold(key, 0 if outcome else 1)
            same = world.choose(key, 2) == 0
            if same:
                world.equals[subject] = constant
            else:
                world.differs[subject] = world.differs.get(subject, frozenset()) | {constant}
        if outcome is not None and same != outcome:
            world.impossible = True
        return same

    def subject(self, node: ast.expr, frame: Frame, point: Point) -> Subject:
        """What a test asks about, with where its names are bound: a parameter is the name that the caller gives."""
        while isinstance(node, ast.Name):
            given = frame.arguments.get(node.id)
            if not isinstance(given, Thunk):
                break
            node, frame, point = given.node, given.frame, given.point
        written = self.dumps.get(id(node))
        if written is None:
            names = frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
            written = self.dumps[id(node)] = (dump(node), names)
        text, names = written
        return id(frame), text, tuple(self.bound_at(name, frame, point) for name in sorted(names))

    def bound_at(self, name: str, frame: Frame, point: Point) -> int:
        """The position of the last statement before a point that binds a name in the frame itself; -1 for none."""
        events = frame.scope.events.get(name)
        if not events:
            return -1
        bindings = self.bindings_in(events)
        count = bisect_left(bindings, bisect_left(events, point.position, key=_position))
        return events[bindings[count - 1]].position if count else -1

    def bound(self, name: str, event: Event, frame: Frame) -> Value:
        """The value that a binding event gives."""
        point = event.point
        kind = event.kind
        if kind == "assign" or kind == "with":
            assert event.value is not None
            value = self.evaluate(event.value, frame, point)
            if event.unpack:
                value = self.unpacked(value, event.unpack)
            if isinstance(value, Constant) and in_loop(event.path) and _reads(event.value, name):
                return UNKNOWN  # computed again in each round
            return value
        if kind == "import":
            return self.imported(event.detail, frame)
        if kind == "parameter":
            return self.parameter(name, frame)
        if kind == "def":
            assert isinstance(event.statement, (ast.FunctionDef, ast.AsyncFunctionDef))
            return self.decorated(Function(event.statement, frame, node=event.statement), point)
        if kind == "class":
            assert isinstance(event.statement, ast.ClassDef)
            return LocalClass(event.statement, frame, node=event.statement)
        if kind == "for":
            return self.loop_variable(event, frame)
        if kind == "augment":
            return self.augmented(name, event, frame, point)
        return UNKNOWN

    def decorated(self, function: Function, point: Point) -> Function:
        """A function as the program's own decorators leave it; those of libraries change nothing that it builds."""
        made = function
        for node in reversed(getattr(function.definition, "decorator_list", ())):
            decorator = self.evaluate(node, function.frame, point)
            if isinstance(decorator, Function):
                made = self.wrapped(decorator, made)
        return made

    def wrapped(self, decorator: Function, function: Function) -> Function:
        """What a decorator of the program makes of a function; the function itself where that is not seen."""
        names = [parameter.arg for parameter in decorator.definition.args.args]
        if len(names) != 1 or decorator.definition is function.definition:
            return function
        frame = self.frame_of(decorator, None)
        frame.arguments[names[0]] = function
        made = self.returned(frame)
        return replace(made, wrapped=function) if isinstance(made, Function) else function

    def parameter(self, name: str, frame: Frame) -> Value:
        if name in frame.arguments:
            return self.force(frame.arguments[name])
        definition = frame.scope.node
        assert not isinstance(definition, (ast.Module, ast.ClassDef))
        if not frame.defaults_known or frame.parent is None:
            return UNKNOWN
        default = parameter_default(definition, name)
        if default is None or (isinstance(default, ast.Constant) and default.value is None and frame.caller is None):
            return UNKNOWN
        if frame.caller is None:
            self.assumed.add(id(default))
        return self.evaluate(default, frame.parent, frame.scope.point)

    def loop_variable(self, event: Event, frame: Frame) -> Value:
        """One item of what a loop runs over: any one inside the loop of the compile call, else the last."""
        assert isinstance(event.statement, (ast.For, ast.AsyncFor))
        assert event.value is not None
        items = self.evaluate(event.value, frame, frame.scope.point_of(event.statement))
        if isinstance(items, Array):
            return UNKNOWN
        taken = library.next_of(items, self)
        if not isinstance(taken, Unknown):
            return self.unpacked(taken, event.unpack)
        if not isinstance(items, Sequence) or items.open:
            return predictions.one_round(event.value, event.unpack, frame, frame.scope.point_of(event.statement), self)
        if not items.items or len(items.items) > MAX_ITEMS:
            return UNKNOWN
        if id(event.statement) in self.site_loops:
            if len(items.items) > 8:
                return UNKNOWN
            index = self.world.choose((id(frame), id(event.statement)), len(items.items))
        else:
            index = -1
        return self.unpacked(items.items[index], event.unpack)

    def augmented(self, name: str, event: Event, frame: Frame, point: Point) -> Value:
        assert isinstance(event.statement, ast.AugAssign)
        assert event.value is not None
        before = self.from_events(name, frame, point) or UNKNOWN
        if isinstance(before, Constant) and in_loop(event.path):
            return UNKNOWN  # counted as often as the loop runs
        return self.operation(event.statement.op, before, self.evaluate(event.value, frame, point))

    def unpacked(self, value: Value, path: tuple[int, ...]) -> Value:
        for index in path:
            value = library.item(value, Constant(index))
        return value

    def changed(self, value: Value, changes: list[Event], frame: Frame) -> Value:
        """The value after method calls and assignments on the name that holds it."""
        if isinstance(value, Model):
            found = list(value.changes)
            for event in changes:
                found += self.passed_on(event, frame) if event.kind == "passed" else ((event, frame),)
            return replace(value, changes=tuple(found))
        if isinstance(value, (LocalObject, LocalClass)):
            assigned = [assignment for event in changes for assignment in self.assignments(event, frame)]
            return replace(value, changes=(*value.changes, *assigned)) if assigned else value
        if isinstance(value, Instance) and value.path in library.NAMESPACES:
            is_set = any(True for event in changes for _ in self.assignments(event, frame))
            return UNKNOWN if is_set else value
        if isinstance(value, (Symbol, Instance, Function, Imported)):
            return value

        for event in changes:
            if event.kind != "passed" or isinstance(value, Prediction):
                value = library.after(value, event, frame, self)
            elif self.depth < MAX_DEPTH:
                self.depth += 1
                for change, inner in self.done_inside(event, frame):
                    value = self.changed(value, [change], inner)
                self.depth -= 1
        return value

    def passed_on(self, event: Event, frame: Frame) -> tuple[tuple[Event, Frame], ...]:
        """What a function of the program does to the model that it gets as a plain positional argument."""
        return tuple(
            (change, inner)
            for change, inner in self.done_inside(event, frame)
            if change.kind == "setattr" or (change.kind == "call" and change.detail in ("add", "pop"))
        )

    def done_inside(self, event: Event, frame: Frame) -> Iterator[tuple[Event, Frame]]:
        """What happens to the parameter by which a function of the program gets what a name holds."""
        assert isinstance(event.value, ast.Call)
        point = event.point
        callee = self.evaluate(event.value.func, frame, point)
        if not isinstance(callee, Function) or callee.definition in self.followed:
            return
        self.count_step()
        inner = self.frame_of(callee, Call(event.value, frame, point, self))
        self.followed.add(callee.definition)
        try:
            for name, given in inner.arguments.items():
                if not isinstance(given, Thunk) or dotted(given.node) != event.detail:
                    continue
                for change in inner.scope.events.get(name, ()):
                    if change.kind not in BINDING and self.reaches(change.path, inner, END):
                        yield change, inner
        finally:
            self.followed.discard(callee.definition)

    def assignments(self, event: Event, frame: Frame, depth: int = 0) -> Iterator[tuple[Event, Frame]]:
        """The assignments to attributes among what happens to an object: written so, by setattr, in a function."""
        if event.kind == "setattr":
            yield event, frame
        elif event.kind == "passed" and depth < 4:
            assert isinstance(event.value, ast.Call)
            callee = self.evaluate(event.value.func, frame, event.point)
            if isinstance(callee, Symbol) and callee.path == "builtins.setattr":
                yield event, frame
            else:
                for change, inner in self.done_inside(event, frame):
                    yield from self.assignments(change, inner, depth + 1)

    def set_from_outside(self, owner: LocalObject | LocalClass, name: str) -> Value | None:
        """What was assigned last to an attribute from outside; None if nothing was."""
        for event, frame in reversed(owner.changes):
            if event.kind == "passed":
                assert isinstance(event.value, ast.Call)
                key, value = [*event.value.args, None, None][1:3]
                written = None if key is None else self.evaluate(key, frame, event.point)
                if not isinstance(written, Constant):
                    return UNKNOWN
                if written.value == name:
                    return UNKNOWN if value is None else self.evaluate(value, frame, event.point)
            elif event.detail in (name, ANY_ATTRIBUTE):
                is_whole = event.value is getattr(event.statement, "value", None) and not event.unpack
                return self.evaluate(event.value, frame, event.point) if event.value and is_whole else UNKNOWN
        return None

    # --- classes and objects ------------------------------------------------------------------------------

    def class_frame(self, cls: LocalClass) -> Frame:
        scope = cls.frame.scope.child(cls.definition)
        key = (id(cls.definition), id(cls.frame), 0)
        frame = self.call_frames.get(key)
        if frame is None:
            frame = self.call_frames[key] = Frame(scope, cls.frame)
        return frame

    def bases(self, cls: LocalClass) -> list[Value]:
        return [
            self.evaluate(base, cls.frame, cls.frame.scope.child(cls.definition).point) for base in cls.definition.bases
        ]

    def ancestry(self, cls: LocalClass, depth: int = 0) -> Iterator[Value]:
        """The class and its bases, nearest first: local classes, symbols of libraries, Unknown."""
        yield cls
        if depth > 8:
            return
        for base in self.bases(cls):
            if isinstance(base, LocalClass):
                if base.definition is not cls.definition:
                    yield from self.ancestry(base, depth + 1)
            else:
                yield base

    def local_ancestry(self, cls: LocalClass) -> Iterator[LocalClass]:
        """The class and its bases as far as they are the program's own."""
        return (base for base in self.ancestry(cls) if isinstance(base, LocalClass))

    def class_attribute(self, cls: LocalClass, name: str, receiver: Value | None = None) -> Value:
        """An attribute of a class: a method, bound to the receiver, or a class variable."""
        for base in self.ancestry(cls):
            if not isinstance(base, LocalClass):
                continue
            assigned = self.set_from_outside(base, name)
            if assigned is not None:
                return assigned
            frame = self.class_frame(base)
            if name not in frame.scope.events:
                continue
            found = self.from_events(name, frame, END)
            if self.is_set_abroad(name, frame.scope.module):
                return UNKNOWN
            if isinstance(found, Function) and receiver is not None:
                return self.bind(found, receiver)
            if isinstance(found, Function) and "classmethod" in _decorators(found):
                return replace(found, receiver=cls)
            if found is not None:
                return found
        return UNKNOWN

    def bind(self, function: Function, receiver: Value) -> Value:
        decorators = _decorators(function)
        if "property" in decorators or "cached_property" in decorators or "functools.cached_property" in decorators:
            return self.call_function(replace(function, receiver=receiver), None)
        if "staticmethod" in decorators:
            return function
        if "classmethod" in decorators and isinstance(receiver, LocalObject):
            return replace(function, receiver=receiver.cls)
        return replace(function, receiver=receiver)

    def methods(self, cls: LocalClass) -> Iterator[tuple[FunctionNode, Frame]]:
        """The functions that the class and its local bases define, with the frame of the class."""
        for base in self.ancestry(cls):
            if isinstance(base, LocalClass):
                frame = self.class_frame(base)
                for statement in base.definition.body:
                    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        yield statement, frame

    def object_attribute(self, owner: LocalObject, name: str) -> Value:
        """`self.name`: assigned from outside, else in some method, else what the class has."""
        assigned = self.set_from_outside(owner, name)
        if assigned is not None:
            return assigned
        self.calls.append(owner.call)
        if owner.cls.changes:
            return self.own_attribute(owner, name)
        key = (name, id(owner.cls.definition), id(owner.call))
        known = self.attributes.get(key)
        if known is not None:
            return known
        self.attributes[key] = UNKNOWN  # for one that is asked for on the way to itself
        value = self.attributes[key] = self.own_attribute(owner, name)
        return value

    def own_attribute(self, owner: LocalObject, name: str) -> Value:
        """An attribute as the methods or the body of the class leave it."""
        value = self.assigned_attribute(owner, name) or self.field_value(owner, name)
        if value is None:
            value = self.class_attribute(owner.cls, name, owner)
        return value if isinstance(value, (Unknown, Function)) else self.given_by_name(owner, name, value)

    def given_by_name(self, owner: LocalObject, name: str, value: Value) -> Value:
        """The attribute of an object whose class sets attributes by names that it is given: `setattr(self, key, x)`."""
        for definition, class_frame in self.methods(owner.cls):
            first = first_parameter(definition)
            events = class_frame.scope.child(definition).events.get(first, ()) if first else ()
            if not any(_sets_by_name(event) for event in events):
                continue
            call = owner.call
            if getattr(definition, "name", "") != "__init__" or call is None:
                return UNKNOWN
            names = [keyword.arg for keyword in call.node.keywords]
            if None in names or call.node.args:
                return UNKNOWN
            if name in names:
                return call.argument(None, name) or UNKNOWN
        return value

    def field_value(self, owner: LocalObject, name: str) -> Value | None:
        """What the call that made the object gives for a field of a dataclass or named tuple."""
        if owner.call is None or "__init__" in self.class_frame(owner.cls).scope.events:
            return None
        fields = [
            statement.target.id
            for statement in owner.cls.definition.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        return owner.call.argument(fields.index(name), name) if name in fields else None

    def assigned_attribute(self, owner: LocalObject, name: str) -> Value | None:
        """What the methods of the class assign to `self.name`, `__init__` and `build` first; None if nothing does."""
        found: list[tuple[FunctionNode, Frame, str]] = []
        changing: list[tuple[FunctionNode, Frame, str]] = []
        for definition, class_frame in self.methods(owner.cls):
            first = first_parameter(definition)
            if first is None:
                continue
            full = f"{first}.{name}"
            events = class_frame.scope.child(definition).events.get(full)
            if not events:
                continue
            if any(event.kind in BINDING and not is_none(event.value) for event in events):
                found.append((definition, class_frame, full))
            elif any(event.detail in ("add", "pop") or event.kind == "setattr" for event in events):
                changing.append((definition, class_frame, full))
        if not found:
            return None
        found.sort(key=lambda item: getattr(item[0], "name", "") not in ("__init__", "build", "setUp"))
        if len(found) > 1 and getattr(found[0][0], "name", "") not in ("__init__", "build", "setUp"):
            chosen = self.world.choose((id(owner.cls.definition), name), len(found))
        else:
            chosen = 0
        definition, class_frame, full = found[chosen]
        inner = self.method_frame(definition, class_frame, owner)
        value = self.from_events(full, inner, END)
        if value is None:
            return None
        if isinstance(value, Model):
            if len(changing) > 1:
                return UNKNOWN
            for definition, class_frame, full in changing:
                other = self.method_frame(definition, class_frame, owner)
                changes = [event for event in other.scope.events[full] if self.reaches(event.path, other, END)]
                value = self.changed(value, changes, other)
        return value

    def method_frame(self, definition: FunctionNode, class_frame: Frame, owner: Value) -> Frame:
        """A frame of a method with `self` bound and, for `__init__`, the arguments of the call that made the object."""
        call = owner.call if isinstance(owner, (LocalObject, Model)) else None
        self.calls.append(call)
        key = (id(definition), id(class_frame), id(call))
        frame = self.call_frames.get(key)
        if frame is not None:
            return frame
        function = Function(definition, class_frame, receiver=owner)
        if getattr(definition, "name", "") == "__init__" and call is not None:
            frame = self.frame_of(function, call)
        else:
            frame = self.frame_of(function, None)
        self.call_frames[key] = frame
        return frame

    # --- calls --------------------------------------------------------------------------------------------

    def apply(self, callee: Value, call: Call) -> Value:
        """The result of calling a value."""
        if isinstance(callee, Function):
            return self.call_function(callee, call)

        if isinstance(callee, LocalClass):
            if library.is_model_class(callee, self):
                return self.own_model(callee, call)
            if library.is_layer_class(callee, self):
                return library.custom_layer(callee, call)
            return LocalObject(callee, call)
        if isinstance(callee, Unknown):
            return UNKNOWN
        return library.call(callee, call)

    def own_model(self, cls: LocalClass, call: Call | None, initialised: bool = True) -> Model:
        """An object of a model class of the program; `initialised`: its `__init__` has run."""
        if not library.is_sequential_class(cls, self):
            return Model("subclass", call, cls)
        found = self.parent_call(cls, call)
        bare = Model("sequential", found or Call(NO_CALL, self.module_frame, END, self), cls)
        if found is None or not initialised:
            return bare
        definition = found.frame.scope.node
        assert not isinstance(definition, ast.Module | ast.ClassDef)
        own = first_parameter(definition)
        events = [event for event in found.frame.scope.events.get(own or "", ()) if event.kind not in BINDING]
        reached = [event for event in events if self.reaches(event.path, found.frame, END)]
        return replace(bare, changes=tuple((event, found.frame) for event in reached))

    def parent_call(self, cls: LocalClass, call: Call | None) -> Call | None:
        """The call that hands the arguments of an object's `__init__` on to the model class of Keras."""
        found: Call | None = None
        for base in self.local_ancestry(cls):
            class_frame = self.class_frame(base)
            for event in class_frame.scope.events.get("__init__", ()):
                if not isinstance(event.statement, ast.FunctionDef):
                    continue
                owner = Model("subclass", call, base)
                frame = self.method_frame(event.statement, class_frame, owner)
                if found is not None:
                    frame = self.frame_of(Function(event.statement, class_frame, owner), found)
                found = self.handed_on(frame)
                if found is None:
                    return None
        return found

    def handed_on(self, frame: Frame) -> Call | None:
        """The call of the next class's `__init__` in a method: `super().__init__(x)`, `Model.__init__(self, x)`."""
        _ = frame.scope.events
        for record in frame.scope.statements:
            node = record.node.value if isinstance(record.node, ast.Expr) else None
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr != "__init__":
                continue
            if not isinstance(node.func.value, ast.Call):
                without_self = ast.copy_location(ast.Call(node.func, node.args[1:], node.keywords), node)
                node = self.parent_calls.setdefault(id(node), without_self)
            return Call(node, frame, record.point, self)
        return None

    def frame_of(self, function: Function, call: Call | None) -> Frame:
        """The activation of a function by a call: parameters bound, in the frame of its definition."""
        definition = function.definition
        scope = function.frame.scope.child(definition)
        frame = Frame(scope, function.frame, call.frame if call else None, call.point if call else END)
        self.frames.append(frame)
        parameters = [argument.arg for argument in (*definition.args.posonlyargs, *definition.args.args)]
        if function.receiver is not None and parameters:
            frame.arguments[parameters.pop(0)] = function.receiver
        if call is None:
            return frame
        positional = call.positional()
        keywords, complete = call.keywords()
        if positional is None:
            frame.arguments.update(dict.fromkeys(parameters, UNKNOWN))
            positional = []
        frame.arguments.update(zip(parameters, positional, strict=False))
        named = {*parameters, *(argument.arg for argument in definition.args.kwonlyargs)}
        frame.arguments.update({name: value for name, value in keywords.items() if name in named})
        if not complete:
            for name in named - frame.arguments.keys():
                frame.arguments[name] = UNKNOWN
        if definition.args.vararg is not None:
            rest = tuple(self.force(value) for value in positional[len(parameters) :][:MAX_ITEMS])
            frame.arguments[definition.args.vararg.arg] = Sequence("tuple", rest)
        if definition.args.kwarg is not None:
            extra = tuple((Constant(name), self.force(value)) for name, value in keywords.items() if name not in named)
            frame.arguments[definition.args.kwarg.arg] = Mapping(extra, open=not complete)
        return frame

    def comprehension_frame(self, target: ast.expr, item: Value, frame: Frame) -> Frame:
        """A frame in which the variables of a comprehension are bound to one item."""
        scope = Scope(_NO_FUNCTION, frame.scope)
        inner = Frame(scope, frame, frame, END)
        self.frames.append(inner)
        inner.caller = frame
        names: list[tuple[str, Value]] = []
        self.bind_target(target, item, names)
        for name, value in names:
            scope.events[name] = [Event(0, "parameter", scope.node, ())]
            inner.arguments[name] = value
        return inner

    def bind_target(self, target: ast.expr, item: Value, names: list[tuple[str, Value]]) -> None:
        if isinstance(target, ast.Name):
            names.append((target.id, item))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for index, element in enumerate(target.elts):
                self.bind_target(element, self.unpacked(item, (index,)), names)

    def call_function(self, function: Function, call: Call | None) -> Value:
        """What a function of the program returns."""
        key = (id(function.definition), id(call.node) if call else 0, id(call.frame) if call else id(function.receiver))
        frame = self.call_frames.get(key)
        if frame is None:
            frame = self.call_frames[key] = self.frame_of(function, call)
        definition = function.definition
        if isinstance(definition, ast.Lambda):
            return self.evaluate(definition.body, frame, Point(1, ()))
        return self.returned(frame)

    def returned(self, frame: Frame) -> Value:
        """The value of the return statement that this world reaches."""
        scope = frame.scope
        _ = scope.events
        if scope.yields:
            return Instance("generator", Call(NO_CALL, frame, END, self))
        for record in scope.returns:
            if not isinstance(record.node, ast.Return):
                continue
            if not self.reached(record.path, frame):
                continue
            for supposition in self.arrive(record.path, record.position, frame) if scope.ends else ():
                self.hold(*supposition)
            if record.node.value is None:
                return Constant(None)
            return self.evaluate(record.node.value, frame, record.point)
        if scope.leaves:
            self.world.impossible = True  # it raises
        return Constant(None)

    def reached(self, path: tuple[Arm, ...], frame: Frame) -> bool:
        """Whether this world goes through all arms of a path (the first return that it meets counts)."""
        for arm in path:
            if isinstance(arm.control, ast.If):
                if self.decide(arm.control, frame) != arm.index:
                    return False
            elif isinstance(arm.control, ast.Match):
                if self.case_of(arm.control, frame) != arm.index:
                    return False
            elif arm.index >= 2:
                return False
        return True

    # --- literals and operators ---------------------------------------------------------------------------

    def operation(self, operator: ast.operator, left: Value, right: Value) -> Value:
        if isinstance(left, Constant) and isinstance(right, Constant):
            return arithmetic(operator, left.value, right.value)
        if isinstance(left, Unknown) and isinstance(right, Unknown):
            return UNKNOWN

        return library.operation(operator, left, right)


_BUILTINS = frozenset(
    "abs bool dict enumerate float int len list map max min range reversed round set sorted str sum tuple zip print"
    " isinstance getattr setattr hasattr type open filter any all super object iter next".split()
)


_NO_FUNCTION = ast.Lambda(
    args=ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]),
    body=ast.Constant(None),
)


def _sets_by_name(event: Event) -> bool:
    """Sets an attribute whose name stands in no string: `setattr(self, key, value)`, `self.__dict__.update(values)`."""
    if event.kind == "setattr":
        return event.detail == ANY_ATTRIBUTE
    if event.kind != "passed" or not isinstance(event.value, ast.Call) or len(event.value.args) < 2:
        return False
    is_setattr = isinstance(event.value.func, ast.Name) and event.value.func.id == "setattr"
    return is_setattr and not isinstance(event.value.args[1], ast.Constant)


def _is_call_of(statement: ast.stmt, definition: FunctionNode) -> bool:
    """The statement is a call of a function, by its name."""
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    return isinstance(value, ast.Call) and dotted(value.func) == getattr(definition, "name", "")


def _decorators(function: Function) -> set[str | None]:
    return {dotted(decorator) for decorator in getattr(function.definition, "decorator_list", ())}


_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.LtE: ast.Gt, ast.Lt: ast.GtE, ast.NotIn: ast.In}


def _reads(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
