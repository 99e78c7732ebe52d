"""The output has another number of units than the labels have classes.

## What it does
Finds one-hot and multi-hot labels whose width is known and differs from the number of units, and class ids
known to be as large as the number of units or larger, or to be below 0.

## Why is this bad
Rows of another width raise at the first batch; against one unit, a regression loss broadcasts them in
silence. An id without a unit raises on TensorFlow and torch; on JAX it counts as loss 0 without a word.

## In numbers
Four rows, of which the last is of a class that has no unit.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import sparse_categorical_accuracy
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy

labels = np.array([0, 1, 2, 3])
three, four = 0.85 * np.eye(4, 3) + 0.05, 0.8 * np.eye(4) + 0.05
try:
    on_tensorflow = sparse_categorical_crossentropy(labels, three, backend="tensorflow")
except ValueError as error:
    on_tensorflow = f"raises: {error}"
printed = {
    "the loss of the last row on JAX": sparse_categorical_crossentropy(labels[3:], three[3:]),
    "the loss on TensorFlow": on_tensorflow,
    "'accuracy'": sparse_categorical_accuracy(labels, three),
}
honest = {
    "the loss of the last row with four units": sparse_categorical_crossentropy(labels[3:], four[3:]),
    "'accuracy' with four units": sparse_categorical_accuracy(labels, four),
}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.cifar100.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.cifar100.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(100, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Fix safety
There is no fix: either number may be the wrong one.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    classes_are_last,
    labels_are,
    labels_place,
    loss_family,
    loss_name,
    place,
    readable_heads,
    units,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC303", "units-differ-from-classes", Severity.ERROR)

# Losses that compare the two element by element.
_ELEMENTWISE_FAMILIES = frozenset({"binary", "categorical", "regression", "hinge"})
_ELEMENTWISE_LOSSES = frozenset({"kl_divergence", "poisson"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        message = _rows_message(head) or _ids_message(head)
        if head.loss is None or message is None or not classes_are_last(head):
            continue
        layer = place(head.output.units.span or head.output.layer, f"the output has {_count(units(head), 'unit')}")
        labels = labels_place(head) or place(head.labels.span, "the labels come from here")
        yield RULE.finding(site, head.loss.span, message, related=[layer, labels], head=index)


def _rows_message(head: Head) -> str | None:
    count, width = units(head), _row_width(head)
    if count is None or width is None or width == count or not _compares_elements(head):
        return None
    rows = "one-hot rows of {} classes" if labels_are(head, "one-hot") else "multi-hot rows of {} labels"
    start = f"the labels are {rows.format(width)}, but the output has {_count(count, 'unit')}"
    if count == 1 and loss_family(head) not in ("binary", "categorical"):
        return f"{start}: the loss compares the one unit with all columns; write {width} units"
    return f"{start}: the first batch raises; write {width} units"


def _row_width(head: Head) -> int | None:
    labels = head.labels
    ranks = labels.rank.value, head.output.rank.value
    if not labels_are(head, "one-hot", "multi-hot") or (None not in ranks and ranks[0] != ranks[1]):
        return None
    width = labels.width.value or (None if labels.subset else labels.classes.value)
    # One column is no class to choose from: a count that was still running when it was read.
    return None if width == 1 else width


def _compares_elements(head: Head) -> bool:
    return loss_family(head) in _ELEMENTWISE_FAMILIES or loss_name(head) in _ELEMENTWISE_LOSSES


def _ids_message(head: Head) -> str | None:
    if loss_family(head) != "sparse" or not _may_be_ids(head):
        return None
    lowest = head.labels.low.value
    if lowest is not None and lowest < 0:
        return (
            f"labels go down to {lowest:g}, and there is no class below 0: TensorFlow and torch raise, JAX counts "
            "such rows as loss 0; recode the labels"
        )
    count, largest = units(head), _largest_id(head)
    if count is None or largest is None or largest < count:
        return None
    return (
        f"labels go up to {largest}, but the output has {_count(count, 'unit')} for ids up to {count - 1}: "
        f"TensorFlow and torch raise, JAX counts such rows as loss 0; write {largest + 1} units"
    )


def _may_be_ids(head: Head) -> bool:
    """What a sparse loss takes for ids, unless the labels are known to be something else."""
    is_ignoring = head.loss is not None and head.loss.argument("ignore_class") is not None
    return not is_ignoring and (labels_are(head, "integer", "binary") or not head.labels.encoding.known)


def _largest_id(head: Head) -> int | None:
    labels = head.labels
    if labels.high.value is not None:
        return int(labels.high.value)
    if labels.subset or labels.classes.value is None:
        return None
    return labels.classes.value - 1


def _count(number: int | None, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"
