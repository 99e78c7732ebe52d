"""A loss or metric string that Keras does not know.

## What it does
Finds a string as loss or metric that this version of Keras resolves to nothing: 'f1', 'rmse', 'r2', 'loss',
a typo, or a name of another version, such as the loss 'huber_loss' or the metric 'ce' on Keras 3.

## Why is this bad
Keras raises, mostly not in `compile` but at the first batch: "Could not interpret metric identifier".

Names that the program registers as custom objects stay silent, and so do placeholders. A name that has
nothing of Keras is a hint, since a module that is imported may register it; and so is one that Keras 3 does
not know any more, where the program is surely older.

## In numbers
What 'rmse' is in the versions, and the number that it was to be.

```python
import numpy as np
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.runtime.losses import mean_squared_error

names = ["keras-2.2", "tf.keras-2.15", "keras-3"]
printed = {f"'rmse' in {name}": "known" if parse_dialect(name).resolves_metric("rmse") else "raises" for name in names}
labels, predictions = np.array([3.0, 5.0, 8.0]), np.array([4.0, 5.0, 6.0])
honest = {"RootMeanSquaredError() of three rows": float(np.sqrt(mean_squared_error(labels, predictions)))}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["rmse"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=[keras.metrics.RootMeanSquaredError(name="rmse")])
```

## Fix safety
Safe: the old code can only raise. A name with one clear meaning becomes that class, under the same log key;
a slip becomes the nearest name. No fix where the result would be wrong in another way.

## References
- https://keras.io/api/metrics/
- https://keras.io/api/losses/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lint_keras_acc.findings import Applicability, Delete, Finding, Fix, Replace, Severity
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import fix_applicability, is_shared, keras_words
from lint_keras_acc.rules.metric_code import code_words, replace_metric
from lint_keras_acc.rules.name_code import is_of_keras, knowing_generation, loss_code, metric_code
from lint_keras_acc.sites import CompileSite, Loss, Metric

RULE = Rule("KAC402", "unknown-name", Severity.ERROR)

_NAME = re.compile(r"\s*[A-Za-z][\w -]*")
_PLACEHOLDER = re.compile(r"\s*(your|my|some|todo|fill|placeholder|xxx)", re.IGNORECASE)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.custom_training:
        return
    for loss in dict.fromkeys(site.losses):
        severity = _severity(site, loss, Dialect.resolves_loss)
        if severity is not None:
            yield _loss_finding(site, loss, severity)
    for metric in dict.fromkeys(site.metrics):
        severity = _severity(site, metric, Dialect.resolves_metric)
        if severity is not None:
            yield _metric_finding(site, metric, severity)


def _severity(site: CompileSite, entry: Loss | Metric, resolves: Callable[[Dialect, str], bool]) -> Severity | None:
    """None for a known name; a hint where only the newest Keras does not know it, or it may be registered.

    A name that has nothing of Keras may be a custom object that another module registers. Which old version a
    program is written for is a guess: a name that the newest Keras knows is let pass.
    """
    written, dialect = entry.written or "", site.dialect
    if entry.form != "string" or resolves(_judged_by(dialect), written):
        return None
    if not _is_name(site, written):
        return None
    is_known_before = dialect.surely_older and knowing_generation(written, resolves) is not None
    return Severity.HINT if is_known_before or not is_of_keras(written) else Severity.ERROR


def _judged_by(dialect: Dialect) -> Dialect:
    return DEFAULT if dialect.surely_older else dialect


def _is_name(site: CompileSite, written: str) -> bool:
    """It is meant as a name of Keras: no custom object of the program, no placeholder."""
    if written in site.registered:
        return False
    return bool(_NAME.fullmatch(written)) and not _PLACEHOLDER.match(written)


def _loss_finding(site: CompileSite, loss: Loss, severity: Severity) -> Finding:
    concerned = [index for index, head in enumerate(site.heads) if head.loss == loss]
    code = fix = None
    if severity is RULE.severity:
        code = loss_code(site.dialect, loss.written or "", [site.heads[index] for index in concerned])
    if code:
        applicability = fix_applicability(site, loss.span)
        fix = Fix(f"Replace {loss.written!r} by {code}", applicability, (Replace(loss.span, code),))
    return RULE.finding(
        site,
        loss.span,
        f"{_says(site, 'loss', loss.written or '', Dialect.resolves_loss)}{_advice(code)}",
        fix=fix,
        severity=severity,
        head=concerned[0] if len(concerned) == 1 else None,
    )


def _metric_finding(site: CompileSite, metric: Metric, severity: Severity) -> Finding:
    concerned = [index for index, head in enumerate(site.heads) if metric in head.metrics]
    head = site.heads[concerned[0]] if len(concerned) == 1 else None
    code = metric_code(site, metric, head) if severity is RULE.severity else None
    is_loss = metric.written == "loss"
    return RULE.finding(
        site,
        metric.span,
        _says(site, "metric", metric.written or "", Dialect.resolves_metric)
        + ("; the loss is logged without it" if is_loss else _advice(code)),
        fix=_deletion(site, metric) if is_loss else replace_metric(site, metric, code),
        severity=severity,
        head=concerned[0] if head else None,
    )


def _says(site: CompileSite, kind: str, written: str, resolves: Callable[[Dialect, str], bool]) -> str:
    dialect = _judged_by(site.dialect)
    which, known = keras_words(dialect), knowing_generation(written, resolves)
    if dialect.is_keras3 and resolves(DEFAULT, written):
        which, known = f"{which}.{dialect.version[1]}", "a newer one"
    elsewhere = f" ({known} does)" if known else ""
    when = " at the first batch" if dialect.is_keras3 else ""
    return f"{which} knows no {kind} {written!r}{elsewhere} and raises{when}"


def _advice(code: str | None) -> str:
    return f"; write {code_words(code)}" if code else ""


def _deletion(site: CompileSite, metric: Metric) -> Fix | None:
    if not metric.in_list or is_shared(site, metric):
        return None
    return Fix("Delete 'loss'", Applicability.SAFE, (Delete(metric.span),))
