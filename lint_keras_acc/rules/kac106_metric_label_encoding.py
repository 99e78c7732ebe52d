"""A categorical metric expects other labels than the loss gets.

## What it does
Finds a sparse categorical accuracy where the labels are one-hot or multi-hot (or the loss wants them so), and a
categorical accuracy, top-k or not, where the labels are integers (or the loss wants them so).

## Why is this bad
SparseCategoricalAccuracy and TopKCategoricalAccuracy raise at the first batch. CategoricalAccuracy does
not: it takes the argmax of the integer labels, over the batch or over a single column, and reports a number
that means nothing.

The string 'accuracy' chooses by itself and stays silent.

## In numbers
Four rows of three classes, all predicted right. Of integer labels in one column CategoricalAccuracy takes the argmax,
which is 0 in every row.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import categorical_accuracy, sparse_categorical_accuracy

labels = np.array([[2], [1], [0], [2]])
scores = np.array([[0.1, 0.2, 0.7], [0.2, 0.7, 0.1], [0.8, 0.1, 0.1], [0.0, 0.1, 0.9]])
printed = {"CategoricalAccuracy()": categorical_accuracy(labels, scores)}
honest = {"SparseCategoricalAccuracy()": sparse_categorical_accuracy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
)
```

## Fix safety
Safe: training is unchanged or could only raise, the log key stays.

## References
- https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    has_one_id_per_row,
    has_units,
    is_independent,
    labels_are,
    labels_place,
    loss_family,
    loss_place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import (
    binary_accuracy_code,
    class_code,
    code_words,
    metric_words,
    replace_metric,
)
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC106", "metric-label-encoding", Severity.ERROR)

Wanted = Literal["one-hot", "integer"]

_WORDS = {"one-hot": "one-hot rows", "integer": "class ids"}

_WANTS: dict[str, Wanted] = {
    "categorical_accuracy": "one-hot",
    "top_k_categorical_accuracy": "one-hot",
    "sparse_categorical_accuracy": "integer",
    "sparse_top_k_categorical_accuracy": "integer",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        given = _given(head)
        if given is None or units(head) == 1:
            continue
        for metric in head.metrics:
            name = metric.name.value
            wants = _WANTS.get(name or "")
            if name is None or wants is None or wants == given:
                continue
            is_silent = name == "categorical_accuracy"
            happens = "the argmax of an id means nothing" if is_silent else "the first batch raises"
            swapped = name.removeprefix("sparse_") if wants == "integer" else f"sparse_{name}"
            code = _code(site, head, metric, swapped)
            given_words = "multi-hot rows" if _has_rows_of_labels(head) else _WORDS[given]
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} takes {_WORDS[wants]}, but {_source(head)} {given_words}: "
                f"{happens}; write {code_words(code) if code else METRICS[_honest_name(head, swapped)].class_name}",
                related=[labels_place(head), loss_place(head)],
                fix=replace_metric(site, metric, code),
                severity=Severity.WARNING if is_silent else Severity.ERROR,
                head=index,
            )


def _given(head: Head) -> Wanted | None:
    """What the labels of this output are; where nothing is known of them, what the loss wants them to be."""
    if labels_are(head, "one-hot"):
        return "one-hot"
    if _has_rows_of_labels(head):
        return "one-hot"
    if labels_are(head, "integer") or has_one_id_per_row(head):
        return "integer"
    family = loss_family(head)
    if family == "sparse":
        return "integer"
    takes_columns = family == "categorical" or (family == "binary" and has_units(head, 2))
    return "one-hot" if takes_columns else None


def _has_rows_of_labels(head: Head) -> bool:
    """Rows of several labels, which have the shape of one-hot rows."""
    is_flat = head.labels.rank.value == 2 and head.output.rank.value in (None, 2)
    return labels_are(head, "multi-hot") and is_flat


def _source(head: Head) -> str:
    return "the labels are" if head.labels.encoding.known else "the loss takes"


def _honest_name(head: Head, swapped: str) -> str:
    return "binary_accuracy" if _has_rows_of_labels(head) else swapped


def _code(site: CompileSite, head: Head, metric: Metric, swapped: str) -> str | None:
    """Code for the metric that takes the labels, under the key of `metric`."""
    if _has_rows_of_labels(head):
        return binary_accuracy_code(site, head, metric) if swapped == "categorical_accuracy" else None
    if swapped == "categorical_accuracy" and loss_family(head) == "binary" and is_independent(head):
        is_one_hot = labels_are(head, "one-hot")
        return class_code(site, swapped, metric) if is_one_hot else binary_accuracy_code(site, head, metric)
    k = metric.argument("k")
    if k and not isinstance(k.value, int):
        return None
    return class_code(site, swapped, metric, *((f"k={k.value}",) if k else ()))
