"""Audit only: the accuracy reads the rows of labels as something that they are not.

## What it does
Finds labels with several ones in a row under a categorical (or top-k) accuracy, and labels with exactly
one 1 in each row of three or more under a binary accuracy.

## Why is this bad
A categorical accuracy takes the argmax of the labels: of several ones it sees the first, and asks whether
the largest score falls there. A binary accuracy counts columns: of 10 classes 9 columns are 0 in each
row, so a model that answers nothing scores 0.9.

A warning, since the number is not what it claims. A hint for independent units under a binary
cross-entropy in fewer than 60 rows: that many without an exception make it sure that at most one row in
20 has another number of ones.

## In numbers
Three rows of several labels, all predicted right, under a categorical accuracy; and ten classes, of which a model
predicts none, under a binary one.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy, categorical_accuracy

several = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0]])
scores = np.array([[0.7, 0.1, 0.9, 0.2], [0.3, 0.6, 0.1, 0.8], [0.9, 0.8, 0.2, 0.1]])
classes, nothing = np.eye(10), np.full((10, 10), 0.1)
printed = {
    "categorical_accuracy of several labels": categorical_accuracy(several, scores),
    "binary_accuracy of ten classes": binary_accuracy(classes, nothing),
}
honest = {
    "binary_accuracy of several labels": binary_accuracy(several, scores),
    "categorical_accuracy of ten classes": categorical_accuracy(classes, nothing),
}
```

## Example
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(2, size=(64, 5))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(2, size=(64, 5))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["binary_accuracy"])
```

## Fix safety
There is no fix: the metric may be the wrong one, or the output and the loss.

## References
- https://keras.io/api/metrics/accuracy_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import metrics_that_run, observed_heads
from lint_keras_acc.rules.common import is_independent, labels_are, loss_family, output_place, units
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.sites import CompileSite, Head, Metric, Observed

RULE = Rule("KAC610", "accuracy-against-label-rows", Severity.WARNING)

# By the rule of three: 3 / 60 bounds the share of what was not seen once, at 95 %.
_ENOUGH_ROWS = 60


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head, observed in observed_heads(site):
        if labels_are(head, "multi-hot") and observed.trues is not None:
            for metric in metrics_that_run(head, "categorical_accuracy", "top_k_categorical_accuracy"):
                message = _several_ones(metric, observed.trues)
                yield RULE.finding(site, metric.span, message, related=[output_place(head)], head=index)
        elif labels_are(head, "one-hot") and (units(head) or 0) >= 3:
            severity = Severity.HINT if _may_be_multi_label(head, observed) else RULE.severity
            for metric in metrics_that_run(head, "binary_accuracy"):
                message = _one_one(metric, units(head) or 0)
                yield RULE.finding(
                    site, metric.span, message, related=[output_place(head)], severity=severity, head=index
                )


def _may_be_multi_label(head: Head, observed: Observed) -> bool:
    return is_independent(head) and loss_family(head) == "binary" and observed.rows < _ENOUGH_ROWS


def _runs(metric: Metric) -> str:
    words = metric_words(metric)
    return f"{words} runs {metric.kernel.value} here, which" if metric.name.value == "accuracy" else words


def _several_ones(metric: Metric, trues: tuple[int, int]) -> str:
    return (
        f"rows of labels have {trues[0]} to {trues[1]} ones, but {_runs(metric)} compares the largest score with the "
        "first of them; use sigmoids, binary_crossentropy and BinaryAccuracy for labels that are true together"
    )


def _one_one(metric: Metric, columns: int) -> str:
    return (
        f"rows of labels have a single 1, but {_runs(metric)} counts {columns} columns, of which {columns - 1} are 0: "
        f"answering 0 everywhere scores {(columns - 1) / columns:.3g}; write CategoricalAccuracy"
    )
