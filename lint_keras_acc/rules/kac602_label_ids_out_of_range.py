"""Audit only: labels name classes that the output has no unit for.

## What it does
Finds class ids in a batch that are below 0, or not below the number of units, under a sparse
cross-entropy.

## Why is this bad
TensorFlow and torch raise at such a row, even if its sample weight is 0 or it is masked; torch alone
takes -100 for "no class". JAX counts the row as loss 0 without a word, and it never counts as right. An
error, since it crashes on some backend.

Rows with the sample weight 0 are not looked at, and so is the id given as `ignore_class`, unless an
accuracy is shown too: then it is a hint that the accuracy counts such rows as wrong. A hint too is one id
that marks padding (a negative one, or 255) in the labels of sequences or images on JAX, where it works.

## In numbers
Four rows whose ids begin with 1, and a model of three units that is right about each of them, counted from 0.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import sparse_categorical_accuracy
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy

labels = np.array([1, 2, 3, 3])
scores = 0.85 * np.eye(3)[labels - 1] + 0.05
try:
    on_tensorflow = sparse_categorical_crossentropy(labels, scores, backend="tensorflow")
except ValueError as error:
    on_tensorflow = f"raises: {error}"
printed = {
    "'accuracy'": sparse_categorical_accuracy(labels, scores),
    "the loss on TensorFlow": on_tensorflow,
    "the loss on JAX of the rows labelled 3": sparse_categorical_crossentropy(labels[2:], scores[2:]),
}
honest = {
    "'accuracy' of ids from 0 on": sparse_categorical_accuracy(labels - 1, scores),
    "the loss of ids from 0 on": sparse_categorical_crossentropy(labels - 1, scores),
}
```

## Example
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(1, 4, size=64)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 4)), rng.integers(1, 4, size=64) - 1
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
There is no fix: the labels may be wrong, or the number of units.

## References
- https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import enumeration, metrics_that_run, observed_heads, share
from lint_keras_acc.rules.common import classes_are_last, loss_family, output_place
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.sites import CompileSite, Head, Observed

RULE = Rule("KAC602", "label-ids-out-of-range", Severity.ERROR)

# What torch's own cross-entropy takes for "no class".
_IGNORED_BY_TORCH = -100
_NO_CLASS = 255


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head, observed in observed_heads(site):
        if head.loss is None or not observed.foreign or loss_family(head) != "sparse" or not classes_are_last(head):
            continue
        if _is_ignored(head, observed):
            yield from _counted_as_wrong(site, index, head, observed)
            continue
        severity = Severity.HINT if _may_be_padding(head, observed) else RULE.severity
        message = f"{_rows(head, observed)}: {_effect(observed)}; {_instead(head, observed)}"
        yield RULE.finding(site, head.loss.span, message, related=[output_place(head)], severity=severity, head=index)


def _is_ignored(head: Head, observed: Observed) -> bool:
    """The only foreign id is one that the loss is told to leave out."""
    given = head.loss.argument("ignore_class") if head.loss else None
    if given is not None and observed.foreign_ids == (given.value,):
        return True
    return observed.backend == "torch" and observed.foreign_ids == (_IGNORED_BY_TORCH,)


def _counted_as_wrong(site: CompileSite, index: int, head: Head, observed: Observed) -> Iterator[Finding]:
    for metric in metrics_that_run(head, "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy"):
        message = (
            f"the loss leaves out {share(observed.foreign, observed.rows, 'row')} with the label "
            f"{observed.foreign_ids[0]}, but {metric_words(metric)} counts them as wrong; "
            "give them the sample weight 0 and show it as a weighted metric"
        )
        yield RULE.finding(site, metric.span, message, severity=Severity.HINT, head=index)


def _may_be_padding(head: Head, observed: Observed) -> bool:
    """One mark for steps or pixels without a class, on the one backend that takes it."""
    is_one_mark = len(observed.foreign_ids) == 1 and (
        observed.foreign_ids[0] < 0 or observed.foreign_ids[0] == _NO_CLASS
    )
    is_next = observed.foreign_ids[0] == head.output.units.value
    return is_one_mark and not is_next and observed.backend == "jax" and len(observed.predictions.shape) > 2


def _rows(head: Head, observed: Observed) -> str:
    ids = enumeration([str(one) for one in observed.foreign_ids])
    units = head.output.units.value or 0
    return (
        f"{share(observed.foreign, observed.rows, 'row')} have a label outside the ids 0 to {units - 1} "
        f"of the {units} units ({ids})"
    )


def _effect(observed: Observed) -> str:
    if observed.backend == "jax":
        return "JAX counts them as loss 0 and never as right, TensorFlow and torch raise"
    return "TensorFlow and torch raise, JAX counts them as loss 0 and never as right"


def _instead(head: Head, observed: Observed) -> str:
    units, ids = head.output.units.value or 0, observed.foreign_ids
    if ids == (units,) and (observed.targets.low or 0) >= 1:
        return "count the classes from 0 (subtract 1)"
    if ids[0] < 0 or _NO_CLASS in ids:
        return f"write SparseCategoricalCrossentropy(ignore_class={ids[0]}) if it marks rows without a class"
    return f"write {int(observed.targets.high or 0) + 1} units, or mend the labels"
