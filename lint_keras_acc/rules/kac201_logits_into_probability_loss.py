"""Logits go into a cross-entropy that takes probabilities.

## What it does
Finds a binary, categorical or sparse categorical cross-entropy with `from_logits=False`, the default, whose
output has no activation.

## Why is this bad
Nothing raises, and what is minimised is not a cross-entropy. The binary one clips the logits to (0, 1), and
what lies outside trains nothing. The categorical one divides each row by its sum, often far below the true
loss. Of the sparse one the TensorFlow backend takes logarithms of clipped logits, JAX and torch divide each
row by its sum.

## In numbers
Three rows of logits. The sum of each is small, so that dividing by it blows the numbers up, and the loss cuts them at
1: it is as good as 0 for answers that are far from sure.

```python
import numpy as np
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy

labels = np.array([0, 1, 2])
logits = np.array([[1.0, 0.3, -0.9], [0.2, 0.8, -0.7], [-0.4, -0.2, 0.9]])
printed = {
    "the loss on JAX and torch": sparse_categorical_crossentropy(labels, logits),
    "the loss on TensorFlow": sparse_categorical_crossentropy(labels, logits, backend="tensorflow"),
}
honest = {"with from_logits=True": sparse_categorical_crossentropy(labels, logits, from_logits=True)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10)])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(10)])
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
```

## Fix safety
Unsafe: the training changes. A string or function becomes the loss class with `from_logits=True`; metrics
that cut probabilities at 0.5 are then reported by KAC103 and KAC104. None where the task looks like a
regression, and in generations of Keras without loss classes.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import (
    activation_name,
    has_regression_evidence,
    is_cross_entropy,
    loss_family,
    output_place,
    output_words,
    readable_heads,
    takes_probabilities,
)
from lint_keras_acc.rules.metric_code import code_words, has_metric_classes
from lint_keras_acc.rules.repairs import all_who_share, say_logits, unsafe_fix
from lint_keras_acc.sites import CompileSite, Head, Loss

RULE = Rule("KAC201", "logits-into-probability-loss", Severity.ERROR)

_EFFECTS = {
    "binary": "Keras clips what lies outside (0, 1), which then trains nothing",
    "categorical": "Keras divides each row by its sum, which is no softmax",
    "sparse": "the TensorFlow backend clips them to (0, 1), JAX and torch divide each row by its sum",
}
_ACTIVATIONS = {"binary": "sigmoid", "categorical": "softmax", "sparse": "softmax"}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        if head.loss is None or not _is_wrong(head):
            continue
        family = loss_family(head) or ""
        message = (
            f"{head.loss.name.value} takes probabilities, but the model ends in {output_words(head)}: "
            f"{_EFFECTS[family]}; {_instead(site, head, head.loss)}"
        )
        yield RULE.finding(
            site, head.loss.span, message, related=[output_place(head)], fix=_fix(site, head), head=index
        )


def _is_wrong(head: Head) -> bool:
    return is_cross_entropy(head) and takes_probabilities(head) and activation_name(head) == "linear"


def _instead(site: CompileSite, head: Head, loss: Loss) -> str:
    if has_regression_evidence(head):
        return "write 'mse' for a regression"
    end = f"end in a {_ACTIVATIONS[loss_family(head) or '']}"
    told = say_logits(loss) if _has_loss_classes(site) else None
    if loss.form == "instance" or loss.arguments:
        return f"pass from_logits=True, or {end}"
    return f"write {code_words(told.code)}, or {end}" if isinstance(told, Replace) else end


def _has_loss_classes(site: CompileSite) -> bool:
    """Every version of TensorFlow 2 has them; another that is surely older is a guess."""
    dialect = site.dialect
    is_guess = dialect.surely_older and (dialect.line != "tensorflow" or dialect.version < (2, 0))
    return has_metric_classes(dialect) and not is_guess


def _fix(site: CompileSite, head: Head) -> Fix | None:
    if head.loss is None or has_regression_evidence(head) or not all_who_share(site, head, _is_wrong):
        return None
    if head.loss.form != "instance" and not _has_loss_classes(site):
        return None
    return unsafe_fix(site, "Tell the loss that it receives logits", say_logits(head.loss))
