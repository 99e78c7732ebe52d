"""A sparse loss takes class ids, but the labels are one-hot rows.

## What it does
Finds sparse categorical cross-entropy where the program's labels are one-hot: from `to_categorical`,
`one_hot`, `np.eye(n)[y]`, `get_dummies`, `OneHotEncoder`, `class_mode='categorical'`,
`label_mode='categorical'`. Also rows of several labels (multi-hot), where both ranks are known.

## Why is this bad
The sparse loss expects one integer per row. The first batch raises an error about shapes or ranks.

## In numbers
Four rows, predicted right, against one-hot labels.

```python
import numpy as np
from lint_keras_acc.runtime.losses import categorical_crossentropy, sparse_categorical_crossentropy

labels = np.eye(3)[[2, 1, 0, 2]]
scores = 0.85 * labels + 0.05
try:
    printed = {"sparse_categorical_crossentropy": sparse_categorical_crossentropy(labels, scores)}
except ValueError as error:
    printed = {"sparse_categorical_crossentropy": f"raises: {error}"}
honest = {"categorical_crossentropy": categorical_crossentropy(labels, scores)}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
y = keras.utils.to_categorical(y)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
y = keras.utils.to_categorical(y)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Fix safety
Safe: the old program raises. Explicit sparse metrics are replaced too and keep their log keys. Unsafe where
the loss is made outside the compile call, since something else may use it.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    classes_are_last,
    labels_are,
    labels_place,
    loss_family,
    loss_name,
    readable_heads,
    units,
)
from lint_keras_acc.rules.repairs import all_who_share, swap_label_encoding
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC301", "one-hot-labels-with-sparse-loss", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or not _is_wrong(head):
            continue
        fix = None if labels_are(head, "multi-hot") else _fix(site, head)
        yield RULE.finding(site, head.loss.span, _message(head), related=[labels_place(head)], fix=fix, head=index)


def _is_wrong(head: Head) -> bool:
    if loss_family(head) != "sparse" or not _is_row_per_output(head):
        return False
    return labels_are(head, "one-hot") or (labels_are(head, "multi-hot") and head.labels.rank.known)


def _message(head: Head) -> str:
    is_one_hot = labels_are(head, "one-hot")
    rows = "one-hot" if is_one_hot else "rows of several labels"
    instead = "'categorical_crossentropy'" if is_one_hot else "'binary_crossentropy' over a sigmoid"
    contradiction = f"{loss_name(head)} takes one class id per row, but the labels are {rows}"
    return f"{contradiction}: the first batch raises; write {instead}"


def _is_row_per_output(head: Head) -> bool:
    """The last axis of the labels stands for classes, not for the steps of a sequence of ids."""
    labels, output = head.labels.rank.value, head.output.rank.value
    if labels is None or output is None:
        return output in (None, 2)
    return labels == output


def _fix(site: CompileSite, head: Head) -> Fix | None:
    may_replace = loss_name(head) == "sparse_categorical_crossentropy" and classes_are_last(head)
    if head.loss is None or not may_replace or units(head) == 1 or not all_who_share(site, head, _is_wrong):
        return None
    return swap_label_encoding(site, head.loss, "categorical_crossentropy")
