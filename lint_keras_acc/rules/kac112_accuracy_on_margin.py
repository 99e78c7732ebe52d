"""A binary accuracy cuts margins at 0.5 instead of 0.

## What it does
Finds 'accuracy', 'binary_accuracy' and BinaryAccuracy() at its default threshold on a linear or tanh output of one
unit under 'hinge' or 'squared_hinge'.

## Why is this bad
A hinge loss pushes the margins of the two classes to below -1 and above 1; what separates them is 0. At 0.5 a margin
of 0.3 counts as the other class. The loss makes -1 and 1 of labels that are 0 and 1, the metric does not: where the
labels are -1 and 1 already, it compares them with predictions of 0 and 1, and no -1 ever counts as right.

## In numbers
Four rows whose margins are all on the right side of 0.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy

labels = np.array([0, 1, 1, 1])
margins = np.array([-0.8, 0.3, 0.4, 0.9])
printed = {
    "'accuracy', cut at 0.5": binary_accuracy(labels, margins),
    "'accuracy' where the labels are -1 and 1": binary_accuracy(2 * labels - 1, margins),
}
honest = {"BinaryAccuracy(threshold=0.0)": binary_accuracy(labels, margins, threshold=0.0)}
```

## Example
```python
import keras
import numpy as np

x = np.load("x.npy")
y = np.array([0, 1, 1, 0])
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="tanh")])
model.compile(optimizer="adam", loss="hinge", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras
import numpy as np

x = np.load("x.npy")
y = np.array([0, 1, 1, 0])
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="tanh")])
model.compile(optimizer="adam", loss="hinge", metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")])
model.fit(x, y)
```

## Fix safety
Safe, where the labels are known to be 0 and 1: training is unchanged, the log key stays. None otherwise, since a
threshold of 0 does not help labels of -1; on Keras 3.0 to 3.4, which refuse it; and on standalone Keras, whose
hinge takes labels as they are.

## References
- https://keras.io/api/losses/hinge_losses/
- https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    labels_are,
    labels_place,
    loss_name,
    loss_place,
    output_place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import (
    code_words,
    cut_at_zero,
    metric_words,
    zero_threshold_code,
)
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC112", "accuracy-on-margin", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if not _gives_margins(head):
            continue
        for metric in head.metrics:
            if metric.kernel.value != "binary_accuracy" or metric.argument("threshold"):
                continue
            runs = "" if metric.name.value == "binary_accuracy" else " runs binary_accuracy here, which"
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)}{runs} {_cuts(site)}, but {loss_name(head)} splits the classes at 0; "
                f"{_advice(site, head, metric)}",
                related=[loss_place(head), output_place(head), labels_place(head)],
                fix=_fix(site, head, metric),
                head=index,
            )


def _gives_margins(head: Head) -> bool:
    is_margin = activation_name(head) == "linear" or activation_range(head) == "symmetric"
    return loss_name(head) in ("hinge", "squared_hinge") and units(head) == 1 and is_margin


def _cuts(site: CompileSite) -> str:
    return "rounds margins" if site.dialect.rounds_predictions else "cuts margins at 0.5"


def _is_converted(site: CompileSite, head: Head) -> bool:
    """The labels are 0 and 1, and the loss makes -1 and 1 of them (read: TensorFlow 1.14, not Keras 2.3)."""
    return labels_are(head, "binary") and site.dialect.line != "standalone"


def _has_minus_one(head: Head) -> bool:
    return (head.labels.low.value or 0) < 0


def _advice(site: CompileSite, head: Head, metric: Metric) -> str:
    code = zero_threshold_code(site, metric)
    if _has_minus_one(head):
        return "the labels are -1 and 1, and -1 never counts as right: write them as 0 and 1, and cut at 0"
    if code is None:
        return "cut at 0 in a metric of your own"
    told = "" if _is_converted(site, head) else ", and labels of 0 and 1: -1 never counts as right"
    return f"write {code_words(code)}{told}"


def _fix(site: CompileSite, head: Head, metric: Metric) -> Fix | None:
    return cut_at_zero(site, metric) if _is_converted(site, head) and not _has_minus_one(head) else None
