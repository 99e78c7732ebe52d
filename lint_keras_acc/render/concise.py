"""Findings as text for other programs: one line each, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.render import one_line, place
from lint_keras_acc.render.told import ToldFile


def concise_lines(file: ToldFile) -> Iterator[str]:
    """`path:line:column: CODE message` for each finding."""
    for told in file.findings:
        yield f"{place(told.finding.span)}: {told.finding.code} {one_line(told.finding.message)}"
