"""`metrics` is not a list.

## What it does
Finds `metrics='accuracy'`, `metrics=SomeMetric()`, a function or a set, also in `weighted_metrics`; and a
tuple for Keras 3.0 to 3.13.

## Why is this bad
Keras 3 raises, and so does every version up to Keras 2.3 and TensorFlow 2.1. The Keras of TensorFlow 2.2 to
2.15 takes a bare metric: there it is a hint, since the program stops with the next version, and so it is
where a program is surely written for Keras 2, but not for which.

## In numbers
Which versions take a metric without a list, from the tables that the rules look at.

```python
from lint_keras_acc.keras_api.dialects import parse_dialect

names = ["keras-2.3", "tf.keras-2.1", "tf.keras-2.2", "tf.keras-2.15", "keras-3"]
bare = {name: parse_dialect(name).accepts_bare_metrics for name in names}
listed = {name: parse_dialect(name).resolves_metric("accuracy") for name in names}
printed = {f"metrics='accuracy' in {name}": "runs" if taken else "raises" for name, taken in bare.items()}
honest = {f"metrics=['accuracy'] in {name}": "runs" if taken else "raises" for name, taken in listed.items()}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics="accuracy")
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Fix safety
Safe: the old code raises, or means the same. No fix for several outputs, where a list means something else.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Fix, Severity, Span, WrapInList
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import fix_applicability, keras_words
from lint_keras_acc.sites import CompileSite, MetricsArgument

RULE = Rule("KAC401", "metrics-not-a-list", Severity.ERROR)

_WORDS = {
    "string": "a bare string",
    "instance": "a single metric",
    "function": "a single function",
    "set": "a set",
    "tuple": "a tuple",
}


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for argument in site.metrics_arguments:
        if argument.span is None or not _is_refused(argument, site.dialect):
            continue
        severity = _severity(argument, site.dialect)
        yield RULE.finding(
            site,
            argument.span,
            f"{argument.name} is {_WORDS[argument.form]}, {_refusal(argument, site.dialect)}; put it in a list",
            fix=_fix(site, argument.span),
            severity=severity,
        )


def _is_refused(argument: MetricsArgument, dialect: Dialect) -> bool:
    if argument.form == "tuple":
        return dialect.is_keras3 and not dialect.accepts_tuple_metrics
    return argument.form in _WORDS


def _severity(argument: MetricsArgument, dialect: Dialect) -> Severity:
    is_accepted = _may_accept_bare_metrics(dialect) and argument.form != "set"
    return Severity.HINT if is_accepted else Severity.ERROR


def _may_accept_bare_metrics(dialect: Dialect) -> bool:
    """Which version a program for Keras 2 is written for is a guess: from 2.4 on it is TensorFlow's."""
    is_guess = dialect.surely_older and dialect.line == "standalone" and dialect.version >= (2, 0)
    return dialect.accepts_bare_metrics or is_guess


def _refusal(argument: MetricsArgument, dialect: Dialect) -> str:
    if argument.form == "tuple":
        return "and Keras 3.0 to 3.13 raise"
    raises = f"{'Keras 3' if _may_accept_bare_metrics(dialect) else keras_words(dialect)} raises"
    return f"and {raises}" if argument.form == "set" else f"which only TensorFlow 2.2 to 2.15 takes: {raises}"


def _fix(site: CompileSite, span: Span) -> Fix | None:
    if site.outputs_known and len(site.heads) > 1:
        return None
    return Fix("Put it in a list", fix_applicability(site, span), (WrapInList(span),))
