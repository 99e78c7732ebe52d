"""A file that is being edited: after each change only those statements are parsed again that have changed.

The trees are those of a fresh parse, positions included. A stretch of lines that begins and ends between two
statements of one block is a program of its own, below as many `if True:` as there are blocks around it. Where it
parses alone, its statements are those that it has within the whole text, since the lines around it are as before, and
nothing in them can go on in it. Where that is not sure, or where the stretch does not parse, the whole text is parsed.
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter

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

# Fields that hold no nodes, or those of operators and contexts.
_WITHOUT_PLACES = frozenset({"attr", "conversion", "ctx", "id", "kind", "level", "module", "op", "ops", "type_comment"})
# What a line may be without being parsed.
_NOTHING = re.compile(r"[ \t\f]*(?:#[\t\f\x20-\x7e]*)?")
_Node = ast.stmt | ast.ExceptHandler
_Placed = _Node | ast.expr
# The fields with what stands indented, in the order of the text.
_BLOCKS = ("body", "handlers", "orelse", "finalbody")
_COMPOUND: tuple[type[ast.AST], ...] = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While),
    *(ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler),
)
if sys.version_info >= (3, 11):
    _COMPOUND += (ast.TryStar,)


class _LiveText:
    """The tree of a text that changes."""

    def __init__(self, path: str) -> None:
        self._path = path
        # Of the last text that parsed.
        self._lines: list[str] = []
        self._block = _Block([])

    def program(self, text: str) -> Program:
        """The program of the text as it is now. Raises SourceError."""
        lines = split_lines(text)
        if lines != self._lines:
            if not self._changed(lines):
                self._block = _Block(parse(self._path, text).body)
            self._lines = lines
        return Program(self._path, ast.Module([*self._block.nodes], []), lines)  # type: ignore[list-item]

    def _changed(self, lines: list[str]) -> bool:
        """Bring the trees up to date; False, and they are as before, where that takes parsing the whole."""
        try:
            return _Change(self._path, self._lines, lines).apply(self._block)
        except Exception:  # a defect of ours: what is half changed is good for nothing
            self._lines, self._block = [], _Block([])
            raise


class _Part:
    """A statement, or an exception handler of one."""

    __slots__ = ("_blocks", "_placed", "node")

    def __init__(self, node: _Node) -> None:
        self.node = node
        self._blocks: list[_Block] | None = None
        self._placed: list[_Placed] | None = None  # the nodes with a place that are in no block, once they had to move

    @property
    def blocks(self) -> list[_Block]:
        """What stands indented in it, in the order of the text."""
        if self._blocks is None:
            names = _BLOCKS if isinstance(self.node, _COMPOUND) else ()
            self._blocks = [_Block(nodes) for name in names if (nodes := getattr(self.node, name, None))]
        return self._blocks

    @property
    def first(self) -> int:
        """How many lines there are before it, and before its decorators."""
        decorators: list[ast.expr] | None = getattr(self.node, "decorator_list", None)
        return (decorators[0] if decorators else self.node).lineno - 1

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.node.end_lineno or self.node.lineno

    def move(self, lines: int) -> None:
        """Count the lines of all that is in it on."""
        if self._placed is None:
            self._placed = _placed_outside_blocks(self.node)
        for node in self._placed:
            node.lineno += lines
            node.end_lineno += lines  # type: ignore[operator]
        for block in self.blocks:
            block.move(lines)


def _placed_outside_blocks(part: _Node) -> list[_Placed]:
    """The nodes of a part that have a place, down to its blocks."""
    found: list[_Placed] = [part]
    blocks = _BLOCKS if isinstance(part, _COMPOUND) else ()
    values = [getattr(part, name) for name in part._fields if name not in blocks]
    while values:
        value = values.pop()
        if type(value) is list:
            values += value
            continue
        if hasattr(value, "lineno"):
            found.append(value)
        for name in _inner_fields(type(value)):  # type: ignore[arg-type]
            values.append(getattr(value, name))
    return found


@cache
def _inner_fields(kind: type) -> tuple[str, ...]:
    """The fields in which nodes of a kind may have nodes with a place; none of what is no node."""
    if kind is ast.Constant or not issubclass(kind, ast.AST):
        return ()
    return tuple(name for name in kind._fields if name not in _WITHOUT_PLACES)


_FIRST = attrgetter("first")


class _Block:
    """Statements, or the exception handlers of one, one behind the other. `nodes` is their list in the tree."""

    __slots__ = ("nodes", "parts")

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self.nodes: MutableSequence[_Node] = nodes  # type: ignore[assignment]
        self.parts = [_Part(node) for node in nodes]

    def replace(self, start: int, end: int, nodes: Sequence[_Node]) -> None:
        """Put other statements in the place of some."""
        self.nodes[start:end] = nodes
        self.parts[start:end] = [_Part(node) for node in nodes]

    def move(self, lines: int, start: int = 0) -> None:
        """Count the lines of the parts from an index on."""
        if lines:
            for part in self.parts[start:]:
                part.move(lines)

    def is_border(self, index: int, lines: list[str]) -> bool:
        """Whether a part begins a line."""
        part = self.parts[index]
        line, column = part.first, part.node.col_offset
        if index and line < self.parts[index - 1].last:
            return False
        if line and lines[line - 1].endswith("\\"):
            return False
        # The parentheses around a decorator may begin before it does.
        is_first = lines[line].startswith("@", column) or not getattr(part.node, "decorator_list", None)
        return is_first and not lines[line][:column].strip(" \t")

    def around(self, start: int, end: int, lines: list[str]) -> tuple[int | None, int | None]:
        """The last part that begins a line up to `start`, and the first one that does from `end` on."""
        upwards = range(bisect_right(self.parts, start, key=_FIRST) - 1, -1, -1)
        downwards = range(bisect_left(self.parts, end, key=_FIRST), len(self.parts))
        before = next((index for index in upwards if self.is_border(index, lines)), None)
        behind = next((index for index in downwards if self.is_border(index, lines)), None)
        return before, behind

    def has_statements(self, lines: list[str]) -> bool:
        """Whether its parts can stand for themselves, unlike `except` and `elif`."""
        node = self.parts[0].node if self.parts else None
        if isinstance(node, ast.If):
            return not lines[node.lineno - 1].startswith("elif", node.col_offset)
        return not isinstance(node, ast.ExceptHandler)


class _Change:
    """The lines in which two texts differ, and the trees of the first one becoming those of the second."""

    def __init__(self, path: str, old: list[str], new: list[str]) -> None:
        self._path = path
        self._old = old
        self._new = new
        self._start, self._end = _difference(old, new)
        self._added = len(new) - len(old)
        self._block_end: tuple[int, int] | None = None  # of the last block that was looked at, where that is new

    def apply(self, block: _Block) -> bool:
        """Bring the whole text's statements up to date; False, and nothing is changed, where that is not possible."""
        try:
            return bool(block.parts) and self._within(block, 0, len(self._old), ("",))
        except SourceError:
            return False

    def _within(self, block: _Block, first: int, last: int, indents: tuple[str, ...]) -> bool:
        """The same for the statements of a block, which stands between two lines, below these indentations.

        Raises SourceError where the changed lines do not parse.
        """
        before, behind = block.around(self._start, self._end, self._old)
        if before is None:
            before = 0
        else:
            first = block.parts[before].first
        if behind is None:
            behind = len(block.parts)
        else:
            last = block.parts[behind].first
        kept = len(block.parts) - behind
        done = behind == before + 1 and self._inside(block.parts[before], last, indents)
        if not done:
            if not block.has_statements(self._old):
                return False
            nodes = self._parsed(first, last, indents, removed=behind - before, kept=kept)
            if nodes is None:
                return False
            block.replace(before, behind, nodes)
        block.move(self._added, len(block.parts) - kept)
        if kept:
            self._block_end = None
        return True

    def _inside(self, part: _Part, last: int, indents: tuple[str, ...]) -> bool:
        """The same for the blocks of one part, behind which something else begins at the line `last`."""
        for index, block in enumerate(part.blocks):
            is_last = index == len(part.blocks) - 1
            block_last = last if is_last else block.parts[-1].last
            head = block.parts[0]
            if not head.first <= self._start <= self._end <= block_last:
                continue
            if not block.is_border(0, self._old):
                return False
            indent = self._old[head.first][: head.node.col_offset]
            inner = indents if indent == indents[-1] else (*indents, indent)
            if not self._within(block, head.first, block_last, inner):
                return False
            for behind in part.blocks[index + 1 :]:
                behind.move(self._added)
            if not is_last:
                self._block_end = None
            if self._block_end is None:
                part.node.end_lineno = part.last + self._added
            else:
                part.node.end_lineno, part.node.end_col_offset = self._block_end
            return True
        return False

    def _parsed(
        self, first: int, last: int, indents: tuple[str, ...], *, removed: int, kept: int
    ) -> Sequence[ast.stmt] | None:
        """The statements between two old lines as they are now; None where not all of them are of the same block.

        They are in the place of so many of its statements, and so many are behind them.
        """
        lines = self._new[first : last + self._added]
        is_nested = len(indents) > 1
        self._block_end = None
        if all(map(_NOTHING.fullmatch, lines)):
            return None if is_nested and removed and not kept else []
        if last < len(self._old):
            if lines[-1].endswith("\\"):
                return None
            lines.append("")
        around = [indent + "if True:" for indent in indents[:-1]]
        tree = parse(self._path, "\n".join([*around, *lines]), lines_before=first - len(around))
        body = tree.body
        for _ in around:
            (outer, *others) = body
            if others or not isinstance(outer, ast.If) or outer.orelse:
                return None
            body = outer.body
            self._block_end = outer.end_lineno or 0, outer.end_col_offset or 0
        if is_nested:
            head = body[0]
            if self._new[head.lineno - 1][: head.col_offset] != indents[-1]:
                return None
        return body


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

    statements: list[_Part]
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
            parsed = _ParsedCell([_Part(node) for node in nodes], lines_before)
        self._now.setdefault(text, []).append(parsed)
        return [statement.node for statement in parsed.statements]  # type: ignore[misc]
