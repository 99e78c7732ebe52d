"""A categorical loss has nothing to compare at one unit.

## What it does
Finds categorical or sparse categorical cross-entropy on an output of one unit.

## Why is this bad
A categorical loss compares classes, one unit each. With one unit, `categorical_crossentropy` divides the
value by itself: the loss is constant and nothing is learned. `sparse_categorical_crossentropy` knows the
class 0 only: a label 1 raises on TensorFlow and torch, and counts as loss 0 on JAX.

## In numbers
Four rows, once predicted right and once the other way round.

```python
import numpy as np
from lint_keras_acc.runtime.losses import binary_crossentropy, categorical_crossentropy

labels = np.array([[1], [0], [1], [0]])
right = np.array([[0.9], [0.2], [0.8], [0.1]])
printed = {
    "categorical_crossentropy of right predictions": categorical_crossentropy(labels, right),
    "categorical_crossentropy of wrong predictions": categorical_crossentropy(labels, 1 - right),
}
honest = {
    "binary_crossentropy of right predictions": binary_crossentropy(labels, right),
    "binary_crossentropy of wrong predictions": binary_crossentropy(labels, 1 - right),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the training changes. Offered for a sigmoid output, unless the labels are known to be of more than
two classes or the task looks like a regression.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    classes_are_last,
    has_regression_evidence,
    labels_are,
    loss_family,
    loss_name,
    output_place,
    readable_heads,
    takes_logits,
    units,
)
from lint_keras_acc.rules.repairs import all_who_share, replace_loss, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC205", "categorical-loss-on-one-unit", Severity.ERROR)

_BINARY_FORMS = {"categorical_focal_crossentropy": "binary_focal_crossentropy"}

_EFFECTS = {
    "categorical": "the loss is constant and nothing is learned",
    "sparse": "there is class 0 only, and a label 1 raises on TensorFlow and torch, or is loss 0 on JAX",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or not _is_wrong(head):
            continue
        message = (
            f"{head.loss.name.value} compares classes, but the output has one unit: "
            f"{_EFFECTS[loss_family(head) or '']}; {_advice(head)}"
        )
        yield RULE.finding(
            site, head.loss.span, message, related=[output_place(head)], fix=_fix(site, head), head=index
        )


def _is_wrong(head: Head) -> bool:
    return units(head) == 1 and loss_family(head) in ("categorical", "sparse") and classes_are_last(head)


def _advice(head: Head) -> str:
    if has_regression_evidence(head):
        return "write 'mse' for a regression"
    if _has_many_classes(head):
        return "write a unit for each class"
    name = _binary_form(head)
    if activation_name(head) == "sigmoid" and not takes_logits(head):
        return f"write '{name}' (the sigmoid is right), or a unit for each class"
    return f"write '{name}' over a sigmoid, or a unit for each class"


def _has_many_classes(head: Head) -> bool:
    return labels_are(head, "one-hot", "multi-hot", "integer")


def _binary_form(head: Head) -> str:
    return _BINARY_FORMS.get(loss_name(head) or "", "binary_crossentropy")


def _fix(site: CompileSite, head: Head) -> Fix | None:
    loss = head.loss
    more_than_binary = _has_many_classes(head) or has_regression_evidence(head)
    if loss is None or more_than_binary or activation_name(head) != "sigmoid" or takes_logits(head):
        return None
    if not all_who_share(site, head, _is_wrong):
        return None
    name = _binary_form(head)
    return unsafe_fix(site, f"Use {name}", replace_loss(loss, name))
