"""The model is trained without a loss.

## What it does
Finds a compile call without `loss` for a model that is fitted after it, where nothing else may give one: no
`add_loss`, no `train_step`, no layer of the program's own, and no earlier compile call whose loss stays.

## Why is this bad
Keras 3 raises on TensorFlow and torch; on JAX it trains nothing and logs a loss of 0.0. `tf.keras` raises
too, standalone Keras does so in `compile`. Where a layer has a regulariser, only its penalty is
made smaller: that is a warning.

## In numbers
Three rows of three classes, and a model that knows nothing. On JAX the loss is the sum of no losses.

```python
import numpy as np
from lint_keras_acc.runtime.losses import sparse_categorical_crossentropy

labels, scores = np.array([0, 1, 2]), np.full((3, 3), 1 / 3)
losses = []
printed = {"the loss on JAX": float(sum(loss(labels, scores) for loss in losses))}
honest = {"with loss='sparse_categorical_crossentropy'": sparse_categorical_crossentropy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", metrics=["accuracy"])
model.fit(x, y)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
```

## Fix safety
There is no fix: which loss is meant depends on the labels.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import keras_words, output_place
from lint_keras_acc.sites import CompileSite

RULE = Rule("KAC405", "missing-loss", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.loss_argument.form not in ("absent", "none") or not _is_trained_on_nothing_else(site):
        return
    yield RULE.finding(
        site,
        site.loss_argument.span or site.span,
        f"no loss is given, and the model is fitted: {_effect(site)}; write loss=",
        related=[output_place(head) for head in site.heads],
        severity=Severity.WARNING if _has_penalties_only(site) else Severity.ERROR,
    )


def _is_trained_on_nothing_else(site: CompileSite) -> bool:
    if site.custom_training or not site.uses.fitted or site.penalties is None:
        return False
    return site.earlier is None or site.earlier.has_loss is False or not site.dialect.keeps_metrics_on_recompile


def _raises_in_compile(site: CompileSite) -> bool:
    dialect = site.dialect
    return dialect.line == "standalone" or dialect.resolves_by_loss


def _has_penalties_only(site: CompileSite) -> bool:
    return bool(site.penalties) and not _raises_in_compile(site)


def _effect(site: CompileSite) -> str:
    if _raises_in_compile(site):
        return f"{keras_words(site.dialect)} raises in compile"
    if site.penalties:
        return "only the penalties of its regularisers are trained"
    if site.dialect.is_keras3:
        return "Keras 3 raises on TensorFlow and torch, and trains nothing on JAX"
    return f"{keras_words(site.dialect)} raises"
