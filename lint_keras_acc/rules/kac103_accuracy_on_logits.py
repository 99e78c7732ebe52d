"""A binary accuracy cuts logits at 0.5 instead of 0.

## What it does
Finds 'accuracy' on a one-unit output without activation under a binary cross-entropy with
`from_logits=True`, and 'binary_accuracy' or `BinaryAccuracy()` at its default threshold on such an output
of any width.

## Why is this bad
The loss is told that it receives logits, the metric is not. It cuts at 0.5, which is a probability of 0.62:
every prediction between 0.5 and 0.62 counts as negative.

## In numbers
Six rows whose probabilities are all on the right side of a half. Three of the logits lie between 0 and 0.5.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy

labels = np.array([0, 1, 1, 1, 1, 0])
logits = np.array([-1.0, 0.2, 0.3, 0.4, 3.0, -2.0])
printed = {"'accuracy', cut at 0.5": binary_accuracy(labels, logits)}
honest = {"BinaryAccuracy(threshold=0.0)": binary_accuracy(labels, logits, threshold=0.0)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
)
```

## Fix safety
Safe: training is unchanged, the log key stays. Keras 3.0 to 3.4 refuse a threshold of 0: there is no fix
for them.

## References
- https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
- https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    is_logits,
    loss_family,
    loss_place,
    output_place,
    output_words,
    readable_heads,
)
from lint_keras_acc.rules.metric_code import (
    binary_accuracy_advice,
    binary_accuracy_code,
    cut_at_zero,
    metric_words,
)
from lint_keras_acc.sites import CompileSite

RULE = Rule("KAC103", "accuracy-on-logits", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if not is_logits(head) or loss_family(head) != "binary":
            continue
        for metric in head.metrics:
            if metric.kernel.value != "binary_accuracy" or metric.argument("threshold"):
                continue
            code = binary_accuracy_code(site, head, metric)
            runs = "" if metric.name.value == "binary_accuracy" else " runs binary_accuracy here, which"
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)}{runs} cuts {output_words(head)} at 0.5, not at 0; "
                f"{binary_accuracy_advice(site, head, code)}",
                related=[output_place(head), loss_place(head)],
                fix=cut_at_zero(site, metric),
                head=index,
            )
