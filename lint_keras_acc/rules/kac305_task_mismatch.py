"""The loss is for another task than the labels are.

## What it does
Finds continuous labels under a sparse cross-entropy, or under any cross-entropy where they are known to
leave [0, 1]; class ids under a regression loss over several softmax units; and, as a hint, one-hot or 0/1
labels under a regression loss (a warning for the percentage error, which divides by the zeros).

## Why is this bad
A cross-entropy of 17.3 apples means nothing: the sparse one cuts it to a class id, the others fall below 0
without end. A class id against each of several softmax columns raises or broadcasts. Least squares on 0/1
labels does train, but slowly where it is most wrong.

## In numbers
Four rows of three classes, all predicted right and surely, with the class ids in a column: least squares holds each
probability against the id. And apples under a cross-entropy.

```python
import numpy as np
from lint_keras_acc.runtime.losses import binary_crossentropy, mean_squared_error, sparse_categorical_crossentropy

ids = np.array([[0], [1], [2], [2]])
scores = 0.97 * np.eye(3)[ids[:, 0]] + 0.01
apples = np.array([17.3, 4.5])
printed = {
    "mse of class ids and softmax": mean_squared_error(ids, scores),
    "binary_crossentropy of 17.3 and 4.5 apples": binary_crossentropy(apples, [0.99, 0.99]),
}
honest = {
    "sparse_categorical_crossentropy of the classes": sparse_categorical_crossentropy(ids, scores),
    "mse of the apples, predicted right": mean_squared_error(apples, apples),
}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(x, y)
```

## Fix safety
Unsafe: the training changes. Class ids under a softmax get the sparse cross-entropy; none elsewhere.

## References
- https://keras.io/api/losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_is_over_units,
    activation_name,
    has_units,
    is_cross_entropy,
    labels_are,
    loss_family,
    loss_name,
    output_place,
    place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.repairs import all_who_share, replace_loss, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC305", "task-mismatch", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or head.labels.random:
            continue
        verdict = _continuous_labels(head) or _class_ids(head) or _zeros_and_ones(site, head)
        if verdict is None:
            continue
        severity, message = verdict
        yield RULE.finding(
            site,
            head.loss.span,
            message,
            related=[place(head.labels.span, "the labels come from here"), output_place(head)],
            fix=_fix(site, head),
            severity=severity,
            head=index,
        )


def _continuous_labels(head: Head) -> tuple[Severity, str] | None:
    """Continuous labels under a cross-entropy. Soft ones inside [0, 1] are fine for all but sparse."""
    if not labels_are(head, "continuous") or not is_cross_entropy(head):
        return None
    name = loss_name(head)
    if loss_family(head) == "sparse":
        message = f"{name} takes class ids, but the labels are continuous; write 'mse' for a regression"
        return Severity.ERROR, message
    low, high = head.labels.low.value, head.labels.high.value
    if (low is None or low >= 0) and (high is None or high <= 1):
        return None
    return Severity.ERROR, (
        f"{name} takes labels in [0, 1], but these are continuous and go beyond: the loss falls below 0 "
        "without end (torch may raise); write 'mse' and no activation for a regression"
    )


def _class_ids(head: Head) -> tuple[Severity, str] | None:
    if not _holds_ids_against_softmax(head):
        return None
    return Severity.ERROR, (
        f"{loss_name(head)} compares every one of the {units(head)} softmax outputs with the class id "
        "itself; write 'sparse_categorical_crossentropy'"
    )


def _holds_ids_against_softmax(head: Head) -> bool:
    return (
        loss_family(head) == "regression"
        and labels_are(head, "integer", "binary")
        and (head.labels.width.value or 1) == 1
        and activation_name(head) == "softmax"
        and activation_is_over_units(head)
        and has_units(head, 2)
    )


def _zeros_and_ones(site: CompileSite, head: Head) -> tuple[Severity, str] | None:
    labels = head.labels
    is_one_value = labels.low.value is not None and labels.low.value == labels.high.value
    if loss_family(head) != "regression" or not labels_are(head, "one-hot", "binary", "multi-hot") or is_one_value:
        return None
    name = loss_name(head)
    if name == "mean_absolute_percentage_error":
        return Severity.WARNING, (
            f"{name} divides by the labels, and those that are 0 make it millions; write a cross-entropy for classes"
        )
    if site.uses.adversarial:
        return None
    cross_entropy = "'categorical_crossentropy'" if labels_are(head, "one-hot") else "'binary_crossentropy'"
    return (
        Severity.HINT,
        f"the labels are 0 or 1, but {name} fits numbers; {cross_entropy} fits probabilities",
    )


def _fix(site: CompileSite, head: Head) -> Fix | None:
    if head.loss is None or not all_who_share(site, head, _holds_ids_against_softmax):
        return None
    name = "sparse_categorical_crossentropy"
    return unsafe_fix(site, f"Use {name}", replace_loss(head.loss, name))
