"""`keras.metrics.Accuracy` compares probabilities with labels for equality.

## What it does
Finds the class Accuracy (and strings that resolve to it in old versions) on an output of probabilities or
logits.

## Why is this bad
Unlike the string 'accuracy', the class neither cuts at a threshold nor takes an argmax: a prediction counts
as right only if the float equals the label. It stays at about 0 however well the model learns; under a
sparse loss it raises.

On an argmax or a rounded output it is right, and silent.

## In numbers
Four rows of three classes, all predicted right, some of them very surely.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import categorical_accuracy, exact_match

labels = np.eye(3)[[2, 1, 0, 2]]
scores = np.array([[0.01, 0.01, 0.98], [0.2, 0.7, 0.1], [0.97, 0.02, 0.01], [0.05, 0.05, 0.9]])
printed = {"Accuracy()": exact_match(labels, scores)}
honest = {"'accuracy', which runs categorical_accuracy": categorical_accuracy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=[keras.metrics.Accuracy()])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Safe: training is unchanged, the log key stays. One unit of logits gets a BinaryAccuracy that cuts at 0,
independent labels a BinaryAccuracy, since 'accuracy' would be wrong there too. No fix for logits that the
loss takes for probabilities (KAC201).

## References
- https://keras.io/api/metrics/accuracy_metrics/#accuracy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_range,
    is_cross_entropy,
    labels_are,
    loss_family,
    loss_place,
    output_place,
    output_words,
    readable_heads,
)
from lint_keras_acc.rules.metric_code import code_words, honest_accuracy_code, metric_words, replace_metric
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC107", "exact-match-accuracy", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if not _gives_scores(head):
            continue
        for metric in head.metrics:
            if metric.kernel.value != "exact_match":
                continue
            raises = loss_family(head) == "sparse"
            happens = "raises under integer labels" if raises else "stays at about 0"
            code = honest_accuracy_code(site, head, metric)
            advice = f"; write {code_words(code)}" if code else "; cut or argmax the scores first"
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} compares {output_words(head)} with the labels for equality and "
                f"{happens}{advice}",
                related=[output_place(head), loss_place(head)],
                fix=replace_metric(site, metric, code),
                severity=Severity.ERROR if raises else Severity.WARNING,
                head=index,
            )


def _gives_scores(head: Head) -> bool:
    """The output is probabilities, logits or margins, or fits labels of 0 and 1; not class ids, no regression."""
    range_, family = activation_range(head), loss_family(head)
    if range_ is None:
        return False
    if family == "regression" and labels_are(head, "one-hot", "multi-hot", "binary"):
        return True
    is_of_numbers = family == "regression" and (labels_are(head, "continuous", "input", "integer"))
    return not is_of_numbers and (range_ in ("unit", "simplex") or is_cross_entropy(head) or family == "hinge")
