"""One defect, one finding: which rule speaks where several see the same contradiction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from lint_keras_acc.findings import Finding, Severity, Span
from lint_keras_acc.rules import Rule
from lint_keras_acc.sites import CompileSite

Related = Callable[[Finding, Finding], bool]
OnFailure = Callable[[Rule, Exception], None]


def same_call(root: Finding, other: Finding) -> bool:
    """Both are about the one compile call that is looked at."""
    return True


def same_head(root: Finding, other: Finding) -> bool:
    """Both are about the same output; a finding about the whole call is about each of its outputs."""
    return root.head is None or other.head is None or root.head == other.head


def same_entry(root: Finding, other: Finding) -> bool:
    """Both are about the same expression, or one about a part of the other's."""
    first, second = root.span, other.span
    return (
        (first.path, first.cell) == (second.path, second.cell)
        and _start(first) < _end(second)
        and _start(second) < _end(first)
    )


class Silence(NamedTuple):
    """Findings of `root` silence those of `silenced` that are `where`."""

    root: str
    silenced: frozenset[str]
    where: Related


def _silence(root: str, where: Related, silenced: str) -> Silence:
    return Silence(root, frozenset(f"KAC{number}" for number in silenced.split()), where)


PRECEDENCE: tuple[Silence, ...] = (
    _silence("KAC204", same_head, "201 202 203 205 206 207 211 302 303"),
    _silence("KAC205", same_head, "201 202 203 206 207 211 302 303"),
    _silence("KAC202", same_head, "206 207"),
    _silence("KAC301", same_head, "106 111 206 303 305"),
    *(_silence(f"KAC{code}", same_head, "505") for code in (204, 205)),
    _silence("KAC301", same_head, "106 206 303 305"),
    _silence("KAC302", same_head, "106 206 303 305"),
    _silence("KAC109", same_head, "102"),
    _silence("KAC101", same_entry, "107 108 109 112"),
    _silence("KAC107", same_entry, "105"),
    _silence("KAC207", same_head, "102"),
    _silence("KAC102", same_entry, "103 106"),
    _silence("KAC111", same_entry, "104"),
    _silence("KAC114", same_entry, "104"),
    _silence("KAC410", same_head, "201 202"),
    _silence("KAC404", same_call, "409"),
    *(_silence(f"KAC{code}", same_head, "306") for code in (204, 205, 206, 301, 302, 303, 305)),
    _silence("KAC401", same_call, "407"),
    _silence("KAC406", same_call, "407"),
    # What a batch shows is often what a rule of the model or the labels has told the cause of.
    *(_silence(f"KAC{code}", same_head, "604 605 606") for code in (201, 203, 204, 205)),
    *(_silence(f"KAC{code}", same_head, "603") for code in (201, 204, 205, 207, 208)),
    *(_silence(f"KAC{code}", same_head, "601 602 604 606 610") for code in (301, 302, 304, 305)),
    _silence("KAC303", same_head, "601 604 606 610"),
    _silence("KAC109", same_head, "601 606 610"),
    *(_silence(f"KAC{code}", same_entry, "601 606 610") for code in (101, 102, 103, 105, 106, 107, 108)),
    _silence("KAC607", same_head, "601 603 605 606"),
    _silence("KAC605", same_head, "606"),
    _silence("KAC603", same_head, "606"),
    # Of the same contradiction a batch knows more: how many rows have it.
    _silence("KAC602", same_head, "303 606"),
    _silence("KAC604", same_head, "211"),
    _silence("KAC608", same_entry, "113"),
)


_HINTS_THAT_SILENCE = frozenset({"KAC109", "KAC207"})


def check(site: CompileSite, rules: Iterable[Rule], on_failure: OnFailure | None = None) -> list[Finding]:
    """What `rules` find at one possibility of a compile call, each defect once.

    A rule that raises is told to `on_failure` and the others go on; without it the exception goes out.
    """
    findings: list[Finding] = []
    for rule in rules:
        try:
            findings += rule.check(site)
        except Exception as error:
            if on_failure is None:
                raise
            on_failure(rule, error)
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    kept = [finding for finding in findings if not _is_silenced(finding, by_code)]
    if site.uses.only_built:
        return [replace(finding, severity=Severity.HINT) for finding in kept]
    return kept


def _is_silenced(finding: Finding, findings: Mapping[str, Sequence[Finding]]) -> bool:
    """Whether one of the findings, which are given by code, silences this one."""
    return any(
        _may_silence(root, finding) and silence.where(root, finding)
        for silence in PRECEDENCE
        if finding.code in silence.silenced
        for root in findings.get(silence.root, ())
    )


def _may_silence(root: Finding, finding: Finding) -> bool:
    """A hint silences only hints, but for the rules whose hints say that the other reading is the honest one."""
    return root.severity is not Severity.HINT or finding.severity is Severity.HINT or root.code in _HINTS_THAT_SILENCE


def _start(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
