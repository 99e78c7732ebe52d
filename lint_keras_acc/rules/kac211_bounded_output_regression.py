"""The activation of the output cannot reach the targets of a regression.

## What it does
Finds a sigmoid, tanh, softmax or relu output (and their kin) under a regression loss or poisson whose
targets are known to leave its range.

## Why is this bad
No weights make a sigmoid yield 17 or a relu yield -3. The loss stops at what the nearest reachable values
cost, and the predictions pile up at the limit. The outputs of a softmax sum to 1: for one of them to rise,
the others have to fall.

## In numbers
Four targets, and the nearest that each activation can come to them.

```python
import numpy as np
from lint_keras_acc.runtime.losses import mean_squared_error

targets = np.array([17.0, -3.0, 0.5, 8.0])
printed = {
    "least mse with a sigmoid": mean_squared_error(targets, np.clip(targets, 0, 1)),
    "least mse with a relu": mean_squared_error(targets, np.maximum(targets, 0)),
}
honest = {"least mse without activation": mean_squared_error(targets, targets)}
```

## Example
```python
import keras
from sklearn.datasets import make_regression

x, y = make_regression(1000, 20)
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead
```python
import keras
from sklearn.datasets import make_regression

x, y = make_regression(1000, 20)
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="linear")])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix safety
Unsafe: the model changes. 'linear' is how Keras spells no activation. None where the labels are classes,
there the loss is the mistake, and under poisson, which takes no negative outputs.

## References
- https://keras.io/api/layers/activations/
- https://keras.io/api/losses/regression_losses/
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from lint_keras_acc.findings import Finding, Fix, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    has_units,
    labels_are,
    loss_family,
    loss_name,
    output_place,
    place,
    readable_heads,
)
from lint_keras_acc.rules.repairs import replace_activation, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC211", "bounded-output-regression", Severity.WARNING)

_LIMITS = {"unit": (0.0, 1.0), "simplex": (0.0, 1.0), "symmetric": (-1.0, 1.0), "nonnegative": (0.0, inf)}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.uses.adversarial:
        return
    for index, head in readable_heads(site):
        targets = _unreachable_targets(head)
        if head.loss is None or targets is None or not _fits_numbers(head):
            continue
        message = _message(head, targets)
        labels = head.labels
        evidence = labels.low.span or labels.high.span or labels.span
        yield RULE.finding(
            site,
            head.loss.span,
            message,
            related=[output_place(head), place(evidence, "the targets come from here")],
            fix=_fix(site, head),
            head=index,
        )


def _message(head: Head, targets: str) -> str:
    name = activation_name(head)
    if activation_range(head) == "simplex":
        return f"{name} outputs are shares that sum to 1, and these targets are not; use no activation"
    return (
        f"{targets}, which {name} outputs cannot reach: the predictions pile up at the limit; "
        "use no activation, or scale the targets"
    )


def _fits_numbers(head: Head) -> bool:
    """The loss compares numbers by their size, which cosine similarity does not."""
    if loss_name(head) == "cosine_similarity":
        return False
    return loss_family(head) == "regression" or loss_name(head) == "poisson"


def _unreachable_targets(head: Head) -> str | None:
    """What the targets are known to be that the activation cannot yield, in words; None if nothing is."""
    limits = _LIMITS.get(activation_range(head) or "")
    labels = head.labels
    are_class_ids = labels_are(head, "integer", "binary") and has_units(head, 2)
    if limits is None or labels_are(head, "input", "one-hot", "multi-hot") or are_class_ids:
        return None
    lowest, highest = limits
    if labels.low.value is not None and labels.low.value < lowest:
        return f"targets go down to {labels.low.value:g}" if lowest <= -1 else "some targets are negative"
    if labels.high.value is not None and labels.high.value > highest:
        return f"some targets are above {highest:g}"
    if activation_range(head) == "simplex" and labels_are(head, "continuous") and not _is_within(head, limits):
        return "targets are continuous"
    return None


def _is_within(head: Head, limits: tuple[float, float]) -> bool:
    bounded = head.labels.bounded.value
    return bounded is not None and limits[0] <= bounded[0] and bounded[1] <= limits[1]


def _fix(site: CompileSite, head: Head) -> Fix | None:
    if labels_are(head, "integer", "binary") or loss_name(head) == "poisson":
        return None
    return unsafe_fix(site, "Use no activation at the output", replace_activation(head, "linear"))
