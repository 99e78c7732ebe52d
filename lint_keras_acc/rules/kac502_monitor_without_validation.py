"""A callback watches a validation metric in a fit without validation data.

## What it does
Finds a callback that watches a `val_` key ('val_loss' is the default of EarlyStopping, ReduceLROnPlateau and
ModelCheckpoint) in a `fit` that has neither `validation_data` nor `validation_split`, and `{val_loss:.2f}` in a
checkpoint path of such a fit.

## Why is this bad
Without validation data no `val_` key is logged. Keras only warns: EarlyStopping never stops, ReduceLROnPlateau
never reduces, ModelCheckpoint with `save_best_only` never saves. A path with such a key raises at the first save.

## In numbers
The validation loss of ten epochs, which is best in the third, and EarlyStopping with a patience of three.

```python
import numpy as np

losses = np.array([0.9, 0.6, 0.5, 0.52, 0.55, 0.6, 0.66, 0.7, 0.8, 0.9])

def epochs(logs):
    seen = [log["val_loss"] for log in logs if "val_loss" in log]
    stops = [epoch for epoch in range(len(seen)) if epoch - np.argmin(seen[: epoch + 1]) >= 3]
    return stops[0] + 1 if stops else len(logs)

printed = {"epochs without validation data": epochs([{"loss": loss} for loss in losses])}
honest = {"epochs with validation data": epochs([{"val_loss": loss} for loss in losses])}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=50, callbacks=[keras.callbacks.EarlyStopping(patience=3)])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=50, validation_split=0.2, callbacks=[keras.callbacks.EarlyStopping(patience=3)])
```

## Fix safety
There is no fix: which data to validate on is for the program to say; without such data watch 'loss'.

## References
- https://keras.io/api/callbacks/early_stopping/
- https://keras.io/api/models/model_training_apis/#fit-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.tuners import TUNERS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import place
from lint_keras_acc.rules.log_keys import log_keys
from lint_keras_acc.sites import CompileSite, Monitor

RULE = Rule("KAC502", "monitor-without-validation", Severity.WARNING)

_NEVER = {
    "EarlyStopping": "never stops the training",
    "ReduceLROnPlateau": "never reduces the learning rate",
    "ModelCheckpoint": "never saves the model",
    **dict.fromkeys(TUNERS, "fails in every trial"),
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.custom_training:
        return
    keys = log_keys(site) if site.uses.monitors else None
    for monitor in site.uses.monitors:
        if monitor.has_validation is not False or monitor.others_log or not monitor.key.startswith("val_"):
            continue
        is_made = keys.has(monitor.key) if keys else monitor.key == "val_loss"
        span = monitor.span or monitor.callback_span
        if not is_made or span is None:
            continue
        yield RULE.finding(
            site,
            span,
            _message(monitor),
            related=[place(monitor.fit_span, "this fit has no validation data")],
            severity=Severity.ERROR if monitor.in_template else None,
        )


def _message(monitor: Monitor) -> str:
    fits = "search" if monitor.callback in TUNERS else "fit"
    advice = f"give {fits} validation data, or watch '{monitor.key.removeprefix('val_')}'"
    if monitor.in_template:
        return f"saving raises: a fit without validation data logs no '{monitor.key}' for the path; {advice}"
    happens = _NEVER.get(monitor.callback, "does nothing")
    return f"{monitor.callback} {happens}: a fit without validation data logs no '{monitor.key}'; {advice}"
