"""An F1 score of one unit takes every row for positive.

## What it does
Finds F1Score and FBetaScore without `threshold` on an output of one unit, but for a relu, which is 0 often.

## Why is this bad
Without a threshold the highest score of each row is the prediction, unless it is 0. One unit is always the highest of
its row, so that every row counts as positive: recall is 1, precision the share of positive labels, whatever the model
says.

Keras 3 also refuses labels of shape (n,) here: F1Score takes (n, 1).

## In numbers
Five rows, one of them positive, and a model that has every one right; then one that has every one wrong.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import class_ids

labels = np.array([1, 0, 0, 0, 0])
right = np.array([0.9, 0.2, 0.1, 0.3, 0.4])
wrong = 1 - right

def f1(predicted):
    return float(2 * np.sum(labels * predicted) / (np.sum(labels) + np.sum(predicted)))

printed = {
    "F1Score() of the right scores": f1(right > 0),
    "F1Score() of the wrong scores": f1(wrong > 0),
}
honest = {
    "F1Score(threshold=0.5) of the right scores": f1(class_ids(labels, right)[1]),
    "F1Score(threshold=0.5) of the wrong scores": f1(class_ids(labels, wrong)[1]),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[keras.metrics.F1Score(name="f1")])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[keras.metrics.F1Score(name="f1", threshold=0.5)])
```

## Fix safety
Safe: training is unchanged, the log key stays. Only for a sigmoid: the threshold must be above 0, so that there is
none for logits and margins.

## References
- https://keras.io/api/metrics/classification_metrics/#f1score-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, SetArgument, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    fix_applicability,
    is_shared,
    output_place,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import class_code, metric_family, metric_words, replace_metric
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC114", "f1-on-one-unit", Severity.WARNING)

# Numbers that are 0 count as negative (read: Keras 3.15, metrics/f_score_metrics.py): here that is a cut at 0.
_OFTEN_0 = frozenset({"relu", "relu6", "thresholded_relu"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if units(head) != 1 or head.output.integers or activation_name(head) in _OFTEN_0:
            continue
        for metric in head.metrics:
            if metric_family(metric) != "f1" or _has_threshold(metric):
                continue
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} takes the highest unit of each row for its class, and of one unit that is "
                f"always the same: every row counts as positive; {_advice(site, head)}",
                related=[output_place(head)],
                fix=_fix(site, head, metric),
                head=index,
            )


def _has_threshold(metric: Metric) -> bool:
    argument = metric.argument("threshold")
    return argument is not None and not argument.given_none


def _advice(site: CompileSite, head: Head) -> str:
    advice = "give it threshold=0.5" if _cuts_at_half(head) else "end the model in a sigmoid and give it threshold=0.5"
    is_flat = head.labels.rank.value == 1 or (not head.labels.rank.known and not head.labels.width.known)
    if site.dialect.is_keras3 and is_flat and head.output.rank.value in (None, 2):
        return f"{advice}, and labels of shape (n, 1): it raises for (n,)"
    return advice


def _cuts_at_half(head: Head) -> bool:
    return activation_range(head) == "unit"


def _fix(site: CompileSite, head: Head, metric: Metric) -> Fix | None:
    name = metric.name.value
    if not _cuts_at_half(head) or name is None or is_shared(site, metric):
        return None
    if metric.form == "instance":
        repair = SetArgument(metric.span, "threshold", "0.5")
        return Fix("Set threshold=0.5", fix_applicability(site, metric.span), (repair,))
    return replace_metric(site, metric, class_code(site, name, metric, "threshold=0.5"))
