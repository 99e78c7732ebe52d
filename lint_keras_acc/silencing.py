"""Adds `# noqa: KAC...` comments where findings are reported, and changes nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from lint_keras_acc.findings import Edit, Finding, Span
from lint_keras_acc.fixes import apply_edits
from lint_keras_acc.source import Program, Source, SourceError
from lint_keras_acc.suppressions import CODE, NOQA, Row, Suppressions


def silenced(source: Source, findings: Iterable[Finding]) -> tuple[bytes, int]:
    """The bytes of the file with comments that silence these findings, and the number of lines that have got one.

    A finding is left where no comment can stand that silences it, as in a string that has a `# noqa` of its own.
    """
    edits = comments_for(source, findings)
    return apply_edits(source, edits), len(edits)


def comments_for(source: Source, findings: Iterable[Finding]) -> list[Edit]:
    """The comments that silence these findings, those of one line together."""
    edits = list(_edits(source, findings))
    if _applied(source, edits) is not None:
        return edits
    working = [edit for edit in edits if _applied(source, [edit]) is not None]
    return working if _applied(source, working) is not None else []


def _edits(source: Source, findings: Iterable[Finding]) -> Iterable[Edit]:
    """One edit for each row of lines that has findings."""
    suppressions = Suppressions(source)
    codes: dict[tuple[int | None, Row], set[str]] = {}
    for finding in findings:
        row = suppressions.row(finding.span)
        if row is not None:
            codes.setdefault((finding.span.cell, row), set()).add(finding.code)
    for (cell, row), of_row in codes.items():
        addition = _addition(row, sorted(of_row))
        if addition is not None:
            column, content = addition
            yield Edit(Span(source.path, cell, row.last, column, row.last, column), content)


def _addition(row: Row, codes: Sequence[str]) -> tuple[int, str] | None:
    """What to put into the last line of a row, and in which column; None where another comment counts."""
    line = row.last_line
    if row.noqa is None:
        end = len(line.rstrip())
        return end + 1, f"  # noqa: {', '.join(codes)}"
    noqa = None if row.comment is None else NOQA.search(line, row.comment)
    if noqa is None or not noqa.group("codes") or noqa.end() - len(line) != row.noqa.end() - len(row.text):
        return None
    written = list(CODE.finditer(line, *noqa.span("codes")))
    separator = line[written[-2].end() : written[-1].start()] if len(written) > 1 else ", "
    return written[-1].end() + 1, "".join(separator + code for code in codes)


def _applied(source: Source, edits: Sequence[Edit]) -> bytes | None:
    """The file with these comments; None where they would be more than comments, or cannot be written."""
    try:
        data = apply_edits(source, edits)
        changed = source.reread(data)
    except (ValueError, SourceError):
        return None
    before, errors = source.programs()
    after, new_errors = changed.programs()
    if len(errors) != len(new_errors) or len(before) != len(after):
        return None
    lines = {(edit.span.cell, edit.span.line) for edit in edits}
    return data if all(_is_same(*pair, lines) for pair in zip(before, after, strict=True)) else None


def _is_same(before: Program, after: Program, lines: Iterable[tuple[int | None, int]]) -> bool:
    """Whether two programs say the same, of which only these lines differ."""
    touched = {place for place in (before.tree_line(*line) for line in lines) if place is not None}
    for old, new in zip_longest(before.tree.body, after.tree.body):
        if old is None or new is None or (old.lineno, old.end_lineno) != (new.lineno, new.end_lineno):
            return False
        is_touched = any(line in touched for line in range(old.lineno, (old.end_lineno or old.lineno) + 1))
        if is_touched and ast.dump(old) != ast.dump(new):
            return False
    return True
