"""How the program uses a compiled model: its fits, labels, callbacks, histories, and what leaves the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lint_keras_acc.findings import Span
from lint_keras_acc.infer import arrays
from lint_keras_acc.infer.calls import EVALUATING, PREDICTING, TRAINING, Finder, Found, expressions, occurrences
from lint_keras_acc.infer.evaluate import Call, Evaluator, Frame, dump
from lint_keras_acc.infer.scopes import BINDING, END, Event, Point, Scope, Statement, dotted
from lint_keras_acc.infer.symbols import is_keras_path
from lint_keras_acc.infer.values import (
    Constant,
    Function,
    Instance,
    LocalObject,
    Sequence,
    Unknown,
    Value,
)
from lint_keras_acc.sites import Fact, KeyRead, Monitor, Uses

SpanOf = Callable[[ast.AST], Span]
MAX_USES = 24
MAX_HOPS = 3


class Use(NamedTuple):
    """A call of a method of the compiled model: 'fit', 'evaluate', 'predict', ..., and where it is evaluated."""

    kind: str
    call: Call
    statement: Statement

    @property
    def trains(self) -> bool:
        return self.kind in TRAINING

    @property
    def measures(self) -> bool:
        return self.kind in TRAINING or self.kind in EVALUATING


@dataclass
class Trail:
    """What following a compiled model through the program has shown."""

    uses: list[Use]
    names: set[str] = field(default_factory=set)  # that hold the model, and functions that build it
    recompiled_before_use: bool = False
    is_local: bool = False  # the name is a function's own
    handed_on: bool = False  # something gets the model as an argument
    leaves: bool = False  # the model is returned, stored or handed on to where it is not seen


class Follower:
    """Follows the model of one compile call to its uses."""

    def __init__(self, finder: Finder, evaluator: Evaluator) -> None:
        self.finder = finder
        self.evaluator = evaluator
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
        for found in self.calls_on(name, frame.scope):
            if point.position < found.statement.position < end:
                self.add(found, frame)
        self.other_scopes(name, frame)
        if not isinstance(frame.scope.node, ast.Module):
            self.returned(name, frame, point, hops)
        self.handed_on(name, frame, point, end, hops)

    def until(self, name: str, frame: Frame, point: Point) -> int:
        """The position where the name is bound or compiled again on the way that the compile call itself is on."""
        for event in frame.scope.events.get(name, ()):
            if event.position <= point.position:
                continue
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
        yield from self.finder.uses_by_receiver.get((name, id(scope)), ())

    def add(self, found: Found, frame: Frame) -> None:
        if len(self.trail.uses) >= MAX_USES or any(use.call.node is found.node for use in self.trail.uses):
            return
        call = Call(found.call, frame, found.statement.point, self.evaluator)
        self.trail.uses.append(Use(_method(found), call, found.statement))

    def other_scopes(self, name: str, frame: Frame) -> None:
        """Uses in functions that read the same name of an outer scope, and `self.model` in other methods."""
        root, _, rest = name.partition(".")
        scope = frame.scope
        owner = scope.parent if rest and scope.parent is not None and scope.parent.is_class else None
        for (receiver, _), calls in self.finder.uses_by_receiver.items():
            inner = calls[0].scope
            if inner is scope:
                continue
            if owner is not None and inner.parent is owner:
                first = _first_parameter(inner)
                if first and receiver == f"{first}.{rest}" and receiver not in _bound_names(inner):
                    self.add_in(calls)
            elif receiver == name and owner is None and self.reads_outer(root, inner, scope):
                self.add_in(calls)

    def add_in(self, calls: list[Found]) -> None:
        for frame in self.finder.frames(calls[0].scope)[:1]:
            for found in calls:
                self.add(found, frame)

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
        for name, events in call.frame.scope.events.items():
            for event in events:
                binds = event.kind == "assign" and event.statement is statement.node and event.value is call.node
                if binds and event.unpack == (() if index < 0 else (index,)):
                    self.follow(name, call.frame, event.point, hops + 1)
                    return
        for found in self.finder.uses:
            if found.receiver is call.node:
                self.add(found, call.frame)
                return
        if isinstance(statement.node, ast.Return) and statement.node.value is call.node:
            frame = call.frame
            if frame.call is not None and frame.call_statement is not None:
                self.received(frame.call, frame.call_statement, index, hops + 1)
                return
        if not (isinstance(statement.node, ast.Expr) and statement.node.value is call.node):
            self.trail.leaves = True

    def handed_on(self, name: str, frame: Frame, point: Point, end: int, hops: int) -> None:
        """Follow the model into functions of the program that get it as an argument."""
        if "." in name and not name.startswith("self."):
            return
        for scope, statement in self.finder.statements_passing(name):
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
        callee = self.evaluator.evaluate(node.func, frame, statement.point)
        if not isinstance(callee, Function):
            if isinstance(callee, Unknown):
                self.trail.leaves = True
            return
        inner = self.evaluator.frame_of(callee, Call(node, frame, statement.point, self.evaluator))
        inner.call, inner.call_statement = Call(node, frame, statement.point, self.evaluator), statement
        for parameter, value in list(inner.arguments.items()):
            if isinstance(value, Call.Thunk) and dotted(value.node) == name and value.frame is frame:
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


# --- labels -----------------------------------------------------------------------------------------------------


def data_of(use: Use) -> tuple[Value | None, Value | None]:
    """The features and the labels that a use gets; None for what is not given."""
    features = use.call.argument(0, "x", "generator")
    labels = use.call.argument(1, "y") if use.kind not in ("fit_generator", "evaluate_generator") else None
    pipeline = arrays.dataset_of(features, use.call.evaluator) if features and labels is None else None
    if pipeline is not None:
        return pipeline.features, pipeline.labels
    if labels is None and isinstance(features, Sequence) and len(features.items) == 2 and features.kind == "tuple":
        return features.items[0], features.items[1]
    return features, labels


def same_expression(use: Use) -> bool:
    """The features and the labels are the same expression: `fit(x, x)`."""
    arguments = use.call.node.args
    named = {keyword.arg: keyword.value for keyword in use.call.node.keywords}
    first = named.get("x") or (arguments[0] if arguments else None)
    second = named.get("y") or (arguments[1] if len(arguments) > 1 else None)
    if first is None or second is None or not isinstance(first, (ast.Name, ast.Attribute, ast.Subscript)):
        return False
    if isinstance(first, ast.Name) and isinstance(second, ast.Name):
        return first.id == second.id
    return type(first) is type(second) and dump(first) == dump(second)


def has_validation(use: Use) -> bool | None:
    """Whether a fit has validation data; None where that is unknown."""
    node = use.call.node
    if any(keyword.arg is None for keyword in node.keywords) or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    for name in ("validation_data", "validation_split"):
        given = next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
        if given is None or (isinstance(given, ast.Constant) and not given.value):
            continue
        if isinstance(given, ast.Name) and _is_parameter(given.id, use.call.frame.scope):
            value = use.call.value(given)
            if isinstance(value, Constant) and not value.value:
                continue
        return True
    return None if len(node.args) > 5 else False


def _is_parameter(name: str, scope: Scope) -> bool:
    return any(event.kind == "parameter" for event in scope.events.get(name, ()))


# --- callbacks and histories --------------------------------------------------------------------------------------

_MONITOR_POSITION = {"EarlyStopping": 0, "ReduceLROnPlateau": 0, "ModelCheckpoint": 1, "BackupAndRestore": None}
_TEMPLATE_KEY = re.compile(r"\{(\w+)(?:![rsa])?(?::[^{}]*)?\}")
_NOT_KEYS = frozenset({"epoch", "batch", "step"})


def _callbacks(use: Use) -> tuple[Value, ...]:
    """The callbacks that a fit gets: a list of them, or a single one."""
    given = use.call.argument(None, "callbacks")
    if isinstance(given, Sequence):
        return given.items
    return () if given is None else (given,)


def monitors_of(use: Use, spans: SpanOf) -> Iterator[Monitor]:
    """The callbacks of a fit that watch a key."""
    validation = has_validation(use)
    for callback in _callbacks(use):
        if not isinstance(callback, Instance) or not is_keras_path(callback.path):
            continue
        yield from _monitors(callback, callback.path.rpartition(".")[2], validation, spans)


def _monitors(callback: Instance, name: str, validation: bool | None, spans: SpanOf) -> Iterator[Monitor]:
    if name not in _MONITOR_POSITION:
        return
    call = callback.call
    place = spans(call.node)
    if name == "ModelCheckpoint":
        yield from _templates(call, _mode(call.argument(None, "mode"), spans), validation, place, spans)
        best = call.argument(3, "save_best_only")
        if best is None or (isinstance(best, Constant) and not best.value):
            return  # every epoch is saved: nothing is watched
    monitor = call.argument(_MONITOR_POSITION[name], "monitor")
    mode = _mode(call.argument(None, "mode"), spans)
    if monitor is None:
        yield Monitor(name, "val_loss", None, mode, has_validation=validation, callback_span=place)
    elif isinstance(monitor, Constant) and isinstance(monitor.value, str):
        span = spans(monitor.node) if hasattr(monitor.node, "lineno") else place  # type: ignore[arg-type]
        yield Monitor(name, monitor.value, span, mode, has_validation=validation, callback_span=place)


def _templates(call: Call, mode: Fact[str], validation: bool | None, place: Span, spans: SpanOf) -> Iterator[Monitor]:
    """The keys in a checkpoint's path: '{val_accuracy:.2f}'."""
    path = call.argument(0, "filepath")
    if isinstance(path, Constant) and isinstance(path.value, str) and hasattr(path.node, "lineno"):
        for match in _TEMPLATE_KEY.finditer(path.value):
            if match[1] not in _NOT_KEYS:
                span = spans(path.node)  # type: ignore[arg-type]
                yield Monitor("ModelCheckpoint", match[1], span, mode, True, validation, place)


