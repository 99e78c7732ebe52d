"""What the linter sees at each compile call, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from lint_keras_acc.findings import Span
from lint_keras_acc.render import one_line, place
from lint_keras_acc.sites import CompileSite, Fact, Head, Labels, Loss, Metric

T = TypeVar("T")


def sites_json(calls: Iterable[Sequence[CompileSite]]) -> str:
    """A JSON list with one entry for each compile call; what its possibilities do not agree on is null."""
    return json.dumps([_call(possibilities) for possibilities in calls], indent=2)


def sites_text(possibilities: Sequence[CompileSite]) -> Iterator[str]:
    """One compile call, each of its possibilities with where every fact was read."""
    first = possibilities[0]
    yield f"{place(first.span)}: compile, {first.dialect.name} ({first.dialect.origin})"
    for number, site in enumerate(possibilities, start=1):
        if len(possibilities) > 1:
            yield f"  possibility {number} of {len(possibilities)}"
        for index, head in enumerate(site.heads):
            yield from _head_text(site, index, head)
        if not any(head.loss for head in site.heads):
            for loss in site.losses:
                yield f"    loss     {loss_text(loss)}{_read_at(loss.span, site)}"
        if not any(head.metrics for head in site.heads):
            for metric in site.metrics:
                yield f"    metric   {_metric_text(metric)}{_read_at(metric.span, site)}"


def portrait_text(portrait: str) -> Iterator[str]:
    """The code that the places of a saved model point into, with its lines numbered."""
    lines = portrait.splitlines()
    for number, line in enumerate(lines, start=1):
        yield f"  {number:>{len(str(len(lines)))}} | {one_line(line)}".rstrip()


# --- JSON -------------------------------------------------------------------------------------------------


def _call(possibilities: Sequence[CompileSite]) -> dict[str, object]:
    site = possibilities[0]
    return {
        "path": site.span.path,
        "cell": site.span.cell,
        "line": site.span.line,
        "dialect": _common(possibility.dialect.name for possibility in possibilities),
        "outputs": _merged([_outputs(possibility) for possibility in possibilities]),
        "losses": _merged([_losses(possibility) for possibility in possibilities]),
        "metrics": _merged([_metrics(possibility) for possibility in possibilities]),
        # Of several outputs the first one's, as one word has to do.
        "labels": _common(possibility.heads[0].labels.encoding.value for possibility in possibilities),
    }


def _outputs(site: CompileSite) -> list[dict[str, object]]:
    return [
        {
            "name": head.output.name,
            "units": head.output.units.value,
            "activation": None if head.output.custom else head.output.activation.name.value,
        }
        for head in site.heads
    ]


def _losses(site: CompileSite) -> list[dict[str, object]]:
    return [{"name": loss.name.value, "from_logits": loss.from_logits.value} for loss in site.losses]


def _metrics(site: CompileSite) -> list[dict[str, object]]:
    return [{"name": metric.name.value, "kernel": _kernel(metric, site)} for metric in site.metrics]


def _kernel(metric: Metric, site: CompileSite) -> str | None:
    """What the entry runs; an entry of several outputs may run something else at each."""
    if metric.kernel.known:
        return metric.kernel.value
    return _common(entry.kernel.value for head in site.heads for entry in head.metrics if entry.span == metric.span)


def _common(values: Iterable[T | None]) -> T | None:
    """The value that all have; None where they differ."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _merged(possibilities: Sequence[list[dict[str, object]]]) -> list[dict[str, object]]:
    """Entry by entry what all possibilities say; nothing where they differ in the number of entries."""
    if len({len(entries) for entries in possibilities}) > 1:
        return []
    return [
        {key: _common(entry[key] for entry in entries) for key in entries[0]}
        for entries in zip(*possibilities, strict=True)
    ]


# --- text -------------------------------------------------------------------------------------------------


def _head_text(site: CompileSite, index: int, head: Head) -> Iterator[str]:
    output = head.output
    name = f" {output.name}" if output.name else f" {index}" if len(site.heads) > 1 else ""
    yield (
        f"  output{name}: {units_text(output.units)}, {shown(output.activation.name)} activation"
        f"{_read_at(output.layer or output.activation.layer, site)}"
    )
    if head.loss is not None:
        yield f"    loss     {loss_text(head.loss)}{_read_at(head.loss.span, site)}"
    for metric in head.metrics:
        yield f"    metric   {_metric_text(metric)}{_read_at(metric.span, site)}"
    yield f"    labels   {labels_text(head.labels)}{_read_at(head.labels.span, site)}"


def labels_text(labels: Labels) -> str:
    """How labels are encoded, and how many classes they have."""
    classes = f", {labels.classes.value} classes" if labels.classes.known else ""
    return f"{shown(labels.encoding)}{classes}"


def units_text(units: Fact[int]) -> str:
    """`12 units`, `1 unit`, `unknown units`."""
    return f"{shown(units)} unit{'' if units.value == 1 else 's'}"


def loss_text(loss: Loss) -> str:
    """The name of a loss, and whether it takes logits."""
    logits = ", from_logits=True" if loss.from_logits.value else ""
    return shown(loss.name) + logits


def _metric_text(metric: Metric) -> str:
    name, kernel = shown(metric.name), shown(metric.kernel)
    runs = "" if kernel == name else f" runs {kernel}"
    key = f", logged as {metric.log_key or metric.key}" if metric.log_key or metric.key else ""
    return one_line(f"{name}{runs}{key}")


def shown(fact: Fact[T]) -> str:
    """A value, or `unknown`."""
    return "unknown" if fact.value is None else str(fact.value)


def _read_at(span: Span | None, site: CompileSite) -> str:
    """`  [12:5]`, with the cell or the path where these are not the compile call's own."""
    if span is None:
        return ""
    if span.path != site.span.path:
        return f"  [{place(span)}]"
    cell = "" if span.cell == site.span.cell else f"cell {span.cell}:"
    return f"  [{cell}{span.line}:{span.column}]"
