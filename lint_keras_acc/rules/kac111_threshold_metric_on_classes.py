"""A metric of yes and no is computed over several classes.

## What it does
Finds Precision, Recall, their ...At... forms, TruePositives and its kin on a softmax of several columns without
`class_id` or `top_k`. A hint; an error under a sparse loss, AUC included, whatever arguments are given.

## Why is this bad
Every column is cut at 0.5 and counted as a yes or no of its own, all classes together: over two classes precision
and recall are nothing but the accuracy, over more of them a row without any probability above 0.5 says no to every
class. Some want that micro average; hence only a hint.

Under a sparse loss the labels are class ids, which have another shape than the predictions: the metric raises at the
first batch. With `class_id` Keras 3 takes that column of the ids, which is another row of the batch.

## In numbers
Four rows of three classes, all predicted right, two of them without any probability above a half.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import class_counts

labels = np.eye(3)[[0, 1, 2, 2]]
scores = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.3, 0.25, 0.45], [0.3, 0.3, 0.4]])
columns = class_counts(labels.ravel(), scores.ravel())[1]
third = class_counts(labels, scores)[2]
printed = {"Recall(), over all columns": columns.right / columns.seen}
honest = {"recall of the third class": third.right / third.seen}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy", keras.metrics.Precision()]
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy", keras.metrics.Precision(class_id=3)]
)
```

## Fix safety
There is no fix: which class is meant, or whether the labels can be one-hot rows, is not in the program. F1Score gives
a figure for each class.

## References
- https://keras.io/api/metrics/classification_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_range,
    loss_family,
    loss_name,
    loss_place,
    output_place,
    output_words,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import metric_family, metric_words
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC111", "threshold-metric-on-classes", Severity.HINT)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if units(head) == 1 or head.output.integers:
            continue
        for metric in head.metrics:
            if _raises(head, metric):
                message, severity = _error(site, head, metric), Severity.ERROR
            elif _counts_cells(head, metric):
                message, severity = _hint(head, metric), Severity.HINT
            else:
                continue
            yield RULE.finding(
                site,
                metric.span,
                message,
                related=[output_place(head), loss_place(head)],
                severity=severity,
                head=index,
            )


def _raises(head: Head, metric: Metric) -> bool:
    """Class ids are compared with a row of scores each."""
    return loss_family(head) == "sparse" and metric_family(metric) in ("threshold", "auc")


def _error(site: CompileSite, head: Head, metric: Metric) -> str:
    words = metric_words(metric)
    advice = "use a categorical loss with one-hot labels, or a sparse metric"
    if metric.argument("class_id") is not None and site.dialect.is_keras3:
        return (
            f"{words} takes a column of the labels, but those of {loss_name(head)} are class ids: "
            f"class_id picks a row of the batch; {advice}"
        )
    return (
        f"{words} compares the labels with {output_words(head)} one by one, but those of {loss_name(head)} are "
        f"class ids: it raises at the first batch; {advice}"
    )


def _counts_cells(head: Head, metric: Metric) -> bool:
    if metric_family(metric) != "threshold" or activation_range(head) != "simplex":
        return False
    choosing = (metric.argument("class_id"), metric.argument("top_k"))
    return all(argument is None or argument.given_none for argument in choosing)


def _hint(head: Head, metric: Metric) -> str:
    words = metric_words(metric)
    name = metric.name.value or ""
    chooses = "class_id" in METRICS[name].class_parameters
    advice = "give it a class_id" if chooses else "F1Score has a figure for each class"
    if units(head) == 2 and name in ("precision", "recall") and metric.argument("thresholds") is None:
        return f"{words} over two softmax outputs counts both columns and is the accuracy; {advice}"
    return f"{words} counts each of the {output_words(head)} as a yes or no, all classes together; {advice}"
