"""A second `compile` without metrics keeps those of the first.

## What it does
Finds a compile call without `metrics` and `weighted_metrics` (or with None) for a model that was compiled
before with some.

## Why is this bad
Keras up to 3.5, and all of Keras 2, drop the metrics then. From Keras 3.6 on they stay: `evaluate` returns
more numbers than this call shows, and metrics that fitted the first loss run beside the second.

## In numbers
How many numbers `evaluate` returns after the second call, which shows a loss and no metric.

```python
from lint_keras_acc.keras_api.dialects import parse_dialect

def numbers(name):
    kept = ["accuracy"] if parse_dialect(name).keeps_metrics_on_recompile else []
    return len(["loss", *kept])

printed = {f"numbers in {name}": numbers(name) for name in ("tf.keras-2.15", "keras-3.5", "keras-3.6", "keras-3.15")}
honest = {"numbers with metrics=[]": len(["loss"])}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, y)
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y)
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=[])
model.fit(x, y)
```

## Fix safety
Unsafe: the metrics may be wanted. Then write them again.

## References
- https://keras.io/api/models/model_training_apis/#compile-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, Related, Replace, SetArgument, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import is_inside
from lint_keras_acc.sites import CompileSite, Metric, MetricsArgument

RULE = Rule("KAC408", "metrics-kept-on-recompile", Severity.HINT)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    earlier = site.earlier
    if earlier is None or not earlier.metrics or not _has_none(site) or not site.dialect.keeps_metrics_on_recompile:
        return
    names = ", ".join(_words(metric) for metric in earlier.metrics)
    yield RULE.finding(
        site,
        site.span,
        f"no metrics are given, and from Keras 3.6 on those of the earlier compile stay: {names}; "
        "write metrics=[], or write them again",
        related=[Related(earlier.span, "the model was compiled with metrics here")],
        fix=_fix(site),
    )


def _has_none(site: CompileSite) -> bool:
    arguments = site.metrics_arguments
    return site.metrics_known and bool(arguments) and all(one.form in ("absent", "none") for one in arguments)


def _words(metric: Metric) -> str:
    return repr(metric.written) if metric.form == "string" else metric.key or metric.written or "one of your own"


def _fix(site: CompileSite) -> Fix | None:
    metrics = next((one for one in site.metrics_arguments if one.name == "metrics"), None)
    if metrics is None:
        return None
    return Fix("Give no metrics", Applicability.UNSAFE, (_repair(site, metrics),))


def _repair(site: CompileSite, metrics: MetricsArgument) -> Replace | SetArgument:
    if metrics.form == "none" and metrics.span is not None and is_inside(site, metrics.span):
        return Replace(metrics.span, "[]")
    return SetArgument(site.span, "metrics", "[]")
