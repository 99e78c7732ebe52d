"""A callback takes a better metric for a worse one, or cannot tell.

## What it does
Finds a callback that watches a metric in the wrong direction: `mode="min"` for an accuracy, `mode="max"` for a
loss, or no mode where Keras guesses wrongly or cannot guess at all.

## Why is this bad
EarlyStopping stops while the metric gets better, ModelCheckpoint keeps the worst model. Without a mode the older
Keras goes by the name: what has 'acc' in it is to rise, and all else to fall, 'val_precision' too. Keras 3 asks
the metric and raises after the first epoch where that knows no direction: counts such as FalsePositives, functions
of your own, and every metric of a model with several outputs (EarlyStopping always, the others from 3.11 on).

## In numbers
The validation accuracy of six epochs.

```python
import numpy as np

accuracy = np.array([0.61, 0.70, 0.74, 0.79, 0.83, 0.82])

def kept(better):
    best = better(accuracy)
    first_worse = [epoch for epoch in range(len(accuracy)) if epoch - better(accuracy[: epoch + 1]) >= 3]
    return float(accuracy[best]), (first_worse[0] + 1 if first_worse else len(accuracy))

lowest, highest = kept(np.argmin), kept(np.argmax)
printed = {"accuracy kept by mode='min'": lowest[0], "epochs until it stops (patience=3)": lowest[1]}
honest = {"accuracy kept by mode='max'": highest[0], "epochs until it stops (patience=3)": highest[1]}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(monitor="val_accuracy", mode="min", patience=3)
model.fit(x, y, validation_split=0.2, epochs=50, callbacks=[stop])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=3)
model.fit(x, y, validation_split=0.2, epochs=50, callbacks=[stop])
```

## Fix safety
Unsafe: the callback acts at other epochs. There is no fix where the better direction is not known.

## References
- https://keras.io/api/callbacks/early_stopping/
- https://keras.io/api/callbacks/model_checkpoint/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, Replace, SetArgument, Severity
from lint_keras_acc.keras_api.metrics import canonical_metric
from lint_keras_acc.keras_api.monitors import Direction, asks_the_metric, better, by_name, tells_direction
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import keras_words, place
from lint_keras_acc.rules.log_keys import LogKeys, log_keys
from lint_keras_acc.sites import CompileSite, Metric, Monitor

RULE = Rule("KAC503", "monitor-direction", Severity.WARNING)

_DOES = {
    "EarlyStopping": "stops while '{key}' gets better",
    "ReduceLROnPlateau": "reduces the learning rate while '{key}' gets better",
    "ModelCheckpoint": "keeps the model with the worst '{key}'",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    keys = log_keys(site) if site.uses.monitors else None
    for monitor in site.uses.monitors:
        if site.custom_training or monitor.in_template or monitor.shared or monitor.callback not in _DOES:
            continue
        finding = _wrong_mode(site, monitor) if monitor.mode.value in ("min", "max") else None
        if monitor.mode.value == "auto" and keys is not None and keys.has(monitor.key):
            finding = _guessed_wrongly(site, monitor, keys)
        if finding is not None:
            yield finding


def _wrong_mode(site: CompileSite, monitor: Monitor) -> Finding | None:
    right = _better(site, monitor)
    if right is None or right == monitor.mode.value or monitor.mode.span is None:
        return None
    happens = _DOES[monitor.callback].format(key=monitor.key)
    return RULE.finding(
        site,
        monitor.mode.span,
        f"{monitor.callback} {happens}; write mode='{right}'",
        related=[place(monitor.span, "this is watched")],
        fix=Fix(f"Write mode='{right}'", Applicability.UNSAFE, (Replace(monitor.mode.span, repr(right)),)),
    )


def _guessed_wrongly(site: CompileSite, monitor: Monitor, keys: LogKeys) -> Finding | None:
    span = monitor.span or monitor.callback_span
    right = _better(site, monitor)
    if span is None or _bare(monitor) == "loss":
        return None
    if asks_the_metric(site.dialect, monitor.callback):
        if not _finds_no_direction(site, monitor, keys):
            return None
        severity = Severity.ERROR
        message = (
            f"{monitor.callback} raises after the first epoch: Keras cannot tell whether '{monitor.key}' is to rise"
        )
    else:
        if right is None or right == by_name(site.dialect, monitor.callback, monitor.key):
            return None
        severity = RULE.severity
        happens = _DOES[monitor.callback].format(key=monitor.key)
        message = f"{monitor.callback} {happens}: {keras_words(site.dialect)} takes it for one that is to fall"
    advice = f"mode='{right}'" if right else "mode='max' or mode='min'"
    metric = _watched(site, _bare(monitor))
    return RULE.finding(
        site,
        span,
        f"{message}; write {advice}",
        related=[
            place(metric.span, "the metric")
            if metric is not None
            else place(site.span, "the keys come from this compile call")
        ],
        fix=_say_mode(monitor, right),
        severity=severity,
    )


def _say_mode(monitor: Monitor, right: Direction | None) -> Fix | None:
    if right is None or monitor.callback_span is None:
        return None
    repair = SetArgument(monitor.callback_span, "mode", repr(right))
    return Fix(f"Write mode='{right}'", Applicability.UNSAFE, (repair,))


def _bare(monitor: Monitor) -> str:
    return monitor.key.removeprefix("val_")


def _better(site: CompileSite, monitor: Monitor) -> Direction | None:
    """The better direction of what is watched."""
    bare = _bare(monitor)
    if bare == "loss" or any(bare == f"{head.output.name}_loss" for head in site.heads if head.output.name):
        return "min"
    metric = _watched(site, bare)
    if metric is not None:
        return None if metric.name.value is None else _of_metric(metric.name.value, metric.form)
    # Whatever is compiled: what goes by such a name is better when it rises.
    canonical = canonical_metric(bare)
    return "max" if canonical and log_keys(site) is None and "accuracy" in canonical else None


def _of_metric(name: str, form: str) -> Direction | None:
    """As a function, and in older versions, the cosine similarity is the negative one that is a loss."""
    return None if name == "cosine_similarity" and form != "instance" else better(name)


def _watched(site: CompileSite, bare: str) -> Metric | None:
    found = [metric for metric in site.metrics if metric.log_key == bare]
    return found[0] if len(found) == 1 else None


def _finds_no_direction(site: CompileSite, monitor: Monitor, keys: LogKeys) -> bool:
    """Keras looks for a metric object of that name, and finds none, or one without a direction."""
    bare = _bare(monitor)
    if keys.outputs:
        # Metric objects have no prefix of an output, so that no key but 'loss' names one.
        return bare in keys.made and all(metric.key != bare for metric in site.metrics)
    metric = _watched(site, bare)
    if metric is None:
        return False
    if metric.form == "custom":
        return _is_function(metric)
    return metric.name.value is not None and not tells_direction(metric.name.value, metric.form, metric.written)


def _is_function(metric: Metric) -> bool:
    """A function of the program: a class of its own may tell a direction."""
    return metric.key is not None and metric.written == metric.key and metric.key[:1].islower()
