"""A flat list of metrics for a model with several outputs.

## What it does
Finds a list of metrics, none of which stands in a list of its own, for a model with several outputs. Silent where
the list can only be meant as one metric for each output: all entries are the same, or each fits the loss of
its own output and not those of the others.

## Why is this bad
Up to Keras 2 every metric runs on every output. Keras 3 gives the n-th metric to the n-th output where there are
as many as outputs (a warning), and raises otherwise. In the older versions it is a hint.

## In numbers
How many of two outputs a list of one metric is for.

```python
from lint_keras_acc.keras_api.dialects import parse_dialect

outputs, metrics = ["sold", "kept"], ["accuracy"]

def measured(name):
    if parse_dialect(name).spreads_flat_metrics:
        return len(outputs)
    return len(metrics) if len(metrics) == len(outputs) else "raises"

printed = {f"outputs measured in {name}": measured(name) for name in ("keras-2.3", "tf.keras-2.15", "keras-3")}
honest = {"outputs measured with [['accuracy'], ['accuracy']]": len([["accuracy"], ["accuracy"]])}
```

## Example
```python
import keras

inputs = keras.Input((20,))
sold = keras.layers.Dense(1, activation="sigmoid", name="sold")(inputs)
kept = keras.layers.Dense(1, activation="sigmoid", name="kept")(inputs)
model = keras.Model(inputs, [sold, kept])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Use instead
```python
import keras

inputs = keras.Input((20,))
sold = keras.layers.Dense(1, activation="sigmoid", name="sold")(inputs)
kept = keras.layers.Dense(1, activation="sigmoid", name="kept")(inputs)
model = keras.Model(inputs, [sold, kept])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[["accuracy"], ["accuracy"]])
```

## Fix safety
There is no fix: which metric is meant for which output, only the author knows.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import keras_words, place
from lint_keras_acc.rules.output_keys import outputs_are_known
from lint_keras_acc.sites import CompileSite, Head, Metric, MetricsArgument

RULE = Rule("KAC407", "flat-metrics-on-many-outputs", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    count = len(site.heads)
    if not outputs_are_known(site) or count == 1:
        return
    for argument in site.metrics_arguments:
        if argument.form not in ("list", "tuple") or argument.nested or not argument.length or argument.span is None:
            continue
        severity = _severity(site, argument)
        if severity is None:
            continue
        yield RULE.finding(
            site,
            argument.span,
            f"{argument.name} is one flat list for {count} outputs: {_effect(site, argument)}; "
            "write a list for each output, or a dict",
            related=[place(head.output.layer, "an output of the model") for head in site.heads],
            severity=severity,
        )


def _severity(site: CompileSite, argument: MetricsArgument) -> Severity | None:
    if site.dialect.spreads_flat_metrics:
        return Severity.HINT
    if argument.length != len(site.heads):
        return Severity.ERROR
    return None if _is_one_for_each(site, argument) else Severity.WARNING


def _effect(site: CompileSite, argument: MetricsArgument) -> str:
    if site.dialect.spreads_flat_metrics:
        keras3 = "Keras 3 gives one to each" if argument.length == len(site.heads) else "Keras 3 raises"
        return f"{keras_words(site.dialect)} runs all of it on every output, {keras3}"
    if argument.length != len(site.heads):
        return "Keras 3 raises"
    return "Keras 3 gives the first metric to the first output and so on, where Keras 2 ran all of them on every output"


def _is_one_for_each(site: CompileSite, argument: MetricsArgument) -> bool:
    """The entries are alike, or some metric would make no sense on another output than its own."""
    own = [_own_metric(head, argument) for head in site.heads]
    metrics = [metric for metric in own if metric is not None]
    if len(metrics) < len(own):
        return True
    if len({(metric.name.value, metric.written, metric.form) for metric in metrics}) == 1:
        return True
    fits = [[_fits(metric, head) for head in site.heads] for metric in metrics]
    in_place = all(fits[index][index] for index in range(len(metrics)))
    return in_place and not all(map(all, fits))


def _own_metric(head: Head, argument: MetricsArgument) -> Metric | None:
    mine = [metric for metric in head.metrics if metric.weighted == (argument.name == "weighted_metrics")]
    return mine[0] if len(mine) == 1 else None


def _fits(metric: Metric, head: Head) -> bool:
    """The metric is one for the task of this output's loss, as far as that is known."""
    name, loss = metric.name.value, head.loss.name.value if head.loss else None
    if name not in METRICS or loss not in LOSSES:
        return True
    is_regression = METRICS[name].family == "regression"
    return is_regression == (LOSSES[loss].family == "regression")
