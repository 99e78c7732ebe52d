"""An audit as text, as JSON and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from lint_keras_acc.runtime.auditing.data import Audit, MetricAudit, OutputAudit


def figure(value: float | None) -> str:
    """Four decimals; '-' where there is none."""
    if value is None:
        return "-"
    return "NaN" if isnan(value) else f"{value:.4f}"


def title(audit: Audit) -> str:
    """'model 'topics' · keras-3.15 on jax · 1,000 rows' without the dots."""
    rows = f"{audit.rows:,} row{'' if audit.rows == 1 else 's'}"
    return f"{audit.model}: {audit.dialect.name} on {audit.backend}, {rows}"


def output_name(output: OutputAudit, outputs: Sequence[OutputAudit]) -> str:
    """The name of an output; of an only one nothing, as nobody asks for it."""
    return output.name or "" if len(outputs) > 1 else ""


def disagreement(metric: MetricAudit) -> str:
    """What differs, and what it may come from."""
    return (
        f"Keras prints {_exact(metric.printed)} for {metric.key!r}, but {metric.kernel} of what the model predicts is "
        f"{_exact(metric.computed)}. One is wrong, or they saw different data: a metric that an earlier batch of other "
        "shapes has settled, a test_step of the model's own, layers that are random in evaluation, or a dataset that "
        "yields other rows each time"
    )


def _exact(value: float | None) -> str:
    return "-" if value is None else f"{value:.9g}"