def _mode(value: Value | None, spans: SpanOf) -> Fact[str]:
    if value is None:
        return Fact("auto")
    if isinstance(value, Constant) and isinstance(value.value, str) and hasattr(value.node, "lineno"):
        return Fact(value.value, spans(value.node))  # type: ignore[arg-type]
    return Fact()


def history_reads(uses: list[Use], finder: Finder, evaluator: Evaluator, spans: SpanOf) -> Iterator[KeyRead]:
    """The reads of keys in the histories of these fits."""
    fits = {id(use.call.node): use for use in uses if use.trains}
    if not fits:
        return
    if finder.history_reads is None:
        finder.history_reads = list(_all_history_reads(finder, evaluator))
    for fit, key in finder.history_reads:
        if id(fit) in fits:
            yield KeyRead(str(key.value), spans(key), has_validation(fits[id(fit)]))


def _all_history_reads(finder: Finder, evaluator: Evaluator) -> Iterator[tuple[ast.Call, ast.Constant]]:
    """Every read of a history in the program: the call of fit that returned it, and the key."""
    if not finder.mentions(".history"):
        return
    words = ("history", *_history_names(finder))
    offsets = sorted(offset for word in words for offset in occurrences(finder.text, word, "[."))
    for scope, statement in finder.statements_with(offsets):
        reads = [read for read in map(_key_read, expressions(statement.node)) if read is not None]
        if not reads or _in_probe(statement.node):
            continue
        for owner, key in reads:
            fit = _history_owner(owner, scope, statement, finder, evaluator)
            if fit is not None:
                yield fit.node, key


