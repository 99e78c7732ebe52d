"""A metric that expects probabilities is given logits.

## What it does
Finds Precision, Recall, their ...At... forms, AUC, TruePositives and its kin, and BinaryIoU at their
default thresholds, F1Score with a threshold, and cross-entropy metrics without `from_logits=True`, on an
output without activation whose loss has `from_logits=True`.

## Why is this bad
The thresholds lie in [0, 1], logits do not: what is above 0.5 is not what the model holds to be likely, and
an AUC loses every ranking outside of [0, 1]. A cross-entropy metric takes the logarithm of numbers that are
no probabilities. Keras 3 raises nothing; TensorFlow up to 2.9 refuses predictions below 0.

## In numbers
Three of the four rows that are positive have a logit above 0, which is a probability above a half.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import class_counts

labels = np.array([1, 1, 1, 1, 0, 0])
logits = np.array([0.2, 0.4, 2.0, -0.3, -1.0, -2.0])

def recall(threshold):
    positive = class_counts(labels, logits, threshold=threshold)[1]
    return positive.right / positive.seen

printed = {"Recall(), cut at 0.5": recall(0.5)}
honest = {"Recall(thresholds=0.0)": recall(0.0)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.AUC(name="auc"), keras.metrics.Precision()],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.AUC(name="auc", from_logits=True), keras.metrics.Precision(thresholds=0.0)],
)
```

## Fix safety
Safe: training is unchanged, the log key stays. None for categorical logits (no threshold is right for
them), for F1Score and the ...At... forms (they take no threshold of 0), and in versions that do not know
the argument.

## References
- https://keras.io/api/metrics/classification_metrics/
- https://keras.io/api/metrics/probabilistic_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, SetArgument, Severity
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    fix_applicability,
    is_logits,
    is_shared,
    loss_family,
    loss_name,
    loss_place,
    output_place,
    output_words,
    readable_heads,
)
from lint_keras_acc.rules.metric_code import (
    class_code,
    code_words,
    metric_family,
    metric_words,
    replace_metric,
)
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC104", "threshold-metric-on-logits", Severity.WARNING)

# By family or name of the metric: the arguments each of which says that the author thought of it.
_SETTLED_BY = {
    "threshold": ("thresholds", "top_k"),
    "auc": ("thresholds",),
    "binary_io_u": ("threshold",),
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if not is_logits(head):
            continue
        for metric in head.metrics:
            expects = _expects(metric)
            if expects is None:
                continue
            argument = _argument(site, head, metric)
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} {expects}, but gets {output_words(head)}; "
                f"{_advice(site, head, metric, argument)}",
                related=[output_place(head), loss_place(head)],
                fix=_fix(site, head, metric, argument),
                head=index,
            )


def _expects(metric: Metric) -> str | None:
    """What the metric takes its input for; None where it is not concerned, or was told."""
    family = metric_family(metric)
    if family == "crossentropy":
        return None if _is_given(metric, "from_logits") else "takes its input for probabilities"
    if family == "f1":
        return "cuts probabilities" if _is_given(metric, "threshold") else None
    settled_by = _SETTLED_BY.get(metric.name.value or "") or _SETTLED_BY.get(family or "")
    if settled_by is None or any(_is_given(metric, name) for name in settled_by):
        return None
    if family == "auc":
        return None if _is_given(metric, "from_logits") else "has its thresholds in [0, 1]"
    return "cuts probabilities at 0.5" if _has_single_cut(metric) else "has its thresholds in [0, 1]"


def _is_given(metric: Metric, name: str) -> bool:
    """The argument is written, and it is neither None nor False."""
    argument = metric.argument(name)
    return argument is not None and not argument.given_none and argument.value is not False


def _has_single_cut(metric: Metric) -> bool:
    name = metric.name.value
    return name == "binary_io_u" or (name in METRICS and "thresholds" in METRICS[name].class_parameters)


def _argument(site: CompileSite, head: Head, metric: Metric) -> tuple[str, str] | None:
    """The argument, and its code, that makes the metric right on these logits."""
    family, name, dialect = metric_family(metric), metric.name.value, site.dialect
    if family == "crossentropy":
        is_of_loss = name in LOSSES and LOSSES[name].family == loss_family(head)
        return ("from_logits", "True") if is_of_loss or name == "crossentropy" else None
    if loss_family(head) != "binary":
        return None
    if family == "auc":
        return ("from_logits", "True") if dialect.auc_takes_from_logits else None
    if name == "binary_io_u":
        return ("threshold", "0")
    if family == "threshold" and _has_single_cut(metric) and dialect.accepts_zero_thresholds:
        return ("thresholds", "0.0")
    return None


def _advice(site: CompileSite, head: Head, metric: Metric, argument: tuple[str, str] | None) -> str:
    if argument is None:
        activation = "sigmoid" if loss_family(head) == "binary" else "softmax"
        return f"end the model in a {activation}, without from_logits"
    code = None if metric.form == "instance" else _code(site, head, metric, argument)
    return f"write {code_words(code)}" if code else f"give it {'='.join(argument)}"


def _code(site: CompileSite, head: Head, metric: Metric, argument: tuple[str, str]) -> str | None:
    """Code for the metric as an instance with this argument."""
    canonical = loss_name(head) if metric.name.value == "crossentropy" else metric.name.value
    return class_code(site, canonical, metric, "=".join(argument)) if canonical in METRICS else None


def _fix(site: CompileSite, head: Head, metric: Metric, argument: tuple[str, str] | None) -> Fix | None:
    if argument is None or is_shared(site, metric):
        return None
    name, code = argument
    if metric.form == "instance":
        repair = SetArgument(metric.span, name, code)
        return Fix(f"Set {name}={code}", fix_applicability(site, metric.span), (repair,))
    return replace_metric(site, metric, _code(site, head, metric, argument))
