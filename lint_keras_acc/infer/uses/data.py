"""The data that a use of a model gets: features, labels, and whether there are some to validate on."""

from __future__ import annotations

import ast

from lint_keras_acc.infer import arrays
from lint_keras_acc.infer.scopes import Scope
from lint_keras_acc.infer.syntax import dump
from lint_keras_acc.infer.uses.following import Use
from lint_keras_acc.infer.values import Constant, Sequence, Value

Data = tuple[Value | None, Value | None]  # features and labels

_VALIDATION_POSITION = {"fit": 7, "fit_generator": 5}


def data_of(use: Use) -> Data:
    """The features and the labels that a use gets; None for what is not given."""
    features = use.call.argument(0, "x", "generator")
    labels = use.call.argument(1, "y") if use.kind not in ("fit_generator", "evaluate_generator") else None
    if features is None or labels is not None:
        return features, labels
    return _pair_of(features, use)


def validation_of(use: Use) -> Data:
    """The features and the labels that a fit is validated on; None for what is not given."""
    given = use.call.argument(_VALIDATION_POSITION.get(use.kind), "validation_data")
    return (None, None) if given is None else _pair_of(given, use)


def _pair_of(given: Value, use: Use) -> Data:
    """What a pipeline yields, or a tuple of data and labels (and weights) holds; else it is all features."""
    pipeline = arrays.dataset_of(given, use.call.evaluator)
    if pipeline is not None:
        return pipeline.features, pipeline.labels
    if isinstance(given, Sequence) and given.kind == "tuple" and len(given.items) in (2, 3) and not given.open:
        return given.items[0], given.items[1]
    return given, None


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
    keywords = use.call.written_keywords()
    if any(keyword.arg is None for keyword in keywords) or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    for name in ("validation_data", "validation_split"):
        given = next((keyword.value for keyword in keywords if keyword.arg == name), None)
        if given is None or (isinstance(given, ast.Constant) and not given.value):
            continue
        if isinstance(given, ast.Name) and _is_parameter(given.id, use.call.frame.scope):
            value = use.call.value(given)
            if isinstance(value, Constant) and not value.value:
                continue
        return True
    return None if use.wrapped or len(node.args) > 5 else False


def _is_parameter(name: str, scope: Scope) -> bool:
    return any(event.kind == "parameter" for event in scope.events.get(name, ()))
