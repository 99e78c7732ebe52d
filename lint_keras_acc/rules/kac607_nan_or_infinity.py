"""Audit only: there are NaN or infinities in the labels or the predictions.

## What it does
Finds NaN and infinities in the labels and the predictions of a batch. Labels under a loss of one's own
may be meant to have them, and minus infinity among logits (classes that are masked out) or logarithms is
a number as good as any.

## Why is this bad
One NaN makes the loss of the batch NaN, and after one step every weight; the sample weight 0 does not
help, since 0 times NaN is NaN. Accuracies hide it: a NaN prediction is no more than 0.5, so it counts as
the class 0, and in an argmax it wins on JAX and torch and loses on TensorFlow. An error, since the result
is undefined.

## In numbers
Four rows, three of which are labelled 0, and a model that has become NaN.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy, sparse_categorical_accuracy
from lint_keras_acc.runtime.losses import mean_squared_error

labels = np.array([0, 0, 1, 0])
printed = {
    "'accuracy' of one unit": binary_accuracy(labels, np.full(4, np.nan)),
    "'accuracy' of a softmax": sparse_categorical_accuracy(labels, np.full((4, 2), np.nan)),
}
honest = {"the loss": mean_squared_error(labels, np.full(4, np.nan))}
```

## Example
```python
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(64, 4))
y = np.log(x.sum(axis=1, keepdims=True), where=x.sum(axis=1, keepdims=True) > 0, out=np.full((64, 1), np.nan))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

## Use instead
```python
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(64, 4))
x = x[x.sum(axis=1) > 0]
y = np.log(x.sum(axis=1, keepdims=True))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

## Fix safety
There is no fix: the cause lies in the data or in the weights.

## References
- https://keras.io/api/callbacks/terminate_on_nan/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import enumeration
from lint_keras_acc.rules.common import activation_name, activation_range, output_place
from lint_keras_acc.sites import CompileSite, Head, Values

RULE = Rule("KAC607", "nan-or-infinity", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in enumerate(site.heads):
        if head.observed is None:
            continue
        span = head.loss.span if head.loss else site.span
        labels = _found(head.observed.targets, counts_negative=True)
        if labels and head.loss is not None and head.loss.name.known and not site.custom_training:
            message = (
                f"the labels hold {labels}: the loss of the batch is NaN or infinite, and one step later every "
                "weight; drop such rows (the sample weight 0 does not help)"
            )
            yield RULE.finding(site, span, message, head=index)
        predictions = _found(head.observed.predictions, counts_negative=not _may_be_minus_infinity(head))
        if predictions:
            message = (
                f"the predictions hold {predictions}: their loss is NaN or infinite, while accuracies go on counting; "
                "look for it in the weights and the inputs"
            )
            yield RULE.finding(site, span, message, related=[output_place(head)], head=index)


def _may_be_minus_infinity(head: Head) -> bool:
    """Logits or logarithms."""
    return activation_name(head) in (None, "linear") or activation_range(head) == "log"


def _found(values: Values, *, counts_negative: bool) -> str | None:
    infinities = values.infinities + (values.negative_infinities if counts_negative else 0)
    words = [f"{values.nans} NaN"] if values.nans else []
    if infinities:
        words.append(f"{infinities} infinit{'y' if infinities == 1 else 'ies'}")
    return enumeration(words) if words else None
