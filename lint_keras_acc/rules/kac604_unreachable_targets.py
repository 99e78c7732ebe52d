"""Audit only: targets lie outside the range of the activation at the output.

## What it does
Finds targets in a batch that the activation of the output cannot come near to, under a regression loss,
`poisson` or a binary cross-entropy: pixels up to 255 against a sigmoid, negative targets against a relu.
The targets of an autoencoder are looked at too.

## Why is this bad
The predictions pile up at the limit of the activation, where its gradient is 0, and the loss cannot get
below a value that has nothing to do with the model. A warning, since the reachable targets are still
fitted; an error under a binary cross-entropy, which torch refuses for such targets and which falls below
0 without end elsewhere.

## In numbers
Four pixels up to 255, and the nearest that a sigmoid can come to them.

```python
import numpy as np
from lint_keras_acc.runtime.losses import mean_squared_error

pixels = np.array([0.0, 12.0, 130.0, 255.0])
printed = {"least mse with a sigmoid": mean_squared_error(pixels, np.clip(pixels, 0, 1))}
honest = {"least mse of pixels / 255": mean_squared_error(pixels / 255, np.clip(pixels / 255, 0, 1))}
```

## Example
```python
import keras
import numpy as np

x = np.random.default_rng(0).integers(256, size=(64, 16)).astype("float32")
y = x
model = keras.Sequential(
    [keras.Input((16,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(16, activation="sigmoid")]
)
model.compile(optimizer="adam", loss="mse")
```

## Use instead
```python
import keras
import numpy as np

x = np.random.default_rng(0).integers(256, size=(64, 16)).astype("float32") / 255
y = x
model = keras.Sequential(
    [keras.Input((16,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(16, activation="sigmoid")]
)
model.compile(optimizer="adam", loss="mse")
```

## Fix safety
There is no fix: the targets may be scaled, or the activation left out.

## References
- https://keras.io/api/layers/activations/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.batches import observed_heads, share
from lint_keras_acc.rules.common import (
    activation_name,
    has_one_id_per_row,
    labels_are,
    loss_family,
    loss_name,
    output_place,
    takes_logits,
)
from lint_keras_acc.sites import CompileSite, Head, Observed

RULE = Rule("KAC604", "unreachable-targets", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.uses.adversarial:
        return
    for index, head, observed in observed_heads(site):
        if head.loss is None or not observed.unreachable or not _compares_numbers(head):
            continue
        is_binary = loss_family(head) == "binary"
        yield RULE.finding(
            site,
            head.loss.span,
            _message(head, observed),
            related=[output_place(head)],
            severity=Severity.ERROR if is_binary else RULE.severity,
            head=index,
        )


def _compares_numbers(head: Head) -> bool:
    """Each prediction is compared with a target of its own, by its size."""
    if has_one_id_per_row(head) or labels_are(head, "one-hot", "multi-hot") or takes_logits(head):
        return False
    if loss_name(head) == "cosine_similarity":
        return False
    return loss_family(head) in ("regression", "binary") or loss_name(head) == "poisson"


def _message(head: Head, observed: Observed) -> str:
    targets, activation = observed.targets, activation_name(head)
    start = (
        f"{share(observed.unreachable, targets.count, 'target')} lie outside what {activation} can yield "
        f"(they go from {targets.low:.4g} to {targets.high:.4g})"
    )
    if loss_family(head) == "binary":
        return f"{start}: torch raises, elsewhere the loss falls below 0 without end; scale the targets to [0, 1]"
    return f"{start}: predictions pile up at its limit; scale the targets, or use no activation"
