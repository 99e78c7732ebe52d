"""Raw predictions given to a function of scikit-learn that compares labels.

## What it does
Finds `accuracy_score`, `confusion_matrix`, `classification_report`, `f1_score` and the other functions of
`sklearn.metrics` that compare labels, where one of the arguments is what `predict` returns, also squeezed or
reshaped, but neither rounded nor compared with a threshold nor put through an argmax.

## Why is this bad
scikit-learn raises: "Classification metrics can't handle a mix of binary and continuous targets".

## In numbers
Four rows of three classes. A function of labels looks at which values there are, and finds no labels.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import sparse_categorical_accuracy

labels = np.array([2, 1, 0, 2])
scores = np.array([[0.1, 0.2, 0.7], [0.2, 0.7, 0.1], [0.8, 0.1, 0.1], [0.3, 0.6, 0.1]])
printed = {
    "shape of what predict returns": scores.shape,
    "whole numbers among it": int(np.sum(scores == np.round(scores))),
}
honest = {
    "shape of its argmax": scores.argmax(axis=-1).shape,
    "accuracy of its argmax": sparse_categorical_accuracy(labels, scores),
}
```

## Example
```python
import keras
from sklearn.metrics import accuracy_score

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
print(accuracy_score(y_test, model.predict(x_test)))
```

## Use instead
```python
import keras
from sklearn.metrics import accuracy_score

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
print(accuracy_score(y_test, model.predict(x_test).argmax(axis=-1)))
```

## Fix safety
There is no fix: the labels that it is compared with have to be in the same form. The message says what makes labels
of these predictions.

## References
- https://scikit-learn.org/stable/modules/model_evaluation.html#classification-metrics
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import activation_range, is_independent, is_logits, output_place, takes_logits, units
from lint_keras_acc.rules.predictions import output_reads
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC507", "scores-into-label-metric", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for read in output_reads(site, "label-metric"):
        if read.head.output.integers or not _are_scores(read.head):
            continue
        yield RULE.finding(
            site,
            read.read.operand,
            f"{read.read.function} raises: it compares labels, and these are scores{_advice(read.head)}",
            related=[read.source_place, output_place(read.head)],
            head=read.output,
        )


def _are_scores(head: Head) -> bool:
    """The output is known, or the loss is one that needs numbers that are no labels."""
    is_known = head.output.activation.form not in ("unknown", "custom") and not head.output.custom
    return is_known or (head.loss is not None and head.loss.name.known)


def _advice(head: Head) -> str:
    if is_independent(head) or (units(head) == 1 and takes_logits(head)):
        return f"; write `> {0 if is_logits(head) else 0.5}` behind them"
    if activation_range(head) == "simplex" or (takes_logits(head) and (units(head) or 0) > 1):
        return "; write `.argmax(axis=-1)` behind them"
    return ""
