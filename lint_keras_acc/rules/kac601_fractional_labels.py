"""Audit only: labels that are no whole numbers never count as right in this accuracy.

## What it does
Finds labels in a batch that are no whole numbers under a binary accuracy, or under a sparse (top-k)
categorical accuracy.

## Why is this bad
A binary accuracy asks whether the label *equals* the prediction cut to 0 or 1, a sparse one whether it
equals an index. A label of 0.9 equals neither, so however good the model is, its row counts as wrong:
labels smoothed to 0.9 and 0.1 by hand give an accuracy of exactly 0. A warning, since training is what it
should be and only the number is not. Soft rows under a categorical accuracy are fine, since their argmax
is what it was.

## In numbers
Four rows, all predicted right, with labels that were smoothed by hand.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy

labels = np.array([0.9, 0.1, 0.9, 0.1])
scores = np.array([0.8, 0.2, 0.9, 0.1])
printed = {"'accuracy'": binary_accuracy(labels, scores)}
honest = {"'accuracy' against labels of 0 and 1": binary_accuracy(np.round(labels), scores)}
```

## Example
```python
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(64, 4))
y = np.where(x[:, :1] > 0, 0.9, 0.1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(64, 4))
y = np.where(x[:, :1] > 0, 1.0, 0.0)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
loss = keras.losses.BinaryCrossentropy(label_smoothing=0.2)
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
```

## Fix safety
There is no fix: a batch shows that the labels do not fit, not where they are made.

## References
- https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
- https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import metrics_that_run, observed_heads, share
from lint_keras_acc.rules.common import labels_are, loss_family, loss_place
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.sites import CompileSite, Head, Observed

RULE = Rule("KAC601", "fractional-labels", Severity.WARNING)

_IDS = ("sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy")


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head, observed in observed_heads(site):
        targets = observed.targets
        if not targets.fractional or labels_are(head, "input"):
            continue
        labels = (
            f"{share(targets.fractional, targets.count, 'label')} are no whole numbers ({targets.a_fraction:g}, say)"
        )
        for metric in metrics_that_run(head, "binary_accuracy", *_IDS):
            wanted = "an index" if metric.kernel.value in _IDS else "0 or 1"
            message = (
                f"{labels}: {metric_words(metric)} counts a label as right only if it equals {wanted}, "
                f"which these never do; {_instead(head, observed)}"
            )
            yield RULE.finding(site, metric.span, message, related=[loss_place(head)], head=index)


def _instead(head: Head, observed: Observed) -> str:
    if loss_family(head) == "sparse":
        return "pass class ids as labels"
    low, high = observed.targets.low, observed.targets.high
    if loss_family(head) == "binary" and low is not None and high is not None and low >= 0 and high <= 1:
        return "pass 0 and 1, smoothed by the loss (label_smoothing=), or write 'mae'"
    return "write a metric of distances, as 'mae'"
