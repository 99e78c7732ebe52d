"""The softmax of the output runs over another axis than the classes of the loss.

## What it does
Finds a softmax (or log_softmax) at the output whose `axis` is not that of the categorical or sparse loss, which is
the last one unless the loss is given another. Where the axes can only be compared with the number of axes of the
output, and this is not known, it stays silent.

## Why is this bad
The loss takes the numbers along its axis for the probabilities of the classes. A softmax over another one makes, say,
the pixels of a column compete, and leaves the classes of a pixel without a common scale: the loss divides them by
their sum, and what is trained is no distribution that anyone asked for.

## In numbers
An image of two rows, three columns and five classes. A softmax over the rows leaves each pixel with numbers that do
not sum to 1.

```python
import numpy as np
from lint_keras_acc.runtime.losses import categorical_crossentropy, softmax

rng = np.random.default_rng(0)
logits = rng.normal(size=(1, 2, 3, 5))
labels = np.eye(5)[rng.integers(5, size=(1, 2, 3))]
printed = {
    "smallest sum of a pixel's classes": float(softmax(logits, axis=1).sum(axis=-1).min()),
    "largest sum of a pixel's classes": float(softmax(logits, axis=1).sum(axis=-1).max()),
    "the loss": categorical_crossentropy(labels, softmax(logits, axis=1)),
}
honest = {
    "smallest sum of a pixel's classes": float(softmax(logits).sum(axis=-1).min()),
    "largest sum of a pixel's classes": float(softmax(logits).sum(axis=-1).max()),
    "the loss": categorical_crossentropy(labels, softmax(logits)),
}
```

## Example
```python
import keras

model = keras.Sequential([
    keras.Input((32, 32, 3)),
    keras.layers.Conv2D(5, 1),
    keras.layers.Softmax(axis=1),
])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([
    keras.Input((32, 32, 3)),
    keras.layers.Conv2D(5, 1),
    keras.layers.Softmax(axis=-1),
])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the training changes. None where the layout of the output is not known, as with `channels_first`: there the
loss may be the one to get an `axis`.

## References
- https://keras.io/api/layers/activation_layers/softmax/
- https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    final_activation,
    has_units,
    loss_family,
    loss_name,
    loss_place,
    output_place,
    readable_heads,
    takes_logits,
    units,
)
from lint_keras_acc.rules.repairs import unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC210", "softmax-on-wrong-axis", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        activation = final_activation(head)
        span = activation.axis.span or activation.layer or activation.name.span
        if span is None or not _has_classes(head) or not _differ(_axis(head), _class_axis(head), head):
            continue
        yield RULE.finding(
            site,
            span,
            f"the {activation_name(head)} runs over axis {_axis(head)}, but {loss_name(head)} takes its classes from "
            f"axis {_class_axis(head)}; {_advice(head)}",
            related=[loss_place(head), output_place(head)],
            fix=_fix(site, head),
            head=index,
        )


def _has_classes(head: Head) -> bool:
    is_of_classes = loss_family(head) in ("categorical", "sparse") or loss_name(head) == "kl_divergence"
    is_normalised = activation_name(head) == "softmax" and not takes_logits(head)
    is_normalised = is_normalised or (activation_name(head) == "log_softmax" and takes_logits(head))
    return is_of_classes and is_normalised and units(head) != 1


def _axis(head: Head) -> int | None:
    return final_activation(head).axis.value


def _class_axis(head: Head) -> int | None:
    """The axis of the classes; None where something unknown was written."""
    argument = head.loss.argument("axis") if head.loss else None
    if argument is None:
        return -1
    return argument.value if isinstance(argument.value, int) else None


def _differ(first: int | None, second: int | None, head: Head) -> bool:
    """These are surely two axes of the output. The axis 0, that of the batch, is the last of no output."""
    if first is None or second is None or first == second:
        return False
    if (first < 0) == (second < 0) or 0 in (first, second):
        return True
    rank = head.output.rank.value
    return rank is not None and first % rank != second % rank


def _advice(head: Head) -> str:
    if _class_axis(head) == -1 and not has_units(head, 2):
        return f"write axis=-1, or give the loss axis={_axis(head)} where the classes are there"
    return f"write axis={_class_axis(head)}"


def _fix(site: CompileSite, head: Head) -> Fix | None:
    place = final_activation(head).axis.span
    if place is None or _class_axis(head) != -1 or not has_units(head, 2):
        return None
    return unsafe_fix(site, "Use the softmax over the last axis", Replace(place, "-1"))
