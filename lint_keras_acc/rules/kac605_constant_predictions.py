"""Audit only: the predictions do not depend on the input, or are all exactly 0 or 1.

## What it does
Finds batches in which every predicted row is the same, and those in which every prediction is exactly 0
or 1 though some of them are wrong. Batches of equal inputs, and outputs that are an argmax or rounded,
stay silent.

## Why is this bad
A constant answer has an accuracy too: the share of its class. It comes of a dead relu, whose gradient is
0, of NaN-free but exploded weights, of inputs that were never scaled. Where a probability is exactly 0 or
1 the cross-entropy is clipped, and on JAX and torch the row trains nothing, least of all where it is
wrong.

A warning for a model that has been trained and for a dead relu, which no training mends; a hint where
nobody says whether it has been, since a last layer may begin with zeros. A model that has not been
trained is otherwise silent.

## In numbers
Ten rows, eight of which are labelled 0, and a model that says 0.3 of every one.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import balanced_accuracy, binary_accuracy

labels = np.array([0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
scores = np.full(10, 0.3)
printed = {"'accuracy'": binary_accuracy(labels, scores)}
honest = {"balanced accuracy": balanced_accuracy(labels, scores)}
```

## Example
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.uniform(size=(64, 4)), rng.uniform(100, 900, size=(64, 1))
model = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(1, activation="relu", kernel_initializer=keras.initializers.Constant(-1.0))]
)
model.compile(optimizer="adam", loss="mse")
```

## Use instead
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.uniform(size=(64, 4)), rng.uniform(100, 900, size=(64, 1))
model = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(-1.0))]
)
model.compile(optimizer="adam", loss="mse")
```

## Fix safety
There is no fix: the cause lies in the weights and the data.

## References
- https://keras.io/api/layers/activations/
- https://keras.io/api/layers/initializers/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity, Span
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import observed_heads, share
from lint_keras_acc.rules.common import activation_name, activation_range, is_cross_entropy, output_place
from lint_keras_acc.sites import CompileSite, Head, Observed

RULE = Rule("KAC605", "constant-predictions", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head, observed in observed_heads(site):
        message = _constant(head, observed) or _saturated(head, observed)
        if message is None or (observed.trained is False and not _is_dead(head, observed)):
            continue
        is_sure = observed.trained or _is_dead(head, observed)
        yield RULE.finding(
            site,
            _span(site, head),
            message,
            related=[output_place(head)],
            severity=RULE.severity if is_sure else Severity.HINT,
            head=index,
        )


def _span(site: CompileSite, head: Head) -> Span:
    return head.output.layer or site.span


def _is_dead(head: Head, observed: Observed) -> bool:
    """All exactly 0 behind an activation that is flat there."""
    is_flat = activation_name(head) in ("relu", "relu6", "thresholded_relu")
    return is_flat and observed.same_rows and observed.predictions.zeros == observed.predictions.count


def _constant(head: Head, observed: Observed) -> str | None:
    if not observed.same_rows:
        return None
    rows, low, high = observed.rows, observed.predictions.low, observed.predictions.high
    if _is_dead(head, observed):
        return (
            f"all {rows} predicted rows are 0: the {activation_name(head)} is dead, its gradient is 0 too; leave it out"
        )
    values = "" if low is None or high is None else f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    return (
        f"all {rows} predicted rows are the same ({values}): the output does not depend on the input; "
        "look for unscaled inputs, a learning rate that is too high, or dead units"
    )


def _saturated(head: Head, observed: Observed) -> str | None:
    predictions, score = observed.predictions, observed.score
    is_saturated = predictions.zeros + predictions.ones == predictions.count
    if not is_saturated or head.output.integers or score is None or score.hits == score.of:
        return None
    if activation_range(head) not in ("unit", "simplex") or not is_cross_entropy(head):
        return None
    noun = "label" if score.kernel == "binary_accuracy" else "row"
    return (
        f"every prediction is exactly 0 or 1, also where {share(score.of - score.hits, score.of, noun)} are wrong: "
        "there the loss is clipped, and on JAX and torch trains nothing; scale the inputs, or lower the learning rate"
    )
