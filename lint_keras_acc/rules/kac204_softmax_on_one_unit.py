"""A softmax over one unit is always 1.

## What it does
Finds an output whose softmax runs over an axis of size 1.

## Why is this bad
The softmax divides the exponential of the single value by itself: every prediction is 1.0, whatever the
input. The accuracy is the share of ones among the labels. On the TensorFlow backend binary cross-entropy
still moves, since it uses the logits behind the softmax, so that it looks like training.

## In numbers
Four rows that a sigmoid would have all right; one of them is labelled 1.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy
from lint_keras_acc.runtime.losses import sigmoid, softmax

labels = np.array([[1], [0], [0], [0]])
before = np.array([[2.0], [-1.0], [-3.0], [-0.5]])
printed = {
    "smallest prediction": float(softmax(before).min()),
    "'accuracy' of the softmax": binary_accuracy(labels, softmax(before)),
}
honest = {
    "smallest prediction": float(sigmoid(before).min()),
    "'accuracy' of a sigmoid": binary_accuracy(labels, sigmoid(before)),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="softmax")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the model changes. A binary loss gets a sigmoid, a regression loss with continuous labels no
activation. None elsewhere: one unit per class may be what was meant.

## References
- https://keras.io/api/layers/activations/#softmax-function
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_is_over_units,
    activation_name,
    activation_range,
    final_activation,
    labels_are,
    loss_family,
    loss_place,
    units,
)
from lint_keras_acc.rules.repairs import replace_activation, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC204", "softmax-on-one-unit", Severity.ERROR)

_INSTEAD = {
    "sigmoid": "write 'sigmoid'",
    "linear": "a regression needs no activation here",
    None: "write 'sigmoid' for two classes, a unit each for more classes, no activation for a regression",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in enumerate(site.heads):
        if units(head) != 1 or activation_range(head) != "simplex" or not activation_is_over_units(head):
            continue
        activation = final_activation(head)
        wanted = _wanted(head)
        message = f"{activation_name(head)} over one unit is 1.0 whatever the input; {_INSTEAD[wanted]}"
        yield RULE.finding(
            site,
            activation.name.span or activation.layer or head.output.layer or site.span,
            message,
            related=[loss_place(head)],
            fix=_fix(site, head, wanted),
            head=index,
        )


def _wanted(head: Head) -> str | None:
    """The activation that suits loss and labels, where that can be told."""
    family = loss_family(head)
    many_classes = labels_are(head, "one-hot", "multi-hot", "integer", "continuous")
    if family == "binary" and not many_classes:
        return "sigmoid"
    if family == "regression" and labels_are(head, "continuous"):
        return "linear"
    return None


def _fix(site: CompileSite, head: Head, wanted: str | None) -> Fix | None:
    if wanted is None:
        return None
    title = "Use 'sigmoid' at the output" if wanted == "sigmoid" else "Use no activation at the output"
    return unsafe_fix(site, title, replace_activation(head, wanted))
