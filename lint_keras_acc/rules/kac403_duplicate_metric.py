"""The same metric stands twice in the list.

## What it does
Finds a metric that another entry of the same output repeats: the same string or the same class with the same
arguments twice, 'acc' beside 'accuracy', 'accuracy' beside the very metric that it resolves to.

## Why is this bad
The number is computed and logged twice, under two keys (`accuracy` and `accuracy_1` on Keras 3). TensorFlow 2.2 to
2.15 and tf_keras raise where both entries have the same name: an error there.

## In numbers
Four rows, and one output unit, for which 'accuracy' runs binary_accuracy.

```python
import numpy as np
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.runtime import resolve
from lint_keras_acc.runtime.kernels import binary_accuracy

labels, scores = np.array([1, 0, 1, 1]), np.array([0.9, 0.2, 0.4, 0.8])
runs = resolve(parse_dialect("keras-3"), "binary_crossentropy", (4, 1), (4, 1)).kernel
printed = {
    f"'accuracy', which runs {runs}": binary_accuracy(labels, scores),
    "'binary_accuracy'": binary_accuracy(labels, scores),
}
honest = {"'accuracy' alone": binary_accuracy(labels, scores)}
```

## Example
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy", "binary_accuracy"])
```

## Use instead
```python
import keras

model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
```

## Fix safety
Safe where the old code raises, and where nothing reads the second key and the result of `evaluate` is not taken
apart; else unsafe. No fix where the entry belongs to several outputs.

## References
- https://keras.io/api/metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Delete, Finding, Fix, Severity, Span
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import fix_applicability, is_shared, keras_words, metric_key, place
from lint_keras_acc.sites import CompileSite, Metric

RULE = Rule("KAC403", "duplicate-metric", Severity.HINT)

# Instances of these get a name of their own from TensorFlow's Keras ('auc', 'auc_1'): they have no default name.
_NUMBERED_FAMILIES = frozenset({"threshold", "auc", "iou"})


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    told: set[Span] = set()
    for metric, first, raises in _pairs(site):
        if metric.span in told:
            continue
        told.add(metric.span)
        yield RULE.finding(
            site,
            metric.span,
            f"{_words(metric)} is the same metric as {_words(first)}: {_effect(site, metric, raises)}; delete one",
            related=[place(first.span, "the same metric")],
            fix=_fix(site, metric, raises),
            severity=Severity.ERROR if raises else Severity.HINT,
        )


def _pairs(site: CompileSite) -> Iterator[tuple[Metric, Metric, bool]]:
    """Each metric with the one before it that is the same, and whether Keras raises for them."""
    if not site.outputs_known and not site.dialect.spreads_flat_metrics:
        return  # there may be as many outputs
    for head in site.heads:
        for index, metric in enumerate(head.metrics):
            for first in head.metrics[:index]:
                raises = _clash(site, first, metric)
                if first.span != metric.span and (raises or _are_same(first, metric)):
                    yield metric, first, raises
                    break


def _are_same(first: Metric, second: Metric) -> bool:
    if first.weighted != second.weighted or _own_name(first) != _own_name(second) or not first.kernel.known:
        return False
    return first.kernel.value == second.kernel.value and _arguments(first) == _arguments(second)


def _own_name(metric: Metric) -> object:
    """The name that the program gives a metric to tell it from others."""
    given = metric.argument("name")
    return None if given is None else given.value


def _arguments(metric: Metric) -> dict[str, object] | None:
    """What an instance was made with; None where that is not all known."""
    arguments = [argument for argument in metric.arguments if argument.name not in ("name", "dtype")]
    if any(argument.value is None and not argument.given_none for argument in arguments):
        return {"unknown": metric.span}
    return {argument.name: argument.value for argument in arguments}


def _clash(site: CompileSite, first: Metric, second: Metric) -> bool:
    """TensorFlow's Keras raises: both metrics have the same name."""
    if not site.dialect.raises_on_duplicate_metrics or first.weighted != second.weighted:
        return False
    if first.key is None or first.key != second.key:
        return False
    return all(_keeps_its_name(metric) for metric in (first, second))


def _keeps_its_name(metric: Metric) -> bool:
    """TensorFlow's Keras does not number this metric by itself."""
    if metric.form == "custom":
        return False
    is_class = metric.form in ("instance", "class") or (metric.written or "")[:1].isupper()
    if not is_class or _own_name(metric) is not None:
        return True
    name = metric.name.value
    return name in METRICS and METRICS[name].family not in _NUMBERED_FAMILIES


def _words(metric: Metric) -> str:
    if metric.form == "string":
        return repr(metric.written)
    return f"{metric.written}()" if metric.form == "instance" else metric.written or "it"


def _effect(site: CompileSite, metric: Metric, raises: bool) -> str:
    if raises:
        return f"{keras_words(site.dialect)} raises for two metrics of the name {metric_key(metric)!r}"
    return "it is computed and logged twice"


def _fix(site: CompileSite, metric: Metric, raises: bool) -> Fix | None:
    if not metric.in_list or (is_shared(site, metric) and not raises):
        return None
    applicability = fix_applicability(site, metric.span, lost_key=None if raises else metric, counts_change=not raises)
    return Fix(f"Delete {_words(metric)}", applicability, (Delete(metric.span),))
