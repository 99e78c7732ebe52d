"""The keys of a loss or metrics dict, or the lengths of such lists, do not match the outputs.

## What it does
Finds keys of `loss={...}`, `metrics={...}` and `weighted_metrics={...}` that are the name of no output; a
loss dict that leaves out an output where Keras asks for all of them; and lists of losses, or of metrics lists,
that have not one entry for each output. Outputs go by the names of their layers, or by their keys where the model
returns a dict.

## Why is this bad
Keras raises at the first batch, up to Keras 2.3 and TensorFlow 2.1 in `compile`; a key of `metrics` that is no
name gave no metric at all up to Keras 2.2. Keras 3.7 and newer ask for every output in a loss dict, and take no
loss dict for a Sequential. Losses beyond the last output are ignored by TensorFlow 2.2 to 2.15, and by Keras 3.7
and newer for one output. From Keras 3.14 on the metrics of a single output may have any key.

## In numbers
Two outputs, one of which has no loss under its name.

```python
outputs, losses = {"price", "sold"}, {"price": "mse", "is_sold": "binary_crossentropy"}
printed = {
    "keys that are no output": ", ".join(losses.keys() - outputs),
    "outputs without a loss": ", ".join(outputs - losses.keys()),
}
honest = {"outputs": ", ".join(sorted(outputs))}
```

## Example
```python
import keras

inputs = keras.Input((20,))
price = keras.layers.Dense(1, name="price")(inputs)
sold = keras.layers.Dense(1, activation="sigmoid", name="sold")(inputs)
model = keras.Model(inputs, [price, sold])
model.compile(optimizer="adam", loss={"price": "mse", "is_sold": "binary_crossentropy"})
```

## Use instead
```python
import keras

inputs = keras.Input((20,))
price = keras.layers.Dense(1, name="price")(inputs)
sold = keras.layers.Dense(1, activation="sigmoid", name="sold")(inputs)
model = keras.Model(inputs, [price, sold])
model.compile(optimizer="adam", loss={"price": "mse", "sold": "binary_crossentropy"})
```

## Fix safety
There is no fix: the key or the name of the layer may be the wrong one. The message names the nearest.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Related, Severity, Span
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import keras_words, place
from lint_keras_acc.rules.output_keys import (
    extra_keys,
    nameless,
    names_of,
    nearest_name,
    output_keys_are_known,
    outputs_are_known,
)
from lint_keras_acc.sites import CompileSite, Fact, MetricsArgument

RULE = Rule("KAC404", "output-key-mismatch", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if not outputs_are_known(site):
        return
    yield from _loss_keys(site)
    yield from _loss_list(site)
    for argument in site.metrics_arguments:
        yield from _metrics_keys(site, argument)
        yield from _metrics_lists(site, argument)


# --- losses -------------------------------------------------------------------------------------------------


def _loss_keys(site: CompileSite) -> Iterator[Finding]:
    argument = site.loss_argument
    if argument.form != "dict" or argument.span is None or not argument.keys:
        return
    if site.sequential and site.dialect.is_keras3:
        message = (
            "Keras 3 takes no loss dict for a Sequential, whose output has no name: it raises; write the loss alone"
        )
        yield RULE.finding(site, argument.span, message)
        return
    if not output_keys_are_known(site) or (site.outputs_form == "dict" and not site.dialect.is_keras3):
        return
    extra = extra_keys(site, argument.keys)
    for key in extra:
        yield _extra(site, "loss", key, argument.span, f"{keras_words(site.dialect)} raises")
    missing = nameless(site, argument.keys) if argument.length == len(argument.keys) else []
    if not extra and missing and site.dialect.requires_every_loss_key and site.outputs_form != "dict":
        names = " and ".join(missing)
        message = (
            f"the loss dict leaves out {names}: from Keras 3.7 on it must name every output, and raises; "
            "write None for an output without a loss"
        )
        yield RULE.finding(site, argument.span, message, related=_layers(site))


def _loss_list(site: CompileSite) -> Iterator[Finding]:
    argument, count = site.loss_argument, len(site.heads)
    if argument.form not in ("list", "tuple") or argument.span is None or (argument.length or 0) <= count:
        return
    is_ignored = _ignores_more_losses(site)
    effect = "those beyond are ignored" if is_ignored else f"{keras_words(site.dialect)} raises"
    yield RULE.finding(
        site,
        argument.span,
        f"{argument.length} losses are given for {_outputs(count)}: {effect}; write one for each output",
        related=_layers(site),
        severity=Severity.WARNING if is_ignored else RULE.severity,
    )


def _ignores_more_losses(site: CompileSite) -> bool:
    dialect = site.dialect
    if dialect.is_keras3:
        return dialect.requires_every_loss_key and len(site.heads) == 1 and site.outputs_form == "single"
    return not dialect.resolves_by_loss


# --- metrics ------------------------------------------------------------------------------------------------


def _metrics_keys(site: CompileSite, argument: MetricsArgument) -> Iterator[Finding]:
    dialect, count = site.dialect, len(site.heads)
    if argument.form != "dict" or argument.span is None or not argument.keys:
        return
    if count == 1 and dialect.accepts_any_metrics_key:
        return
    if site.sequential and dialect.is_keras3:
        message = (
            f"{_version(site)} takes no {argument.name} dict for a Sequential, whose output has no name: it raises"
        )
        yield RULE.finding(site, argument.span, f"{message}; write a list")
        return
    # Up to Keras 3.13 a model that returns a dict has the names of its layers for metrics, or its keys.
    if not output_keys_are_known(site) or (site.outputs_form == "dict" and not dialect.accepts_any_metrics_key):
        return
    is_silent = dialect.ignores_unknown_metrics_keys
    effect = "its metrics are dropped" if is_silent else f"{keras_words(dialect)} raises"
    for key in extra_keys(site, argument.keys):
        yield _extra(site, argument.name, key, argument.span, effect, Severity.WARNING if is_silent else RULE.severity)


def _metrics_lists(site: CompileSite, argument: MetricsArgument) -> Iterator[Finding]:
    """Lists of metrics lists, one for each output; of one output the newest versions take any."""
    count = len(site.heads)
    if not argument.nested or argument.span is None or argument.length in (None, count) or count == 1:
        return
    yield RULE.finding(
        site,
        argument.span,
        f"{argument.name} has {argument.length} entries for {_outputs(count)}: {keras_words(site.dialect)} raises; "
        "write one list for each output",
        related=_layers(site),
    )


# --- words --------------------------------------------------------------------------------------------------


def _extra(
    site: CompileSite,
    name: str,
    key: Fact[str],
    span: Span,
    effect: str,
    severity: Severity = RULE.severity,
) -> Finding:
    written = key.value or ""
    nearest = nearest_name(site, written)
    instead = f"write {nearest!r}" if nearest else f"the outputs are {names_of(site)}"
    if len(site.heads) == 1 and not nearest:
        instead = f"the output is {names_of(site)}"
    message = f"{name} has the key {written!r}, which is no output of the model: {effect}; {instead}"
    return RULE.finding(site, key.span or span, message, related=_layers(site), severity=severity)


def _layers(site: CompileSite) -> list[Related | None]:
    return [
        place(head.output.layer, f"the output {head.output.name!r}" if head.output.name else "an output")
        for head in site.heads
    ]


def _outputs(count: int) -> str:
    return "one output" if count == 1 else f"{count} outputs"


def _version(site: CompileSite) -> str:
    return f"Keras {site.dialect.version[0]}.{site.dialect.version[1]}"
