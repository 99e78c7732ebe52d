"""Finds calls and reads in a program without walking it: by text first, then in the one statement that has them."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, TypeGuard

from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.scopes import Event, FunctionNode, Scope, Statement, dotted
from lint_keras_acc.infer.trainings import Wrappings
from lint_keras_acc.infer.values import Function, LocalClass, LocalObject, Model, Value

MAX_FRAMES = 6
MAX_CALLERS = 12

TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})
EVALUATING = frozenset({"evaluate", "evaluate_generator", "test_on_batch"})
PREDICTING = frozenset({"predict", "predict_classes", "predict_generator", "predict_on_batch", "predict_proba"})
USING = TRAINING | EVALUATING | PREDICTING

_ALIAS = re.compile(r"\s+as\s+(\w+)")
_METHODS = ("compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch")  # and what they begin


def occurrences(text: str, word: str, after: str = "") -> Iterator[int]:
    """The offsets where a whole word stands in a text, followed (spaces apart) by one of the characters `after`."""
    offset = text.find(word)
    while offset >= 0:
        end = offset + len(word)
        before = text[offset - 1] if offset else " "
        if not (before.isalnum() or before == "_"):
            follows = text[end : end + 1]
            if not (follows.isalnum() or follows == "_"):
                while after and follows in (" ", "\t"):
                    end += 1
                    follows = text[end : end + 1]
                if not after or (follows and follows in after):
                    yield offset
        offset = text.find(word, end)


class Found(NamedTuple):
    """An expression with the scope and statement that it stands in."""

    node: ast.AST
    scope: Scope
    statement: Statement

    @property
    def call(self) -> ast.Call:
        assert isinstance(self.node, ast.Call)
        return self.node

    @property
    def is_compile(self) -> bool:
        """It is a call of a method `compile`."""
        function = self.call.func
        return isinstance(function, ast.Attribute) and function.attr == "compile"

    @property
    def receiver(self) -> ast.expr:
        """What the method is called on."""
        function = self.call.func
        assert isinstance(function, ast.Attribute)
        return function.value


class Finder:
    """Finds places of one program, or of a module that it imports, by their text."""

    def __init__(self, text: str, evaluator: Evaluator, module_frame: Frame | None = None) -> None:
        self.text = text
        self.evaluator = evaluator
        self.module_frame = module_frame or evaluator.module_frame
        self._others: dict[int, Finder] = {id(self.module_frame.scope): self}  # of modules, by their scope
        self.wrappings = Wrappings(self)
        self._methods: dict[str, list[Found]] | None = None
        self._frames: dict[int, list[Frame]] = {}
        self._busy: set[int] = set()
        self._starts: dict[int, list[int]] = {}
        self._assigned: dict[int, dict[int, list[tuple[str, Event]]]] = {}
        self._calls_of: dict[str, list[Found]] = {}
        self._mentions: dict[str, bool] = {}
        self._passing: dict[str, list[tuple[Scope, Statement]]] = {}
        self.history_reads: dict[int, list[ast.Constant]] | None = None  # by id of the fit; None until asked for

    def of(self, scope: Scope) -> Finder:
        """What finds places in the module that a scope belongs to: this one, or one of an imported module."""
        module = scope.module
        found = self._others.get(id(module))
        if found is None:
            frame = self.evaluator.imported_frames[id(module)]
            found = self._others[id(module)] = Finder(self.evaluator.text_of(module), self.evaluator, frame)
            found._others = self._others
        return found

    def expects_exception(self, statement: Statement, scope: Scope) -> bool:
        """The statement stands in the block of a test that asserts an exception."""
        if not self.of(scope).mentions("aises"):
            return False
        line = statement.node.lineno
        return any(
            isinstance(record.node, (ast.With, ast.AsyncWith))
            and record.node.lineno <= line <= (record.node.end_lineno or 0)
            and any(map(_asserts_exception, record.node.items))
            for record in scope.statements
        )

    # --- places -----------------------------------------------------------------------------------------

    def locate(self, line: int) -> Iterator[tuple[Scope, Statement]]:
        """The innermost statements that stand on a line, outermost scope first."""
        scope = self.module_frame.scope
        while True:
            _ = scope.events
            starts = self._starts.get(id(scope))
            if starts is None:
                starts = self._starts[id(scope)] = [record.node.lineno for record in scope.statements]
            index = bisect_right(starts, line) - 1
            if index < 0:
                return
            record = scope.statements[index]
            node = record.node
            inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            if inside and node.body[0].lineno <= line <= (node.end_lineno or line):  # type: ignore[attr-defined]
                scope = scope.child(node)  # type: ignore[arg-type]
                continue
            first = starts[index]
            while index >= 0 and starts[index] == first:
                yield scope, scope.statements[index]
                index -= 1
            return

    def statements_with(self, offsets: Iterable[int]) -> Iterator[tuple[Scope, Statement]]:
        """The statements at these ascending offsets of the text, each once."""
        seen: set[int] = set()
        text = self.text
        line, counted = 1, 0  # the line of the character at `counted`
        last = 0
        for offset in offsets:
            line += text.count("\n", counted, offset)
            counted = offset
            if line == last:
                continue
            last = line
            for scope, statement in self.locate(line):
                if id(statement.node) not in seen:
                    seen.add(id(statement.node))
                    yield scope, statement

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere in the text; looked for once."""
        known = self._mentions.get(word)
        if known is None:
            known = self._mentions[word] = word in self.text
        return known

    def aliases(self, name: str) -> list[str]:
        """The other names under which something is imported: `import name as alias`."""
        behind = (_ALIAS.match(self.text, offset + len(name)) for offset in occurrences(self.text, name))
        return [alias[1] for alias in behind if alias is not None]

    def statements_passing(self, name: str) -> list[tuple[Scope, Statement]]:
        """The statements in which a name stands alone, as an argument does."""
        known = self._passing.get(name)
        if known is None:
            known = self._passing[name] = list(self.statements_with(occurrences(self.text, name, ",)]")))
        return known

    def methods(self, name: str) -> list[Found]:
        """The calls of a method that compiles or uses a model, in the order of the text."""
        if self._methods is None:
            self._methods = {}
            for found in self._find_methods():
                assert isinstance(found.call.func, ast.Attribute)
                self._methods.setdefault(found.call.func.attr, []).append(found)
        return self._methods.get(name, [])

    @cached_property
    def uses(self) -> list[Found]:
        """The calls of methods that use a model, each kind in the order of the text."""
        self.methods("compile")
        assert self._methods is not None
        return [found for method, calls in self._methods.items() if method in USING for found in calls]

    @cached_property
    def uses_by_receiver(self) -> dict[tuple[str, int], list[Found]]:
        """The calls of methods that use a model, by what they are called on and the id of their scope."""
        found: dict[tuple[str, int], list[Found]] = {}
        for use in self.uses:
            receiver = dotted(use.receiver)
            if receiver is not None:
                found.setdefault((receiver, id(use.scope)), []).append(use)
        return found

    @cached_property
    def uses_elsewhere(self) -> dict[str, list[tuple[str, list[Found]]]]:
        """What `uses_by_receiver` has in each scope, by the receiver and by the receiver without its first name."""
        found: dict[str, list[tuple[str, list[Found]]]] = {}
        for (receiver, _), calls in self.uses_by_receiver.items():
            rest = receiver.partition(".")[2]
            for key in (receiver, "." + rest) if rest else (receiver,):
                found.setdefault(key, []).append((receiver, calls))
        return found

    @cached_property
    def uses_by_node(self) -> dict[int, Found]:
        """The calls of methods that use a model, by the id of the expression that they are called on; the first."""
        return {id(found.receiver): found for found in reversed(self.uses)}

    def assigned(self, scope: Scope) -> dict[int, list[tuple[str, Event]]]:
        """The names that are bound to a value in a scope, by the id of its expression."""
        bound = self._assigned.get(id(scope))
        if bound is None:
            bound = self._assigned[id(scope)] = {}
            for name, events in scope.events.items():
                for event in events:
                    if event.kind == "assign":
                        bound.setdefault(id(event.value), []).append((name, event))
        return bound

    def _find_methods(self) -> Iterator[Found]:
        for scope, statement in self.statements_with(self._method_offsets()):
            value = getattr(statement.node, "value", None)
            if _is_method_call(value) and not any(_has_call(argument) for argument in value.args):
                yield Found(value, scope, statement)
                continue
            for node in expressions(statement.node):
                if _is_method_call(node):
                    yield Found(node, scope, statement)

    def _method_offsets(self) -> list[int]:
        text = self.text
        found: list[int] = []
        for method in _METHODS:
            offset = text.find(method)
            while offset >= 0:
                if text[offset - 1 : offset] == "." or text[max(offset - 8, 0) : offset].rstrip(" \t\n\\")[-1:] == ".":
                    found.append(offset)
                offset = text.find(method, offset + len(method))
        found.sort()
        return found

    def calls_of(self, name: str) -> list[Found]:
        """The calls of anything that is called `name`, as a plain name or an attribute."""
        known = self._calls_of.get(name)
        if known is not None:
            return known
        found = self._calls_of[name] = []
        for scope, statement in self.statements_with(occurrences(self.text, name, "(")):
            for node in expressions(statement.node):
                if isinstance(node, ast.Call) and _called_name(node.func) == name:
                    found.append(Found(node, scope, statement))
        return found

    # --- activations ------------------------------------------------------------------------------------

    def frames(self, scope: Scope, depth: int = 0) -> list[Frame]:
        """The activations of a scope that the program shows: one a caller, or one without arguments."""
        if scope.parent is None:
            return [self.module_frame]
        known = self._frames.get(id(scope))
        if known is not None:
            return known
        if id(scope) in self._busy or depth > 4:
            return [self.bare_frame(scope, self.module_frame)]
        self._busy.add(id(scope))
        try:
            found = self._make_frames(scope, depth)
        finally:
            self._busy.discard(id(scope))
        self._frames[id(scope)] = found
        return found

    def bare_frame(self, scope: Scope, parent: Frame) -> Frame:
        if isinstance(scope.node, ast.ClassDef):
            return self.evaluator.class_frame(LocalClass(scope.node, parent))
        assert not isinstance(scope.node, ast.Module)
        return self.evaluator.frame_of(Function(scope.node, parent), None)

    def _make_frames(self, scope: Scope, depth: int) -> list[Frame]:
        assert scope.parent is not None
        parents = self.frames(scope.parent, depth + 1)
        definition = scope.node
        if isinstance(definition, ast.ClassDef):
            frame = Frame(scope, parents[0])
            self.evaluator.frames.append(frame)
            return [frame]
        assert not isinstance(definition, ast.Module)
        name = getattr(definition, "name", "")
        owner = scope.parent.node if isinstance(scope.parent.node, ast.ClassDef) else None
        called = owner.name if owner is not None and name == "__init__" else name
        frames = self._wrapped_frames(definition, depth)
        callers = self.calls_of(called) if called else []
        if frames:
            callers = [found for found in callers if not _only_shows(found)]
        if len(callers) <= MAX_CALLERS:
            for found in callers:
                for frame in self._frames_from(found, scope, depth):
                    frames.append(frame)
                    if len(frames) >= MAX_FRAMES:
                        return frames
        if frames:
            return frames
        bare = [self._uncalled(scope, parent, owner) for parent in parents[:MAX_FRAMES]]
        if len(callers) > MAX_CALLERS:
            for frame in bare:
                frame.defaults_known = False
        return bare

    def _wrapped_frames(self, definition: FunctionNode, depth: int) -> list[Frame]:
        """The activations of a model function by its wrappers; see `infer.trainings`."""
        frames = []
        for function, call, statement in self.wrappings.builder_calls(definition, depth):
            frame = self.evaluator.frame_of(function, call)
            frame.call, frame.call_statement = call, statement
            frames.append(frame)
            if len(frames) >= MAX_FRAMES:
                break
        return frames

    def _uncalled(self, scope: Scope, parent: Frame, owner: ast.ClassDef | None) -> Frame:
        assert not isinstance(scope.node, (ast.Module, ast.ClassDef))
        receiver: Value | None = None
        if owner is not None and parent.parent is not None and not _is_static(scope.node):
            cls = LocalClass(owner, parent.parent)
            receiver = self.receiver_of(cls, initialised=getattr(scope.node, "name", "") != "__init__")
        return self.evaluator.frame_of(Function(scope.node, parent, receiver), None)

    def receiver_of(self, cls: LocalClass, initialised: bool) -> Value:
        """What `self` is: the one object that the program makes of the class, else an object of unknown arguments.

        `initialised`: its `__init__` has run.
        """
        from lint_keras_acc.infer.library import is_model_class

        made = self.calls_of(cls.definition.name)
        call = None
        if len(made) == 1:
            frames = self.frames(made[0].scope, 3)
            if len(frames) == 1:
                call = Call(made[0].call, frames[0], made[0].statement.point, self.evaluator)
        if is_model_class(cls, self.evaluator):
            return self.evaluator.own_model(cls, call, initialised)
        return LocalObject(cls, call)

    def _frames_from(self, found: Found, scope: Scope, depth: int) -> Iterator[Frame]:
        """The activations of a scope by one call, if the call is one of it."""
        evaluator = self.evaluator
        for caller in self.frames(found.scope, depth + 1):
            point = found.statement.point
            callee = evaluator.evaluate(found.call.func, caller, point)
            if isinstance(callee, LocalClass):
                made = evaluator.evaluate(found.call, caller, point)
                if isinstance(made, Model) and made.cls is not None:
                    call = Call(found.call, caller, point, evaluator)
                    made = evaluator.own_model(made.cls, call, initialised=False)
                own = made.cls if isinstance(made, (LocalObject, Model)) else None
                if own is not None and own.definition is getattr(scope.parent, "node", None):
                    function = Function(scope.node, evaluator.class_frame(own), made)  # type: ignore[arg-type]
                    yield self._activate(function, found, caller)
            elif isinstance(callee, Function):
                for function in callee.layers():
                    if function.definition is scope.node:
                        yield self._activate(function, found, caller)

    def _activate(self, function: Function, found: Found, caller: Frame) -> Frame:
        call = Call(found.call, caller, found.statement.point, self.evaluator)
        frame = self.evaluator.frame_of(function, call)
        frame.call = call
        frame.call_statement = found.statement
        return frame


