"""The reads of log keys: from the History of a fit, and from the logs in the program's own callbacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint_keras_acc.infer.calls import Finder, expressions, occurrences
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.scopes import Scope, Statement, dotted
from lint_keras_acc.infer.uses.callbacks import callbacks_of
from lint_keras_acc.infer.uses.data import has_validation
from lint_keras_acc.infer.uses.following import Use
from lint_keras_acc.infer.uses.results import is_dropped, is_returned, result_name
from lint_keras_acc.infer.values import Instance, LocalObject
from lint_keras_acc.sites import KeyRead
from lint_keras_acc.source import SpanOf


def history_reads(uses: list[Use], finder: Finder, evaluator: Evaluator, spans: SpanOf) -> Iterator[KeyRead]:
    """The reads of keys in the histories of these fits."""
    fits = {id(use.call.node): use for use in uses if use.trains}
    if not fits:
        return
    if finder.history_reads is None:
        finder.history_reads = {}
        for fit, key in _all_history_reads(finder, evaluator):
            finder.history_reads.setdefault(id(fit), []).append(key)
    for fit_id, use in fits.items():
        for key in finder.history_reads.get(fit_id, ()):
            yield KeyRead(str(key.value), spans(key), has_validation(use))


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
        for callback in callbacks_of(use):
            if isinstance(callback, LocalObject):
                yield from _logs_of(callback, has_validation(use), finder, spans)


def _logs_of(callback: LocalObject, validation: bool | None, finder: Finder, spans: SpanOf) -> Iterator[KeyRead]:
    definition = callback.cls.definition
    first, last = definition.lineno, definition.end_lineno or definition.lineno
    finder = finder.of(callback.cls.frame.scope)
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


def history_escapes(uses: list[Use], text: str) -> bool:
    """A History is returned, or stored in an object."""
    for use in uses:
        if not use.trains or use.kind == "train_on_batch" or is_dropped(use):
            continue
        name = result_name(use)
        if name is None or is_returned(name, text):
            return True
    return False