def _key_read(node: ast.AST) -> tuple[ast.expr, ast.Constant] | None:
    """What is read from and the key, for `owner['key']` and `owner.get('key')`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        owner, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        if len(node.args) != 1:
            return None
        owner, key = node.func.value, node.args[0]
    else:
        return None
    return (owner, key) if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _history_names(finder: Finder) -> list[str]:
    """The names that a `.history` is bound to on a line: `h = history.history`."""
    text = finder.text
    names = set()
    for offset in occurrences(text, "history"):
        if text[offset - 1 : offset] != "." or text[offset + 7 : offset + 8] in ("[", "(", "."):
            continue
        line = text[text.rfind("\n", 0, offset) + 1 : offset]
        name, equals, _ = line.partition("=")
        if equals and name.strip().isidentifier():
            names.add(name.strip())
    return sorted(names - {"history"})


def _in_probe(statement: ast.stmt) -> bool:
    """`'acc' if 'acc' in history else 'accuracy'`: the program asks which key there is."""
    return any(
        isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn))
        for node in expressions(statement)
    )


def _history_owner(
    node: ast.expr, scope: Scope, statement: Statement, finder: Finder, evaluator: Evaluator
) -> Call | None:
    """The fit call whose history an expression holds; None where callers disagree or it is none."""
    owners = []
    for frame in finder.frames(scope):
        value = evaluator.evaluate(node, frame, statement.point)
        if not isinstance(value, Instance) or value.path != "keras.History.history":
            return None
        owners.append(value.call)
    return owners[0] if owners and all(owner.node is owners[0].node for owner in owners) else None


def log_reads(uses: list[Use], finder: Finder, spans: SpanOf) -> Iterator[KeyRead]:
    """`logs['acc']` and `logs.get('acc')` in the program's own callbacks that reach these fits."""
    for use in uses:
        if not use.trains:
            continue
        for callback in _callbacks(use):
            if isinstance(callback, LocalObject):
                yield from _logs_of(callback, has_validation(use), finder, spans)


