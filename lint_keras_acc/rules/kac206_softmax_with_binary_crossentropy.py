"""Binary cross-entropy is applied to a softmax.

## What it does
Finds a softmax under binary cross-entropy: a warning from 3 units on, a hint for 2 units (where the two
losses agree on one-hot labels) and for an unknown number, unless the labels show more columns. An error
where the labels are known to be class ids.

## Why is this bad
Binary cross-entropy takes every unit as a yes/no of its own, a softmax makes them compete. JAX and torch
minimise neither of the two objectives; the TensorFlow backend silently drops the softmax and trains a
sigmoid on the logits behind it, while `predict` still returns the softmax. With class ids for labels Keras 3
raises at the first batch.

## In numbers
Two rows of logits of four classes. One program, two losses, and neither is that of the softmax that `predict` returns.

```python
import numpy as np
from lint_keras_acc.runtime.losses import binary_crossentropy, categorical_crossentropy, sigmoid, softmax

labels = np.eye(4)[[0, 2]]
logits = np.array([[2.0, 0.5, 0.5, 0.0], [1.0, 1.5, 2.5, 0.5]])
printed = {
    "the loss on JAX and torch": binary_crossentropy(labels, softmax(logits)),
    "the loss on TensorFlow": binary_crossentropy(labels, sigmoid(logits)),
}
honest = {"categorical_crossentropy": categorical_crossentropy(labels, softmax(logits))}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
y = keras.utils.to_categorical(y)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
y = keras.utils.to_categorical(y)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Fix safety
Unsafe: the training changes. With one-hot labels the categorical loss, with integer labels the sparse one,
with multi-hot labels or where the target is the input a sigmoid; none where the labels are unknown.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    ONE_ID_FOR_ALL,
    activation_is_over_units,
    activation_name,
    classes_are_last,
    has_one_id_per_row,
    has_units,
    labels_are,
    labels_place,
    loss_family,
    output_place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.repairs import all_who_share, replace_activation, replace_loss, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC206", "softmax-with-binary-crossentropy", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or not _is_wrong(head):
            continue
        yield RULE.finding(
            site,
            head.loss.span,
            f"{_contradiction(site, head)}; {_advice(head)}",
            related=[output_place(head), labels_place(head)],
            fix=_fix(site, head),
            severity=_severity(head),
            head=index,
        )


def _is_wrong(head: Head) -> bool:
    return (
        loss_family(head) == "binary"
        and activation_name(head) == "softmax"
        and units(head) != 1
        and activation_is_over_units(head)
        and classes_are_last(head)
    )


def _severity(head: Head) -> Severity:
    if _raises(head):
        return Severity.ERROR
    return RULE.severity if _has_many_columns(head) else Severity.HINT


def _raises(head: Head) -> bool:
    """One class id for each row of several units: the shapes differ."""
    return has_units(head, 2) and has_one_id_per_row(head)


def _has_many_columns(head: Head) -> bool:
    """3 or more units, or labels that say so where the units are unknown."""
    if units(head) is not None:
        return has_units(head, 3)
    return labels_are(head, "input") or (head.labels.width.value or head.labels.classes.value or 0) >= 3


def _contradiction(site: CompileSite, head: Head) -> str:
    outputs = f"{units(head)} softmax outputs" if units(head) else "softmax outputs"
    if _raises(head):
        return (
            f"binary cross-entropy takes a label for each of the {outputs}, but the labels are one class id "
            f"per row: {ONE_ID_FOR_ALL}"
        )
    start = f"binary cross-entropy takes each of the {outputs} as a yes/no of its own"
    if site.dialect.bypasses_activation == "never":
        return f"{start}, but the softmax makes them compete"
    return f"{start}: the TensorFlow backend silently trains a sigmoid on the logits behind the softmax"


def _advice(head: Head) -> str:
    if _is_multi_label(head):
        return "write 'sigmoid' instead of 'softmax'"
    loss = _single_label_loss(head)
    if loss:
        return f"write '{loss}'"
    return (
        "write 'categorical_crossentropy' for one-hot rows, 'sparse_categorical_crossentropy' for class ids, "
        "'sigmoid' for several labels"
    )


def _is_multi_label(head: Head) -> bool:
    return labels_are(head, "multi-hot", "input")


def _single_label_loss(head: Head) -> str | None:
    focal = head.loss is not None and head.loss.name.value == "binary_focal_crossentropy"
    if labels_are(head, "one-hot"):
        return "categorical_focal_crossentropy" if focal else "categorical_crossentropy"
    return "sparse_categorical_crossentropy" if labels_are(head, "integer", "binary") else None


def _fix(site: CompileSite, head: Head) -> Fix | None:
    if head.loss is None:
        return None
    if _is_multi_label(head):
        return unsafe_fix(site, "Use 'sigmoid' at the output", replace_activation(head, "sigmoid"))
    name = _single_label_loss(head)
    if name is None or not all_who_share(
        site, head, lambda other: _is_wrong(other) and _single_label_loss(other) == name
    ):
        return None
    return unsafe_fix(site, f"Use {name}", replace_loss(head.loss, name))
