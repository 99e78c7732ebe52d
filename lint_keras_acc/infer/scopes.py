"""Scopes and their events: what binds or changes a name, where, and under which branches.

A scope is indexed once, when something is first asked of it, by a pass over its statements (never over
their expressions). Positions are numbers that grow in the order of the statements of one scope.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lint_keras_acc.infer.symbols import canonical_path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

ANY_ATTRIBUTE = "*"  # the detail of an event that may set any attribute

LATE = 1 << 40  # a position after every statement of a scope


class Arm(NamedTuple):
    """One way through a control statement: arm 0 is the body, 1 the else, 2 and up handlers or match cases."""

    control: ast.stmt
    index: int  # type: ignore[assignment]


Path = tuple[Arm, ...]

# Makes a named tuple of all its fields in a third of the time that calling its class takes.
_make = tuple.__new__


class Event(NamedTuple):
    """Something that a statement does to a name.

    kind: 'assign', 'augment', 'for', 'with', 'import', 'def', 'class', 'parameter', 'delete', 'opaque' bind it;
          'call' (a method of the name is called), 'setitem', 'delitem', 'setattr', 'passed' (a statement hands it
          to a function) may change what it holds.
    value: the expression that is bound, or the call; `unpack` the way into it where it is unpacked.
    """

    position: int
    kind: str
    statement: ast.AST
    path: Path
    value: ast.AST | None = None
    unpack: tuple[int, ...] = ()
    detail: str = ""

    @property
    def point(self) -> Point:
        """The moment before it happens."""
        return _make(Point, (self.position, self.path))


BINDING = frozenset({"assign", "augment", "for", "with", "import", "def", "class", "parameter", "delete", "opaque"})


def in_loop(path: Path) -> bool:
    """Whether what stands under a path is in a loop."""
    return any(isinstance(arm.control, (ast.For, ast.AsyncFor, ast.While)) for arm in path)


def dotted(node: ast.AST) -> str | None:
    """'self.model' for such an expression, None for anything that is not names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return None if base is None else f"{base}.{node.attr}"
    return None


class Point(NamedTuple):
    """A moment in the run of one scope: what has happened before it can be seen there."""

    position: int
    path: Path


END = Point(LATE, ())


class Statement(NamedTuple):
    """A simple statement, or the header of a compound one."""

    node: ast.stmt
    position: int
    path: Path

    @property
    def point(self) -> Point:
        return _make(Point, (self.position, self.path))


