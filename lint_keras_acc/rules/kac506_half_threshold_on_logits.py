"""Predictions that are logits, cut at 0.5.

## What it does
Finds `predict(...) > 0.5` and `np.round(predict(...))` on a model that ends without an activation and is trained
with `from_logits=True` under a binary cross-entropy.

## Why is this bad
`predict` returns the logits. The two classes are equally likely at the logit 0; 0.5 is the probability 0.62. So
samples with a probability between 0.5 and 0.62 are taken for the wrong class, and `round` makes labels such as -3.

## In numbers
Six rows whose probabilities are all on the right side of a half. Three of the logits lie between 0 and 0.5.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy

labels = np.array([0, 1, 1, 1, 1, 0])
logits = np.array([-1.0, 0.2, 0.3, 0.4, 3.0, -2.6])
printed = {
    "accuracy of logits > 0.5": binary_accuracy(labels, logits),
    "labels that np.round makes": ", ".join(f"{label:g}" for label in np.unique(np.round(logits) + 0.0)),
}
honest = {
    "accuracy of logits > 0": binary_accuracy(labels, logits, threshold=0.0),
    "labels that logits > 0 makes": ", ".join(f"{label:d}" for label in np.unique((logits > 0).astype(int))),
}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(x, y, epochs=3)
predicted = model.predict(x_test) > 0.5
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(x, y, epochs=3)
predicted = model.predict(x_test) > 0
```

## Fix safety
Unsafe: what is computed from the predictions changes. There is none for `round`, and none where the 0.5 is a
variable.

## References
- https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import is_logits, loss_family, loss_place
from lint_keras_acc.rules.predictions import OutputRead, output_reads
from lint_keras_acc.sites import CompileSite

RULE = Rule("KAC506", "half-threshold-on-logits", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for read in output_reads(site, "threshold", "round"):
        if not is_logits(read.head) or loss_family(read.head) != "binary":
            continue
        yield RULE.finding(
            site,
            read.read.span,
            _message(read),
            related=[read.source_place, loss_place(read.head)],
            fix=_fix(read),
            head=read.output,
        )


def _message(read: OutputRead) -> str:
    if read.read.kind == "round":
        return "these predictions are logits: round does not make labels of them; write `> 0`"
    return "these predictions are logits: 0.5 is the probability 0.62; compare with 0"


def _fix(read: OutputRead) -> Fix | None:
    if read.read.number is None:
        return None
    return Fix("Compare with 0", Applicability.UNSAFE, (Replace(read.read.number, "0"),))
