"""What becomes of the result of a call: dropped, printed, bound to a name, taken apart, returned."""

from __future__ import annotations

import ast

from lint_keras_acc.infer.calls import EVALUATING, occurrences
from lint_keras_acc.infer.scopes import dotted
from lint_keras_acc.infer.uses.following import Use


def evaluate_unpacked(uses: list[Use], text: str) -> bool:
    """The numbers that evaluate or train_on_batch returns are unpacked, indexed, returned or handed on somewhere."""
    return any(
        _result_is_taken_apart(use, text) for use in uses if use.kind in EVALUATING or use.kind == "train_on_batch"
    )


def _result_is_taken_apart(use: Use, text: str) -> bool:
    name = result_name(use)
    if name is None:
        return not is_dropped(use) and not _is_printed(use)
    return any(True for _ in occurrences(text, name, "[)")) or is_returned(name, text)


def is_dropped(use: Use) -> bool:
    node = use.statement.node
    return isinstance(node, ast.Expr) and node.value is use.call.node


def _is_printed(use: Use) -> bool:
    node = use.statement.node
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    return dotted(node.value.func) == "print" and use.call.node in node.value.args


def result_name(use: Use) -> str | None:
    """The plain name that the result of the call is bound to."""
    return result_name_of(use.call.node, use.statement.node)


def result_name_of(call: ast.Call, statement: ast.stmt) -> str | None:
    """The plain name that a statement binds the result of a call to."""
    if isinstance(statement, ast.Assign) and statement.value is call and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def is_returned(name: str, text: str) -> bool:
    """Some return statement names it."""
    if "return" not in text:
        return False
    lines = (text[offset : text.find("\n", offset)] for offset in occurrences(text, "return"))
    return any(True for line in lines if any(True for _ in occurrences(line, name)))
