"""A categorical loss takes one-hot rows, but the labels are class ids.

## What it does
Finds categorical cross-entropy (and categorical hinge, KL divergence) where the program's labels are
integers that were never encoded: `keras.datasets.*`, `LabelEncoder`, `make_classification`,
`class_mode='sparse'`, `label_mode='int'`. Also binary cross-entropy over several sigmoid units with such
labels.

## Why is this bad
The categorical loss raises at the first batch, since the shapes differ. The focal form, hinge and KL
divergence may run and compare the ids with scores. Binary cross-entropy raises on Keras 3, and on
TensorFlow 2.2 to 2.15 holds every unit against the same id.

## In numbers
Four rows, predicted right, against class ids.

```python
import numpy as np
from lint_keras_acc.runtime.losses import categorical_crossentropy, sparse_categorical_crossentropy

labels = np.array([2, 1, 0, 2])
scores = 0.85 * np.eye(3)[labels] + 0.05
try:
    printed = {"categorical_crossentropy": categorical_crossentropy(labels, scores)}
except ValueError as error:
    printed = {"categorical_crossentropy": f"raises: {error}"}
honest = {"sparse_categorical_crossentropy": sparse_categorical_crossentropy(labels, scores)}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Fix safety
Safe for `categorical_crossentropy`: the old program raises. Explicit categorical metrics are replaced too
and keep their log keys. Unsafe where the loss is made outside the compile call. None for the other losses,
which have no sparse form.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    ONE_ID_FOR_ALL,
    activation_name,
    has_one_id_per_row,
    has_units,
    labels_place,
    loss_family,
    loss_name,
    output_place,
    readable_heads,
    takes_logits,
    units,
)
from lint_keras_acc.rules.repairs import all_who_share, swap_label_encoding
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC302", "integer-labels-with-categorical-loss", Severity.ERROR)

_RUNNING = frozenset({"categorical_focal_crossentropy", "categorical_hinge", "kl_divergence"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or not has_one_id_per_row(head):
            continue
        message = _message(head)
        if message is None:
            continue
        yield RULE.finding(
            site,
            head.loss.span,
            message,
            related=[labels_place(head), output_place(head)],
            fix=_fix(site, head),
            severity=Severity.WARNING if loss_name(head) in _RUNNING else None,
            head=index,
        )


def _message(head: Head) -> str | None:
    name = loss_name(head)
    if name == "categorical_crossentropy":
        return (
            "categorical_crossentropy takes one-hot rows, but the labels are class ids: "
            "the first batch raises; write 'sparse_categorical_crossentropy'"
        )
    if name in _RUNNING:
        return f"{name} takes one-hot rows, but the labels are class ids; encode them with to_categorical"
    if not _is_multi_label(head):
        return None
    return (
        f"binary cross-entropy takes a label for each of the {units(head)} units, but the labels are one "
        f"class id per row: {ONE_ID_FOR_ALL}; use a softmax with 'sparse_categorical_crossentropy'"
    )


def _is_multi_label(head: Head) -> bool:
    """Other activations without `from_logits=True` are KAC203's and KAC206's."""
    name = activation_name(head)
    independent = name == "sigmoid" or (name not in (None, "softmax") and takes_logits(head))
    return loss_family(head) == "binary" and independent and has_units(head, 2)


def _fix(site: CompileSite, head: Head) -> Fix | None:
    def is_wrong(other: Head) -> bool:
        return loss_name(other) == "categorical_crossentropy" and has_one_id_per_row(other)

    if head.loss is None or not all_who_share(site, head, is_wrong):
        return None
    return swap_label_encoding(site, head.loss, "sparse_categorical_crossentropy")
