"""The first positional argument of a cross-entropy is `from_logits`, not the reduction.

## What it does
Finds `CategoricalCrossentropy('sum')`, `SparseCategoricalCrossentropy('none')`, `BinaryCrossentropy('sum')`
and a number in the same place.

## Why is this bad
The first parameter of these classes is `from_logits` (the focal forms have others before it). A string that
is not empty counts as true: the loss takes what the model returns for logits, and the reduction stays what it
was.

## In numbers
Three rows of probabilities, right and nearly sure. The string 'sum' says that they are logits, and nothing is summed.

```python
import numpy as np
from lint_keras_acc.runtime.losses import categorical_crossentropy

labels = np.eye(3)
scores = 0.97 * labels + 0.01
printed = {"CategoricalCrossentropy('sum')": categorical_crossentropy(labels, scores, from_logits=bool("sum"))}
honest = {"CategoricalCrossentropy(reduction='sum')": 3 * categorical_crossentropy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy("sum"), metrics=["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy(reduction="sum"), metrics=["accuracy"])
```

## Fix safety
Unsafe: the loss is another one then, and so is its reduction. No fix where the value is no reduction.

## References
- https://keras.io/api/losses/probabilistic_losses/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, NameArgument, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import output_place
from lint_keras_acc.rules.repairs import unsafe_fix
from lint_keras_acc.sites import Argument, CompileSite, Loss

RULE = Rule("KAC410", "positional-from-logits", Severity.ERROR)

_REDUCTIONS = frozenset({"auto", "mean", "mean_with_sample_weight", "none", "sum", "sum_over_batch_size"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for loss in dict.fromkeys(site.losses):
        given = loss.argument("from_logits")
        if given is None or not _is_something_else(given):
            continue
        heads = [index for index, head in enumerate(site.heads) if head.loss == loss]
        message = (
            f"the first argument of {loss.written} is from_logits: {given.value!r} {_effect(given)}; "
            f"write {_instead(loss, given)}"
        )
        yield RULE.finding(
            site,
            given.span,
            message,
            related=[output_place(site.heads[index]) for index in heads[:1]],
            fix=_fix(site, loss, given),
            head=heads[0] if len(heads) == 1 else None,
        )


def _is_something_else(given: Argument) -> bool:
    return isinstance(given.value, str) or (isinstance(given.value, float) and given.value not in (0.0, 1.0))


def _effect(given: Argument) -> str:
    return "counts as true, and the outputs are taken for logits" if given.value else "counts as false"


def _instead(loss: Loss, given: Argument) -> str:
    if given.value in _REDUCTIONS:
        return f"reduction={given.value!r}"
    if isinstance(given.value, float) and loss.name.value in ("binary_crossentropy", "categorical_crossentropy"):
        return f"label_smoothing={given.value!r}"
    return "the name of the argument that is meant"


def _fix(site: CompileSite, loss: Loss, given: Argument) -> Fix | None:
    if given.position is None or given.value not in _REDUCTIONS or loss.argument("reduction") is not None:
        return None
    behind = tuple(argument.name for argument in loss.arguments if (argument.position or 0) > given.position)
    if not all(name.isidentifier() for name in behind):
        return None
    return unsafe_fix(site, "Name the argument reduction", NameArgument(loss.span, given.span, "reduction", behind))
