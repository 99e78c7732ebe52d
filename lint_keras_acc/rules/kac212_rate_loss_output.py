"""A loss of rates or shares is given numbers below 0.

## What it does
Finds 'poisson' on an output that may be negative (linear, tanh, elu, ...): an error. 'kl_divergence' on an output that
is no share, linear, relu or tanh: a hint.

## Why is this bad
Poisson takes the logarithm of the prediction. Of a number below 0 that is NaN, on every backend, and with it the
loss and after one step all weights. The KL divergence clips what it gets to [0.0000001, 1] first: nothing is NaN, but
what is clipped trains nothing, and what does not sum to 1 can bring the loss below 0.

## In numbers
Three counts, and predictions of which one is below 0.

```python
import numpy as np
from lint_keras_acc.runtime.losses import poisson

counts = np.array([0.0, 2.0, 5.0])
outputs = np.array([-0.1, 1.9, 4.8])
softplus = np.log1p(np.exp(outputs))
printed = {"poisson of a linear output": poisson(counts, outputs)}
honest = {"poisson of a softplus": poisson(counts, softplus)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="poisson", metrics=["mae"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="softplus")])
model.compile(optimizer="adam", loss="poisson", metrics=["mae"])
```

## Fix safety
There is no fix: softplus and exponential are both usual for rates, and the other activation may be meant for another
loss.

## References
- https://keras.io/api/losses/probabilistic_losses/#poisson-class
- https://keras.io/api/losses/probabilistic_losses/#kldivergence-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    loss_name,
    output_place,
    readable_heads,
    units,
)
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC212", "rate-loss-output", Severity.ERROR)

_MAY_BE_NEGATIVE = ("symmetric", "log", "unbounded")
# Activations of rates: above 0 everywhere.
_OF_RATES = frozenset({"softplus", "exponential", "squareplus", "sparse_plus"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        name = activation_name(head)
        if head.loss is None or name is None:
            continue
        if loss_name(head) == "poisson" and activation_range(head) in _MAY_BE_NEGATIVE:
            message = (
                f"poisson takes the logarithm of the output, which is NaN where a {name} output is below 0; "
                "write 'softplus' or 'exponential'"
            )
            severity = Severity.ERROR
        elif loss_name(head) == "kl_divergence" and _is_no_share(head):
            instead = "write 'mse' for numbers" if units(head) == 1 else "write 'softmax'"
            message = f"kl_divergence compares shares, and clips what a {name} output has outside [0, 1]; {instead}"
            severity = Severity.HINT
        else:
            continue
        yield RULE.finding(site, head.loss.span, message, related=[output_place(head)], severity=severity, head=index)


def _is_no_share(head: Head) -> bool:
    range_ = activation_range(head)
    return range_ in _MAY_BE_NEGATIVE or (range_ == "nonnegative" and activation_name(head) not in _OF_RATES)
