"""Fixes: findings to changed bytes, until nothing changes. The one door to the package `fixing`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lint_keras_acc.findings import Applicability, Edit, Finding, Fix
from lint_keras_acc.fixing.repairs import edits_for
from lint_keras_acc.fixing.spelling import imports_keras
from lint_keras_acc.fixing.text import conflict
from lint_keras_acc.fixing.writing import FilePlaces, apply_edits, file_edits, unified_diff, write_atomically
from lint_keras_acc.source import Program, Source, SourceError

__all__ = [
    "FilePlaces",
    "FixResult",
    "Skipped",
    "apply_edits",
    "edits_for",
    "edits_in",
    "file_edits",
    "fix_source",
    "is_wanted",
    "unified_diff",
    "working_edits",
    "write_atomically",
]

Lint = Callable[[Source], Sequence[Finding]]


@dataclass(frozen=True)
class Skipped:
    """A finding whose fix was wanted and not applied, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True)
class FixResult:
    """What became of a file.

    data:      its bytes now; those of the source where nothing was fixed.
    applied:   the findings that were fixed, in the order in which it happened.
    remaining: what linting `data` finds.
    skipped:   findings among `remaining` whose fix could not be carried out.
    converged: no wanted fix is left that could have been carried out by another pass.
    """

    data: bytes
    applied: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    converged: bool = True


@dataclass(frozen=True)
class _Planned:
    finding: Finding
    edits: tuple[Edit, ...]


def is_wanted(fix: Fix | None, unsafe: bool) -> bool:
    """A fix is there, and is one to be applied: a safe one, or any where unsafe ones are asked for too."""
    return fix is not None and (unsafe or fix.applicability is Applicability.SAFE)


def edits_in(source: Source, programs: Iterable[Program], fix: Fix) -> tuple[Edit, ...] | None:
    """The edits of a fix in whichever program of the file it is about; None where it cannot be expressed."""
    texts = tuple(repair for repair in fix.repairs if isinstance(repair, Edit))
    if len(texts) == len(fix.repairs):
        return texts
    results = (edits_for(source, program, fix) for program in programs)
    return next((edits for edits in results if edits is not None), None)


def working_edits(source: Source, finding: Finding) -> tuple[Edit, ...]:
    """The edits that repair one finding; none where it has no fix, or the file would not parse after it."""
    if finding.fix is None:
        return ()
    programs, errors = source.programs()
    edits = edits_in(source, programs, finding.fix)
    if not edits or _applied(source, [_Planned(finding, edits)], len(errors)) is None:
        return ()
    return edits


def fix_source(source: Source, lint: Lint, unsafe: bool = False, max_passes: int = 20) -> FixResult:
    """Apply all fixes that go together, lint again, and so on until nothing changes.

    Of fixes that touch the same text one is applied and the others wait for the next pass. A fix after which
    the file would not parse is left out.
    """
    applied: list[Finding] = []
    seen = {source.data}
    for _ in range(max_passes):
        findings = tuple(lint(source))
        wanted = [finding for finding in findings if is_wanted(finding.fix, unsafe)]
        changed, now, skipped = _one_pass(source, wanted)
        if changed is None:
            return FixResult(source.data, tuple(applied), findings, tuple(skipped))
        if changed.data in seen:
            skipped += [Skipped(finding, "this fix and others undo one another") for finding in now]
            return FixResult(source.data, tuple(applied), findings, tuple(skipped), False)
        seen.add(changed.data)
        applied += now
        source = changed
    findings = tuple(lint(source))
    wanted = [finding for finding in findings if is_wanted(finding.fix, unsafe)]
    changed, now, skipped = _one_pass(source, wanted)
    skipped += [Skipped(finding, f"still found after {max_passes} passes") for finding in now]
    return FixResult(source.data, tuple(applied), findings, tuple(skipped), changed is None)


def _one_pass(source: Source, wanted: list[Finding]) -> tuple[Source | None, list[Finding], list[Skipped]]:
    """The file after one pass (None if nothing changes), what was applied, and what cannot be."""
    skipped: list[Skipped] = []
    if not wanted:
        return None, [], skipped
    programs, errors = source.programs()
    planned = []
    for finding in wanted:
        assert finding.fix is not None
        edits = edits_in(source, programs, finding.fix)
        if edits:
            planned.append(_Planned(finding, edits))
        else:
            reason = "it is done already" if edits == () else _why_not(programs)
            skipped.append(Skipped(finding, reason))
    together = _compatible(planned)
    changed = _applied(source, together, len(errors))
    if changed is None:
        together, broken = _working(source, planned, len(errors))
        skipped += broken
        changed = _applied(source, together, len(errors)) if together else None
    return changed, [plan.finding for plan in together], skipped


def _why_not(programs: Iterable[Program]) -> str:
    reason = "it cannot be expressed in this text"
    return reason if any(imports_keras(program) for program in programs) else f"{reason}, which imports no Keras"


def _compatible(planned: Iterable[_Planned]) -> list[_Planned]:
    """The fixes that can be applied at once. Edits that several of them share are made once."""
    chosen: list[_Planned] = []
    taken: list[Edit] = []
    for plan in planned:
        new = [edit for edit in plan.edits if edit not in taken]
        if not any(conflict(edit, other) for edit in new for other in taken):
            chosen.append(plan)
            taken += new
    return chosen


def _working(source: Source, planned: Iterable[_Planned], errors: int) -> tuple[list[_Planned], list[Skipped]]:
    """The fixes after which the file still parses, one added to the other; and those that break it alone."""
    chosen: list[_Planned] = []
    broken = []
    for plan in planned:
        if _applied(source, [plan], errors) is None:
            broken.append(Skipped(plan.finding, "the result would not parse, or could not be written"))
        elif len(_compatible([*chosen, plan])) > len(chosen) and _applied(source, [*chosen, plan], errors):
            chosen.append(plan)
    return chosen, broken


def _applied(source: Source, plans: Iterable[_Planned], errors: int) -> Source | None:
    """The file with these fixes; None where nothing changes or where it has more errors than before."""
    try:
        data = apply_edits(source, [edit for plan in plans for edit in plan.edits])
        changed = source.reread(data)
    except (ValueError, SourceError):
        return None
    if data == source.data or len(changed.programs()[1]) > errors:
        return None
    return changed
