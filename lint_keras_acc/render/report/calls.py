"""A compile call on the page: what the linter sees there, what each of its metrics runs, and whether that is honest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lint_keras_acc.findings import Span
from lint_keras_acc.render.report.markup import Markup, element, joined
from lint_keras_acc.render.report.survey import Call, Survey
from lint_keras_acc.render.sites import loss_text, shown, units_text
from lint_keras_acc.sites import CompileSite, Head
from lint_keras_acc.verdicts import STANDINGS, Standing, Verdict, is_resolved, label_words, site_findings, verdict

# What an accuracy runs where that cannot be known.
UNTOLD = "cannot be told"
_MOST_POSSIBILITIES = 3


class Row(NamedTuple):
    """One thing that the linter sees: "labels", "multi-hot rows", where it was read, and more to say of it."""

    what: str
    value: str
    span: Span | None = None
    more: tuple[str, ...] = ()
    standing: Standing | None = None


def accuracies(call: Call) -> list[tuple[str, Standing]]:
    """What each 'accuracy' of a compile call runs, and whether that is honest; of what differs nothing is told."""
    possibilities = [_strings(site) for site in call]
    if len({len(entries) for entries in possibilities}) > 1:
        return []
    told: list[tuple[str, Standing]] = []
    for entries in zip(*possibilities, strict=True):
        kernels = {entry.kernel for entry in entries}
        standings = {entry.standing for entry in entries}
        kernel = kernels.pop() if len(kernels) == 1 else None
        standing = standings.pop() if len(standings) == 1 else None
        told.append((kernel or UNTOLD, standing or "unknown"))
    return told


def _strings(site: CompileSite) -> list[Verdict]:
    """The verdicts on the string 'accuracy', wherever it is given to an output."""
    findings = site_findings(site)
    return [
        verdict(site, index, metric, findings)
        for index, head in enumerate(site.heads)
        for metric in head.metrics
        if is_resolved(site, metric)
    ]


def call_facts(call: Call, survey: Survey) -> Markup:
    """What the linter sees at a compile call; where several things are possible, each of them."""
    possibilities = [_possibility(site, survey) for site in call]
    distinct = list(dict.fromkeys(possibilities))
    if len(distinct) == 1:
        return distinct[0]
    parts = []
    for number, facts in enumerate(distinct[:_MOST_POSSIBILITIES], start=1):
        parts += [element("p", f"Possibility {number} of {len(distinct)}", class_="more"), facts]
    return joined(parts)


def _possibility(site: CompileSite, survey: Survey) -> Markup:
    groups = [_head_rows(site, index) for index in range(len(site.heads))]
    return joined([_facts(list(rows), site, survey) for rows in (*groups, _other_rows(site))])


def _facts(rows: Sequence[Row], site: CompileSite, survey: Survey) -> Markup:
    if not rows:
        return Markup()
    entries = []
    for row in rows:
        value = [element("span", row.value, class_="value")]
        if row.span is not None:
            value += [Markup(" "), element("span", survey.place(row.span, site.span.path), class_="place")]
        value += [element("span", more, class_="why") for more in row.more]
        entries.append(
            element(
                "div", element("dt", row.what), element("dd", *value), class_=row.standing and f"told {row.standing}"
            )
        )
    return element("dl", *entries, class_="facts")


def _head_rows(site: CompileSite, index: int) -> Iterator[Row]:
    """Output, labels, loss and metrics of one output."""
    head = site.heads[index]
    name = head.output.name or (str(index + 1) if len(site.heads) > 1 else "")
    yield Row(f"output {name}".rstrip(), _output(head), head.output.layer or head.output.activation.layer)
    yield Row("labels", label_words(head), head.labels.span)
    if head.loss is not None:
        yield Row("loss", loss_text(head.loss), head.loss.span)
    findings = site_findings(site)
    for metric in head.metrics:
        told = verdict(site, index, metric, findings)
        name = metric.name.value or metric.written or "unknown"
        runs = "" if told.kernel in (name, None) else f" runs {told.kernel}"
        standing = told.standing
        if standing is None:
            yield Row("metric", name + runs, metric.span)
            continue
        because = f"{STANDINGS[standing]}: {told.because}"
        counts = f"counts as right: {told.counts}" if told.counts else ""
        why = f"why {told.kernel or 'it cannot be told'}: {told.why}" if told.why else ""
        yield Row("metric", name + runs, metric.span, tuple(filter(None, (because, counts, why))), standing)


def _output(head: Head) -> str:
    output = head.output
    if output.custom:
        return f"{units_text(output.units)}, made by the program's own code"
    if not (output.units.known or output.activation.name.known):
        return "not known"
    return f"{units_text(output.units)}, {shown(output.activation.name)} activation"


def _other_rows(site: CompileSite) -> Iterator[Row]:
    """What belongs to no output that is known."""
    if not any(head.loss for head in site.heads):
        for loss in site.losses:
            yield Row("loss", loss_text(loss), loss.span)
    if not any(head.metrics for head in site.heads):
        for metric in site.metrics:
            yield Row("metric", metric.name.value or metric.written or "unknown", metric.span)
    if site.custom_training:
        yield Row("training", "the program's own", None, ("what loss and metrics are given is not known",))
