"""The output keeps an axis that the labels do not have.

## What it does
Finds losses that compare labels and outputs element by element where the labels are one number a row and the
output has several units, or where the output has an axis more than the labels: no Flatten or pooling before the
last Dense, a last recurrent layer with `return_sequences=True`. Labels of a sequence have that axis.

## Why is this bad
Cross-entropies raise in Keras 3, often with a message about shapes deep inside; the others stretch the labels over
the missing axis without a word, every label over each unit or time step, or over the rows of the batch. What
is trained then is the mean of the labels.

## In numbers
Four rows with one number each, and an output of two steps a row that predicts it at both. Least squares stretches the
labels over the rows, and likes the mean of all labels better than the right answers.

```python
import numpy as np
from lint_keras_acc.runtime.losses import mean_squared_error

labels = np.array([1.0, 2.0, 3.0, 4.0])
right = np.broadcast_to(labels[:, None, None], (4, 2, 1))
mean = np.full((4, 2, 1), labels.mean())
printed = {
    "mse of the right answers": mean_squared_error(labels, right),
    "mse of the mean everywhere": mean_squared_error(labels, mean),
}
honest = {
    "mse of the right answers, one step a row": mean_squared_error(labels, right[:, -1]),
    "mse of the mean, one step a row": mean_squared_error(labels, mean[:, -1]),
}
```

## Example
```python
import keras
from sklearn.datasets import load_diabetes

x, y = load_diabetes(return_X_y=True)
x = x.reshape((-1, 10, 1))
model = keras.Sequential(
    [keras.Input((10, 1)), keras.layers.LSTM(16, return_sequences=True), keras.layers.Dense(1)]
)
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead
```python
import keras
from sklearn.datasets import load_diabetes

x, y = load_diabetes(return_X_y=True)
x = x.reshape((-1, 10, 1))
model = keras.Sequential(
    [keras.Input((10, 1)), keras.layers.LSTM(16), keras.layers.Dense(1)]
)
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix safety
There is no fix: the axis may be dropped in several ways, or the labels may be the wrong ones.

## References
- https://keras.io/api/layers/recurrent_layers/lstm/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    keras_words,
    labels_place,
    loss_family,
    loss_name,
    loss_place,
    place,
    readable_heads,
    units,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC306", "output-rank-above-labels", Severity.ERROR)

_ELEMENTWISE_FAMILIES = frozenset({"binary", "categorical", "regression", "hinge"})
_ELEMENTWISE_LOSSES = frozenset({"kl_divergence", "poisson"})
_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional"})


class _Missing(NamedTuple):
    """What the labels lack, what Keras does about it, both in words, and how bad that is."""

    axis: str
    effect: str
    severity: Severity


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        missing = _missing(head, site.dialect)
        if head.loss is None or missing is None:
            continue
        labels = labels_place(head) or place(head.labels.rank.span or head.labels.span, "the labels come from here")
        yield RULE.finding(
            site,
            head.output.layer or head.loss.span,
            f"{missing.axis}: under {loss_name(head)} {missing.effect}; {_instead(head)}",
            related=[loss_place(head), labels],
            severity=missing.severity,
            head=index,
        )


def _missing(head: Head, dialect: Dialect) -> _Missing | None:
    output, labels = head.output.rank.value, head.labels.rank.value
    if output is None or labels is None or head.output.integers:
        return None
    if loss_family(head) == "sparse":
        return _missing_under_ids(output, labels, dialect)
    if not _compares_elements(head) or units(head) is None:
        return None
    return _missing_units(head, labels, dialect) if output == 2 else _missing_axis(head, output, labels, dialect)


def _compares_elements(head: Head) -> bool:
    return loss_family(head) in _ELEMENTWISE_FAMILIES or loss_name(head) in _ELEMENTWISE_LOSSES


def _missing_under_ids(output: int, labels: int, dialect: Dialect) -> _Missing | None:
    """Sparse losses want the axes of the output but the last; older ones take what has as many numbers."""
    if labels + 1 >= output or not dialect.is_keras3:
        return None
    return _raising(_axes(output, labels), dialect)


def _missing_units(head: Head, labels: int, dialect: Dialect) -> _Missing | None:
    """One number a row against several units."""
    is_column = labels == 2 and head.labels.width.value == 1
    if units(head) == 1 or not (labels == 1 or is_column):
        return None
    shape = "(n, 1)" if is_column else "(n,)"
    words = f"the labels are one number a row, {shape}, and the output has {units(head)} units"
    if _raises(head, dialect):
        return _raising(words, dialect)
    if is_column or not dialect.is_keras3:
        return _stretching(words, "Keras compares each label with every unit")
    return _stretching(
        words, "Keras 3 raises, or, in batches of one row or as many as units, compares them with the wrong outputs"
    )


def _missing_axis(head: Head, output: int, labels: int, dialect: Dialect) -> _Missing | None:
    """An axis of the output, of time steps or places, that the labels do not have."""
    is_one_unit = units(head) == 1
    # A last axis of size 1 is dropped, and some expand (n,) to (n, 1): the labels may be those of a sequence.
    own = 2 if labels == 1 and _expands_labels(dialect) else labels
    if own + is_one_unit >= output:
        return None
    words = _axes(output, labels)
    if _raises(head, dialect):
        return _raising(words, dialect)
    if is_one_unit:
        return _stretching(words, "Keras compares each label with the outputs of every row")
    return _stretching(words, f"{keras_words(dialect)} raises, or compares each label with the outputs of every row")


def _expands_labels(dialect: Dialect) -> bool:
    """Labels of shape (n,) become (n, 1) before any loss sees them. Read: up to TensorFlow 2.6."""
    return not dialect.is_keras3 and (dialect.line == "standalone" or dialect.version < (2, 7))


def _raises(head: Head, dialect: Dialect) -> bool:
    """Shapes are compared: by fit before TensorFlow 2.2, by categorical cross-entropies, in Keras 3 by binary ones too.

    Measured: Keras 3.15 on JAX and torch, tf_keras 2.21.
    """
    family = loss_family(head)
    return dialect.resolves_by_loss or family == "categorical" or (family == "binary" and dialect.is_keras3)


def _raising(axis: str, dialect: Dialect) -> _Missing:
    return _Missing(axis, f"{keras_words(dialect)} raises", Severity.ERROR)


def _stretching(axis: str, effect: str) -> _Missing:
    return _Missing(axis, effect, Severity.WARNING)


def _axes(output: int, labels: int) -> str:
    return f"the output has {output} axes, that of the batch among them, and the labels have {labels}"


def _instead(head: Head) -> str:
    if head.output.rank.value == 2:
        return "write one unit, or labels with a column for each"
    if head.output.kind.value in _RECURRENT:
        return "write return_sequences=False"
    return "drop the axis before the last layer: Flatten, pooling, return_sequences=False"
