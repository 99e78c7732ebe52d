"""What is honest and what is intended, from the task that the labels show. Plain NumPy, nothing of the linter.

Task. What the labels are, read against the number of units that shall hold them:
    binary   labels of two values and one unit: yes or no
    classes  class ids, or one-hot rows as wide as the output: one class of several (0/1 labels are ids, too)
    labels   multi-hot rows as wide as the output: several yes or no, each on its own
    numbers  a number for the one unit: a regression
    nothing  the units cannot hold the labels (three classes in one unit, rows of another width)

Decision. What the model says of a row:
    binary, labels  yes above the cut. A sigmoid or softmax is cut at its middle, 0.5. Any other output is cut where
                    the loss holds both answers for equal: at 0.5 if the loss takes probabilities, at 0 if it takes
                    logits or margins, and halfway between the two labels if it compares numbers.
    classes         the unit with the highest score.

Honest figure of a metric. Computed from the decisions: the share that is right (a cell of a multi-hot row is one
decision), precision, recall, F1 and IoU of them (F1 and IoU of each class; precision and recall of all decisions
together). Top 2, if a class is among the two highest scores. AUC and cross-entropies of the probabilities: of the
output, or of the sigmoid (binary, labels) or softmax (classes) of what the loss is told to take for logits. Numbers
have no honest accuracy, and where the units cannot hold the labels nothing is honest.

Intended loss. The value that the loss should have on this batch:
    cross-entropies  the cross-entropy of the task, of the probabilities that go with it: the sigmoid (binary, labels)
                     or softmax (classes) of what goes into the activation; the focal forms with their factors
    mse, poisson     their formula, on labels of the shape of the output (class ids as one-hot rows)
    hinges           their formula, on margins of labels -1 and 1
    kl_divergence    of the one-hot row from the softmax of what goes into the activation
A loss is not what is intended, too, where no weights bring it to the value that a perfect prediction has: where the
activation cannot come near the labels, and where the loss is the same whatever the model says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tests.oracle.cells import Cell, Labels, Loss, Metric, Output

Array = Any
TaskKind = Literal["binary", "classes", "labels", "numbers", "nothing"]

# Keras keeps probabilities this far from 0 and 1 before it takes a logarithm.
EPSILON = 1e-7


@dataclass(frozen=True)
class Task:
    """`truth`: (n, 1) of bool for binary, (n,) ids for classes, (n, units) of bool for labels, (n, 1) numbers."""

    kind: TaskKind
    truth: Array = None
    low: float = 0.0
    high: float = 1.0


def task_of(labels: Labels, units: int) -> Task:
    """The task that the labels show, for so many units."""
    array = labels.array
    width = array.shape[1] if array.ndim > 1 else 1
    column = array.reshape(len(array), -1)[:, :1]
    if labels.kind in ("one-hot", "multi-hot"):
        if width != units:
            return Task("nothing")
        return Task("classes", array.argmax(1)) if labels.kind == "one-hot" else Task("labels", array > 0)
    if units == 1 and labels.kind == "binary":
        return Task("binary", column > 0, low=column.min(), high=1)
    if units == 1:
        return Task("numbers", column)
    return Task("classes", column[:, 0]) if labels.kind == "ids" or column.min() == 0 else Task("nothing")


# --- the output ---------------------------------------------------------------------------------------------


def sigmoid(scores: Array) -> Array:
    return 1 / (1 + np.exp(-scores))


def softmax(scores: Array) -> Array:
    powers = np.exp(scores)
    return powers / powers.sum(-1, keepdims=True)


_FUNCTIONS: dict[str | None, Callable[[Array], Array]] = {
    None: lambda scores: scores,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "tanh": np.tanh,
    "relu": lambda scores: np.maximum(scores, 0),
    "softplus": lambda scores: np.log1p(np.exp(scores)),
}


def activated(output: Output, scores: Array) -> Array:
    """What the model returns."""
    return _FUNCTIONS[output.activation](scores)


def gives_probabilities(output: Output) -> bool:
    return output.activation in ("sigmoid", "softmax")


def probabilities_of(task: Task, scores: Array) -> Array:
    """The probabilities that go with a task, of what goes into the activation."""
    return softmax(scores) if task.kind == "classes" else sigmoid(scores)


# --- the honest figure --------------------------------------------------------------------------------------


def cut(output: Output, loss: Loss, task: Task) -> float:
    """Above it the model says yes."""
    if gives_probabilities(output):
        return 0.5
    if loss.logits or loss.family in ("hinge", "categorical hinge"):
        return 0.0
    return 0.5 if loss.is_cross_entropy else (task.low + task.high) / 2


def honest(cell: Cell, scores: Array) -> Array | None:
    """The honest figure (of F1Score: one for each class); None where no number is honest."""
    task = task_of(cell.labels, cell.output.units)
    if task.kind in ("numbers", "nothing"):
        return None
    outputs = activated(cell.output, scores.astype("float64"))
    measure = cell.metric.measures
    if measure == "top 2":
        return top_two(task, outputs)
    if measure in ("auc", "crossentropy"):
        is_told = cell.loss.logits and not gives_probabilities(cell.output)
        probabilities = probabilities_of(task, outputs) if is_told else outputs
        truth = columns(task, cell.output.units)
        return area(truth, probabilities) if measure == "auc" else cross_entropy(cell.metric, task, probabilities)
    says = decisions(cell, task, outputs)
    truth = columns(task, cell.output.units)
    if measure == "accuracy":
        return np.mean(says.argmax(1) == task.truth) if task.kind == "classes" else np.mean(says == truth)
    return of_decisions(measure, task, truth, says)


def columns(task: Task, units: int) -> Array:
    """The truth as yes and no, a column for each unit. An id without a unit is no everywhere."""
    return task.truth[:, None] == np.arange(units) if task.kind == "classes" else task.truth


def decisions(cell: Cell, task: Task, outputs: Array) -> Array:
    """What the model says, as yes and no, a column for each unit."""
    if task.kind == "classes":
        return outputs.argmax(1)[:, None] == np.arange(cell.output.units)
    return outputs > cut(cell.output, cell.loss, task)


def of_decisions(measure: str, task: Task, truth: Array, says: Array) -> Array | None:
    hits = (truth & says).sum(0)
    if measure == "precision":
        return ratio(hits.sum(), says.sum())
    if measure == "recall":
        return ratio(hits.sum(), truth.sum())
    if measure == "f1":
        return ratio(2 * hits, truth.sum(0) + says.sum(0))
    if task.kind == "labels":
        return None  # A multi-hot row is no class map.
    if task.kind == "binary":
        truth, says = np.hstack([~truth, truth]), np.hstack([~says, says])
        hits = (truth & says).sum(0)
    unions = (truth | says).sum(0)
    return np.mean(hits[unions > 0] / unions[unions > 0])


def ratio(part: Array, whole: Array) -> Array:
    """0 where there is nothing, as Keras has it."""
    return np.where(whole == 0, 0.0, part / np.maximum(whole, 1))


def top_two(task: Task, outputs: Array) -> Array | None:
    """Of classes only: how often fewer than two scores are above that of the true class."""
    if task.kind != "classes":
        return None
    has_unit = task.truth < outputs.shape[1]
    own = np.take_along_axis(outputs, np.where(has_unit, task.truth, 0)[:, None], 1)
    return np.mean(has_unit & ((outputs > own).sum(1) < 2))


def area(truth: Array, probabilities: Array) -> float:
    """The area under the ROC curve, all columns together; of probabilities at the 200 thresholds that Keras takes."""
    thresholds = np.array([-EPSILON, *(np.arange(1, 199) / 199), 1 + EPSILON])
    if probabilities.min() < 0 or probabilities.max() > 1:
        thresholds = np.array([-np.inf, *np.unique(probabilities)])
    above = probabilities.reshape(1, -1) > thresholds[:, None]
    yes = truth.reshape(1, -1)
    rate_of_hits = (above & yes).sum(1) / yes.sum()
    rate_of_false = (above & ~yes).sum(1) / (~yes).sum()
    return float(np.sum((rate_of_false[:-1] - rate_of_false[1:]) * (rate_of_hits[:-1] + rate_of_hits[1:]) / 2))


def cross_entropy(metric: Metric, task: Task, probabilities: Array) -> float | None:
    """What the metric is named after; a categorical one is of classes, and takes rows for shares."""
    units = probabilities.shape[1]
    if metric.of == "binary":
        return binary_cross_entropy(columns(task, units), probabilities)
    if task.kind != "classes" or task.truth.max() >= units:
        return None
    sums = probabilities.sum(1, keepdims=True)
    return categorical_cross_entropy(columns(task, units), probabilities / sums) if sums.all() else None


# --- the intended loss --------------------------------------------------------------------------------------


def intended(labels: Labels, output: Output, loss: Loss, scores: Array) -> float | None:
    """The value that the loss should have; None where it should not be used at all."""
    scores = scores.astype("float64")
    task = task_of(labels, output.units)
    outputs = activated(output, scores)
    if task.kind == "nothing" or (task.kind == "classes" and task.truth.max() >= output.units):
        return None
    if loss.family in ("regression", "counts"):
        targets = numeric_targets(task, output.units)
        return compare_numbers(loss, targets, outputs) if reaches(output, targets, loss) else None
    if task.kind == "numbers":
        return None
    if loss.family in ("hinge", "categorical hinge"):
        return hinges(loss, output, task, outputs)
    probabilities = probabilities_of(task, scores)
    if loss.family == "divergence":
        return categorical_cross_entropy(columns(task, output.units), probabilities) if task.kind == "classes" else None
    return cross_entropy_of_task(loss, task, columns(task, output.units), probabilities)


def cross_entropy_of_task(loss: Loss, task: Task, truth: Array, probabilities: Array) -> float | None:
    fits = {"binary": ("binary",), "labels": ("binary",), "classes": ("binary", "categorical", "sparse")}
    if loss.family not in fits[task.kind]:
        return None
    if task.kind == "classes":
        alpha, gamma = (0.25 if loss.family == "categorical" else 1.0, 2.0) if loss.focal else (1.0, 0.0)
        return categorical_cross_entropy(truth, probabilities, alpha, gamma)
    return binary_cross_entropy(truth, probabilities, 2.0 if loss.focal else 0.0)


def binary_cross_entropy(truth: Array, probabilities: Array, gamma: float = 0.0) -> float:
    """The mean over all cells; with gamma, the sure ones count less."""
    of_truth = np.clip(np.where(truth, probabilities, 1 - probabilities), EPSILON, 1 - EPSILON)
    return float(np.mean(-((1 - of_truth) ** gamma) * np.log(of_truth)))


def categorical_cross_entropy(truth: Array, probabilities: Array, alpha: float = 1.0, gamma: float = 0.0) -> float:
    """The mean over rows."""
    of_truth = np.clip((truth * probabilities).sum(1), EPSILON, 1 - EPSILON)
    return float(np.mean(-alpha * (1 - of_truth) ** gamma * np.log(of_truth)))


def numeric_targets(task: Task, units: int) -> Array:
    """The labels as numbers, in the shape of the output."""
    if task.kind == "binary":
        return np.where(task.truth, task.high, task.low)
    return task.truth if task.kind == "numbers" else columns(task, units).astype("float64")


def compare_numbers(loss: Loss, targets: Array, outputs: Array) -> float:
    if loss.family == "regression":
        return float(np.mean((outputs - targets) ** 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.mean(outputs - targets * np.log(outputs + EPSILON)))


# From where to where an activation comes, or comes near. The outputs of a softmax also sum to 1.
RANGES = {
    None: (-np.inf, np.inf),
    "sigmoid": (0, 1),
    "softmax": (0, 1),
    "tanh": (-1, 1),
    "relu": (0, np.inf),
    "softplus": (0, np.inf),
}


def reaches(output: Output, targets: Array, loss: Loss) -> bool:
    """Some weights predict these targets (as rates, which are above 0, for poisson)."""
    low, high = RANGES[output.activation]
    is_in_range = bool((targets >= low).all() and (targets <= high).all())
    if loss.family == "counts":
        return is_in_range and low == 0 and bool((targets >= 0).all())
    return is_in_range and (output.activation != "softmax" or bool(np.allclose(targets.sum(1), 1)))


def hinges(loss: Loss, output: Output, task: Task, outputs: Array) -> float | None:
    """Margins of 1 between yes and no: an output must come to -1 and to 1, or a class 1 above the others."""
    truth = columns(task, output.units)
    if loss.family == "categorical hinge" and task.kind == "classes":
        own = (truth * outputs).sum(1)
        return float(np.mean(np.maximum(0, 1 + np.max(np.where(truth, 0, outputs), 1) - own)))
    low, high = RANGES[output.activation]
    if low > -1 or high < 1 or (loss.family == "categorical hinge" and task.kind != "binary"):
        return None
    margins = np.maximum(0, 1 - np.where(truth, 1, -1) * outputs)
    return float(np.mean(margins**2 if loss.squared else margins))
