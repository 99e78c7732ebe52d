"""`# noqa`, as flake8 reads it: on the physical line of the finding, with or without codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from lint_keras_acc.config import UNUSED_NOQA, Settings
from lint_keras_acc.findings import Applicability, Edit, Finding, Fix, Repair, SetArgument, Severity, Span
from lint_keras_acc.source import Source, split_lines
from lint_keras_acc.tokens import TOKEN

NOQA = re.compile(r"# noqa(?::[\s]?(?P<codes>(?:[A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
CODE = re.compile(r"[^,\s]+")
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_OWN = re.compile(r"KAC[0-9]+")


class Row(NamedTuple):
    """Lines that flake8 takes for one: those of a multi-line string, or joined by backslashes. Mostly one line.

    Lines count from 1. `comment` is the 0-based column in the last line at which a comment begins, if one does.
    """

    first: int
    last: int
    text: str
    comment: int | None

    @property
    def last_line(self) -> str:
        return self.text.rpartition("\n")[2]

    @property
    def noqa(self) -> re.Match[str] | None:
        """The comment that counts: the first in the text, though it may stand in a string."""
        return NOQA.search(self.text)

    def silences(self, code: str) -> bool:
        return self.noqa is not None and _silencing(self.noqa, code) is not None


def _silencing(noqa: re.Match[str], code: str) -> str | None:
    """What of a comment silences a code: the code or prefix that is in it, '' for a bare comment."""
    codes = noqa.group("codes")
    if codes is None:
        return ""
    return next((written for written in CODE.findall(codes) if code.startswith(written)), None)


class Suppressions:
    """The `# noqa` comments of one file, and which of them have silenced something."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._any = "noqa" in source.text.lower()
        self._rows: dict[int | None, list[Row]] = {}
        self._used: set[tuple[int | None, Row, str]] = set()

    def divided(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """The findings that no comment silences, without fixes for lines that have such a comment; and the others."""
        if not self._any:
            return list(findings), []
        if self._whole_file():
            return [], list(findings)
        left: list[Finding] = []
        silenced: list[Finding] = []
        for finding in findings:
            if self._silences(finding.span, finding.code):
                silenced.append(finding)
                continue
            fix = finding.fix
            if fix and {self._silences(_place(repair), finding.code) for repair in fix.repairs} != {False}:
                fix = None
            left.append(replace(finding, fix=fix))
        return left, silenced

    def unused(self, settings: Settings) -> Iterator[Finding]:
        """For each comment the codes of ours in it that have silenced nothing, of the rules that are selected."""
        if not self._any or self._whole_file() or not settings.selects(UNUSED_NOQA, self._source.path):
            return
        for cell in self._cells():
            if cell is not None and not _is_python(self._source.cell_text(cell)):
                continue
            for row in dict.fromkeys(self._rows_of(cell)):
                for noqa in self._noqa_comments(row):
                    yield from self._unused_in(cell, row, noqa, settings)

    def row(self, span: Span) -> Row | None:
        """The line in which a comment is looked for that silences what is found at `span`."""
        rows = self._rows_of(span.cell)
        return rows[span.line - 1] if span.line <= len(rows) else None

    def _silences(self, span: Span, code: str) -> bool:
        row = self.row(span)
        noqa = row and row.noqa
        if row is None or noqa is None:
            return False
        written = _silencing(noqa, code)
        if written is None:
            return False
        codes = noqa.group("codes") or ""
        self._used |= {(span.cell, row, each) for each in CODE.findall(codes) if code.startswith(each)}
        return True

    def _whole_file(self) -> bool:
        return any(_FILE.match(line) for cell in self._cells() for line in split_lines(self._source.cell_text(cell)))

    def _cells(self) -> list[int | None]:
        return [None] if self._source.cells is None else [cell.index for cell in self._source.cells]

    def _rows_of(self, cell: int | None) -> list[Row]:
        """For each physical line the row that it is in."""
        if cell not in self._rows:
            self._rows[cell] = list(_rows(self._source.cell_text(cell), is_cell=cell is not None))
        return self._rows[cell]

    @staticmethod
    def _noqa_comments(row: Row) -> Iterator[re.Match[str]]:
        """The comments with codes in the last line of a row: those that stand in no string."""
        if row.comment is not None:
            yield from (noqa for noqa in NOQA.finditer(row.last_line, row.comment) if noqa.group("codes"))

    def _unused_in(self, cell: int | None, row: Row, noqa: re.Match[str], settings: Settings) -> Iterator[Finding]:
        counts = row.noqa is not None and row.noqa.end() - len(row.text) == noqa.end() - len(row.last_line)
        codes = CODE.findall(noqa.group("codes"))
        if counts and any(UNUSED_NOQA.startswith(code) for code in codes):
            return
        unused = [
            code
            for code in codes
            if _OWN.fullmatch(code)
            and not (counts and (cell, row, code) in self._used)
            and _is_judged(code, self._source.path, settings)
        ]
        if not unused:
            return
        line = row.last_line
        end = noqa.start() + len(noqa.group().rstrip(", \t\f"))
        span = Span(self._source.path, cell, row.last, noqa.start() + 1, row.last, end + 1)
        start, end, content = _without(line, noqa, unused)
        place = Span(self._source.path, cell, row.last, start + 1, row.last, end + 1)
        if not (line[:start] + content + line[end:]).strip():
            place = self._whole_line(place)
        yield Finding(
            UNUSED_NOQA,
            "unused-noqa",
            Severity.WARNING,
            _message(dict.fromkeys(unused)),
            span,
            span,
            fix=Fix("Remove what silences nothing", Applicability.SAFE, (Edit(place, content),)),
        )

    def _whole_line(self, place: Span) -> Span:
        """A line with its end, where it is not the last one."""
        if place.line < len(self._rows_of(place.cell)):
            return replace(place, column=1, end_line=place.line + 1, end_column=1)
        return replace(place, column=1)


def _rows(text: str, *, is_cell: bool) -> Iterator[Row]:
    """For each line of a text the row that it is in."""
    lines = split_lines(text)
    plain = "\n".join(lines)
    start = line = line_start = 0
    comment: int | None = None
    for token in TOKEN.finditer((_python_of_cell(plain) if is_cell else plain) + "\n"):
        content = token.group()
        if content[0] == "#":
            comment = token.start() - line_start
        if content == "\n":
            row = Row(start + 1, line + 1, "\n".join(lines[start : line + 1]), comment)
            yield from [row] * (line - start + 1)
            start = line = line + 1
            comment = None
        else:
            line += content.count("\n")
        if "\n" in content:
            line_start = token.start() + content.rindex("\n") + 1
    for number, text in enumerate(lines[start:], start + 1):  # in a string that never ends
        yield Row(number, number, text, None)


def _python_of_cell(text: str) -> str:
    """The text of a cell, its lines staying where they are, without what is IPython's own."""
    from lint_keras_acc.notebook import cell_body, mask_magics

    return mask_magics(cell_body(text)[0])


def _is_python(cell: str) -> bool:
    from lint_keras_acc.notebook import Standing, cell_body

    return cell_body("\n".join(split_lines(cell)))[1] in (Standing.SHARED, Standing.APART)


def _place(repair: Repair) -> Span:
    return repair.call if isinstance(repair, SetArgument) else repair.span


def _is_judged(code: str, path: str, settings: Settings) -> bool:
    """Whether all rules that a code or prefix stands for are selected; for one that is of no rule, its kind."""
    from lint_keras_acc.rules import rule_names

    rules = [rule for rule in rule_names() if rule.startswith(code)]
    if rules:
        return all(settings.selects(rule, path) for rule in rules)
    return any(code.startswith(selector.upper()) for selector in settings.select + settings.extend_select)


def _message(unused: Iterable[str]) -> str:
    from lint_keras_acc.rules import rule_names

    words = [
        code if any(rule.startswith(code) for rule in rule_names()) else f"{code} (no such rule)" for code in unused
    ]
    if len(words) == 1:
        return f"{words[0]} silences nothing here; remove it from this comment"
    return f"{', '.join(words[:-1])} and {words[-1]} silence nothing here; remove them from this comment"


def _without(line: str, noqa: re.Match[str], unused: Iterable[str]) -> tuple[int, int, str]:
    """What to replace in a line, and by what, so that the codes are gone from a comment."""
    written = list(CODE.finditer(line, *noqa.span("codes")))
    separators = ["", *(line[left.end() : right.start()] for left, right in pairwise(written))]
    kept = [pair for pair in zip(separators, written, strict=True) if pair[1].group() not in unused]
    if kept:
        first, *others = kept
        content = first[1].group() + "".join(separator + code.group() for separator, code in others)
        return written[0].start(), written[-1].end(), content
    rest = line[noqa.end() :].lstrip(", \t\f")
    if rest.startswith("#"):
        return noqa.start(), len(line) - len(rest), ""
    if rest:
        return noqa.start() + len("# "), len(line) - len(rest), ""
    return len(line[: noqa.start()].rstrip()), len(line), ""
