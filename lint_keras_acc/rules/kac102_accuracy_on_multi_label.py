"""The string 'accuracy' is an argmax over independent labels.

## What it does
Finds 'accuracy' (or an explicit categorical accuracy) on three or more sigmoid units, or logits, under
binary cross-entropy. On two units, under another loss, and for a top-k accuracy it speaks only where the
labels are known to be multi-hot. Outputs for each pixel or step are a hint unless the labels are known to be
multi-hot: there the classes may exclude one another, and then the argmax is honest.

## Why is this bad
Since TensorFlow 2.2 and Keras 2.4, 'accuracy' looks at the shapes and not at the loss: with several columns
it runs categorical_accuracy, which asks whether the largest score falls on the first of the true labels. A
row whose labels are all predicted right can count as wrong, and the other way round.

One-hot labels stay silent, since there the argmax is the honest figure, and so do autoencoders.

## In numbers
Three articles and four topics. Each score above 0.5 stands on a true topic and no other does, so every answer is
right; but in two of the rows the largest score is not on the first true topic.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy, categorical_accuracy

topics = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
scores = np.array([[0.7, 0.1, 0.9, 0.2], [0.3, 0.6, 0.1, 0.8], [0.2, 0.4, 0.9, 0.1]])
printed = {"'accuracy', which runs categorical_accuracy": categorical_accuracy(topics, scores)}
honest = {"BinaryAccuracy()": binary_accuracy(topics, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(12, activation="sigmoid")])
model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(12, activation="sigmoid")])
model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
)
```

## Fix safety
Safe where the labels are known to be multi-hot; unsafe where only the output and the loss say so. The log
key stays. No fix for logits on Keras 3.0 to 3.4, which refuse `threshold=0.0`.

## References
- https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    has_units,
    is_independent,
    labels_are,
    labels_place,
    loss_family,
    loss_place,
    output_place,
    output_words,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import (
    binary_accuracy_advice,
    binary_accuracy_code,
    metric_words,
    replace_metric,
)
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC102", "accuracy-on-multi-label", Severity.WARNING)

# They take the argmax of the labels, which is the first of several.
_ARGMAX_OF_LABELS = ("categorical_accuracy", "top_k_categorical_accuracy")


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if not _is_multi_label(site, head):
            continue
        for metric in head.metrics:
            if metric.kernel.value in _ARGMAX_OF_LABELS and not _is_top_k_of_classes(head, metric):
                severity = Severity.HINT if _may_be_single_label(head) else RULE.severity
                yield _finding(site, head, index, metric, _what_runs(head, metric), severity)
            elif metric.name.value == "accuracy" and _is_about_to_change(site, metric):
                what = f"from TensorFlow 2.2 and Keras 2.4 on, {_takes_argmax(head, metric)}"
                yield _finding(site, head, index, metric, what, Severity.HINT)


def _is_top_k_of_classes(head: Head, metric: Metric) -> bool:
    """A top-k accuracy says by itself that each row has one class, unless the labels say that it has several."""
    return metric.kernel.value != "categorical_accuracy" and not labels_are(head, "multi-hot")


def _is_multi_label(site: CompileSite, head: Head) -> bool:
    if units(head) == 1:
        return False
    if labels_are(head, "multi-hot"):
        fits_labels = activation_name(head) not in (None, "softmax") and loss_family(head) == "regression"
        return loss_family(head) is not None and (is_independent(head) or fits_labels)
    if head.labels.encoding.known or site.uses.argmax_on_predictions:
        return False
    return has_units(head, 3) and is_independent(head) and loss_family(head) == "binary"


def _may_be_single_label(head: Head) -> bool:
    """Outputs at each pixel or step, where the classes may well exclude one another."""
    if labels_are(head, "multi-hot"):
        return False
    rank, kind = head.output.rank.value, head.output.kind.value or ""
    return "Conv" in kind if rank is None else rank > 2


def _what_runs(head: Head, metric: Metric) -> str:
    if metric.name.value == "accuracy":
        return f"{metric_words(metric)} runs categorical_accuracy here: argmax over {output_words(head)}"
    return _takes_argmax(head, metric)


def _takes_argmax(head: Head, metric: Metric) -> str:
    return f"{metric_words(metric)} takes the argmax over {output_words(head)}"


def _is_about_to_change(site: CompileSite, metric: Metric) -> bool:
    """The program is written for a version that counts each label, and newer ones do not."""
    dialect = site.dialect
    return dialect.surely_older and not dialect.v1_mode and metric.kernel.value == "binary_accuracy"


def _finding(site: CompileSite, head: Head, index: int, metric: Metric, what: str, severity: Severity) -> Finding:
    code = binary_accuracy_code(site, head, metric)
    is_accuracy = metric.kernel.value == "categorical_accuracy" or metric.name.value == "accuracy"
    reservation = "where several may be true at once, " if _may_be_single_label(head) else ""
    return RULE.finding(
        site,
        metric.span,
        f"{what}; {reservation}{binary_accuracy_advice(site, head, code)}",
        related=[output_place(head), loss_place(head), labels_place(head)],
        fix=replace_metric(site, metric, code, unsafe=not labels_are(head, "multi-hot")) if is_accuracy else None,
        severity=severity,
        head=index,
    )
