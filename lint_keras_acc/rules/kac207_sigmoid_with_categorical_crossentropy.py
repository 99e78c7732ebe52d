"""Categorical cross-entropy is applied to independent sigmoids.

## What it does
Finds several sigmoid units under categorical or sparse categorical cross-entropy. As a hint also the
reverse: sigmoid units under binary cross-entropy whose labels are known to be one-hot rows of 3 or more
classes.

## Why is this bad
Categorical cross-entropy takes a distribution over classes, and sigmoids are none. What is minimised
depends on the backend: JAX and torch divide each row by its sum, the TensorFlow backend drops the sigmoid
without a word and trains a softmax on the logits behind it, while `predict` still returns the sigmoids.

## In numbers
Two rows of logits of four classes. The same program minimises one number here and another there.

```python
import numpy as np
from lint_keras_acc.runtime.losses import categorical_crossentropy, sigmoid, softmax

labels = np.eye(4)[[0, 2]]
logits = np.array([[2.0, 0.5, 0.5, 0.0], [1.0, 1.5, 2.5, 0.5]])
printed = {
    "the loss on JAX and torch": categorical_crossentropy(labels, sigmoid(logits)),
    "the loss on TensorFlow": categorical_crossentropy(labels, softmax(logits)),
    "sum of a row that predict returns": float(sigmoid(logits)[0].sum()),
}
honest = {
    "the loss of a softmax, everywhere": categorical_crossentropy(labels, softmax(logits)),
    "sum of a row that predict returns": float(softmax(logits)[0].sum()),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10, activation="sigmoid")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the model changes. A softmax where each row is known to have one class (also by a sparse loss, or by
an argmax over the predictions), binary cross-entropy where the labels are known to be multi-hot; else none.

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
    has_units,
    labels_are,
    labels_place,
    loss_family,
    output_place,
    output_words,
    readable_heads,
    units,
)
from lint_keras_acc.rules.repairs import (
    activation_advice,
    all_who_share,
    replace_activation,
    replace_loss,
    unsafe_fix,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC207", "sigmoid-with-categorical-crossentropy", Severity.WARNING)

_TWINS = {
    "binary_crossentropy": "categorical_crossentropy",
    "binary_focal_crossentropy": "categorical_focal_crossentropy",
    "categorical_crossentropy": "binary_crossentropy",
    "categorical_focal_crossentropy": "binary_focal_crossentropy",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or activation_name(head) != "sigmoid":
            continue
        if _is_categorical(head):
            severity, message, fix = Severity.WARNING, _warning(site, head), _categorical_fix(site, head)
        elif _is_single_label(head):
            severity, message, fix = Severity.HINT, _hint(head), _single_label_fix(site, head)
        else:
            continue
        yield RULE.finding(
            site,
            head.loss.span,
            message,
            related=[output_place(head), labels_place(head)],
            fix=fix,
            severity=severity,
            head=index,
        )


def _is_categorical(head: Head) -> bool:
    return (
        loss_family(head) in ("categorical", "sparse")
        and activation_name(head) == "sigmoid"
        and units(head) != 1
        and classes_are_last(head)
    )


def _warning(site: CompileSite, head: Head) -> str:
    assert head.loss is not None
    start = f"{head.loss.name.value} takes a distribution, but receives {output_words(head)}"
    if site.dialect.bypasses_activation != "never":
        start += ": the TensorFlow backend silently trains a softmax on the logits behind them"
    if _has_one_class_a_row(site, head):
        return f"{start}; {activation_advice(head, 'softmax')}"
    if labels_are(head, "multi-hot"):
        return f"{start}; write 'binary_crossentropy' for labels of several classes"
    return f"{start}; write 'softmax' for one class per row, or 'binary_crossentropy' for several labels"


def _has_one_class_a_row(site: CompileSite, head: Head) -> bool:
    if labels_are(head, "multi-hot", "continuous", "input"):
        return False
    known = labels_are(head, "one-hot", "integer", "binary")
    return known or loss_family(head) == "sparse" or site.uses.argmax_on_predictions


def _categorical_fix(site: CompileSite, head: Head) -> Fix | None:
    if _has_one_class_a_row(site, head):
        return unsafe_fix(site, "Use 'softmax' at the output", replace_activation(head, "softmax"))
    name = _twin(head)
    if head.loss is None or name is None or not labels_are(head, "multi-hot"):
        return None
    if not all_who_share(site, head, lambda other: _is_categorical(other) and labels_are(other, "multi-hot")):
        return None
    return unsafe_fix(site, f"Use {name}", replace_loss(head.loss, name))


def _is_single_label(head: Head) -> bool:
    classes = head.labels.classes.value or head.labels.width.value or 0
    return (
        loss_family(head) == "binary"
        and units(head) != 1
        and labels_are(head, "one-hot")
        and (has_units(head, 3) or classes >= 3)
    )


def _hint(head: Head) -> str:
    return (
        f"{output_words(head)} for labels of one class per row: nothing makes the probabilities sum to 1; "
        "a softmax with categorical_crossentropy does"
    )


def _single_label_fix(site: CompileSite, head: Head) -> Fix | None:
    name = _twin(head)
    if head.loss is None or name is None or not all_who_share(site, head, _is_single_label):
        return None
    repairs = (replace_activation(head, "softmax"), replace_loss(head.loss, name))
    return unsafe_fix(site, f"Use 'softmax' at the output and {name}", *repairs)


def _twin(head: Head) -> str | None:
    return _TWINS.get(head.loss.name.value or "") if head.loss else None
