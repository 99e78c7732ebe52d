"""Bytes, text and notebook cells: what is read from a file, and the programs that are in it.

A plain file is one program. The code cells of a notebook are one program together, since they share their
names; a cell that is written to a file of its own (`%%writefile model.py`) is a program of its own.
"""

from __future__ import annotations

import ast
import codecs
import json
import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lint_keras_acc.findings import Span

# Of the files that hold programs.
SUFFIXES = (".py", ".ipynb", ".pyw")
# From a node of a syntax tree to its place in a file.
SpanOf = Callable[[ast.AST], Span]
# What `parse_cell` does: from a path, the index of a cell, its text and the lines before it to its statements.
CellParser = Callable[[str, int, str, int], list[ast.stmt]]

# What a program is called that comes without a name, on standard input.
UNNAMED = "<stdin>"

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#.*)?\r?$")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SKIPPED_LINES = 200
_SECOND_LINE = re.compile(r" (?:on|at) line \d+")
# A tree takes up to 250 times the room of its text, and Python cannot be stopped while it parses.
_MOST_CODE = 8 * 10**6
# Most of the files with a `.compile(` compile regular expressions, and most of the others C.
_GATE = re.compile(rb"\.compile(?<!\bre\.compile)(?<!\bregex\.compile)(?<!\btorch\.compile)[ \t]*\(")
_WORDS = re.compile(rb"(?i:keras|tensorflow|optimizer|metrics|crossentropy|\b(?:loss|adam|sgd|rmsprop|mse|mae)\b)")


class SourceError(Exception):
    """A file or notebook cell that cannot be read as Python. `line` is 1-based and counts within the cell."""

    def __init__(self, path: str, cell: int | None, line: int | None, message: str) -> None:
        super().__init__(path, cell, line, message)
        self.path = path
        self.cell = cell
        self.line = line
        self.message = message

    def __str__(self) -> str:
        place = self.path
        if self.cell is not None:
            place += f":cell {self.cell}"
        if self.line is not None:
            place += f":{self.line}"
        return f"{place}: {self.message}"


def may_compile(data: bytes) -> bool:
    """Whether `data` may compile a model: what decides if a file is worth any further work.

    A wrapper of scikeras compiles by itself what its model function returns uncompiled.
    """
    if b".compile" not in data or _GATE.search(data) is None:
        return b"scikeras" in data
    return b"keras" in data or _WORDS.search(data) is not None


def split_lines(text: str) -> list[str]:
    """The lines of `text` without their ends, divided where Python divides them (and not at form feeds)."""
    return text.split("\n") if "\r" not in text else _LINE_END.split(text)


# --- programs ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """The part of a program that comes from one notebook cell: it begins at line `start` of the program."""

    cell: int
    start: int


