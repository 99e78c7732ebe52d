"""What becomes of the predictions."""

from __future__ import annotations

import ast

from lint_keras_acc.infer.calls import PREDICTING, Finder, expressions
from lint_keras_acc.infer.scopes import dotted
from lint_keras_acc.infer.uses.following import Use
from lint_keras_acc.infer.uses.results import result_name


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
    name = result_name(use)
    return name is not None and (f"argmax({name}" in text or f"{name}.argmax(" in text)
