"""Which findings count: those in every possibility of a compile call, and where they are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lint_keras_acc.findings import Applicability, Finding, Related, Repair, Span

if TYPE_CHECKING:
    from lint_keras_acc.sites import CompileSite


def agreed(possibilities: Sequence[Sequence[Finding]]) -> list[Finding]:
    """What is found in every possibility of a compile call, at the lowest severity seen.

    Where the possibilities find the same thing at different places, the first one speaks. A fix is kept only
    if it is the same in all of them.
    """
    possibilities = [[finding for finding in findings if not _is_of_read(finding)] for findings in possibilities]
    first, others = possibilities[0], possibilities[1:]
    if not others:
        return list(first)
    kept = []
    for code in dict.fromkeys(finding.code for finding in first):
        of_code = [[finding for finding in findings if finding.code == code] for findings in possibilities]
        if all(of_code):
            kept += _agreed_on_code(of_code)
    return kept


def agreed_reads(sites: Sequence[CompileSite], possibilities: Sequence[Sequence[Finding]]) -> list[Finding]:
    """What is found of reads of the results: in every possibility in which the read is one of this model."""
    kept: dict[tuple[str, Span], Finding] = {}
    places = [(site.uses.read_spans, _by_place(findings)) for site, findings in zip(sites, possibilities, strict=True)]
    for findings in possibilities:
        for finding in findings:
            if not _is_of_read(finding) or (finding.code, finding.span) in kept:
                continue
            peers = _told_wherever_read(finding, places)
            if peers:
                kept[finding.code, finding.span] = _weakest(finding, peers)
    return list(kept.values())


def _by_place(findings: Iterable[Finding]) -> dict[tuple[str, Span], list[Finding]]:
    places: dict[tuple[str, Span], list[Finding]] = {}
    for finding in findings:
        places.setdefault((finding.code, finding.span), []).append(finding)
    return places


def _is_of_read(finding: Finding) -> bool:
    return finding.code.startswith("KAC5")


def _told_wherever_read(
    finding: Finding, places: Iterable[tuple[Collection[Span], dict[tuple[str, Span], list[Finding]]]]
) -> list[Finding]:
    """The same finding in each possibility that has the read; none where one of them does not find it."""
    peers = []
    for reads, findings in places:
        same = findings.get((finding.code, finding.span), [])
        if finding.span not in reads and finding not in same:
            continue
        if not same:
            return []
        peers += same
    return peers


def _agreed_on_code(possibilities: list[list[Finding]]) -> list[Finding]:
    places = [{finding.span for finding in findings} for findings in possibilities]
    common = places[0].intersection(*places[1:])
    speaking = [finding for finding in possibilities[0] if not common or finding.span in common]
    everything = [finding for findings in possibilities for finding in findings]
    return [_weakest(finding, everything) for finding in speaking]


def _weakest(finding: Finding, everything: Iterable[Finding]) -> Finding:
    """`finding` as weak as the weakest that is said at its place, or anywhere if its place is not common."""
    peers = [other for other in everything if other.span == finding.span]
    if len(peers) == 1:
        peers = list(everything)
    severity = min((other.severity for other in peers), key=lambda severity: severity.rank)
    fix = finding.fix
    if fix is not None:
        others = [other.fix for other in peers]
        if any(other is None or other.repairs != fix.repairs for other in others):
            fix = None
        elif any(other is not None and other.applicability is Applicability.UNSAFE for other in others):
            fix = replace(fix, applicability=Applicability.UNSAFE)
    return replace(finding, severity=severity, fix=fix)


def watched_spans(sites: Sequence[CompileSite]) -> frozenset[Span]:
    """Where the callbacks of one compile call are told what to watch, and how."""
    monitors = [monitor for site in sites for monitor in site.uses.monitors]
    places = ((monitor.span, monitor.mode.span, monitor.callback_span) for monitor in monitors)
    return frozenset(span for spans in places for span in spans if span is not None)


def wherever_watched(findings: Iterable[Finding], watched: Mapping[Span, int]) -> Iterator[Finding]:
    """The findings without those about a callback that suits another of the models that it is given to.

    `watched` says for how many compile calls a place tells a callback what to watch.
    """
    findings = list(findings)
    told = Counter((finding.code, finding.span) for finding in findings)
    for finding in findings:
        of_callback = finding.code in ("KAC501", "KAC503")
        if not of_callback or told[finding.code, finding.span] >= watched[finding.span]:
            yield finding


def at_home(finding: Finding) -> Finding:
    """The finding in the file of its compile call, and without a fix that edits another one.

    A guilty value that stands in another file becomes a related place; in its stead comes the part of the compile
    call that the rule names, or the whole call.
    """
    home = finding.site.path
    fix = finding.fix
    if fix is not None and any(path != home for repair in fix.repairs for path in _paths(repair)):
        finding = replace(finding, fix=None)
    if finding.span.path == home:
        return finding
    near = (related.span for related in finding.related if _is_within(related.span, finding.site))
    there = Related(finding.span, "it is written here")
    return replace(finding, span=next(near, finding.site), related=(there, *finding.related))


def _paths(repair: Repair) -> Iterator[str]:
    """The files that a repair edits."""
    for span in (getattr(repair, "span", None), getattr(repair, "call", None)):
        if span is not None:
            yield span.path


def _is_within(span: Span, site: Span) -> bool:
    return (span.path, span.cell) == (site.path, site.cell) and (
        (site.line, site.column) <= (span.line, span.column)
        and (span.end_line, span.end_column) <= (site.end_line, site.end_column)
    )
