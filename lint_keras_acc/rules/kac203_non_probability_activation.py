"""The activation of the output does not yield what the cross-entropy takes.

## What it does
Finds relu, elu, selu, tanh and other activations whose values are no probabilities at an output under a
cross-entropy. With `from_logits=True` only relu and tanh and their kin are named, as a hint: they cut the
logits.

## Why is this bad
The loss clips or divides what is no probability. Values above 1 or below 0 train nothing; a row of zeros,
which relu yields sooner or later, is divided by its sum under a categorical loss: NaN on every backend.

## In numbers
Four rows before the activation. What is above 1 after a relu trains nothing: the loss stays where it is if those
numbers are doubled. A row of zeros under a categorical loss is divided by 0.

```python
import numpy as np
from lint_keras_acc.runtime.losses import binary_crossentropy, categorical_crossentropy, sigmoid, softmax

labels = np.array([0, 1, 1, 0])
before = np.array([-2.0, 1.5, 3.0, 2.0])
relu = np.maximum(before, 0)
zeros = np.zeros((1, 3))
printed = {
    "the loss of a relu": binary_crossentropy(labels, relu),
    "the same, numbers above 1 doubled": binary_crossentropy(labels, np.where(relu > 1, 2 * relu, relu)),
    "categorical_crossentropy of a row of zeros": categorical_crossentropy([[0, 1, 0]], zeros),
}
honest = {
    "the loss of a sigmoid": binary_crossentropy(labels, sigmoid(before)),
    "the same, numbers above 1 doubled": binary_crossentropy(labels, sigmoid(np.where(relu > 1, 2 * before, before))),
    "categorical_crossentropy of a softmax of that row": categorical_crossentropy([[0, 1, 0]], softmax(zeros)),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="relu")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Fix safety
Unsafe: the model changes. One unit under a binary loss gets a sigmoid, units under a categorical loss a
softmax. None where other metrics or the labels show a regression: there the loss is the mistake; none inside
the cells of recurrent layers but SimpleRNN, and none for layers that take no activation.

## References
- https://keras.io/api/losses/probabilistic_losses/
- https://keras.io/api/layers/activations/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    has_regression_evidence,
    is_cross_entropy,
    loss_family,
    output_place,
    readable_heads,
    takes_logits,
    takes_probabilities,
    units,
)
from lint_keras_acc.rules.repairs import activation_advice, replace_activation, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC203", "non-probability-activation", Severity.ERROR)

# Never 0: a categorical loss, which divides each row by its sum, makes a distribution of them.
_POSITIVE = frozenset({"exponential", "softplus", "squareplus"})
# Independent probabilities that are exactly 0 on half the line: rows of zeros under a categorical loss.
_CLIPPED_SIGMOIDS = frozenset({"hard_sigmoid", "sparse_sigmoid"})

_VALUES = {
    "unit": "exactly 0 for many inputs",
    "symmetric": "between -1 and 1",
    "nonnegative": "not limited to [0, 1]",
    "log": "logarithms",
    "unbounded": "not limited to [0, 1]",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        severity = _severity(head)
        if head.loss is None or severity is None:
            continue
        fix = None if severity is Severity.HINT else _fix(site, head)
        yield RULE.finding(
            site,
            head.loss.span,
            _message(head),
            related=[output_place(head)],
            fix=fix,
            severity=severity,
            head=index,
        )


def _severity(head: Head) -> Severity | None:
    name, values = activation_name(head), activation_range(head)
    if not is_cross_entropy(head) or values is None or values == "simplex" or name == "linear":
        return None
    if takes_logits(head):
        return Severity.HINT if values in ("nonnegative", "symmetric") else None
    if not takes_probabilities(head):
        return None
    if loss_family(head) == "binary":
        return None if values == "unit" else Severity.ERROR
    if values == "unit" and name not in _CLIPPED_SIGMOIDS:
        return None
    return Severity.HINT if name in _POSITIVE else Severity.ERROR


def _message(head: Head) -> str:
    assert head.loss is not None
    name, loss, values = activation_name(head), head.loss.name.value, activation_range(head) or ""
    if takes_logits(head):
        kept = "above 0" if values == "nonnegative" else "between -1 and 1"
        return f"{loss} takes logits here, but {name} keeps them {kept}; drop the activation"
    if name in _POSITIVE and loss_family(head) != "binary":
        return f"{loss} divides the {name} outputs by their sum; write 'softmax' unless that is meant"
    instead = _instead(head)
    if loss_family(head) != "binary" and values in ("nonnegative", "unit"):
        effect = ", and a row of zeros gives NaN on every backend"
    else:
        effect = ": what lies outside (0, 1) is clipped and trains nothing"
    return f"{loss} takes probabilities, but {name} outputs are {_VALUES[values]}{effect}; {instead}"


def _instead(head: Head) -> str:
    if has_regression_evidence(head):
        return "write 'mse' for a regression"
    wanted = _wanted(head)
    if wanted is None:
        return "write 'sigmoid' for several labels, 'softmax' with a categorical loss for one class"
    return activation_advice(head, wanted)


def _wanted(head: Head) -> str | None:
    if loss_family(head) == "binary":
        return "sigmoid" if units(head) == 1 else None
    return "softmax"


def _fix(site: CompileSite, head: Head) -> Fix | None:
    wanted = _wanted(head)
    if wanted is None or has_regression_evidence(head):
        return None
    return unsafe_fix(site, f"Use {wanted!r} at the output", replace_activation(head, wanted))
