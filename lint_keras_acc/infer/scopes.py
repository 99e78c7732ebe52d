"""Scopes and their events: what binds or changes a name, where, and under which branches.

A scope is indexed once, when something is first asked of it, by a pass over its statements (never over
their expressions). Positions are numbers that grow in the order of the statements of one scope.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lint_keras_acc.infer.symbols import canonical_path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

LATE = 1 << 40  # a position after every statement of a scope


class Arm(NamedTuple):
    """One way through a control statement: arm 0 is the body, 1 the else, 2 and up handlers or match cases."""

    control: ast.stmt
    index: int


Path = tuple[Arm, ...]


class Event(NamedTuple):
    """Something that a statement does to a name.

    kind: 'assign', 'augment', 'for', 'with', 'import', 'def', 'class', 'parameter', 'delete', 'opaque' bind it;
          'call' (a method of the name is called), 'setitem', 'setattr' change what it holds.
    value: the expression that is bound, or the call; `unpack` the way into it where it is unpacked.
    """

    position: int
    kind: str
    statement: ast.AST
    path: Path
    value: ast.AST | None = None
    unpack: tuple[int, ...] = ()
    detail: str = ""


BINDING = frozenset({"assign", "augment", "for", "with", "import", "def", "class", "parameter", "delete", "opaque"})


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
        return Point(self.position, self.path)


@dataclass(eq=False)
class Scope:
    """A module, function, lambda or class body."""

    node: ast.Module | ast.ClassDef | FunctionNode
    parent: Scope | None
    position: int = 0  # of the definition in the parent
    path: Path = ()
    _events: dict[str, list[Event]] | None = field(default=None, repr=False)
    statements: list[Statement] = field(default_factory=list, repr=False)
    records: dict[int, Statement] = field(default_factory=dict, repr=False)  # of control statements, by id
    returns: list[Statement] = field(default_factory=list, repr=False)
    ends: set[tuple[int, int]] = field(default_factory=set, repr=False)  # arms that leave: (id(control), arm)
    stars: list[str] = field(default_factory=list, repr=False)
    outer_names: set[str] = field(default_factory=set, repr=False)  # global and nonlocal
    children: dict[int, Scope] = field(default_factory=dict, repr=False)  # by id of the definition
    yields: bool = False

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

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

    @property
    def events(self) -> dict[str, list[Event]]:
        if self._events is None:
            self._events = {}
            _Indexer(self, self._events).run()
        return self._events

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
        self.block(node.body, ())

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
        event = Event(self.position, kind, statement, path, value, unpack, detail)
        self.events.setdefault(name, []).append(event)

    def block(self, body: list[ast.stmt], path: Path) -> bool:
        """Index a block; True if control never runs off its end."""
        leaves = False
        for statement in body:
            self.position += 1
            if self.statement(statement, path):
                leaves = True
        return leaves

    def statement(self, node: ast.stmt, path: Path) -> bool:
        """Index one statement; True if nothing behind it in its block is reached."""
        record = Statement(node, self.position, path)
        self.scope.statements.append(record)
        # The frequent statements come first, and the frequent forms of them without a further call.
        if isinstance(node, ast.Expr):
            return self.expression(node.value, node, path)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if type(target) is ast.Name:
                    event = Event(self.position, "assign", node, path, node.value)
                    self.events.setdefault(target.id, []).append(event)
                else:
                    self.target(target, node.value, node, path)
            if type(node.value) is ast.Call:
                self.calls(node.value, node, path)
            return False
        if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            if isinstance(node, ast.Return):
                self.scope.returns.append(record)
                if node.value is not None:
                    self.calls(node.value, node, path)
            # Behind a break the loop's own bindings go on to be seen, so it does not count as leaving.
            return not isinstance(node, ast.Break)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports(node, path)
            return False
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            child = self.scope.child(node)
            child.position, child.path = self.position, path
            self.add(node.name, "class" if isinstance(node, ast.ClassDef) else "def", node, path)
            return False
        self.scope.records[id(node)] = record
        if isinstance(node, ast.If):
            return self.branches(node, [node.body, node.orelse], path)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.target(node.target, node.iter, node, (*path, Arm(node, 0)), kind="for")
            self.block(node.body, (*path, Arm(node, 0)))
            self.block(node.orelse, path)
            return False
        if isinstance(node, ast.While):
            self.block(node.body, (*path, Arm(node, 0)))
            self.block(node.orelse, path)
            return False
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self.target(item.optional_vars, item.context_expr, node, path, kind="with")
            return self.block(node.body, path)
        self.other(node, path)
        return False

    def branches(self, node: ast.stmt, arms: list[list[ast.stmt]], path: Path) -> bool:
        ends = []
        for index, body in enumerate(arms):
            leaves = self.block(body, (*path, Arm(node, index)))
            if leaves:
                self.scope.ends.add((id(node), index))
            ends.append(leaves)
        return all(ends)

    def other(self, node: ast.stmt, path: Path) -> None:
        if isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.target(node.target, node.value, node, path)
                self.calls(node.value, node, path)
        elif isinstance(node, ast.AugAssign):
            name = dotted(node.target)
            if name is not None:
                self.add(name, "augment", node, path, node.value)
            elif isinstance(node.target, ast.Subscript):
                self.target(node.target, node.value, node, path)
        elif isinstance(node, (ast.Try, *_TRY_STAR)):
            self.block(node.body, (*path, Arm(node, 0)))
            for index, handler in enumerate(node.handlers):
                self.block(handler.body, (*path, Arm(node, 2 + index)))
            self.block(node.orelse, (*path, Arm(node, 0)))
            self.block(node.finalbody, path)
        elif isinstance(node, ast.Match):
            self.branches(node, [case.body for case in node.cases], path)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                name = dotted(target)
                if name is not None:
                    self.add(name, "delete", node, path)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.scope.outer_names.update(node.names)

    def imports(self, node: ast.Import | ast.ImportFrom, path: Path) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    self.add(alias.asname, "import", node, path, detail=canonical_path(alias.name))
                else:
                    root = alias.name.partition(".")[0]
                    self.add(root, "import", node, path, detail=canonical_path(root))
            return
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append(canonical_path(module))
            else:
                target = f"{module}.{alias.name}" if module.strip(".") else f"{module}{alias.name}"
                self.add(alias.asname or alias.name, "import", node, path, detail=canonical_path(target))

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

    def expression(self, value: ast.expr, node: ast.stmt, path: Path) -> bool:
        if type(value) is ast.Constant:
            return False
        if isinstance(value, (ast.Yield, ast.YieldFrom)):
            self.scope.yields = True
            self.scope.returns.append(Statement(node, self.position, path))
            return False
        self.calls(value, node, path)
        return type(value) is ast.Call and dotted(value.func) in _EXITS

    def calls(self, value: ast.AST, statement: ast.stmt, path: Path) -> None:
        """Record the method calls that the statement consists of, the outermost ones only."""
        while isinstance(value, (ast.Await, ast.Starred)):
            value = value.value
        while type(value) is ast.Call and type(value.func) is ast.Attribute:
            owner = value.func.value
            name = owner.id if type(owner) is ast.Name else dotted(owner)
            if name is not None:
                self.add(name, "call", statement, path, value, (), value.func.attr)
                return
            value = value.func.value


_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit"})
_TRY_STAR = (ast.TryStar,) if hasattr(ast, "TryStar") else ()


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


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The statement lists inside a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        body = getattr(node, name, None)
        if body:
            yield body
    for handler in getattr(node, "handlers", ()):
        yield handler.body
    for case in getattr(node, "cases", ()):
        yield case.body


