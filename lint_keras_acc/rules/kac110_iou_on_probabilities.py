"""An IoU that expects class ids is given probabilities.

## What it does
Finds MeanIoU and IoU at their defaults, OneHotIoU and OneHotMeanIoU with `sparse_y_pred=True`, on an output of
several classes; and each of them on independent sigmoids, one or several. An error over classes, a warning over
sigmoids.

## Why is this bad
These metrics take what they are given for class ids, and make integers of it: every probability below 1 becomes
class 0. Over several classes a row of probabilities also counts as that many ids, so that class ids for labels raise
at the first batch, and of one-hot rows class 0 has the share of zeros and class 1 nothing. Over one sigmoid the class
1 is never predicted, with `sparse_y_pred=False` neither: the argmax over one column is 0.

## In numbers
Six pixels of three classes, all predicted right. MeanIoU makes integers of the probabilities, one by one, and compares
them with the one-hot rows.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import class_ids

labels = np.eye(3)[[0, 0, 1, 1, 2, 2]]
scores = 0.7 * labels + 0.1

def mean_iou(labels, predicted):
    present = np.union1d(labels, predicted)
    both = [np.sum((labels == one) & (predicted == one)) for one in present]
    either = [np.sum((labels == one) | (predicted == one)) for one in present]
    return float(np.mean(np.divide(both, either)))

printed = {"MeanIoU(num_classes=3)": mean_iou(labels.astype(int), scores.astype(int))}
honest = {"MeanIoU(num_classes=3, sparse_y_true=False, sparse_y_pred=False)": mean_iou(*class_ids(labels, scores))}
```

## Example
```python
import keras

model = keras.Sequential([keras.layers.Conv2D(3, 1, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=[keras.metrics.MeanIoU(num_classes=3, name="iou")],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.layers.Conv2D(3, 1, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=[keras.metrics.MeanIoU(num_classes=3, name="iou", sparse_y_pred=False)],
)
```

## Fix safety
Safe: training is unchanged, the log key stays. `sparse_y_pred=False` for class ids, `sparse_y_true=False` too for
one-hot rows, as the labels or the loss tell; BinaryIoU for one unit. None for several sigmoids, where neither labels
nor loss tell the encoding, and before Keras 2.8, which has no such arguments.

## References
- https://keras.io/api/metrics/segmentation_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, SetArgument, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    fix_applicability,
    has_units,
    is_independent,
    is_logits,
    is_shared,
    labels_are,
    loss_family,
    loss_name,
    loss_place,
    output_place,
    output_words,
    readable_heads,
    units,
)
from lint_keras_acc.rules.metric_code import class_code, code_words, metric_words, replace_metric
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC110", "iou-on-probabilities", Severity.ERROR)

_OF_IDS = frozenset({"mean_io_u", "io_u"})
_OF_ROWS = frozenset({"one_hot_mean_io_u", "one_hot_io_u"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if _gives_classes(head):
            yield from _over_classes(site, index, head)
        elif is_independent(head):
            yield from _over_yes_and_no(site, index, head)


# --- one class of several -----------------------------------------------------------------------------------


def _gives_classes(head: Head) -> bool:
    """Scores of several classes, of which the highest is meant: by the activation, the loss or the labels."""
    if units(head) == 1 or activation_name(head) is None:
        return False
    return (
        activation_range(head) == "simplex"
        or loss_family(head) in ("categorical", "sparse")
        or loss_name(head) == "categorical_hinge"
        or (has_units(head, 2) and labels_are(head, "one-hot"))
    )


def _over_classes(site: CompileSite, index: int, head: Head) -> Iterator[Finding]:
    for metric in head.metrics:
        if not _takes_ids(metric):
            continue
        arguments = _arguments(head, metric)
        yield RULE.finding(
            site,
            metric.span,
            f"{metric_words(metric)} takes {output_words(head)} for class ids and {_effect(head, metric)}; "
            f"{_advice(site, arguments)}",
            related=[output_place(head), loss_place(head)],
            fix=_argmax_fix(site, metric, arguments),
            head=index,
        )


def _takes_ids(metric: Metric) -> bool:
    """The metric makes integers of the predictions, instead of the index of the highest in each row."""
    if metric.form != "instance":
        return False
    written = metric.argument("sparse_y_pred")
    if metric.name.value in _OF_IDS:
        return written is None or written.value is True
    return metric.name.value in _OF_ROWS and written is not None and written.value is True


def _has_ids(head: Head) -> bool:
    return labels_are(head, "integer", "binary") or (not head.labels.encoding.known and loss_family(head) == "sparse")


def _has_rows(head: Head) -> bool:
    known = head.labels.encoding.known
    is_of_rows = loss_family(head) == "categorical" or loss_name(head) == "categorical_hinge"
    return labels_are(head, "one-hot") or (not known and is_of_rows)


def _effect(head: Head, metric: Metric) -> str:
    if _has_ids(head) or metric.name.value in _OF_ROWS:
        return "raises, since it finds more of them than labels"
    cut = "cuts them to integers"
    return f"{cut}, nearly all 0" if activation_range(head) == "simplex" else cut


def _arguments(head: Head, metric: Metric) -> tuple[str, ...]:
    """The arguments that are to be False; none where the encoding of the labels is not known."""
    if _has_ids(head):
        return ("sparse_y_pred",) if metric.name.value in _OF_IDS else ()
    if _has_rows(head):
        return ("sparse_y_true", "sparse_y_pred") if metric.name.value in _OF_IDS else ("sparse_y_pred",)
    return ()


def _advice(site: CompileSite, arguments: tuple[str, ...]) -> str:
    if not site.dialect.has_binary_iou:
        return "take the argmax in a metric of your own"
    if arguments:
        return f"give it {' and '.join(f'{name}=False' for name in arguments)}"
    return "give MeanIoU or IoU sparse_y_pred=False, and sparse_y_true=False too for one-hot labels"


def _argmax_fix(site: CompileSite, metric: Metric, arguments: tuple[str, ...]) -> Fix | None:
    if not arguments or not site.dialect.has_binary_iou or is_shared(site, metric):
        return None
    repairs = tuple(SetArgument(metric.span, name, "False") for name in arguments)
    title = f"Set {' and '.join(f'{name}=False' for name in arguments)}"
    return Fix(title, fix_applicability(site, metric.span), repairs)


# --- yes or no ----------------------------------------------------------------------------------------------


def _over_yes_and_no(site: CompileSite, index: int, head: Head) -> Iterator[Finding]:
    for metric in head.metrics:
        if not _is_never_one(head, metric):
            continue
        code = _binary_code(site, head, metric) if units(head) == 1 else None
        yield RULE.finding(
            site,
            metric.span,
            f"{metric_words(metric)} takes {output_words(head)} for class ids and cuts them to integers, "
            f"{'so that the class 1 is never predicted' if not is_logits(head) else 'which are no classes'}; "
            f"{_binary_advice(site, head, code)}",
            related=[output_place(head), loss_place(head)],
            fix=replace_metric(site, metric, code),
            severity=Severity.WARNING,
            head=index,
        )


def _is_never_one(head: Head, metric: Metric) -> bool:
    """The metric makes integers of the predictions; or it takes the argmax, over one column."""
    if _takes_ids(metric):
        return True
    return metric.form == "instance" and units(head) == 1 and metric.name.value in _OF_IDS | _OF_ROWS


def _binary_code(site: CompileSite, head: Head, metric: Metric) -> str | None:
    """Code for the BinaryIoU of the same classes; None where it would not be of the same ones."""
    arguments = ["threshold=0"] if is_logits(head) else []
    if metric.name.value in ("io_u", "one_hot_io_u"):
        classes = metric.argument("target_class_ids")
        if classes is None or not isinstance(classes.value, tuple) or not set(classes.value) <= {0, 1}:
            return None
        arguments.insert(0, f"target_class_ids={list(classes.value)!r}")
    if not site.dialect.has_binary_iou:
        return None
    return class_code(site, "binary_io_u", metric, *arguments)


def _binary_advice(site: CompileSite, head: Head, code: str | None) -> str:
    if code:
        return f"write {code_words(code)}"
    if not site.dialect.has_binary_iou:
        return "cut them at 0.5 in a metric of your own"
    return "BinaryIoU cuts them, all columns together" if units(head) != 1 else "write a BinaryIoU"