def _is_method_call(node: ast.AST | None) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr == "compile" or node.func.attr in USING


def _only_shows(found: Found) -> bool:
    """The statement makes a model for its summary, or to see that it can be made."""
    node = found.statement.node
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    function = node.value.func
    return node.value is found.node or (
        isinstance(function, ast.Attribute) and function.value is found.node and function.attr == "summary"
    )


def _asserts_exception(item: ast.withitem) -> bool:
    """`with pytest.raises(...)`, `with self.assertRaisesRegex(...)` and their kin."""
    call = item.context_expr
    name = _called_name(call.func) if isinstance(call, ast.Call) else None
    return name is not None and (name == "raises" or name.startswith("assertRaises"))


def _has_call(node: ast.AST) -> bool:
    """Whether an argument may hold a further call; plain names and constants do not."""
    return not isinstance(node, (ast.Name, ast.Constant, ast.Attribute))


def _called_name(function: ast.expr) -> str | None:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else None


def _is_static(definition: ast.AST) -> bool:
    return any(dotted(decorator) == "staticmethod" for decorator in getattr(definition, "decorator_list", ()))


_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


def expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement with all that they are made of, without the statements inside it."""
    stack: list[ast.AST] = []
    inside = () if isinstance(statement, ast.expr) else _BLOCKS
    for name in reversed(statement._fields):
        if name not in inside:
            _push(stack, getattr(statement, name, None))
    while stack:
        node = stack.pop()
        yield node
        kind = type(node)
        if kind is ast.Name or kind is ast.Constant:
            continue
        for name in reversed(node._fields):
            _push(stack, getattr(node, name, None))


def _push(stack: list[ast.AST], child: object) -> None:
    """Put what a field of a node holds on the stack, the first on top."""
    if isinstance(child, ast.AST):
        stack.append(child)
    elif isinstance(child, list):
        for item in reversed(child):
            if isinstance(item, ast.AST):
                stack.append(item)