def _logs_of(callback: LocalObject, validation: bool | None, finder: Finder, spans: SpanOf) -> Iterator[KeyRead]:
    definition = callback.cls.definition
    first, last = definition.lineno, definition.end_lineno or definition.lineno
    for scope, statement in finder.statements_with(occurrences(finder.text, "logs", "[.")):
        if not first <= statement.node.lineno <= last or _method_name(scope) not in _EPOCH_METHODS:
            continue
        if _in_probe(statement.node):
            continue
        for node in expressions(statement.node):
            key = _log_key(node)
            if key is not None:
                yield KeyRead(str(key.value), spans(key), validation)


_EPOCH_METHODS = frozenset({"on_epoch_end", "on_train_end"})


def _method_name(scope: Scope) -> str:
    return getattr(scope.node, "name", "")


def _log_key(node: ast.AST) -> ast.Constant | None:
    read = _key_read(node)
    return read[1] if read is not None and dotted(read[0]) == "logs" else None


# --- what is made of the results ----------------------------------------------------------------------------------


def evaluate_unpacked(uses: list[Use], text: str) -> bool:
    """The numbers that evaluate or train_on_batch returns are unpacked, indexed, returned or handed on somewhere."""
    return any(
        _result_is_taken_apart(use, text) for use in uses if use.kind in EVALUATING or use.kind == "train_on_batch"
    )


def _result_is_taken_apart(use: Use, text: str) -> bool:
    name = _result_name(use)
    if name is None:
        return not _is_dropped(use) and not _is_printed(use)
    return any(True for _ in occurrences(text, name, "[)")) or _is_returned(name, text)


def _is_dropped(use: Use) -> bool:
    node = use.statement.node
    return isinstance(node, ast.Expr) and node.value is use.call.node


def _is_printed(use: Use) -> bool:
    node = use.statement.node
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    return dotted(node.value.func) == "print" and use.call.node in node.value.args


