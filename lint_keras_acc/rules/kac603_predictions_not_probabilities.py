"""Audit only: predictions are no probabilities, though the loss takes them for such.

## What it does
Finds predictions outside [0, 1] under a cross-entropy with `from_logits=False`, and under a categorical
one rows that do not sum to 1. It speaks where the model does not tell why: after a layer of one's own, a
`Rescaling`, a softmax over another axis. Where the activation tells it, that is for KAC201, KAC203 and KAC207 to say.

## Why is this bad
The binary cross-entropy clips what lies outside (0, 1), which then trains nothing. The categorical ones
divide each row by its sum or clip it, depending on the backend. So what is minimised is not the
cross-entropy of what `predict` returns: an error outside [0, 1], where it is no cross-entropy at all, and
a warning for other sums, where it is one of other probabilities.

## In numbers
Three rows of probabilities, and the same in per cent. TensorFlow clips each of them to 1, and sees three equal classes.

```python
import numpy as np
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy

labels = np.array([0, 1, 2])
shares = 0.85 * np.eye(3) + 0.05
per_cent = sparse_categorical_crossentropy(labels, 100 * shares, backend="tensorflow")
printed = {"the loss of per cent on TensorFlow": per_cent}
honest = {"the loss of the probabilities": sparse_categorical_crossentropy(labels, shares)}
```

## Example
```python
import keras
import numpy as np

class Percent(keras.layers.Layer):
    def call(self, shares):
        return 100 * shares

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(3, size=64)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax"), Percent()])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(3, size=64)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
There is no fix: a batch shows the numbers, not the code that makes them.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import observed_heads
from lint_keras_acc.rules.common import (
    activation_range,
    classes_are_last,
    is_cross_entropy,
    loss_family,
    output_place,
    takes_probabilities,
)
from lint_keras_acc.sites import CompileSite, Head, Observed

RULE = Rule("KAC603", "predictions-not-probabilities", Severity.ERROR)

# How far rounding moves the sum of a row of probabilities.
_ROUNDING = {"bfloat16": 2e-2, "float16": 5e-3}
_ROUNDING_OF_SINGLES = 1e-3


_EFFECTS = {
    "binary": "Keras clips what lies outside (0, 1), which then trains nothing",
    "categorical": "Keras divides each row by its sum",
    "sparse": "the TensorFlow backend clips them to (0, 1), JAX and torch divide each row by its sum",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head, observed in observed_heads(site):
        if head.loss is None or not is_cross_entropy(head) or not takes_probabilities(head):
            continue
        if activation_range(head) not in (None, "simplex", "unit"):
            continue
        verdict = _outside(head, observed) or _sums(head, observed)
        if verdict is None:
            continue
        severity, message = verdict
        yield RULE.finding(site, head.loss.span, message, related=[output_place(head)], severity=severity, head=index)


def _outside(head: Head, observed: Observed) -> tuple[Severity, str] | None:
    low, high = observed.predictions.low, observed.predictions.high
    if low is None or high is None or (low >= -_rounding(observed) and high <= 1 + _rounding(observed)):
        return None
    family = loss_family(head) or ""
    return Severity.ERROR, (
        f"predictions go from {low:.3g} to {high:.3g}, but {_loss(head)} takes probabilities: {_EFFECTS[family]}; "
        f"pass from_logits=True if they are logits, or end in a {'sigmoid' if family == 'binary' else 'softmax'}"
    )


def _sums(head: Head, observed: Observed) -> tuple[Severity, str] | None:
    sums = observed.prediction_sums
    if sums is None or loss_family(head) not in ("categorical", "sparse") or not classes_are_last(head):
        return None
    low, high = sums
    if abs(low - 1) <= _rounding(observed) and abs(high - 1) <= _rounding(observed):
        return None
    return Severity.WARNING, (
        f"rows of predictions sum to {low:.3g} to {high:.3g}, but {_loss(head)} takes a distribution: the loss is that "
        "of other probabilities than predict() returns; end in a softmax over the last axis"
    )


def _loss(head: Head) -> str:
    return head.loss.name.value or "this loss" if head.loss else ""


def _rounding(observed: Observed) -> float:
    return _ROUNDING.get(observed.predictions.dtype, _ROUNDING_OF_SINGLES)
