"""Audit only: different class ids are the same number in the precision of the predictions.

## What it does
Finds labels in a batch whose id is rounded to that of another class, where predictions are of a low
precision: bfloat16 above 256, float16 above 2048 (float32 above 16,777,216).

## Why is this bad
From Keras 3.4 on, accuracies cast labels and predicted ids to the dtype of the predictions before they
compare them, so a wrong class counts as right: 0.664 was measured on 1,000 classes where not one
prediction was right. The error always goes upwards. `dtype="float32"` on the metric does not help. A
warning, since training is not touched. Where the program shows the precision and the number of classes, KAC113 tells
of it without a batch.

## In numbers
Rows of 4,000 classes, each predicted to be the class beside its own: nothing is right. (NumPy has float16, in which ids
collide from 2049 on; in bfloat16 they do from 257 on.)

```python
import numpy as np
from lint_keras_acc.runtime.kernels import sparse_categorical_accuracy

labels = np.arange(1, 4000, 37)
scores = np.eye(4000)[labels - 1]
printed = {"'accuracy' of float16 scores": sparse_categorical_accuracy(labels, scores.astype("float16"))}
honest = {"'accuracy' of float32 scores": sparse_categorical_accuracy(labels, scores.astype("float32"))}
```

## Example
```python
import os

import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(300, size=64)
policy = os.environ.get("DTYPE_POLICY", "mixed_bfloat16")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(300, activation="softmax", dtype=policy)])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(300, size=64)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(300, activation="softmax", dtype="float32")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
There is no fix of the batch: the last layer is to compute in float32.

## References
- https://keras.io/api/mixed_precision/
- https://keras.io/api/metrics/accuracy_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import metrics_that_run, observed_heads, share
from lint_keras_acc.rules.common import output_place
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.sites import CompileSite, Observed

RULE = Rule("KAC608", "colliding-label-ids", Severity.WARNING)

_KERNELS = ("categorical_accuracy", "sparse_categorical_accuracy")


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if not site.dialect.casts_label_ids:
        return
    for index, head, observed in observed_heads(site):
        if not observed.collisions:
            continue
        for metric in metrics_that_run(head, *_KERNELS):
            message = (
                f"{metric_words(metric)} compares ids as {observed.metric_dtype}, in which {_pairs(observed)} are one: "
                f"{_effect(observed)}; write dtype='float32' in the last layer"
            )
            yield RULE.finding(site, metric.span, message, related=[output_place(head)], head=index)


def _pairs(observed: Observed) -> str:
    return ", ".join(f"{label} and {other}" for label, other in observed.collisions[:3])


def _effect(observed: Observed) -> str:
    if observed.collided:
        return f"{share(observed.collided, observed.rows, 'row')} are wrong and count as right"
    return "a wrong prediction of the one counts as right for the other"
