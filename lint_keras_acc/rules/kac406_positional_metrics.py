"""The third positional argument of `compile` is not `metrics` any more.

## What it does
Finds a metrics list as the third positional argument of `compile`.

## Why is this bad
Up to Keras 2 the order was optimizer, loss, metrics. Keras 3 has `loss_weights` third: it takes the list
for weights and raises at the first batch, with a message that speaks of anything but metrics. Before Keras
3 it is a hint.

## In numbers
The third parameter of `compile`, from the tables that the rules look at.

```python
from lint_keras_acc.keras_api.dialects import parse_dialect

names = ["keras-2.2", "tf.keras-2.15", "keras-3"]
parameters = {name: parse_dialect(name).compile_parameters() for name in names}
printed = {f"third in {name}": parameters[name][2] for name in names}
honest = {f"place of metrics in {name}": 1 + parameters[name].index("metrics") for name in names}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Safe: the old code raises on Keras 3 and means the same before it.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, NameArgument, Severity
from lint_keras_acc.keras_api.metrics import canonical_metric
from lint_keras_acc.rules import Rule
from lint_keras_acc.sites import Argument, CompileSite

RULE = Rule("KAC406", "positional-metrics", Severity.ERROR)

# What stood behind metrics where metrics stood third.
_FOLLOWING = ("loss_weights", "weighted_metrics", "run_eagerly", "steps_per_execution")
_METRICS_FORMS = ("list", "tuple", "set", "instance", "function")


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if len(site.positional) < 3:
        return
    third = site.positional[2]
    if not _is_metrics(site, third):
        return
    before = "" if site.dialect.is_keras3 else "these are the metrics up to Keras 2, but "
    yield RULE.finding(
        site,
        third.span,
        f"{before}Keras 3 takes the third positional argument for loss_weights and raises; write metrics=",
        fix=_fix(site, third),
        severity=RULE.severity if site.dialect.is_keras3 else Severity.HINT,
    )


def _is_metrics(site: CompileSite, third: Argument) -> bool:
    if isinstance(third.value, tuple):
        return bool(third.value) and all(isinstance(entry, str) for entry in third.value)
    if isinstance(third.value, str):
        return canonical_metric(third.value) is not None
    return any(
        argument.name == "metrics" and argument.position == 2 and argument.form in _METRICS_FORMS
        for argument in site.metrics_arguments
    )


def _fix(site: CompileSite, third: Argument) -> Fix | None:
    behind = len(site.positional) - 3
    given = any(
        argument.name == "metrics" and argument.position != 2 and argument.form != "absent"
        for argument in site.metrics_arguments
    )
    if given or behind > len(_FOLLOWING):
        return None
    repair = NameArgument(site.span, third.span, "metrics", _FOLLOWING[:behind])
    return Fix("Name the argument metrics", Applicability.SAFE, (repair,))
