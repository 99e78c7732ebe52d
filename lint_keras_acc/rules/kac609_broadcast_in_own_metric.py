"""Audit only: labels of shape (n,) and predictions of shape (n, 1) are broadcast to (n, n).

## What it does
Finds labels without the last axis of a one-unit output under a metric function, a metric or a loss class
of one's own, on Keras 3. The function is tried on a few rows: if labels of shape (n, 1) give the same
number, nothing is said.

## Why is this bad
Keras 3 hands labels of shape (n,) to such functions as they are, and `y_true - y_pred` is then every
label against every prediction. The metric is an average over n * n pairs, of which n are meant; a loss
class is minimised by predicting the mean for every row. Functions given as `loss=` and Keras's own losses
and metrics are aligned before, and Keras 2 aligns all.

An error for a loss, since another objective is minimised; a warning for a metric. A hint where the
function could not be tried, since it may align its arguments itself.

## In numbers
Four rows, all predicted right: labels of shape (4,) and predictions of shape (4, 1).

```python
import numpy as np
from lint_keras_acc.runtime.losses import mean_absolute_error

labels = np.array([1.0, 2.0, 3.0, 4.0])
predictions = labels[:, None]
printed = {"the mean of abs(y_true - y_pred)": float(np.mean(np.abs(labels - predictions)))}
honest = {"'mae'": mean_absolute_error(labels, predictions)}
```

## Example
```python
import keras
import numpy as np

def distance(y_true, y_pred):
    return keras.ops.abs(y_true - y_pred)

x = np.random.default_rng(0).normal(size=(64, 4))
y = x.sum(axis=1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=[distance])
```

## Use instead
```python
import keras
import numpy as np

def distance(y_true, y_pred):
    return keras.ops.abs(y_true - y_pred)

x = np.random.default_rng(0).normal(size=(64, 4))
y = x.sum(axis=1, keepdims=True)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=[distance])
```

## Fix safety
There is no fix: labels may get their axis where they are made, or the function may squeeze the
predictions.

## References
- https://keras.io/api/metrics/#creating-custom-metrics
- https://keras.io/api/losses/#creating-custom-losses
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from lint_keras_acc.findings import Finding, Severity, Span
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import observed_heads
from lint_keras_acc.rules.common import output_place
from lint_keras_acc.sites import CompileSite, Head, Observed

RULE = Rule("KAC609", "broadcast-in-own-metric", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if not site.dialect.is_keras3:
        return
    for index, head, observed in observed_heads(site):
        labels, predictions = observed.targets.shape, observed.predictions.shape
        if predictions != (*labels, 1) or labels[0] < 2:
            continue
        for span, name, severity in _own(head):
            tried = _tried(observed, name)
            if tried == "" or (tried is None and severity is Severity.ERROR):
                continue
            message = (
                f"labels of shape {_shape(labels)} and predictions of shape {_shape(predictions)} are broadcast to "
                f"{_shape((*labels[:-1], labels[-1], labels[-1]))} in {name or 'it'}{tried or ''}; "
                f"pass labels of shape {_shape(predictions)}"
            )
            yield RULE.finding(
                site,
                span,
                message,
                related=[output_place(head)],
                severity=Severity.HINT if tried is None else severity,
                head=index,
            )


def _own(head: Head) -> Iterator[tuple[Span, str | None, Severity]]:
    """The loss and the metrics of the user's own."""
    if head.loss is not None and head.loss.form == "custom":
        yield head.loss.span, head.loss.written, Severity.ERROR
    for metric in head.metrics:
        if metric.form == "custom":
            yield metric.span, metric.written, Severity.WARNING


def _tried(observed: Observed, name: str | None) -> str | None:
    """What a trial showed, in words; '' if the shapes make no difference, None if nothing was tried."""
    for trial in observed.trials:
        if trial.name == name:
            if isclose(trial.flat, trial.column, rel_tol=1e-4, abs_tol=1e-6):
                return ""
            return f": {trial.flat:.4g} on the first rows, where {trial.column:.4g} is meant"
    return None


def _shape(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"
