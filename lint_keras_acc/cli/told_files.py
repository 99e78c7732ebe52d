"""From a report to what the formats for other programs tell of a file: places, edits and names as the file has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lint_keras_acc.baseline import identities
from lint_keras_acc.render import relative, where
from lint_keras_acc.render.told import Kind, Remark, Suppression, Told, ToldFile

if TYPE_CHECKING:
    from lint_keras_acc.cli.sources import Sources
    from lint_keras_acc.engine import Report
    from lint_keras_acc.findings import Edit, Finding, Span
    from lint_keras_acc.source import SourceError

Edits = Callable[["Finding"], "tuple[Edit, ...] | None"]


def told_file(report: Report, findings: Sequence[Finding], sources: Sources, edits: Edits | None) -> ToldFile:
    """What is told of a file. The edits of fixes are left out where `edits` is None."""
    from lint_keras_acc.engine import each_place_once

    everything = (*report.findings, *report.silenced, *report.known, *report.untold)
    # The path from here is the same wherever the linter is run at this place of the project.
    names = identities(relative(report.path), everything, sources.programs(report.path)) if everything else {}

    def span(place: Span) -> Span | None:
        return None if report.portrait and place.path == report.path else sources.in_file(place)

    def told(finding: Finding, suppression: Suppression | None = None) -> Told:
        return Told(
            finding,
            span(finding.span),
            tuple(span(related.span) for related in finding.related),
            () if edits is None or suppression else sources.edits_in_file(finding, edits(finding)),
            names[finding.code, finding.span],
            suppression,
        )

    return ToldFile(
        report.path,
        tuple(told(finding) for finding in findings),
        (
            *(told(finding, Suppression.NOQA) for finding in each_place_once(report.silenced)),
            *(told(finding, Suppression.BASELINE) for finding in each_place_once(report.known)),
        ),
        tuple(_remarks(report, sources)),
    )


def _remarks(report: Report, sources: Sources) -> Iterator[Remark]:
    yield from _errors((*report.errors, *report.refused), sources)
    for failure in report.failures:
        yield Remark(Kind.INTERNAL_ERROR, failure.message)
    for note in report.notes:
        yield Remark(Kind.NOTE, note.removeprefix(f"{report.path}: "))


def _errors(errors: Iterable[SourceError], sources: Sources) -> Iterator[Remark]:
    from lint_keras_acc.findings import Span

    for error in errors:
        line = error.line
        span = None if line is None else sources.in_file(Span(error.path, error.cell, line, 1, line, 1))
        in_cell = "" if error.cell is None else f"{where(error.cell, line)}: "
        yield Remark(Kind.UNREADABLE, in_cell + error.message, span)