@dataclass(frozen=True, eq=False)
class Program:
    """One syntax tree, with the text that it was read from.

    The line numbers of `tree` run through the whole program and index `lines`; `span` turns them into
    places in the file. Programs are equal only to themselves.
    """

    path: str
    tree: ast.Module
    lines: Sequence[str]
    blocks: tuple[Block, ...] = ()

    @classmethod
    def from_tree(cls, path: str, tree: ast.Module, lines: Iterable[str]) -> Program:
        """A program that somebody else has parsed; `lines` may keep their line ends."""
        return cls(path, tree, [line.rstrip("\r\n") for line in lines])

    def span(self, node: ast.AST) -> Span:
        """Where `node` stands in the file."""
        line: int = getattr(node, "lineno", 1)
        end_line: int = getattr(node, "end_lineno", None) or line
        column: int = getattr(node, "col_offset", 0)
        end_column: int | None = getattr(node, "end_col_offset", None)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if not self.blocks and line == end_line and end_column is not None and text.isascii():
            return Span(self.path, None, line, column + 1, line, end_column + 1)
        cell, before = self._place(line)
        return Span(
            self.path,
            cell,
            line - before,
            self._column(line, column),
            end_line - before,
            self._column(end_line, column if end_column is None else end_column),
        )

    def segment(self, span: Span) -> str:
        """The text at `span`, its lines joined by newlines."""
        first = self._program_line(span.cell, span.line)
        last = self._program_line(span.cell, span.end_line)
        if first == last:
            return self.lines[first - 1][span.column - 1 : span.end_column - 1]
        return "\n".join(
            (
                self.lines[first - 1][span.column - 1 :],
                *self.lines[first : last - 1],
                self.lines[last - 1][: span.end_column - 1],
            )
        )

    def nodes_around(self, span: Span) -> list[ast.AST]:
        """The nodes that hold the whole of `span`, from the outermost statement inwards; none in other programs."""
        if span.path != self.path or self.tree_line(span.cell, span.line) is None:
            return []
        start = self._tree_place(span.cell, span.line, span.column)
        end = self._tree_place(span.cell, span.end_line, span.end_column)
        nodes: list[ast.AST] = []
        inner = _child_around(self.tree, start, end)
        while inner is not None:
            nodes.append(inner)
            inner = _child_around(inner, start, end)
        return nodes

    def tree_line(self, cell: int | None, line: int) -> int | None:
        """The number that a line (of the cell `cell`) has in the tree; None where the cell is of no part of it."""
        if not self.blocks:
            return line if cell is None else None
        index = -1 if cell is None else bisect_left(self.blocks, cell, key=lambda block: block.cell)
        if not 0 <= index < len(self.blocks) or self.blocks[index].cell != cell:
            return None
        return self.blocks[index].start - 1 + line

    def line_text(self, line: int, cell: int | None = None) -> str:
        """The line `line` (of the cell `cell`) without its end; '' where there is no such line."""
        index = self._program_line(cell, line) - 1
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def _place(self, line: int) -> tuple[int | None, int]:
        """The cell that a line of the program belongs to, and the number of lines before that cell."""
        if not self.blocks:
            return None, 0
        index = bisect_right(self.blocks, line, key=lambda block: block.start) - 1
        block = self.blocks[max(index, 0)]
        return block.cell, block.start - 1

    def _program_line(self, cell: int | None, line: int) -> int:
        if cell is None:
            return line
        return self.blocks[bisect_left(self.blocks, cell, key=lambda block: block.cell)].start - 1 + line

    def _tree_place(self, cell: int | None, line: int, column: int) -> tuple[int, int]:
        """A place as the tree counts it."""
        before = self.line_text(line, cell)[: column - 1]
        return self._program_line(cell, line), len(before.encode("utf-8", "surrogatepass"))

    def _column(self, line: int, offset: int) -> int:
        """The tree counts columns in UTF-8 bytes from 0, a span in code points from 1."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1


def _child_around(node: ast.AST, start: tuple[int, int], end: tuple[int, int]) -> ast.AST | None:
    """The child of `node` that holds a stretch of the tree, of which lines count from 1 and columns in bytes."""
    for _, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        if children and isinstance(children[0], ast.stmt):
            children = _last_begun(children, start[0])
        for child in children:
            if isinstance(child, ast.expr | ast.stmt | ast.keyword | ast.excepthandler | ast.arg | ast.alias):
                ends = child.end_lineno or child.lineno, child.end_col_offset or child.col_offset
                if (child.lineno, child.col_offset) <= start and end <= ends:
                    return child
            elif isinstance(child, ast.AST):  # what has no place of its own
                found = _child_around(child, start, end)
                if found is not None:
                    return found
    return None


def _last_begun(statements: list[ast.stmt], line: int) -> list[ast.stmt]:
    """The statements that begin on a line, and the last one before it."""
    after = bisect_right(statements, line, key=lambda statement: statement.lineno)
    first = bisect_left(statements, line, hi=after, key=lambda statement: statement.lineno)
    return statements[max(first - 1, 0) : after]


# --- files ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One code cell of a notebook; `index` is its 0-based place among all cells."""

    index: int
    text: str


