"""Applies all fixes to real files, in memory, and checks what comes out.

    python benchmarks/fix_everything.py PATH...

For the safe fixes and for all of them: after every pass the file parses no worse than before, and no byte
differs outside the lines that the edits name; in the end nothing is found that a wanted fix would cover, and
fixing again changes nothing. Whatever breaks one of these is told, and the status is 1. The files are not
written.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from measuring import arguments, files_below, per_second, show_progress

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Edit, Finding
from lint_keras_acc.fixes import edits_in, fix_source, is_wanted
from lint_keras_acc.source import Source, SourceError, may_compile, read_source

SETTINGS = Settings(hints=True)
MAX_PASSES = 20


def findings(source: Source) -> Sequence[Finding]:
    """What the linter finds."""
    return lint_source(source, SETTINGS).findings


class Fixed:
    """One file, fixed pass by pass; `defects` is what went wrong, `applied` counts the fixes by code."""

    def __init__(self, source: Source, *, unsafe: bool) -> None:
        self.defects: list[str] = []
        self.applied: Counter[str] = Counter()
        self.skipped: list[str] = []
        self._unsafe = unsafe
        for _ in range(MAX_PASSES):
            changed = self._one_pass(source)
            if changed is None:
                break
            source = changed
        else:
            self.defects.append(f"still changes after {MAX_PASSES} passes")
        self._check_end(source)
        self.data = source.data

    def _one_pass(self, source: Source) -> Source | None:
        result = fix_source(source, findings, self._unsafe, max_passes=1)
        if result.data == source.data:
            return None
        self.applied.update(finding.code for finding in result.applied)
        changed = read_source(source.path, result.data)
        programs, errors = source.programs()
        if len(changed.programs()[1]) > len(errors):
            self.defects.append(f"does not parse: {changed.programs()[1][-1]}")
        edits = [
            edit
            for finding in result.applied
            if finding.fix is not None
            for edit in edits_in(source, programs, finding.fix) or ()
        ]
        defect = (
            notebook_defect(source, changed, edits)
            if source.is_notebook
            else outside(source.data, changed.data, {(edit.span.line, edit.span.end_line) for edit in edits})
        )
        if defect:
            self.defects.append(defect)
        return changed

    def _check_end(self, source: Source) -> None:
        again = fix_source(source, findings, self._unsafe)
        if again.data != source.data:
            self.defects.append("a second run changes it again")
        self.skipped = [f"{skipped.finding.code}: {skipped.reason}" for skipped in again.skipped]
        impossible = {skipped.finding for skipped in again.skipped}
        for finding in again.remaining:
            if is_wanted(finding.fix, self._unsafe) and finding not in impossible:
                self.defects.append(f"not fixed: {finding.span.line}: {finding.code} {finding.message}")


def outside(before: bytes, after: bytes, edited: Iterable[tuple[int, int]]) -> str | None:
    """What differs outside the edited lines (pairs of first and last): None if nothing does."""
    lines = before.splitlines(keepends=True) if b"\f" not in before else before.split(b"\n")
    kept = set(range(1, len(lines) + 1))
    for first, last in edited:
        kept -= set(range(first, last + 1))
    position = 0
    for stretch in stretches(sorted(kept)):
        text = b"".join(lines[number - 1] for number in stretch)
        starts_file, ends_file = stretch[0] == 1, stretch[-1] == len(lines)
        found = after.rfind(text) if ends_file else after.find(text, position)
        misplaced = (starts_file and found != 0) or (ends_file and found + len(text) != len(after))
        if found < position or (misplaced and text):
            return f"bytes outside the edited lines differ, near line {stretch[0]}"
        position = found + len(text)
    return None


def stretches(numbers: Sequence[int]) -> list[list[int]]:
    """Runs of consecutive numbers."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def notebook_defect(before: Source, after: Source, edits: Iterable[Edit]) -> str | None:
    """What differs in a notebook beyond the edited lines of its cells."""
    edited: dict[int | None, set[tuple[int, int]]] = {}
    for edit in edits:
        edited.setdefault(edit.span.cell, set()).add((edit.span.line, edit.span.end_line))
    for cell in before.cells or ():
        defect = outside(
            before.cell_text(cell.index).encode(),
            after.cell_text(cell.index).encode(),
            edited.get(cell.index, set()),
        )
        if defect:
            return f"cell {cell.index}: {defect}"
    old, new = (json.loads(source.data, object_pairs_hook=list) for source in (before, after))
    if without_sources(old) != without_sources(new):
        return "the notebook differs beyond its sources"
    lines = Counter(before.data.splitlines(keepends=True))
    lines.subtract(after.data.splitlines(keepends=True))
    gone = sum(count for count in lines.values() if count > 0)
    allowed = sum(last - first + 2 for stretches in edited.values() for first, last in stretches)
    return f"{gone} lines of the JSON changed, for {allowed} edited" if gone > allowed else None


def without_sources(value: Any) -> Any:
    """A JSON document (its objects as lists of pairs) without what stands in the cells."""
    if isinstance(value, list):
        return [
            without_sources(item)
            for item in value
            if not (isinstance(item, tuple) and item and item[0] in ("source", "input"))
        ]
    if isinstance(value, tuple):
        return tuple(without_sources(item) for item in value)
    return value


def main() -> int:
    """Fix every file with findings."""
    parser = arguments(__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    options = parser.parse_args()
    paths = [path for path in files_below(options.paths) if may_compile(path.read_bytes())]
    show = show_progress(len(paths), "files")
    applied: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    skipped: Counter[str] = Counter()
    defective = fixed_files = 0
    start = time.perf_counter()
    for done, path in enumerate(paths, start=1):
        show(done)
        try:
            source = read_source(str(path))
        except SourceError:
            continue
        if not any(finding.fix for finding in findings(source)):
            continue
        fixed_files += 1
        for unsafe in (False, True):
            fixed = Fixed(source, unsafe=unsafe)
            applied[unsafe] += fixed.applied
            skipped.update(fixed.skipped)
            defective += bool(fixed.defects)
            for defect in fixed.defects:
                print(f"FAILED {path} ({'all fixes' if unsafe else 'safe fixes'}): {defect}")
    seconds = time.perf_counter() - start
    print(f"files with a compile call: {per_second(len(paths), seconds)}; with a fix: {fixed_files}")
    for unsafe, counts in applied.items():
        by_code = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))
        print(f"{'all' if unsafe else 'safe'} fixes applied: {sum(counts.values())} ({by_code})")
    for reason, count in skipped.most_common():
        print(f"  not carried out: {count} x {reason}")
    print(f"failed: {defective}")
    return 1 if defective else 0


if __name__ == "__main__":
    sys.exit(main())
