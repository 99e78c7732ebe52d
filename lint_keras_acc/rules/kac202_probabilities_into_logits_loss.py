"""Probabilities go into a cross-entropy that takes logits.

## What it does
Finds a cross-entropy with `from_logits=True` on an output that ends in a softmax or sigmoid.

## Why is this bad
JAX, torch and TensorFlow up to 2.3 apply the activation a second time: the loss is too high, its gradients
are flat, and the training is slow or stuck. TensorFlow from 2.4 on looks for the logits behind the
activation, but loses them at any operation in between, so that the same program trains differently from
place to place.

## In numbers
Three rows of probabilities, right and nearly sure. The second softmax makes them almost equal.

```python
import numpy as np
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy

labels = np.array([0, 1, 2])
scores = 0.97 * np.eye(3) + 0.01
printed = {"the loss with from_logits=True": sparse_categorical_crossentropy(labels, scores, from_logits=True)}
honest = {"the cross-entropy": sparse_categorical_crossentropy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"]
)
```

## Fix safety
Unsafe: on JAX, torch and old TensorFlow the training changes (it is repaired); on newer TensorFlow it
mostly stays.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    is_cross_entropy,
    loss_family,
    output_place,
    readable_heads,
    takes_logits,
)
from lint_keras_acc.rules.repairs import all_who_share, unsafe_fix, unsay_logits
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC202", "probabilities-into-logits-loss", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or not _is_wrong(head):
            continue
        written = head.loss.argument("from_logits")
        message = f"from_logits=True, but the model ends in a {activation_name(head)}: {_effect(site, head)}"
        yield RULE.finding(
            site,
            written.span if written else head.loss.span,
            f"{message}; {_advice(head)}",
            related=[output_place(head)],
            fix=_fix(site, head),
            head=index,
        )


def _is_wrong(head: Head) -> bool:
    return is_cross_entropy(head) and takes_logits(head) and activation_range(head) in ("simplex", "unit")


def _effect(site: CompileSite, head: Head) -> str:
    again = "sigmoid" if loss_family(head) == "binary" else "softmax"
    name = activation_name(head)
    twice = f"a {again} of the {name}"
    if name not in ("softmax", "sigmoid") or site.dialect.bypasses_activation == "never":
        return f"Keras trains {twice}"
    return f"JAX and torch train {twice}, the TensorFlow backend uses the logits behind it where it finds them"


def _advice(head: Head) -> str:
    """What to write; an activation that does not suit the loss is not to stay."""
    name, is_binary = activation_name(head), loss_family(head) == "binary"
    if activation_range(head) == "simplex" and is_binary:
        return f"remove the {name}, or use a categorical loss without from_logits"
    if activation_range(head) == "unit" and not is_binary:
        return f"remove the {name}, or use 'softmax' without from_logits"
    return f"drop from_logits, or the {name}"


def _fix(site: CompileSite, head: Head) -> Fix | None:
    if head.loss is None or not all_who_share(site, head, _is_wrong):
        return None
    return unsafe_fix(site, "Drop from_logits=True", unsay_logits(head.loss))