@dataclass(frozen=True)
class Source:
    """A file as it was read, with all that is needed to write it back byte for byte.

    text:     the decoded file without the byte order mark, its line ends as they are.
    encoding: the codec of the text. bom: the byte order mark, or b''.
    newline:  the line end that most lines have.
    cells:    the code cells of a notebook; None for a plain file.
    """

    path: str
    data: bytes
    text: str
    encoding: str
    bom: bytes = b""
    newline: str = "\n"
    cells: tuple[Cell, ...] | None = None

    @property
    def is_notebook(self) -> bool:
        return self.cells is not None

    def encode(self, text: str) -> bytes:
        """`text` in the encoding of this file, after its byte order mark."""
        return self.bom + text.encode(self.encoding)

    def reread(self, data: bytes) -> Source:
        """`data` as this file was read: in its encoding, whatever a coding line says. Raises SourceError."""
        if self.cells is not None:
            return _read_notebook(self.path, data)
        text = _decode(self.path, data[len(self.bom) :], self.encoding)
        return Source(self.path, data, text, self.encoding, self.bom, _most_common_newline(text))

    def cell_text(self, cell: int | None) -> str:
        """The text that the lines and columns of a span count in."""
        if cell is None or self.cells is None:
            return self.text
        return self.cells[bisect_left(self.cells, cell, key=lambda code: code.index)].text

    def programs(self) -> tuple[list[Program], list[SourceError]]:
        """The programs in this file, and what of it is no Python."""
        if self.cells is not None:
            return notebook_programs(self.path, self.cells)
        try:
            tree = parse(self.path, self.text)
        except SourceError as error:
            return [], [error]
        return [Program(self.path, tree, split_lines(self.text))], []


def read_source(path: str, data: bytes | None = None) -> Source:
    """Read and decode the file at `path`, or `data` in its name. Raises SourceError."""
    if data is None:
        data = read_bytes(path)
    return _source(path, data)


def decoded_source(path: str, data: bytes) -> Source:
    """The source of text that is UTF-8 now, whatever its coding line says of the file that it came from.

    Raises SourceError.
    """
    return _source(path, data, "utf-8")


def _source(path: str, data: bytes, encoding: str | None = None) -> Source:
    if path.endswith(".ipynb") or (path == UNNAMED and _is_notebook(data)):
        return _read_notebook(path, data)
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise SourceError(path, None, line, "contains null bytes")
    body = data[len(bom) :]
    encoding = encoding or _encoding(path, body, bool(bom))
    text = _decode(path, body, encoding)
    return Source(path, data, text, encoding, bom, _most_common_newline(text))


