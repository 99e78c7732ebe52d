"""`# noqa`, as flake8 reads it: on the physical line of the finding, with or without codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lint_keras_acc.findings import Finding, Repair, SetArgument, Span
from lint_keras_acc.source import Source, split_lines
from lint_keras_acc.tokens import TOKEN

_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>(?:[A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]")


class Suppressions:
    """The `# noqa` comments of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._any = "noqa" in source.text.lower()
        self._lines: dict[int | None, list[str]] = {}

    def left(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that no comment silences, without fixes for lines that have such a comment."""
        if not self._any:
            yield from findings
        elif not self._whole_file():
            for finding in findings:
                if self._silences(finding.span, finding.code):
                    continue
                fix = finding.fix
                if fix and any(self._silences(_place(repair), finding.code) for repair in fix.repairs):
                    fix = None
                yield replace(finding, fix=fix)

    def _silences(self, span: Span, code: str) -> bool:
        lines = self._lines_of(span.cell)
        return span.line <= len(lines) and _silences(lines[span.line - 1], code)

    def _whole_file(self) -> bool:
        cells = [None] if self._source.cells is None else [cell.index for cell in self._source.cells]
        return any(_FILE.match(line) for cell in cells for line in split_lines(self._source.cell_text(cell)))

    def _lines_of(self, cell: int | None) -> list[str]:
        """For each physical line the text to look in: with it all lines of the same multi-line string."""
        if cell not in self._lines:
            lines = split_lines(self._source.cell_text(cell))
            self._lines[cell] = _joined(lines)
        return self._lines[cell]


def _joined(lines: Sequence[str]) -> list[str]:
    joined = list(lines)
    text = "\n".join(lines) + "\n"
    start = line = 0
    for token in TOKEN.finditer(text):
        content = token.group()
        if content != "\n":
            line += content.count("\n")
            continue
        if line > start:
            joined[start : line + 1] = ["\n".join(lines[start : line + 1])] * (line - start + 1)
        start = line = line + 1
    return joined


def _place(repair: Repair) -> Span:
    return repair.call if isinstance(repair, SetArgument) else repair.span


def _silences(line: str, code: str) -> bool:
    comment = _INLINE.search(line)
    if comment is None:
        return False
    codes = comment.group("codes")
    return codes is None or code.startswith(tuple(filter(None, _SEPARATOR.split(codes))))
