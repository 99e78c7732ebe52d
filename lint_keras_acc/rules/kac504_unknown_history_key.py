"""A log key is read that was never logged.

## What it does
Finds `history.history['acc']`, `logs['acc']` and `logs.get('acc')` where this compile call makes
'accuracy', and their kin; and a `val_` key of a fit that has no validation data.

## Why is this bad
It is a KeyError after the training is done, or a None in a callback. The keys changed with the versions:
Keras before 2.3 logged 'acc' whatever was written, newer versions log the string as it was written. Where a
program is surely older than Keras 3 and some older version makes the key, it is a hint.

## In numbers
The key that `metrics=['accuracy']` makes, from the tables that the rules look at, and what reading another one gives.

```python
from lint_keras_acc.keras_api.dialects import parse_dialect

keys = {name: parse_dialect(name).log_key("accuracy", "string") for name in ("keras-2.2", "keras-2.3", "keras-3")}
printed = {}
for name, key in keys.items():
    history = {"loss": [0.4], key: [0.9]}
    try:
        printed[f"history['acc'] in {name}"] = history["acc"][0]
    except KeyError as error:
        printed[f"history['acc'] in {name}"] = f"raises: KeyError {error}"
honest = {f"history[{key!r}] in {name}": 0.9 for name, key in keys.items()}
```

## Example
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3)
print(history.history["acc"])
```

## Use instead
```python
import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3)
print(history.history["accuracy"])
```

## Fix safety
Safe: the old code raises or reads nothing. Only the same metric in other words is put in its place.

## References
- https://keras.io/api/models/model_training_apis/#fit-method
- https://keras.io/api/callbacks/base_callback/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, Related, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import place
from lint_keras_acc.rules.log_keys import RENAMED_KEYS, LogKeys, log_keys, missing_key
from lint_keras_acc.sites import CompileSite, KeyRead

RULE = Rule("KAC504", "unknown-history-key", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    keys = log_keys(site) if site.uses.history_reads else None
    if keys is None:
        return
    read_keys = {read.key for read in site.uses.history_reads}
    for read in site.uses.history_reads:
        missing = missing_key(site, keys, read.key)
        if missing is not None:
            severity, made = missing
            twin = made.twin(read.key)
            # Who reads both spellings of a key is ready for either.
            if twin not in read_keys:
                yield _missing(site, read, severity, made, twin)
        elif read.key.startswith("val_") and read.has_validation is False and keys.has(read.key):
            yield RULE.finding(
                site,
                read.span,
                f"this fit has no validation data and logs no '{read.key}'; give it validation_data",
                related=[_made_here(site)],
            )


def _missing(site: CompileSite, read: KeyRead, severity: Severity, made: LogKeys, twin: str | None) -> Finding:
    advice = f"write '{twin}'" if twin else f"it logs {made.in_words(read.key)}"
    fix = Fix(f"Read '{twin}'", Applicability.SAFE, (Replace(read.span, repr(twin)),)) if twin else None
    is_hint = severity is Severity.HINT
    since = f"from {RENAMED_KEYS} on " if is_hint else ""
    return RULE.finding(
        site,
        read.span,
        f"{since}this model logs no '{read.key}'; {advice}",
        related=[_made_here(site)],
        fix=None if is_hint else fix,
        severity=severity,
    )


def _made_here(site: CompileSite) -> Related | None:
    return place(site.span, "the keys come from this compile call")
