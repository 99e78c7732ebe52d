"""A list of fewer losses than the model has outputs.

## What it does
Finds `loss=[...]` with fewer entries than the model has outputs.

## Why is this bad
Keras 3.7 and newer, and TensorFlow 2.2 to 2.15, give the first outputs their losses and train the others on
nothing, without a word. Keras 3.0 to 3.6 and everything before TensorFlow 2.2 raise; so does Keras 3 where
the model returns a dict. A written None says that an output is to have no loss.

## In numbers
Two rows with a price, predicted well, and whether they were sold, predicted badly.

```python
import numpy as np
from lint_keras_acc.runtime.losses import binary_crossentropy, mean_squared_error

price = mean_squared_error([3.0, 5.0], [3.1, 4.9])
sold = binary_crossentropy([1, 0], [0.02, 0.97])
printed = {"the loss with ['mse']": price}
honest = {"the loss with both": price + sold}
```

## Example
```python
import keras

inputs = keras.Input((20,))
price = keras.layers.Dense(1, name="price")(inputs)
sold = keras.layers.Dense(1, activation="sigmoid", name="sold")(inputs)
model = keras.Model(inputs, [price, sold])
model.compile(optimizer="adam", loss=["mse"])
```

## Use instead
```python
import keras

inputs = keras.Input((20,))
price = keras.layers.Dense(1, name="price")(inputs)
sold = keras.layers.Dense(1, activation="sigmoid", name="sold")(inputs)
model = keras.Model(inputs, [price, sold])
model.compile(optimizer="adam", loss=["mse", "binary_crossentropy"])
```

## Fix safety
There is no fix: which loss is missing depends on the labels.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import keras_words, place
from lint_keras_acc.rules.output_keys import outputs_are_known
from lint_keras_acc.sites import CompileSite

RULE = Rule("KAC409", "partial-loss", Severity.WARNING)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    argument, count = site.loss_argument, len(site.heads)
    if argument.form not in ("list", "tuple") or argument.span is None or argument.nones:
        return
    if not argument.length or not outputs_are_known(site) or argument.length >= count:
        return
    losses = "one loss is" if argument.length == 1 else f"{argument.length} losses are"
    raises = _raises(site)
    effect = (
        f"{keras_words(site.dialect)} raises"
        if raises
        else f"{'the other is' if count - argument.length == 1 else 'the others are'} not trained at all"
    )
    yield RULE.finding(
        site,
        argument.span,
        f"{losses} given for {count} outputs: {effect}; write one for each, None where there is to be none",
        related=[place(head.output.layer, "this output has no loss") for head in site.heads[argument.length :]],
        severity=Severity.ERROR if raises else Severity.WARNING,
    )


def _raises(site: CompileSite) -> bool:
    dialect = site.dialect
    if dialect.is_keras3:
        return not dialect.requires_every_loss_key or site.outputs_form == "dict"
    return dialect.resolves_by_loss
