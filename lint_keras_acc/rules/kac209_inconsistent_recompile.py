"""One model is compiled with `from_logits=True` here, and without it there.

## What it does
Finds two compile calls of one model whose cross-entropies disagree on whether the same output is made of logits,
where the program does not show what the output is. Where it does, KAC201 and KAC202 say which of the two is wrong.

## Why is this bad
One of the two takes the outputs for what they are not: logits are clipped as if they were probabilities, or
probabilities are squeezed through a second sigmoid or softmax. Nothing raises.

## In numbers
Three rows that a model returns, read as logits by one of the two calls and as probabilities by the other: whichever
they are, one of the two losses is wrong.

```python
import numpy as np
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy, softmax

labels = np.array([0, 1, 2])
logits = np.array([[2.0, 0.1, -1.0], [0.3, 1.6, -0.7], [-0.4, 0.2, 1.9]])
printed = {
    "logits, without from_logits": sparse_categorical_crossentropy(labels, logits),
    "probabilities, with from_logits=True": sparse_categorical_crossentropy(labels, softmax(logits), from_logits=True),
}
honest = {
    "logits, with from_logits=True": sparse_categorical_crossentropy(labels, logits, from_logits=True),
    "probabilities, without from_logits": sparse_categorical_crossentropy(labels, softmax(logits)),
}
```

## Example
```python
import keras

model = keras.models.load_model("classifier.keras")
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y)
model.compile(optimizer="sgd", loss=keras.losses.SparseCategoricalCrossentropy())
model.fit(x, y)
```

## Use instead
```python
import keras

model = keras.models.load_model("classifier.keras")
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y)
model.compile(optimizer="sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y)
```

## Fix safety
Unsafe: the training changes, and the earlier call may be the wrong one.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Related, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import activation_name, is_cross_entropy, readable_heads
from lint_keras_acc.rules.repairs import all_who_share, say_logits, unsafe_fix, unsay_logits
from lint_keras_acc.sites import CompileSite, Head, Loss

RULE = Rule("KAC209", "inconsistent-recompile", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.earlier is None:
        return
    for (index, head), before in zip(readable_heads(site), site.earlier.losses, strict=False):
        if head.loss is None or before is None or not _contradict(head, head.loss, before):
            continue
        here, there = ("True", "False") if head.loss.from_logits.value else ("False", "True")
        yield RULE.finding(
            site,
            head.loss.span,
            f"from_logits is {here} here, and was {there} when the same model was compiled before: "
            "one of the two takes the outputs for what they are not; write the same in both",
            related=[Related(before.from_logits.span or before.span, f"from_logits is {there} here")],
            fix=_fix(site, head, head.loss),
            head=index,
        )


def _contradict(head: Head, loss: Loss, before: Loss) -> bool:
    """One takes logits and the other probabilities, of an output of which is not known what it is."""
    if loss.name.value is None or loss.name.value != before.name.value or not is_cross_entropy(head):
        return False
    said = {loss.from_logits.value, before.from_logits.value}
    return said == {True, False} and activation_name(head) is None


def _fix(site: CompileSite, head: Head, loss: Loss) -> Fix | None:
    if not all_who_share(site, head, lambda other: other.loss == loss):
        return None
    repair = unsay_logits(loss) if loss.from_logits.value else say_logits(loss)
    return unsafe_fix(site, "Say of the logits what the earlier call says", repair)
