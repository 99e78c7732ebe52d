"""What an editor offers to do about findings: repair one, silence it, or make all safe repairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lint_keras_acc.findings import Applicability, Edit, Finding, Repair, SetArgument, Span
from lint_keras_acc.fixes import fix_source, working_edits
from lint_keras_acc.fixing.text import Text, hunks
from lint_keras_acc.rules import rule_of
from lint_keras_acc.silencing import comments_for
from lint_keras_acc.source import Source

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.lint-keras-acc"
FIX_ALL_TITLE = "Make all safe repairs of lint-keras-acc"

# Where the documentation of a rule says what makes its fix unsafe.
_ALWAYS = re.compile(r"\bUnsafe: (.+?)(?:[.;]\s|[.;]$)")
_SOMETIMES = re.compile(
    r"\b(?:unsafe where|unless|unsafe, since) (.+?)(?:[.;]\s|[.;]$|, since\b|, and\b)", re.IGNORECASE
)
_PARENTHESES = re.compile(r" \([^()]*\)")


@dataclass(frozen=True)
class Action:
    """One entry of the menu, with the edits that it makes.

    preferred: it is what an editor does that is asked to repair something without a choice.
    findings:  those that are gone after it.
    """

    title: str
    kind: str
    edits: tuple[Edit, ...]
    preferred: bool = False
    findings: tuple[Finding, ...] = ()


def is_asked_for(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client that wants `only` some kinds wants this one: 'source' takes in 'source.fixAll', '' all."""
    return not only or any(wanted in ("", kind) or kind.startswith(f"{wanted}.") for wanted in only)


def quick_fixes(source: Source, findings: Iterable[Finding], at: Span) -> Iterator[Action]:
    """What can be done about the findings that a place touches: repairs first, then comments that silence them."""
    touched = [finding for finding in findings if _touch(finding.span, at)]
    repairs = [action for finding in touched for action in _repair(source, finding)]
    yield from _once(sorted(repairs, key=lambda action: not action.preferred))
    yield from _silences(source, touched)


def fix_all(source: Source, lint: Callable[[Source], Sequence[Finding]]) -> Action | None:
    """All safe repairs at once, as `--fix` makes them; None where there are none."""
    result = fix_source(source, lint)
    edits = tuple(edits_between(source, result.data))
    if not edits:
        return None
    return Action(FIX_ALL_TITLE, FIX_ALL, edits, findings=result.applied)


def edits_between(source: Source, data: bytes) -> Iterator[Edit]:
    """The edits that turn the text, or the cells, of a source into those of `data`."""
    if data == source.data:
        return
    new = source.reread(data)
    for cell in [None] if source.cells is None else [cell.index for cell in source.cells]:
        old_text = Text(source.cell_text(cell))
        for start, end, content in hunks(old_text.text, new.cell_text(cell), several=True):
            yield old_text.edit(source.path, cell, start, end, content)


def _once(actions: Iterable[Action]) -> Iterable[Action]:
    """What several findings ask for alike is offered once, in the words of the first."""
    once: dict[tuple[Edit, ...], Action] = {}
    for action in actions:
        first = once.get(action.edits)
        once[action.edits] = replace(first, findings=first.findings + action.findings) if first else action
    return once.values()


# --- one finding ------------------------------------------------------------------------------------------


def _repair(source: Source, finding: Finding) -> Iterator[Action]:
    edits = working_edits(source, finding)
    if finding.fix is None or not edits:
        return
    is_safe = finding.fix.applicability is Applicability.SAFE
    title = finding.fix.title if is_safe else f"{finding.fix.title} (unsafe: {unsafe_because(finding)})"
    yield Action(title, QUICK_FIX, edits, preferred=is_safe, findings=(finding,))


def _silences(source: Source, findings: Iterable[Finding]) -> Iterator[Action]:
    for (_, code), alike in _by_line(findings).items():
        edits = tuple(comments_for(source, alike))
        if edits:
            yield Action(f"Silence {code} on this line (# noqa)", QUICK_FIX, edits, findings=tuple(alike))


def _by_line(findings: Iterable[Finding]) -> dict[tuple[int, str], list[Finding]]:
    lines: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        lines.setdefault((finding.span.line, finding.code), []).append(finding)
    return lines


def unsafe_because(finding: Finding) -> str:
    """Why the fix of a finding is unsafe, in a few words: what its rule says, or what it reaches."""
    safety = _fix_safety(finding.code)
    always = _ALWAYS.search(safety)
    if always is not None:
        return always.group(1)
    if finding.fix is not None and not all(_is_within(_place(one), finding.site) for one in finding.fix.repairs):
        return "it changes more than the compile call"
    sometimes = _SOMETIMES.search(safety)
    return sometimes.group(1) if sometimes else "something else in the program may depend on what it changes"


def _fix_safety(code: str) -> str:
    """The section of the rule's documentation, in one line of plain text, without what is in parentheses."""
    section = rule_of(code).sections.get("Fix safety", "")
    return _PARENTHESES.sub("", " ".join(section.split())).replace("`", "")


def _place(repair: Repair) -> Span:
    return repair.call if isinstance(repair, SetArgument) else repair.span


# --- places -----------------------------------------------------------------------------------------------


def _touch(one: Span, other: Span) -> bool:
    """Two places of one file or cell overlap, or border on one another: a cursor may stand at an end."""
    if one.cell != other.cell:
        return False
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _is_within(inner: Span, outer: Span) -> bool:
    if (inner.path, inner.cell) != (outer.path, outer.cell):
        return False
    return _start(outer) <= _start(inner) and _end(inner) <= _end(outer)


def _start(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