class Scope:
    """A module, function, lambda or class body."""

    __slots__ = (
        "aliases",
        "children",
        "ends",
        "events",
        "is_class",
        "leaves",
        "node",
        "outer_names",
        "parent",
        "path",
        "position",
        "records",
        "returns",
        "star_positions",
        "stars",
        "statements",
        "yields",
    )

    def __init__(self, node: ast.Module | ast.ClassDef | FunctionNode, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.is_class = type(node) is ast.ClassDef
        self.position = 0  # of the definition in the parent
        self.path: Path = ()
        self.events: dict[str, list[Event]]  # by name; see `__getattr__`
        self.aliases: dict[str, list[tuple[str, int]]] = {}  # names that get what a name holds, and where
        self.children: dict[int, Scope] = {}  # by id of the definition
        self.statements: list[Statement] = []
        self.records: dict[int, Statement] = {}  # of control statements, by id
        self.returns: list[Statement] = []
        self.ends: set[tuple[int, int]] = set()  # arms that leave: (id(control), arm)
        self.leaves = False  # control never runs off its end
        self.stars: list[str] = []
        self.star_positions: list[int] = []
        self.outer_names: set[str] = set()  # global and nonlocal
        self.yields = False

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def point(self) -> Point:
        """Where the scope is defined in its parent."""
        return Point(self.position, self.path)

    def point_of(self, statement: ast.AST) -> Point:
        """The point just before a control statement of this scope."""
        _ = self.events
        record = self.records.get(id(statement))
        return END if record is None else record.point

    def __getattr__(self, name: str) -> Any:
        """Index the scope when its events are first asked for: from then on they are a plain attribute."""
        if name != "events":
            raise AttributeError(name)
        self.events = {}
        _Indexer(self, self.events).run()
        return self.events

    def child(self, definition: ast.ClassDef | FunctionNode) -> Scope:
        """The scope of a function or class that is defined in this one."""
        scope = self.children.get(id(definition))
        if scope is None:
            scope = self.children[id(definition)] = Scope(definition, self)
        return scope

    def parameters(self) -> list[ast.arg]:
        if isinstance(self.node, (ast.Module, ast.ClassDef)):
            return []
        arguments = self.node.args
        return [*arguments.posonlyargs, *arguments.args]


class _Indexer:
    """Walks the statements of one scope."""

    def __init__(self, scope: Scope, events: dict[str, list[Event]]) -> None:
        self.scope = scope
        self.events = events
        self.position = 0

    def run(self) -> None:
        node = self.scope.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            arguments = node.args
            for parameter in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
                self.add(parameter.arg, "parameter", parameter, ())
            for extra in (arguments.vararg, arguments.kwarg):
                if extra is not None:
                    self.add(extra.arg, "parameter", extra, ())
        if isinstance(node, ast.Lambda):
            return
        self.scope.leaves = self.block(node.body, ())

    def add(
        self,
        name: str,
        kind: str,
        statement: ast.AST,
        path: Path,
        value: ast.AST | None = None,
        unpack: tuple[int, ...] = (),
        detail: str = "",
    ) -> None:
        event = _make(Event, (self.position, kind, statement, path, value, unpack, detail))
        known = self.events.get(name)
        if known is None:
            self.events[name] = [event]
        else:
            known.append(event)

    def block(self, body: list[ast.stmt], path: Path) -> bool:
        """Index a block; True if control never runs off its end."""
        leaves = False
        statements = self.scope.statements
        for node in body:
            self.position += 1
            record = _make(Statement, (node, self.position, path))
            statements.append(record)
            handler = _STATEMENTS.get(type(node))
            if handler is not None and handler(self, node, path, record):
                leaves = True
        return leaves

    # --- one statement: True if nothing behind it in its block is reached -----------------------------------

    def expression(self, node: ast.Expr, path: Path, record: Statement) -> bool:
        value = node.value
        kind = type(value)
        if kind is ast.Call:
            self.calls(value, node, path)
            handed = value.args  # type: ignore[attr-defined]
            if getattr(value.func, "attr", "") not in _OF_MODELS:  # type: ignore[attr-defined]
                handed = [*handed, *(keyword.value for keyword in value.keywords)]  # type: ignore[attr-defined]
            for argument in handed:
                name = argument.id if type(argument) is ast.Name else dotted(argument)
                if name is not None:
                    self.add(name, "passed", node, path, value, (), name)
            return dotted(value.func) in _EXITS  # type: ignore[attr-defined, operator]
        if kind is ast.Yield or kind is ast.YieldFrom:
            self.scope.yields = True
            self.scope.returns.append(record)
        elif kind is ast.Await:
            self.calls(value, node, path)
        return False

    def assign(self, node: ast.Assign, path: Path, record: Statement) -> bool:
        value = node.value
        for target in node.targets:
            if type(target) is ast.Name:
                self.add(target.id, "assign", node, path, value)
            else:
                self.target(target, value, node, path)
        if type(value) is ast.Name and len(node.targets) == 1:
            alias = dotted(node.targets[0])
            if alias is not None:
                self.scope.aliases.setdefault(value.id, []).append((alias, self.position))
        if type(value) is ast.Call:
            self.calls(value, node, path)
        return False

    def returned(self, node: ast.Return, path: Path, record: Statement) -> bool:
        self.scope.returns.append(record)
        if node.value is not None:
            self.calls(node.value, node, path)
        return True

    def leave(self, node: ast.Raise | ast.Continue, path: Path, record: Statement) -> bool:
        return True

    def definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, path: Path, record: Statement
    ) -> bool:
        child = self.scope.child(node)
        child.position, child.path = self.position, path
        self.add(node.name, "class" if type(node) is ast.ClassDef else "def", node, path)
        return False

    def if_(self, node: ast.If, path: Path, record: Statement) -> bool:
        self.scope.records[id(node)] = record
        self.named(node.test, node, path)
        return self.branches(node, [node.body, node.orelse], path)

    def match(self, node: ast.Match, path: Path, record: Statement) -> bool:
        self.scope.records[id(node)] = record
        self.branches(node, [case.body for case in node.cases], path)
        return False

    def for_(self, node: ast.For | ast.AsyncFor, path: Path, record: Statement) -> bool:
        self.scope.records[id(node)] = record
        inside = (*path, Arm(node, 0))
        self.target(node.target, node.iter, node, inside, kind="for")
        self.block(node.body, inside)
        self.block(node.orelse, path)
        return False

    def while_(self, node: ast.While, path: Path, record: Statement) -> bool:
        self.scope.records[id(node)] = record
        self.named(node.test, node, path)
        self.block(node.body, (*path, Arm(node, 0)))
        self.block(node.orelse, path)
        return False

    def with_(self, node: ast.With | ast.AsyncWith, path: Path, record: Statement) -> bool:
        self.scope.records[id(node)] = record
        for item in node.items:
            if item.optional_vars is not None:
                self.target(item.optional_vars, item.context_expr, node, path, kind="with")
        return self.block(node.body, path)

    def try_(self, node: ast.Try, path: Path, record: Statement) -> bool:
        self.scope.records[id(node)] = record
        inside = (*path, Arm(node, 0))
        self.block(node.body, inside)
        for index, handler in enumerate(node.handlers):
            self.block(handler.body, (*path, Arm(node, 2 + index)))
        self.block(node.orelse, inside)
        self.block(node.finalbody, path)
        return False

    def annotated(self, node: ast.AnnAssign, path: Path, record: Statement) -> bool:
        if node.value is not None:
            self.target(node.target, node.value, node, path)
            self.calls(node.value, node, path)
        return False

    def augmented(self, node: ast.AugAssign, path: Path, record: Statement) -> bool:
        name = dotted(node.target)
        if name is not None:
            self.add(name, "augment", node, path, node.value)
        elif isinstance(node.target, ast.Subscript):
            self.target(node.target, node.value, node, path)
        return False

    def delete(self, node: ast.Delete, path: Path, record: Statement) -> bool:
        for target in node.targets:
            name = dotted(target)
            if name is not None:
                self.add(name, "delete", node, path)
            elif isinstance(target, ast.Subscript):
                for owner in _owners(target):
                    self.add(owner, "delitem", node, path, target)
        return False

    def outer(self, node: ast.Global | ast.Nonlocal, path: Path, record: Statement) -> bool:
        self.scope.outer_names.update(node.names)
        return False

    def import_(self, node: ast.Import, path: Path, record: Statement) -> bool:
        for alias in node.names:
            if alias.asname:
                self.add(alias.asname, "import", node, path, None, (), alias.name)
            else:
                root = alias.name.partition(".")[0]
                self.add(root, "import", node, path, None, (), root)
        return False

    def import_from(self, node: ast.ImportFrom, path: Path, record: Statement) -> bool:
        module = node.module or ""
        if node.level:
            module = "." * node.level + module
        prefix = f"{module}." if node.module else module
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append(canonical_path(module))
                self.scope.star_positions.append(self.position)
            else:
                self.add(alias.asname or alias.name, "import", node, path, None, (), prefix + alias.name)
        return False

    # --- what statements are made of ------------------------------------------------------------------------

    def branches(self, node: ast.stmt, arms: list[list[ast.stmt]], path: Path) -> bool:
        ends = []
        for index, body in enumerate(arms):
            leaves = self.block(body, (*path, Arm(node, index)))
            if leaves:
                self.scope.ends.add((id(node), index))
            ends.append(leaves)
        return all(ends)

    def target(
        self,
        target: ast.expr,
        value: ast.AST,
        statement: ast.stmt,
        path: Path,
        unpack: tuple[int, ...] = (),
        kind: str = "assign",
    ) -> None:
        if isinstance(target, ast.Name):
            self.add(target.id, kind, statement, path, value, unpack)
        elif isinstance(target, (ast.Tuple, ast.List)):
            starred = next((i for i, item in enumerate(target.elts) if isinstance(item, ast.Starred)), None)
            for index, item in enumerate(target.elts):
                if isinstance(item, ast.Starred):
                    self.target(item.value, value, statement, path, unpack, kind="opaque")
                    continue
                if starred is not None and index > starred:
                    index -= len(target.elts)
                self.target(item, value, statement, path, (*unpack, index), kind)
        elif isinstance(target, ast.Attribute):
            name = dotted(target)
            if name is not None:
                self.add(name, kind, statement, path, value, unpack)
                self.add(name.rpartition(".")[0], "setattr", statement, path, value, unpack, target.attr)
            else:
                for owner in _owners(target):
                    self.add(owner, "setattr", statement, path, target, (), target.attr)
        elif isinstance(target, ast.Subscript):
            for owner in _owners(target):
                self.add(owner, "setitem", statement, path, value, unpack)

    def calls(self, value: ast.AST, statement: ast.stmt, path: Path) -> None:
        """Record the method calls that the statement consists of, the outermost ones only."""
        while isinstance(value, (ast.Await, ast.Starred)):
            value = value.value
        while type(value) is ast.Call and type(value.func) is ast.Attribute:
            owner = value.func.value
            name = owner.id if type(owner) is ast.Name else dotted(owner)
            if name is not None:
                self.add(name, "call", statement, path, value, (), value.func.attr)
                if name.endswith(".__dict__"):
                    self.add(name.removesuffix(".__dict__"), "setattr", statement, path, value, (), ANY_ATTRIBUTE)
                return
            value = value.func.value
        if type(value) is ast.NamedExpr:
            self.named(value, statement, path)

    def named(self, test: ast.expr, statement: ast.stmt, path: Path) -> None:
        """Record the name that a test binds first of all: `if (n := f()) > 2`."""
        while True:
            if isinstance(test, ast.NamedExpr):
                self.add(test.target.id, "assign", statement, path, test.value)
                return
            if isinstance(test, ast.Compare):
                test = test.left
            elif isinstance(test, ast.UnaryOp):
                test = test.operand
            elif isinstance(test, ast.BoolOp):
                test = test.values[0]
            else:
                return


