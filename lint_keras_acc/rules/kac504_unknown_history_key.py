"""A log key is read that was never logged.

## What it does
Finds `history.history['acc']`, `logs['acc']` and `logs.get('acc')` where this compile call makes
'accuracy', and their kin; and a `val_` key of a fit that has no validation data.

## Why is this bad
It is a KeyError after the training is done, or a None in a callback. The keys changed with the versions:
Keras before 2.3 logged 'acc' whatever was written, newer versions log the string as it was written.

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

from lint_keras_acc.findings import Applicability, Finding, Fix, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import place, unless_older
from lint_keras_acc.rules.log_keys import LogKeys, log_keys
from lint_keras_acc.sites import CompileSite, KeyRead

RULE = Rule("KAC504", "unknown-history-key", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    keys = log_keys(site)
    if keys is None:
        return
    read_keys = {read.key for read in site.uses.history_reads}
    for read in site.uses.history_reads:
        message = _message(keys, read)
        twin = keys.twin(read.key)
        # Who reads both spellings of a key is ready for either.
        if message is None or (twin in read_keys and twin != read.key):
            continue
        yield RULE.finding(
            site,
            read.span,
            message,
            related=[place(site.span, "the keys come from this compile call")],
            fix=_fix(read, twin),
            severity=unless_older(site, RULE.severity),
        )


def _message(keys: LogKeys, read: KeyRead) -> str | None:
    if keys.is_missing(read.key):
        twin = keys.twin(read.key)
        advice = f"write '{twin}'" if twin else f"there is {keys.in_words(read.key)}"
        return f"this model logs no '{read.key}'; {advice}"
    if read.key.startswith("val_") and read.has_validation is False and keys.has(read.key):
        return f"this fit has no validation data and logs no '{read.key}'; give it validation_data"
    return None


def _fix(read: KeyRead, twin: str | None) -> Fix | None:
    if twin is None or twin == read.key:
        return None
    return Fix(f"Read '{twin}'", Applicability.SAFE, (Replace(read.span, repr(twin)),))