def _result_name(use: Use) -> str | None:
    """The plain name that the result of the call is bound to."""
    node = use.statement.node
    if isinstance(node, ast.Assign) and node.value is use.call.node and len(node.targets) == 1:
        target = node.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def _is_returned(name: str, text: str) -> bool:
    """Some return statement names it."""
    if "return" not in text:
        return False
    lines = (text[offset : text.find("\n", offset)] for offset in occurrences(text, "return"))
    return any(True for line in lines if any(True for _ in occurrences(line, name)))


def history_escapes(uses: list[Use], text: str) -> bool:
    """A History is returned, or stored in an object."""
    for use in uses:
        if not use.trains or use.kind == "train_on_batch" or _is_dropped(use):
            continue
        name = _result_name(use)
        if name is None or _is_returned(name, text):
            return True
    return False


def argmax_on_predictions(uses: list[Use], finder: Finder) -> bool:
    """The predictions go through an argmax: single-label evidence."""
    if not finder.mentions("argmax") and not finder.mentions("predict_classes"):
        return False
    return any(use.kind in PREDICTING and _is_argmaxed(use, finder.text) for use in uses)


def _is_argmaxed(use: Use, text: str) -> bool:
    if use.kind == "predict_classes":
        return True
    calls = (node for node in expressions(use.statement.node) if isinstance(node, ast.Call))
    if any((dotted(node.func) or "").endswith("argmax") for node in calls):
        return True
    name = _result_name(use)
    return name is not None and (f"argmax({name}" in text or f"{name}.argmax(" in text)


_ADVERSARIES = ("discriminator", "critic", "adversar")
_ROLES = frozenset({"d", "g", "dis", "gen", "disc", "adv", "generator"})  # of models, in programs of GANs


def is_adversarial(names: set[str], finder: Finder) -> bool:
    """The model is one part of a GAN: its names say so, or it stands in a program that freezes a discriminator."""
    parts = {name.rpartition(".")[2].lower() for name in names}
    if any(word in part for part in parts for word in _ADVERSARIES):
        return True
    freezes = finder.mentions(".trainable")
    if freezes and finder.mentions("discriminator"):
        return True
    words = {word for part in parts for word in part.split("_")}
    if any(word == "gan" or (word.endswith("gan") and freezes) for word in words):
        return True
    return not words.isdisjoint(_ROLES) and (freezes or any(map(finder.mentions, ("gan", "GAN", "Gan"))))


def read_uses(trail: Trail, finder: Finder, evaluator: Evaluator, spans: SpanOf) -> Uses:
    """All that is told of the uses of a model, without the keys that depend on its metrics."""
    uses = trail.uses
    measured = any(use.measures for use in uses)
    ends_here = trail.is_local and not trail.handed_on  # all that happens to it is in sight
    only_built = (trail.recompiled_before_use or ((bool(uses) or ends_here) and not measured)) and not trail.leaves
    return Uses(
        shown=bool(uses),
        only_built=only_built,
        monitors=tuple(monitor for use in uses if use.trains for monitor in monitors_of(use, spans)),
        history_reads=(
            *history_reads(uses, finder, evaluator, spans),
            *log_reads(uses, finder, spans),
        ),
        history_escapes=history_escapes(uses, finder.text) or trail.leaves,
        evaluate_unpacked=evaluate_unpacked(uses, finder.text),
        argmax_on_predictions=argmax_on_predictions(uses, finder),
        adversarial=is_adversarial(trail.names, finder),
    )


def with_keys(uses: Uses, keys: set[str], text: str) -> Uses:
    """`uses` with those of the keys that the text reads as strings, plain or as `val_...`."""
    read = {found for key in keys for found in (key, f"val_{key}") if _is_read(found, text)}
    return replace(uses, keys_read=frozenset(read))


def _is_read(key: str, text: str) -> bool:
    """The key stands in the text as a string, or in a template."""
    if key not in text:
        return False
    return any(form in text for form in (f"'{key}'", f'"{key}"', f"{{{key}:", f"{{{key}}}", f"{{{key}!"))