_OF_MODELS = frozenset({"compile", "fit", "evaluate", "predict", "fit_generator"})  # they change no argument

_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit"})

# Behind a break the loop's own bindings go on to be seen, so it does not count as leaving.
_STATEMENTS: dict[type[ast.stmt], Callable[[_Indexer, Any, Path, Statement], bool]] = {
    ast.Expr: _Indexer.expression,
    ast.Assign: _Indexer.assign,
    ast.AnnAssign: _Indexer.annotated,
    ast.AugAssign: _Indexer.augmented,
    ast.Import: _Indexer.import_,
    ast.ImportFrom: _Indexer.import_from,
    ast.FunctionDef: _Indexer.definition,
    ast.AsyncFunctionDef: _Indexer.definition,
    ast.ClassDef: _Indexer.definition,
    ast.Return: _Indexer.returned,
    ast.Raise: _Indexer.leave,
    ast.Continue: _Indexer.leave,
    ast.If: _Indexer.if_,
    ast.Match: _Indexer.match,
    ast.For: _Indexer.for_,
    ast.AsyncFor: _Indexer.for_,
    ast.While: _Indexer.while_,
    ast.With: _Indexer.with_,
    ast.AsyncWith: _Indexer.with_,
    ast.Try: _Indexer.try_,
    ast.Delete: _Indexer.delete,
    ast.Global: _Indexer.outer,
    ast.Nonlocal: _Indexer.outer,
}
if sys.version_info >= (3, 11):
    _STATEMENTS[ast.TryStar] = _Indexer.try_


def _owners(node: ast.AST) -> Iterator[str]:
    """The names that an assignment to `model.layers[-1].activation` changes: 'model.layers' and 'model'."""
    while True:
        name = dotted(node)
        if name is not None:
            break
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return
    while name and name != "self":
        yield name
        name = name.rpartition(".")[0]
