"""Class ids are compared in a precision that cannot tell them apart.

## What it does
Finds an accuracy over more than 257 classes where the last layer computes in bfloat16, over more than 2049 where it
computes in float16: by its own dtype, or by the policy of the program (mixed_bfloat16, mixed_float16). Keras 3.4 and
newer; a last layer or Activation in float32 is right, and silent.

## Why is this bad
The accuracies cast labels and predicted ids to the dtype of the predictions before they compare them. In bfloat16 257
is 256, 300 and 301 are one number, in float16 2049 is 2048: a wrong class counts as right. With 1,000 classes in
bfloat16 0.664 was measured where not one prediction was right. The error always goes upwards, and `dtype="float32"` on
the metric does not help. Keras's guide to mixed precision asks for a float32 output anyway, for the sake of the loss.

## In numbers
Eight rows, each of which is predicted to be the class beside its own: nothing is right. (NumPy has float16, in which
ids collide from 2049 on; in bfloat16 they do from 257 on.)

```python
import numpy as np
from lint_keras_acc.runtime.kernels import sparse_categorical_accuracy

labels = np.arange(2049, 2065, 2)
scores = np.eye(2100)[labels - 1]
printed = {"'accuracy' of float16 scores": sparse_categorical_accuracy(labels, scores.astype("float16"))}
honest = {"'accuracy' of float32 scores": sparse_categorical_accuracy(labels, scores.astype("float32"))}
```

## Example
```python
import keras

keras.config.set_dtype_policy("mixed_bfloat16")
model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1000, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

keras.config.set_dtype_policy("mixed_bfloat16")
model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1000, activation="softmax", dtype="float32")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the last layer computes in another precision, and with it the loss. None where the output is no layer's.

## References
- https://keras.io/api/mixed_precision/
- https://keras.io/api/metrics/accuracy_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, SetArgument, Severity
from lint_keras_acc.keras_api.dtypes import largest_exact_id
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import loss_family, output_place, place, readable_heads, units
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.rules.repairs import unsafe_fix
from lint_keras_acc.sites import CompileSite, Head, Metric

RULE = Rule("KAC113", "label-ids-collide", Severity.WARNING)

_OF_IDS = frozenset({"categorical_accuracy", "sparse_categorical_accuracy"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if not site.dialect.casts_label_ids:
        return
    for index, head in readable_heads(site):
        dtype, classes = head.output.dtype, units(head)
        largest = largest_exact_id(dtype.value) if dtype.value else None
        if largest is None or classes is None or classes - 1 <= largest:
            continue
        for metric in head.metrics:
            if not _compares_ids(head, metric):
                continue
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} compares the ids of {classes} classes as {dtype.value}, in which "
                f"{largest + 1} is {largest}, so that wrong classes count as right; {_advice(head)}",
                related=[output_place(head), place(dtype.span, f"its numbers are {dtype.value}")],
                fix=_fix(site, head),
                head=index,
            )


def _compares_ids(head: Head, metric: Metric) -> bool:
    """By its kernel; or it is the string 'accuracy' and the loss is one of classes, whatever the labels look like."""
    if metric.kernel.known:
        return metric.kernel.value in _OF_IDS
    is_string = metric.form == "string" and metric.name.value == "accuracy"
    return is_string and loss_family(head) in ("categorical", "sparse")


def _advice(head: Head) -> str:
    return "write dtype='float32' in the last layer" if head.output.last else "make the output float32"


def _fix(site: CompileSite, head: Head) -> Fix | None:
    last = head.output.last
    if last is None:
        return None
    return unsafe_fix(site, "Compute the last layer in float32", SetArgument(last, "dtype", "'float32'"))
