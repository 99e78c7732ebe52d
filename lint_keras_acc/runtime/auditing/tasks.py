"""What is learnt at an output, and which figure tells how well."""

from __future__ import annotations

from dataclasses import dataclass

from lint_keras_acc.rules.common import activation_range, is_logits, loss_family, takes_logits, units
from lint_keras_acc.runtime.auditing.data import Task
from lint_keras_acc.sites import Head

_TASKS: dict[str, Task] = {
    "one-hot": "multi-class",
    "multi-hot": "multi-label",
    "continuous": "regression",
    "input": "reconstruction",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The task of an output and the name of its honest figure, None where no accuracy is honest; and why."""

    task: Task
    honest: str | None
    why: str


def task_of(head: Head) -> Task:
    """The task, by the labels of the batch where they tell it, else by the loss."""
    encoding = head.labels.encoding.value
    family = loss_family(head)
    if encoding in _TASKS:
        return _TASKS[encoding]
    if encoding == "integer":
        return _task_of_ids(head, family)
    if encoding == "binary":
        return "binary" if units(head) == 1 else "multi-class"
    if family in ("categorical", "sparse"):
        return "multi-class"
    if family == "binary":
        return "binary" if units(head) == 1 else "multi-label"
    if family == "hinge" and units(head) == 1:
        return "binary"
    return "regression" if family == "regression" else "unknown"


def _task_of_ids(head: Head, family: str | None) -> Task:
    """Whole numbers are class ids for several units; for one unit they are quantities, or do not fit."""
    if units(head) != 1:
        return "multi-class"
    return "regression" if family not in ("binary", "categorical", "sparse", "hinge") else "unknown"


def cut_of(head: Head) -> float:
    """Where yes and no part: 0 for logits and margins, else 0.5.

    Logits are what the loss is told to be logits, and, under a loss that nobody knows, predictions that leave [0, 1].
    """
    if is_logits(head) or loss_family(head) == "hinge":
        return 0.0
    if activation_range(head) in ("unit", "simplex"):
        return 0.5
    may_be_logits = takes_logits(head) or loss_family(head) is None
    return 0.0 if may_be_logits and _leaves_unit_range(head) else 0.5


def _leaves_unit_range(head: Head) -> bool:
    if head.observed is None:
        return False
    low, high = head.observed.predictions.low, head.observed.predictions.high
    return low is not None and high is not None and (low < 0 or high > 1)


def judge(head: Head, cut: float, columns: int, *, ids: bool) -> Judgement:
    """The honest figure. `columns` of the predictions; `ids`: the labels are class ids rather than rows."""
    task = task_of(head)
    where = f"at {cut:g}"
    if task == "binary":
        return _judge_binary(head, where)
    if task == "multi-label":
        why = f"each of the {columns} labels is a yes or no of its own, cut {where}"
        return Judgement(task, f"binary_accuracy {where}", why)
    if task == "multi-class" and columns > 1:
        kernel = "sparse_categorical_accuracy" if ids else "categorical_accuracy"
        encoding = "class ids" if ids else "one-hot rows"
        return Judgement(task, kernel, f"one of {columns} classes is right, and the labels are {encoding}")
    if task == "regression":
        return Judgement(task, None, "the targets are quantities, and no accuracy measures those: look at mae or mse")
    if task == "reconstruction":
        return Judgement(task, None, "the target is the input, a reconstruction: look at the loss, or at mae")
    return Judgement("unknown", None, "what is learnt here cannot be told from the labels and the loss")


def _judge_binary(head: Head, where: str) -> Judgement:
    if (head.labels.low.value or 0) < 0:
        why = "the labels are -1 and 1, and no accuracy of Keras ever matches a -1: write them as 0 and 1"
        return Judgement("binary", None, why)
    if head.observed is not None and head.observed.targets.fractional:
        why = "labels lie between 0 and 1, and only a 0 or 1 can ever be right: look at the loss, or round the labels"
        return Judgement("binary", None, why)
    scale = "logits, positive for yes" if where == "at 0" else "probabilities"
    return Judgement("binary", f"binary_accuracy {where}", f"yes or no, cut {where}: the predictions are {scale}")
