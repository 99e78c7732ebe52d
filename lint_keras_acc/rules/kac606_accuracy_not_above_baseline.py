"""Audit only: the accuracy is not above that of always giving the same answer.

## What it does
Compares what the accuracy of a trained model counts on a batch with what one constant answer would count:
the most frequent class, or 0 for each of several labels.

It speaks only if there are examples enough: a model that made no more than half the errors of the
constant answer would do so badly on so many of them with a probability below 1 in 100, by Chernoff's
bound on the binomial distribution. For labels half 0 and half 1 that takes 33 examples, for 95 % zeros
462.

## Why is this bad
An accuracy of 0.95 looks like success, and where 95 % of the labels are 0 it is what a model gets that
has learned nothing. For one of 1,000 labels being true, 0.999 is. A warning, since the number is taken
for something else than it is. A hint where nobody says whether the model has been trained, for labels that
stand sorted, which are no sample of all labels, and for a model that tells the classes apart better than
chance, as one trained with class weights does: it gives up accuracy for the rare class. A model that has
not been trained is silent.

## In numbers
A thousand rows, 50 of which are labelled 1, and a model that has learned to say 0.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import balanced_accuracy, binary_accuracy, majority_baseline

labels = np.arange(1000) < 50
scores = np.full(1000, 0.05)
printed = {"'accuracy'": binary_accuracy(labels, scores)}
honest = {
    "accuracy of always the same answer": majority_baseline(labels),
    "balanced accuracy": balanced_accuracy(labels, scores),
}
```

## Example
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(1000, 4)), rng.uniform(size=1000) < 0.05
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3, verbose=0)
```

## Use instead
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(1000, 4))
y = x[:, 0] > 1.6
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3, verbose=0)
```

## Fix safety
There is no fix: look at balanced accuracy, precision and recall, and at the data.

## References
- https://keras.io/api/metrics/accuracy_metrics/
- https://keras.io/api/metrics/classification_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import metrics_that_run, observed_heads
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.sites import CompileSite, Head, Metric, Score

RULE = Rule("KAC606", "accuracy-not-above-baseline", Severity.WARNING)

# How improbable so bad a batch must be for a model that makes half the errors.
_SURELY = 0.01


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head, observed in observed_heads(site):
        score = observed.score
        if score is None or score.hits > score.baseline or score.chance >= _SURELY or observed.trained is False:
            continue
        is_sure = observed.trained and not score.grouped and not score.learned
        severity = RULE.severity if is_sure else Severity.HINT
        for metric in metrics_that_run(head, score.kernel):
            yield RULE.finding(site, metric.span, _message(head, metric, score), severity=severity, head=index)
            break


def _message(head: Head, metric: Metric, score: Score) -> str:
    is_elements = score.kernel == "binary_accuracy"
    answer = f"{score.answer} for every label" if is_elements else f"class {score.answer} for every row"
    shows = "hides what was learned" if score.learned else "shows nothing learned"
    return (
        f"{metric_words(metric)} is {score.hits / score.of:.4f} ({score.hits} of {score.of}), and answering {answer} "
        f"gets {score.baseline / score.of:.4f}: this number {shows}; look at precision and recall"
    )
