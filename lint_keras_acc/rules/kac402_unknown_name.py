"""A loss or metric string that Keras does not know.

## What it does
Finds a string as loss or metric that this version of Keras resolves to nothing: 'f1', 'rmse', 'r2', 'loss',
a typo, or a name of another version, such as the loss 'huber_loss' or the metric 'ce' on Keras 3.

## Why is this bad
Keras raises, mostly not in `compile` but at the first batch: "Could not interpret metric identifier".

Names that the program registers as custom objects stay silent, and so do placeholders.

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
from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Delete, Finding, Fix, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import fix_applicability, is_shared, unless_older
from lint_keras_acc.rules.metric_code import code_words, replace_metric
from lint_keras_acc.rules.name_code import loss_code, metric_code
from lint_keras_acc.sites import CompileSite, Loss, Metric

RULE = Rule("KAC402", "unknown-name", Severity.ERROR)

_NAME = re.compile(r"\s*[A-Za-z][\w -]*")
_PLACEHOLDER = re.compile(r"\s*(your|my|some|todo|fill|placeholder|xxx)", re.IGNORECASE)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    if site.custom_training:
        return
    for loss in dict.fromkeys(site.losses):
        if loss.form == "string" and not site.dialect.resolves_loss(loss.written or ""):
            yield from _loss_findings(site, loss)
    for metric in dict.fromkeys(site.metrics):
        if metric.form == "string" and not site.dialect.resolves_metric(metric.written or ""):
            yield from _metric_findings(site, metric)


def _is_name(site: CompileSite, written: str | None) -> bool:
    """It is meant as a name of Keras: no custom object of the program, no placeholder."""
    if written is None or written in site.registered:
        return False
    return bool(_NAME.fullmatch(written)) and not _PLACEHOLDER.match(written)


def _loss_findings(site: CompileSite, loss: Loss) -> Iterator[Finding]:
    if not _is_name(site, loss.written):
        return
    concerned = [index for index, head in enumerate(site.heads) if head.loss == loss]
    code = loss_code(site.dialect, loss.written or "", [site.heads[index] for index in concerned])
    fix = None
    if code:
        applicability = fix_applicability(site, loss.span)
        fix = Fix(f"Replace {loss.written!r} by {code}", applicability, (Replace(loss.span, code),))
    yield RULE.finding(
        site,
        loss.span,
        f"this Keras knows no loss {loss.written!r} and raises at the first batch{_advice(code)}",
        fix=fix,
        severity=unless_older(site, RULE.severity),
        head=concerned[0] if len(concerned) == 1 else None,
    )


def _metric_findings(site: CompileSite, metric: Metric) -> Iterator[Finding]:
    if not _is_name(site, metric.written):
        return
    concerned = [index for index, head in enumerate(site.heads) if metric in head.metrics]
    head = site.heads[concerned[0]] if len(concerned) == 1 else None
    code = metric_code(site, metric, head)
    is_loss = metric.written == "loss"
    yield RULE.finding(
        site,
        metric.span,
        f"this Keras knows no metric {metric.written!r} and raises at the first batch"
        + ("; the loss is logged without it" if is_loss else _advice(code)),
        fix=_deletion(site, metric) if is_loss else replace_metric(site, metric, code),
        severity=unless_older(site, RULE.severity),
        head=concerned[0] if head else None,
    )


def _advice(code: str | None) -> str:
    return f"; write {code_words(code)}" if code else ""


def _deletion(site: CompileSite, metric: Metric) -> Fix | None:
    if not metric.in_list or is_shared(site, metric):
        return None
    return Fix("Delete 'loss'", Applicability.SAFE, (Delete(metric.span),))