def read_bytes(path: str) -> bytes:
    """The bytes of a file. Raises SourceError."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SourceError(path, None, None, f"cannot be read: {reason or error}") from error


def parse(
    path: str, text: str, *, cell: int | None = None, lines_before: int = 0, notebook: bool = False
) -> ast.Module:
    """The tree of `text`, as if `lines_before` lines stood before it. Raises SourceError."""
    if len(text) > _MOST_CODE:
        raise SourceError(path, cell, None, f"has more than {_MOST_CODE // 10**6} million characters of code: not read")
    # Empty lines put a tree in its place at no cost, unless there are very many of them before each cell.
    skipped = lines_before if lines_before <= _SKIPPED_LINES else 0
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Under its own name Python would read the file again for each error, in order to quote it.
            tree = compile("\n" * skipped + text, "<unknown>", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        line = None if error.lineno is None else max(error.lineno - skipped, 1)
        # Some messages name a second line, which would be a line of the whole notebook here.
        reason = _SECOND_LINE.sub("", error.msg) if skipped else error.msg
        raise SourceError(path, cell, line, f"is not valid Python: {reason}") from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(path, cell, None, "is nested too deeply to be parsed") from error
    except (ValueError, OverflowError) as error:
        raise SourceError(path, cell, None, f"cannot be parsed: {error}") from error
    assert isinstance(tree, ast.Module)
    return tree if skipped == lines_before else ast.increment_lineno(tree, lines_before)


def _encoding(path: str, data: bytes, has_bom: bool) -> str:
    for number, line in enumerate(data.split(b"\n", 2)[:2], start=1):
        cookie = _COOKIE.match(line)
        if cookie:
            name = cookie.group(1).decode("ascii", "replace")
            return _codec(path, name, number, has_bom)
        if not _BLANK_OR_COMMENT.match(line):
            break
    return "utf-8"


def _codec(path: str, name: str, line: int, has_bom: bool) -> str:
    try:
        canonical = codecs.lookup(name).name
    except LookupError:
        raise SourceError(path, None, line, f"unknown encoding: {name[:40]}") from None
    if has_bom and canonical != "utf-8":
        raise SourceError(path, None, line, f"the byte order mark says UTF-8, the coding line says {name}")
    return canonical


def _decode(path: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceError(path, None, line, f"is not {encoding} text: {error.reason}") from error
    except (LookupError, ValueError, AssertionError) as error:
        raise SourceError(path, None, None, f"cannot be decoded as {encoding}: {error}") from error


def _most_common_newline(text: str) -> str:
    crlf = text.count("\r\n")
    lf = text.count("\n") - crlf
    cr = text.count("\r") - crlf
    if crlf > lf and crlf >= cr:
        return "\r\n"
    return "\r" if cr > lf else "\n"


# --- notebooks --------------------------------------------------------------------------------------------


def _is_notebook(data: bytes) -> bool:
    """Whether data without a name is a notebook: an object with cells, or worksheets as of old."""
    if not data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return False
    try:
        document = json.loads(data)
    except (RecursionError, ValueError):
        return False
    return isinstance(document, dict) and ("cells" in document or "worksheets" in document)


def _read_notebook(path: str, data: bytes) -> Source:
    from lint_keras_acc.notebook import code_cells

    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = _decode(path, data[len(bom) :], "utf-8")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"is not a notebook: {error.msg} (column {error.colno})"
        raise SourceError(path, None, error.lineno, reason) from error
    except (RecursionError, ValueError) as error:
        raise SourceError(path, None, None, f"is not a notebook: {error}") from error
    try:
        cells = tuple(Cell(index, text) for index, text in code_cells(document))
    except ValueError as error:
        raise SourceError(path, None, None, f"is not a notebook: {error}") from None
    return Source(path, data, text, "utf-8", bom, _most_common_newline(text), cells)


def parse_cell(path: str, cell: int, text: str, lines_before: int) -> list[ast.stmt]:
    """The statements of a cell. Magics are looked for only where the cell is no Python as it stands.

    Raises SourceError.
    """
    try:
        return parse(path, text, cell=cell, lines_before=lines_before, notebook=True).body
    except SourceError:
        from lint_keras_acc.notebook import mask_magics

        masked = mask_magics(text)
        if masked.lstrip("\n")[:1] in (" ", "\t"):
            return _parse_indented(path, cell, masked, lines_before)
        if masked == text:
            raise
        return parse(path, masked, cell=cell, lines_before=lines_before, notebook=True).body


def _parse_indented(path: str, cell: int, text: str, lines_before: int) -> list[ast.stmt]:
    """A cell may be indented as a whole. As the body of an `if` it keeps its columns."""
    tree = parse(path, "if True:\n" + text, cell=cell, lines_before=lines_before - 1, notebook=True)
    outer = tree.body[0]
    assert isinstance(outer, ast.If)
    return outer.body + tree.body[1:]


def notebook_programs(
    path: str, cells: Iterable[Cell], parser: CellParser = parse_cell
) -> tuple[list[Program], list[SourceError]]:
    """The program of all cells together first, then those of cells that stand for a file of their own."""
    from lint_keras_acc.notebook import Standing, cell_body

    shared: list[tuple[Cell, str, bool]] = []
    groups = [shared]
    for cell in cells:
        text, standing = cell_body("\n".join(split_lines(cell.text)))
        if standing is Standing.APART:
            groups.append([(cell, text, True)])
        elif standing is not Standing.FOREIGN:
            shared.append((cell, text, standing is Standing.SHARED))
    programs, errors = [], []
    for group in groups:
        program, group_errors = _join_cells(path, group, parser)
        errors += group_errors
        if program.tree.body:
            programs.append(program)
    errors.sort(key=lambda error: (error.cell or 0, error.line or 0))
    return programs, errors


def _join_cells(
    path: str, parts: Iterable[tuple[Cell, str, bool]], parser: CellParser
) -> tuple[Program, list[SourceError]]:
    """One program of the cells' texts. Errors are told of those texts only that ought to be Python."""
    body: list[ast.stmt] = []
    lines: list[str] = []
    blocks: list[Block] = []
    errors: list[SourceError] = []
    for cell, text, surely_python in parts:
        lines.append("")  # where `if True:` may stand before an indented cell
        try:
            body += parser(path, cell.index, text, len(lines))
        except SourceError as error:
            if surely_python:
                errors.append(error)
        blocks.append(Block(cell.index, len(lines) + 1))
        lines += split_lines(cell.text)
    return Program(path, ast.Module(body, []), lines, tuple(blocks)), errors
