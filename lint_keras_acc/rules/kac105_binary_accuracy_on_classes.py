"""A binary accuracy over several classes is inflated.

## What it does
Finds 'binary_accuracy' or `BinaryAccuracy()` over three or more classes under a categorical or sparse loss;
over two where the loss is sparse or the classes are logits (two columns of a softmax are right or wrong together).

## Why is this bad
It cuts every column at 0.5 and counts columns. With ten classes a model that is always unsure scores 0.9,
since nine columns of ten are rightly 0. Under a sparse loss the integer labels are compared with every
column: Keras 3 raises for labels of shape (n,), and reports garbage for (n, 1).

## In numbers
Ten classes, and a model that gives each of them one tenth, whatever it sees.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy, categorical_accuracy

labels = np.eye(10)
unsure = np.full((10, 10), 0.1)
printed = {"BinaryAccuracy()": binary_accuracy(labels, unsure)}
honest = {"CategoricalAccuracy()": categorical_accuracy(labels, unsure)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="categorical_crossentropy",
    metrics=[keras.metrics.BinaryAccuracy(name="acc")],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="categorical_crossentropy",
    metrics=[keras.metrics.CategoricalAccuracy(name="acc")],
)
```

## Fix safety
Safe: training is unchanged, the log key stays.

## References
- https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_range,
    has_units,
    is_logits,
    labels_are,
    loss_family,
    loss_name,
    loss_place,
    output_place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import (
    class_code,
    code_words,
    key_as_string,
    metric_words,
    replace_metric,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC105", "binary-accuracy-on-classes", Severity.WARNING)

_RIGHT = {"categorical": "categorical_accuracy", "sparse": "sparse_categorical_accuracy"}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        right = _RIGHT.get(loss_family(head) or "")
        if right is None or not has_units(head, _fewest_units(head)) or _may_be_multi_label(head):
            continue
        for metric in head.metrics:
            if metric.name.value != "binary_accuracy":
                continue
            code = class_code(site, right, metric)
            advice = code_words(code) if code else repr(right)
            new_key = None if code else key_as_string(site, metric, right)
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} {_what_happens(head)}; write {advice}",
                related=[loss_place(head), output_place(head)],
                fix=replace_metric(site, metric, code or repr(right), new_key=new_key, loses_key=code is None),
                head=index,
            )


def _fewest_units(head: Head) -> int:
    return 2 if loss_family(head) == "sparse" or is_logits(head) else 3


def _may_be_multi_label(head: Head) -> bool:
    if labels_are(head, "one-hot", "integer"):
        return False
    return labels_are(head, "multi-hot") or activation_range(head) == "unit"


def _what_happens(head: Head) -> str:
    if loss_family(head) == "sparse":
        return f"compares the integer labels of {loss_name(head)} with each of {units(head)} columns"
    if is_logits(head) and units(head) == 2:
        return "cuts each of 2 logits at 0.5 and counts columns"
    return f"cuts each of {units(head)} columns at 0.5 and counts columns, most of which are 0 and right anyway"
