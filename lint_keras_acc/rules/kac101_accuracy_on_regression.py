"""An accuracy under a regression loss counts labels where there are none.

## What it does
Finds 'accuracy' and its kin beside a regression loss (mse, mae, huber, ...) where the output leaves [0, 1],
the labels are known to be continuous, or the other metrics are those of a regression.

## Why is this bad
Keras raises nothing. On one unit it cuts the prediction at 0.5 and compares the 0 or 1 with the target for
equality; on several units it compares which of them is the largest. The number moves during training and
means nothing.

A sigmoid or softmax under mse is a least-squares classifier, and so is a linear output over labels that are
known to be classes: both stay silent. A relu or tanh over such labels, and a softmax over one unit, are a
hint.

## In numbers
Four prices, and a model that is 0.1 off everywhere; 'accuracy' cuts its predictions at 0.5, and finds it no better
than one that always says 0.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy
from lint_keras_acc.runtime.losses import mean_absolute_error

prices = np.array([1.2, 0.0, 3.4, 2.2])
close, nothing = prices + 0.1, np.zeros(4)
printed = {
    "'accuracy' of the close predictions": binary_accuracy(prices, close),
    "'accuracy' of always 0": binary_accuracy(prices, nothing),
}
honest = {
    "mae of the close predictions": mean_absolute_error(prices, close),
    "mae of always 0": mean_absolute_error(prices, nothing),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
```

## Fix safety
Safe, unless the metric's log key is read in the program (by a monitor, a history) or the result of
`evaluate` is unpacked. Where the history of this very model is read, the fix reads the new key there; other
reads remain yours to change. No fix for cosine_similarity,
and for a tanh with labels of -1 and 1, where the task may be a classification.

## References
- https://keras.io/api/metrics/regression_metrics/
- https://keras.io/api/metrics/accuracy_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Delete, Finding, Fix, Repair, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    fix_applicability,
    has_units,
    is_regression_metric,
    is_shared,
    labels_are,
    labels_place,
    loss_family,
    loss_name,
    loss_place,
    output_place,
    output_words,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import (
    key_as_string,
    metric_family,
    metric_words,
    renamed_reads,
    replace_metric,
)
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC101", "accuracy-on-regression", Severity.WARNING)

_OUTSIDE_UNIT = ("symmetric", "nonnegative", "log", "unbounded")


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.uses.adversarial:
        return
    for index, head in readable_heads(site):
        severity = _severity(head)
        if severity is None:
            continue
        accuracies = [metric for metric in head.metrics if metric_family(metric) == "accuracy"]
        instead = _instead(head) if severity is RULE.severity else None
        for metric in accuracies:
            superfluous = _superfluous(head, instead, accuracies[0], metric)
            yield RULE.finding(
                site,
                metric.span,
                f"{_what_runs(head, metric)}, but {loss_name(head)} fits a regression; {_advice(instead, superfluous)}",
                related=[loss_place(head), output_place(head), labels_place(head)],
                fix=_fix(site, head, metric, instead, deletes=superfluous is not None),
                severity=severity,
                head=index,
            )


def _severity(head: Head) -> Severity | None:
    """How surely this is a regression; None where accuracy may well be honest."""
    if loss_family(head) != "regression" or labels_are(head, "multi-hot"):
        return None
    is_outside = activation_range(head) in _OUTSIDE_UNIT
    if labels_are(head, "input") and not is_outside:
        return None  # pixels between 0 and 1: KAC109
    if labels_are(head, "one-hot", "binary") or (labels_are(head, "integer") and has_units(head, 2)):
        return Severity.HINT if is_outside and activation_name(head) != "linear" else None
    if is_outside or labels_are(head, "continuous") or _has_other_regression_metric(head):
        return Severity.WARNING
    return Severity.HINT if activation_range(head) == "simplex" and units(head) == 1 else None


def _has_other_regression_metric(head: Head) -> bool:
    """The loss said again as a metric does not count: it speaks of least squares, not of a regression."""
    return any(is_regression_metric(metric) and metric.name.value != loss_name(head) for metric in head.metrics)


def _what_runs(head: Head, metric: Metric) -> str:
    written, kernel = metric_words(metric), metric.kernel.value
    if kernel == "exact_match":
        return f"{written} compares floats for equality"
    if kernel is None or kernel == "accuracy":
        return f"{written} counts right classes"
    runs = written if kernel == metric.name.value else f"{written} runs {kernel} here, which"
    if kernel == "binary_accuracy":
        return f"{runs} cuts {output_words(head)} at 0.5"
    if kernel.endswith("top_k_categorical_accuracy"):
        return f"{runs} ranks {output_words(head)}"
    return f"{runs} takes the argmax over {output_words(head)}"


def _instead(head: Head) -> str | None:
    """The regression metric to show; none where a classification may be meant."""
    if loss_name(head) == "cosine_similarity":
        return None
    if activation_name(head) == "tanh" and head.labels.low.value == -1 and head.labels.high.value == 1:
        return None
    return "mse" if loss_name(head) == "mean_absolute_error" else "mae"


def _superfluous(head: Head, instead: str | None, first: Metric, metric: Metric) -> str | None:
    """Why `metric` is to go without becoming `instead`; None where it is to become it."""
    if instead is None:
        return None
    other = _already_there(head, instead)
    if other is not None:
        return f"{metric_words(other)} is there already"
    return None if metric is first else f"one {instead!r} is enough"


def _already_there(head: Head, instead: str) -> Metric | None:
    canonical = {"mae": "mean_absolute_error", "mse": "mean_squared_error"}[instead]
    return next((metric for metric in head.metrics if metric.name.value == canonical), None)


def _advice(instead: str | None, superfluous: str | None) -> str:
    if superfluous:
        return f"delete it ({superfluous})"
    return f"write '{instead}'" if instead else "use a regression metric, or a loss for classes"


def _fix(site: CompileSite, head: Head, metric: Metric, instead: str | None, *, deletes: bool) -> Fix | None:
    if instead is None:
        return None
    new_key = _new_key(site, head, metric, instead)
    if not deletes:
        code = repr(instead)
        return replace_metric(site, metric, code, new_key=new_key, loses_key=True, counts_change=True)
    if not metric.in_list or is_shared(site, metric):
        return None
    applicability = fix_applicability(site, metric.span, lost_key=metric, counts_change=True)
    repairs: tuple[Repair, ...] = (Delete(metric.span), *renamed_reads(site, metric, new_key))
    return Fix(f"Delete {metric_words(metric)}", applicability, repairs)


def _new_key(site: CompileSite, head: Head, metric: Metric, instead: str) -> str | None:
    """The log key of what stands for `metric` afterwards; None where that is not known."""
    other = _already_there(head, instead)
    return other.log_key if other else key_as_string(site, metric, instead)
