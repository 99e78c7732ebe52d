"""The result of evaluate taken apart into more or fewer numbers than it has.

## What it does
Finds `loss, acc = model.evaluate(...)` and `scores[1]` where `evaluate` returns another number of values: one where
compile has no metrics, the loss and one for each metric else. With several outputs the loss of each output
comes in between (not on Keras 3.0 to 3.6).

## Why is this bad
With the loss alone `evaluate` returns a plain number: "cannot unpack non-iterable float object". With another count:
"too many values to unpack", or the wrong number under a name.

## In numbers
What `evaluate` returns without metrics, taken apart into two.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy
from lint_keras_acc.runtime.losses import binary_crossentropy

labels, scores = np.array([1, 0, 1, 1]), np.array([0.9, 0.2, 0.4, 0.8])
try:
    loss, accuracy = binary_crossentropy(labels, scores)
except TypeError as error:
    printed = {"loss, accuracy = evaluate(...)": f"raises: {error}"}
loss, accuracy = binary_crossentropy(labels, scores), binary_accuracy(labels, scores)
honest = {"loss": loss, "accuracy": accuracy}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=3)
loss, accuracy = model.evaluate(x_test, y_test)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
loss, accuracy = model.evaluate(x_test, y_test)
```

## Fix safety
There is no fix: a metric may be missing, or a name be one too many.

## References
- https://keras.io/api/models/model_training_apis/#evaluate-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import place
from lint_keras_acc.sites import CompileSite, EvaluateRead

RULE = Rule("KAC508", "unpacked-evaluate", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    count = _values(site)
    if count is None:
        return
    for read in site.uses.evaluates:
        if read.targets == count > 1 or (not read.exactly and read.targets <= count > 1):
            continue
        yield RULE.finding(
            site,
            read.span,
            _message(site, read, count),
            related=[
                place(read.source, "the numbers come from here"),
                place(site.span, "the metrics are those of this compile call"),
            ],
        )


def _message(site: CompileSite, read: EvaluateRead, count: int) -> str:
    if count == 1:
        return (
            "evaluate returns one number here, the loss, since compile has no metrics: it cannot be taken apart; "
            "take it as it is, or give compile metrics"
        )
    wanted = f"{read.targets} are taken" if read.exactly else f"there is no index {read.targets - 1}"
    return f"evaluate returns {count} numbers here{_names(site)}, and {wanted}; take {count}"


def _names(site: CompileSite) -> str:
    """What the numbers of a model with one output are."""
    if len(site.heads) > 1:
        return ""
    return f" (loss, {', '.join(str(metric.log_key) for metric in site.metrics)})"


def _values(site: CompileSite) -> int | None:
    """How many numbers evaluate returns; None where that is not known."""
    several = len(site.heads) > 1
    if site.custom_training or not site.metrics_known or not (site.outputs_known or site.sequential):
        return None
    keys = [metric.log_key for metric in site.metrics]
    if None in keys or len(set(keys)) < len(keys):
        return None  # a metric of the program's own may return several; of a name given twice versions differ
    if not several:
        return 1 + len(keys)
    if any(head.loss is None for head in site.heads):
        return None
    losses = len(site.heads) if site.dialect.logs_output_losses else 0
    return 1 + losses + len(keys)
