"""A callback watches a key that is never logged.

## What it does
Finds a `monitor=` (or a `{val_acc:.2f}` in a checkpoint path) of a callback that reaches `fit`, which names
no key that this compile call makes: 'val_acc' with `metrics=['accuracy']`, 'val_mse' with
`metrics=['mae']`. So too the `objective=` of a tuner of Keras Tuner.

## Why is this bad
Keras 3 raises at the end of the first epoch. The Keras of TensorFlow only logs a warning: EarlyStopping
never stops, ModelCheckpoint never writes its best model. A checkpoint path with an unknown key raises
everywhere. Of a tuner every trial fails. Where a program is surely older than Keras 3 and some older
version makes the key, it is a hint.

## In numbers
The key that `metrics=['accuracy']` makes, from the tables that the rules look at.

```python
from lint_keras_acc.keras_api.dialects import parse_dialect

names = ["keras-2.2", "keras-2.3", "keras-3"]
keys = {name: "val_" + parse_dialect(name).log_key("accuracy", "string") for name in names}
printed = {f"'val_acc' in {name}": "logged" if key == "val_acc" else "never logged" for name, key in keys.items()}
honest = {f"the key in {name}": key for name, key in keys.items()}
```

## Example
```python
import keras

(x, y), test = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(monitor="val_acc", patience=3)
model.fit(x, y, validation_data=test, callbacks=[stop])
```

## Use instead
```python
import keras

(x, y), test = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=3)
model.fit(x, y, validation_data=test, callbacks=[stop])
```

## Fix safety
Safe where the old code raises (Keras 3, `mode='auto'`); else unsafe, since an inert callback starts to act.
Only the same metric in other words is put in its place; where there is none, the message names the keys
that are made.

## References
- https://keras.io/api/callbacks/early_stopping/
- https://keras.io/api/callbacks/model_checkpoint/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, Replace, Severity
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.tuners import TUNERS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import place
from lint_keras_acc.rules.log_keys import RENAMED_KEYS, log_keys, missing_key
from lint_keras_acc.sites import CompileSite, Monitor

RULE = Rule("KAC501", "unknown-monitor", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    keys = log_keys(site) if site.uses.monitors else None
    if keys is None:
        return
    for monitor in site.uses.monitors:
        missing = missing_key(site, keys, monitor.key)
        if monitor.span is None or monitor.shared or missing is None:
            continue
        severity, made = missing
        twin = made.twin(monitor.key)
        advice = f"write '{twin}'" if twin else f"it logs {made.in_words(monitor.key)}"
        happens = f"{monitor.callback} {_happens(monitor, site.dialect)}:"
        if severity is Severity.HINT:
            happens = f"from {RENAMED_KEYS} on"
        yield RULE.finding(
            site,
            monitor.span,
            f"{happens} this model logs no '{monitor.key}'; {advice}",
            related=[place(site.span, "the keys come from this compile call")],
            fix=_fix(monitor, twin, site.dialect) if severity is RULE.severity else None,
            severity=severity,
        )


def _happens(monitor: Monitor, dialect: Dialect) -> str:
    if monitor.in_template:
        return "cannot fill in its path"
    if _raises(monitor, dialect):
        return "fails in every trial" if monitor.callback in TUNERS else "raises after the first epoch"
    return "does nothing"


def _raises(monitor: Monitor, dialect: Dialect) -> bool:
    """Keras 3 looks up the direction of the metric: EarlyStopping always, the others from 3.11 on.

    A trial of a tuner raises in any version.
    """
    if monitor.callback in TUNERS:
        return True
    if not dialect.raises_on_missing_monitor or monitor.mode.value != "auto":
        return False
    return monitor.callback == "EarlyStopping" or dialect.version >= (3, 11)


def _fix(monitor: Monitor, twin: str | None, dialect: Dialect) -> Fix | None:
    if twin is None or monitor.span is None or monitor.in_template:
        return None
    applicability = Applicability.SAFE if _raises(monitor, dialect) else Applicability.UNSAFE
    return Fix(f"Watch '{twin}'", applicability, (Replace(monitor.span, repr(twin)),))
