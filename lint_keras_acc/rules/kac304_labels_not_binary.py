"""Binary cross-entropy over one unit, but the labels are more than 0 and 1.

## What it does
Finds binary cross-entropy on an output of one unit whose labels are known to have more than 2 classes or to
leave [0, 1].

## Why is this bad
torch raises; TensorFlow and JAX train on a loss that goes below 0 without end, since a label of 2 or -1
rewards ever larger logits. With `from_logits=True` nothing raises anywhere. A label that is not 0 or 1
never counts as right.

## In numbers
Four rows of ten classes against one unit. The surer the unit is of itself, the lower the loss, without end; the labels
2 and 9 never count as right.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy, sparse_categorical_accuracy
from lint_keras_acc.runtime.losses import binary_crossentropy, sparse_categorical_crossentropy

labels = np.array([0, 1, 2, 9])
ten_units = np.eye(10)[labels]
printed = {
    "the loss at the logit 10": binary_crossentropy(labels, np.full(4, 10.0), from_logits=True),
    "the loss at the logit 100": binary_crossentropy(labels, np.full(4, 100.0), from_logits=True),
    "'accuracy' of always 1": binary_accuracy(labels, np.ones(4)),
}
honest = {
    "the loss of ten units that are right": sparse_categorical_crossentropy(labels, ten_units),
    "'accuracy' of ten units that are right": sparse_categorical_accuracy(labels, ten_units),
}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.cifar10.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.cifar10.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Fix safety
There is no fix: either the labels or the output and the loss are to be changed.

## References
- https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    labels_are,
    loss_family,
    output_place,
    place,
    readable_heads,
    takes_logits,
    units,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC304", "labels-not-binary", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        labels = _labels_in_words(head)
        if head.loss is None or labels is None or loss_family(head) != "binary" or units(head) != 1:
            continue
        message = (
            f"binary cross-entropy takes labels in [0, 1], but {labels}: {_effect(head)}; "
            "recode the labels, or write a unit for each class with 'sparse_categorical_crossentropy'"
        )
        yield RULE.finding(
            site,
            head.loss.span,
            message,
            related=[place(head.labels.span, labels), output_place(head)],
            head=index,
        )


def _labels_in_words(head: Head) -> str | None:
    """What the labels are, if not 0 and 1. Continuous ones are KAC305's, rows of several classes KAC303's."""
    labels = head.labels
    if labels_are(head, "continuous", "input", "one-hot", "multi-hot"):
        return None
    classes = labels.classes.value or 0
    if labels_are(head, "integer") and classes > 2 and not labels.subset:
        return f"the labels have {classes} classes"
    if labels.low.value is not None and labels.low.value < 0:
        return f"some labels are {labels.low.value:g}"
    if labels.high.value is not None and labels.high.value > 1:
        return f"some labels are {labels.high.value:g}"
    return None


def _effect(head: Head) -> str:
    if takes_logits(head):
        return "nothing raises, and the loss falls below 0 without end"
    return "torch raises, the others train on a loss that falls below 0 without end"
