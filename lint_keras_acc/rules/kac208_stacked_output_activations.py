"""A softmax or sigmoid is applied to a softmax or sigmoid.

## What it does
Finds two such activations at the output with no weights between them, also where a model that ends in one
is a layer of another.

## Why is this bad
The second one sees values between 0 and 1 only: a softmax over 10 of them cannot give any class more than
0.24, a sigmoid nothing below 0.5. The loss stays high and its gradients small.

## In numbers
Ten classes, and a model that is right and sure of it.

```python
import numpy as np
from lint_keras_acc.runtime.losses import sigmoid, softmax, sparse_categorical_crossentropy

labels = np.arange(10)
once = softmax(100.0 * np.eye(10))
printed = {
    "largest probability that a class can have": float(softmax(once).max()),
    "smallest number that a second sigmoid can give": float(sigmoid(0.0)),
    "the loss": sparse_categorical_crossentropy(labels, softmax(once)),
}
honest = {
    "largest probability that a class can have": float(once.max()),
    "the loss": sparse_categorical_crossentropy(labels, once),
}
```

## Example
```python
import keras

model = keras.Sequential(
    [keras.Input((20,)), keras.layers.Dense(10, activation="softmax"), keras.layers.Activation("softmax")]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential(
    [keras.Input((20,)), keras.layers.Dense(10, activation="softmax")]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the model changes. The outer activation is removed, if the inner one is what the loss takes.

## References
- https://keras.io/api/layers/activations/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Delete, Finding, Fix, Repair, Replace, Severity
from lint_keras_acc.keras_api.activations import ACTIVATIONS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import final_activation, loss_family, place
from lint_keras_acc.rules.repairs import unsafe_fix
from lint_keras_acc.sites import Activation, CompileSite, Head

RULE = Rule("KAC208", "stacked-output-activations", Severity.WARNING)

_SUITABLE = {"binary": "sigmoid", "categorical": "softmax", "sparse": "softmax"}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in enumerate(site.heads):
        outer, inner = final_activation(head), _inner(head)
        if inner is None or head.output.custom or not _gives_probabilities(outer):
            continue
        message = (
            f"a {outer.name.value} of a {inner.name.value}, with no weights between: the second sees values "
            "between 0 and 1 only, so that its probabilities stay near each other; remove one of them"
        )
        yield RULE.finding(
            site,
            outer.name.span or outer.layer or head.output.layer or site.span,
            message,
            related=[place(inner.name.span or inner.layer, f"the {inner.name.value} that it is applied to")],
            fix=_fix(site, head, outer, inner),
            head=index,
        )


def _gives_probabilities(activation: Activation) -> bool:
    name = activation.name.value
    return name in ACTIVATIONS and ACTIVATIONS[name].range in ("simplex", "unit")


def _inner(head: Head) -> Activation | None:
    """The activation that the final one is applied to, if that gives probabilities too."""
    chain = [one for one in (head.output.activation, *head.output.inner) if one.name.value != "linear"]
    return chain[1] if len(chain) > 1 and _gives_probabilities(chain[1]) else None


def _fix(site: CompileSite, head: Head, outer: Activation, inner: Activation) -> Fix | None:
    if inner.name.value != _SUITABLE.get(loss_family(head) or "", inner.name.value):
        return None
    return unsafe_fix(site, f"Remove the outer {outer.name.value}", _removal(outer))


def _removal(activation: Activation) -> Repair | None:
    if activation.removable and activation.layer:
        return Delete(activation.layer)
    if activation.replaceable and activation.name.span:
        return Replace(activation.name.span, "'linear'")
    return None
