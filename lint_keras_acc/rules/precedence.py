"""One defect, one finding: which rule speaks where several see the same contradiction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


def _silences(roots: str, where: Related, silenced: str) -> Iterator[Silence]:
    """Each of the roots silences all of the others; both are given by their numbers."""
    codes = frozenset(f"KAC{number}" for number in silenced.split())
    for root in roots.split():
        yield Silence(f"KAC{root}", codes, where)


PRECEDENCE: tuple[Silence, ...] = (
    # One unit is the cause of all that does not fit a softmax or a categorical loss on it; of the two, the softmax.
    *_silences("204 205", same_head, "201 202 203 206 207 211 302 303 306 505"),
    *_silences("204", same_head, "205"),
    # Its advice says as well which activation suits the loss.
    *_silences("202", same_head, "206 207"),
    # Nobody has said that the output is logits: the string is there by mistake.
    *_silences("410", same_head, "201 202"),
    # Whether units, metrics and axes suit the labels is to be asked again under the loss that suits them.
    *_silences("301 302", same_head, "106 206 303 305 306"),
    *_silences("301", same_head, "111"),
    *_silences("206 303 305", same_head, "306"),
    # Its targets are not labels, let alone several a row.
    *_silences("109", same_head, "102"),
    # Where the loss sees one class of several, the argmax of the metric may be what is meant.
    *_silences("207", same_head, "102"),
    # No accuracy suits a regression: the repairs of the others lead back into this one.
    *_silences("101", same_entry, "107 108 109 112"),
    # The metric is to be another one; what its threshold or its labels should be depends on which.
    *_silences("107", same_entry, "105"),
    *_silences("102", same_entry, "103 106"),
    *_silences("111 114", same_entry, "104"),
    # What is given for the losses or the metrics is not what Keras takes: how many there are comes after that.
    *_silences("404", same_call, "409"),
    *_silences("401 406", same_call, "407"),
    # What a batch shows is often what a rule of the model or the labels has told the cause of.
    *_silences("201 203 204 205", same_head, "604 605 606"),
    *_silences("201 204 205 207 208", same_head, "603"),
    *_silences("301 302 304 305", same_head, "601 602 604 606 610"),
    *_silences("303", same_head, "601 604 606 610"),
    *_silences("109", same_head, "601 606 610"),
    *_silences("101 102 103 105 106 107 108", same_entry, "601 606 610"),
    # Predictions that are undefined, constant or no probabilities have no accuracy to compare with a baseline.
    *_silences("607", same_head, "601 603 605 606"),
    *_silences("603 605", same_head, "606"),
    # Of the same contradiction a batch knows more: how many rows have it.
    *_silences("602", same_head, "303 606"),
    *_silences("604", same_head, "211"),
    *_silences("608", same_entry, "113"),
)

# Hints that say which reading is the honest one; other hints silence nothing but hints.
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
    """Whether a finding may silence one of that severity."""
    return root.severity is not Severity.HINT or finding.severity is Severity.HINT or root.code in _HINTS_THAT_SILENCE


def _start(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
