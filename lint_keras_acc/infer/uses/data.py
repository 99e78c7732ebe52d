"""The data that a use of a model gets: features, labels, and whether there are some to validate on."""

from __future__ import annotations

import ast

from lint_keras_acc.infer import arrays
from lint_keras_acc.infer.evaluate import dump
from lint_keras_acc.infer.scopes import Scope
from lint_keras_acc.infer.uses.following import Use
from lint_keras_acc.infer.values import Constant, Sequence, Value


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
