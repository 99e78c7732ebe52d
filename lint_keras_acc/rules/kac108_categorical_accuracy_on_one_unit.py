"""A categorical accuracy over one unit is constant.

## What it does
Finds 'categorical_accuracy', 'sparse_categorical_accuracy', their classes and their top-k forms on an
output of one unit.

## Why is this bad
The argmax over one column is always 0. CategoricalAccuracy reports 1.0 for labels of shape (n, 1) whatever
the model predicts, SparseCategoricalAccuracy the share of zeros among the labels, a top-k accuracy 1.0.

## In numbers
Five rows, of which the model has two right.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy, categorical_accuracy, sparse_categorical_accuracy

labels = np.array([[1], [0], [0], [0], [1]])
scores = np.array([[0.2], [0.9], [0.8], [0.1], [0.7]])
printed = {
    "CategoricalAccuracy()": categorical_accuracy(labels, scores),
    "SparseCategoricalAccuracy()": sparse_categorical_accuracy(labels, scores),
}
honest = {"BinaryAccuracy()": binary_accuracy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=[keras.metrics.CategoricalAccuracy(name="acc")],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=[keras.metrics.BinaryAccuracy(name="acc")],
)
```

## Fix safety
Safe: training is unchanged, the log key stays. No fix where the output is neither a sigmoid nor logits,
or where the loss takes logits for probabilities (KAC201).

## References
- https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_range,
    labels_are,
    loss_family,
    loss_place,
    output_place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import (
    binary_accuracy_code,
    code_words,
    honest_kernel,
    metric_words,
    replace_metric,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC108", "categorical-accuracy-on-one-unit", Severity.ERROR)

_REPORTS = {
    "categorical_accuracy": "1.0, or an argmax over the batch",
    "sparse_categorical_accuracy": "the share of zeros among the labels",
    "top_k_categorical_accuracy": "1.0",
    "sparse_top_k_categorical_accuracy": "1.0",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if units(head) != 1 or head.loss is None or _is_for_numbers(head):
            continue
        code_allowed = honest_kernel(head) == "binary_accuracy"
        for metric in head.metrics:
            reports = _REPORTS.get(metric.name.value or "")
            if reports is None:
                continue
            code = binary_accuracy_code(site, head, metric) if code_allowed else None
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} takes the argmax over one unit, which is always 0, and reports "
                f"{reports}; write {code_words(code) if code else 'a binary accuracy'}",
                related=[output_place(head), loss_place(head)],
                fix=replace_metric(site, metric, code),
                head=index,
            )


def _is_for_numbers(head: Head) -> bool:
    """A regression loss that fits no labels of 0 and 1: no accuracy is right there."""
    return loss_family(head) == "regression" and not labels_are(head, "binary") and activation_range(head) != "unit"
