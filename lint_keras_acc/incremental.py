"""A file that is being edited: after each change only those statements are parsed again that have changed.

The trees are those of a fresh parse, positions included. A stretch of lines that begins and ends between two
statements of the top level is a program of its own: where it parses alone, its statements are those that it has within
the whole text, since the lines around it are as before, and nothing in them can go on in it. Where that is not sure,
or where the stretch does not parse, the whole text is parsed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import Report, lint_source
from lint_keras_acc.source import (
    Program,
    Source,
    SourceError,
    decoded_source,
    notebook_programs,
    parse,
    parse_cell,
    split_lines,
)


class LiveSource:
    """A file in an editor: what is said of each of its texts is what a fresh start says, at the price of the change.

    `source` is the text that was linted last, None where it could not be read. Its programs are there already. They
    are good until the next text is linted, since trees are used again. One thread at a time may use them.
    """

    def __init__(self, path: str, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.source: Source | None = None
        self._text = _LiveText(path)
        self._cells = _LiveCells()

    def lint(self, data: bytes, *, named: bool = False) -> Report:
        """The report on what the file holds now, in UTF-8 whatever its coding line says."""
        try:
            source = decoded_source(self.path, data)
        except SourceError as error:
            self.source = None
            return Report(self.path, errors=(error,))
        return self.lint_source(source, named=named)

    def lint_source(self, source: Source, *, named: bool = False) -> Report:
        """The report on a source that has been read, or put together of a notebook's cells."""
        values = {each.name: getattr(source, each.name) for each in fields(Source)}
        self.source = _Reparsed(**values, live=self)
        return lint_source(self.source, self.settings, named=named)

    def programs(self) -> tuple[list[Program], list[SourceError]]:
        """The programs in the text that was linted last, parsed as far as it has changed."""
        assert self.source is not None
        if self.source.cells is not None:
            self._cells.begin()
            return notebook_programs(self.path, self.source.cells, self._cells.parse)
        try:
            return [self._text.program(self.source.text)], []
        except SourceError as error:
            return [], [error]


@dataclass(frozen=True)
class _Reparsed(Source):
    """A source whose trees come from its editor's last ones, as long as it is the newest there."""

    live: LiveSource = field(kw_only=True, compare=False, repr=False)

    def programs(self) -> tuple[list[Program], list[SourceError]]:
        return self.live.programs() if self.live.source is self else super().programs()


# --- plain files ------------------------------------------------------------------------------------------


class _Statement:
    """A statement of the top level."""

    __slots__ = ("_placed", "node")

    def __init__(self, node: ast.stmt) -> None:
        self.node = node
        self._placed: list[ast.expr] | None = None  # all nodes with a place of their own, once they had to move

    def move(self, lines: int) -> None:
        """Count the lines of all that is in the statement on."""
        if self._placed is None:
            self._placed = list(_placed_nodes(self.node))
        for node in self._placed:
            node.lineno += lines
            node.end_lineno += lines  # type: ignore[operator]


def _placed_nodes(statement: ast.stmt) -> Iterator[ast.expr]:
    for node in ast.walk(statement):
        if "lineno" in node._attributes:
            yield node  # type: ignore[misc]


class _LiveText:
    """The tree of a text that changes."""

    def __init__(self, path: str) -> None:
        self._path = path
        # Of the last text that parsed.
        self._lines: list[str] = []
        self._statements: list[_Statement] = []

    def program(self, text: str) -> Program:
        """The program of the text as it is now. Raises SourceError."""
        lines = split_lines(text)
        if lines != self._lines:
            self._statements = self._changed(lines) or [_Statement(node) for node in parse(self._path, text).body]
            self._lines = lines
        return Program(self._path, ast.Module([statement.node for statement in self._statements], []), lines)

    def _changed(self, lines: list[str]) -> list[_Statement] | None:
        """The statements, those in changed lines parsed anew; None where these lines do not parse by themselves."""
        start, end = _difference(self._lines, lines)
        added = len(lines) - len(self._lines)
        before, behind = 0, len(self._statements)  # how many statements stay, and where the others begin that do
        first, last = 0, len(self._lines)  # the old lines between them
        for index, line in self._borders():
            if line <= start:
                before, first = index, line
            if line >= end:
                behind, last = index, line
                break
        stretch = lines[first : last + added]
        if last < len(self._lines):
            if stretch and stretch[-1].endswith("\\"):
                return None
            stretch.append("")
        try:
            parsed = parse(self._path, "\n".join(stretch), lines_before=first)
        except SourceError:
            return None
        if added:
            for statement in self._statements[behind:]:
                statement.move(added)
        new = [_Statement(node) for node in parsed.body]
        return [*self._statements[:before], *new, *self._statements[behind:]]

    def _borders(self) -> Iterator[tuple[int, int]]:
        """Where the text may be divided: the index of a statement, and the number of lines before it."""
        end = 0  # of the statement before, as a number of lines
        for index, statement in enumerate(self._statements):
            node = statement.node
            decorators: list[ast.expr] = getattr(node, "decorator_list", [])
            line = (decorators[0].lineno if decorators else node.lineno) - 1
            text = self._lines[line]
            begins = text.startswith("@") if decorators else node.col_offset == 0
            if begins and line >= end and not (line and self._lines[line - 1].endswith("\\")):
                yield index, line
            end = node.end_lineno or node.lineno


def _difference(old: list[str], new: list[str]) -> tuple[int, int]:
    """The first old line that has changed, and the first one behind the last; equal where lines are only added."""
    shorter = min(len(old), len(new))
    start = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    same = next((index for index in range(shorter - start) if old[~index] != new[~index]), shorter - start)
    return start, len(old) - same


# --- notebooks --------------------------------------------------------------------------------------------


@dataclass
class _ParsedCell:
    """The statements of a cell, as if `lines_before` lines stood before it."""

    statements: list[_Statement]
    lines_before: int


class _LiveCells:
    """The trees of a notebook's cells, each parsed again when its text changes."""

    def __init__(self) -> None:
        self._last: dict[str, list[_ParsedCell]] = {}  # by their text, which several cells may share
        self._now: dict[str, list[_ParsedCell]] = {}

    def begin(self) -> None:
        """Read the notebook anew: the cells that are not asked for again are forgotten the next time."""
        self._last, self._now = self._now, {}

    def parse(self, path: str, cell: int, text: str, lines_before: int) -> list[ast.stmt]:
        """As `parse_cell` does. Raises SourceError."""
        known = self._last.get(text)
        if known:
            parsed = known.pop()
            if parsed.lines_before != lines_before:
                for statement in parsed.statements:
                    statement.move(lines_before - parsed.lines_before)
                parsed.lines_before = lines_before
        else:
            nodes = parse_cell(path, cell, text, lines_before)
            parsed = _ParsedCell([_Statement(node) for node in nodes], lines_before)
        self._now.setdefault(text, []).append(parsed)
        return [statement.node for statement in parsed.statements]
