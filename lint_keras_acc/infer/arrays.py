"""What a program says of its data: the one door to the knowledge about libraries of arrays and pipelines."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from lint_keras_acc.infer import pipelines
from lint_keras_acc.infer.data import (
    changes,
    items,
    keras_,
    methods,
    numpy_,
    operators,
    pandas_,
    random_,
    sklearn_,
    tensorflow_,
)
from lint_keras_acc.infer.data.facts import Literal, array_of, of_sequence
from lint_keras_acc.infer.data.numpy_ import of_range
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.scopes import Event, Point
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Dataset, Instance, Sequence, Value

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator

# What calling a name of a library returns, by its canonical spelling.
KNOWN: dict[str, Callable[[Call], Value]] = {
    **pandas_.KNOWN,
    **numpy_.KNOWN,
    **random_.KNOWN,
    **sklearn_.KNOWN,
    **tensorflow_.KNOWN,
    **keras_.KNOWN,
    **pipelines.KNOWN,
}


def method(owner: Value, name: str, call: Call) -> Value:
    """What a method of data, of a pipeline or of a library's object returns."""
    if isinstance(owner, Array):
        return methods.array_method(owner, name, call)
    if isinstance(owner, Dataset):
        return pipelines.dataset_method(owner, name, call)
    if isinstance(owner, Instance):
        made = pipelines.instance_method(owner, name, call)
        return methods.instance_method(owner, name, call) if made is None else made
    return UNKNOWN


def attribute(owner: Value, name: str) -> Value | None:
    """An attribute of such a value; None where it is a method."""
    if isinstance(owner, Array):
        return methods.array_attribute(owner, name)
    if isinstance(owner, Instance):
        return methods.instance_attribute(owner, name)
    return pipelines.dataset_attribute(owner, name) if isinstance(owner, Dataset) else None


def item(owner: Value, index: Constant) -> Value:
    """`owner[index]` for a constant index."""
    return pipelines.dataset_item(owner, index) if isinstance(owner, Dataset) else items.item(owner, index)


def subscript(owner: Value, node: ast.expr, frame: Frame, point: Point, evaluator: Evaluator) -> Value:
    """`owner[index]` for any index."""
    if isinstance(owner, Dataset):
        index = evaluator.evaluate(node, frame, point)
        return pipelines.dataset_item(owner, index) if isinstance(index, Constant) else UNKNOWN
    return items.subscript(owner, items.Where(node, frame, point, evaluator))


def operation(operator: ast.operator, left: Value, right: Value) -> Value:
    """`left operator right`, where one of them may be data."""
    return operators.operation(operator, left, right)


def comparison(operator: ast.cmpop, left: Value, right: Value) -> Value:
    """`left operator right` for a comparison of data."""
    return operators.comparison(operator, left, right)


def after(value: Value, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """A value after a statement that changes what its name holds."""
    return changes.after(value, event, frame, evaluator)


def grown(value: Sequence, event: Event, frame: Frame, evaluator: Evaluator) -> Value:
    """A list after an `append` in a loop."""
    return changes.grown(value, event, frame, evaluator)


def mapped(
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp,
    source: Value,
    frame: Frame,
    point: Point,
    evaluator: Evaluator,
) -> Value:
    """A comprehension over an unknown or long source."""
    return changes.mapped(node, source, frame, point, evaluator)


def long_literal(node: ast.List | ast.Tuple, evaluator: Evaluator, frame: Frame, point: Point) -> Value:
    """A literal of hundreds of items."""
    return changes.long_literal(node, frame, point)


def length_of(array: Array) -> Value:
    """`len(array)`"""
    return UNKNOWN if array.length is None else Constant(array.length)


def of_any_round(value: Value) -> Value:
    """What a loop appends in any of its rounds, where this is what it appends in the last one."""
    return changes.of_any_round(value)


def element_of(dataset: Dataset) -> Value:
    """What a pipeline yields: features alone, or a pair with the labels."""
    return pipelines.whole_element(dataset)


def dataset_of(value: Value, evaluator: Evaluator) -> Dataset | None:
    """What `fit` reads from a pipeline, a generator or a Sequence of the program; None for anything else."""
    return pipelines.dataset_of(value, evaluator)


__all__ = [
    "KNOWN",
    "Literal",
    "after",
    "array_of",
    "attribute",
    "comparison",
    "dataset_of",
    "element_of",
    "grown",
    "item",
    "length_of",
    "long_literal",
    "mapped",
    "method",
    "of_any_round",
    "of_range",
    "of_sequence",
    "operation",
    "subscript",
]
