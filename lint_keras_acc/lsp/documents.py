"""Texts as the editor has them: files and the cells of notebooks, changed as the editor says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from lsprotocol import types

from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.uris import path_of, same
from lint_keras_acc.source import Cell, Source, split_lines

_LINE_END = re.compile(r"\r\n|\r|\n")
BOM = "\ufeff"

Change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


@dataclass(frozen=True)
class Text:
    """One text at one version. Its lines end where the protocol says, and Python too: not at a form feed."""

    uri: str
    language: str
    version: int | None
    text: str

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines without their ends."""
        return split_lines(self.text)

    def changed(self, version: int | None, changes: Sequence[Change], units: Units) -> Text:
        """The text after changes, each of which counts in what the one before it has made."""
        lines = _with_ends(self.text) if changes else [self.text]
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                _replace(lines, change.range, change.text, units)
            else:
                lines = _with_ends(change.text)
        return Text(self.uri, self.language, version, "".join(lines))

    @property
    def is_python(self) -> bool:
        """Whether the editor takes it for Python, or its name says so where the editor says nothing."""
        if self.language:
            return self.language.lower().startswith("python")
        return path_of(self.uri).endswith((".py", ".pyw"))


def _with_ends(text: str) -> list[str]:
    """The lines with their ends; the last one has none."""
    if "\r" not in text:
        *lines, last = text.split("\n")
        return [*(f"{line}\n" for line in lines), last]
    ends = [end.end() for end in _LINE_END.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]


def _replace(lines: list[str], where: types.Range, new: str, units: Units) -> None:
    """Change lines with their ends, without a look at those that stay: editors send thousands of changes at once."""
    (first, before), (last, after) = sorted(_place(lines, position, units) for position in (where.start, where.end))
    above = max(0, first - 1)  # what it ends with may become the first half of a line end
    changed = _with_ends("".join([*lines[above:first], lines[first][:before], new, lines[last][after:]]))
    if last + 1 < len(lines):
        changed.pop()  # nothing, behind the end of a line
    lines[above : last + 1] = changed


def _place(lines: Sequence[str], position: types.Position, units: Units) -> tuple[int, int]:
    """A position among lines with their ends; what is beyond a line is its end, what is beyond the text its end."""
    if position.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return position.line, units.from_client(lines[position.line].rstrip("\r\n"), position.character)


@dataclass(frozen=True)
class Document:
    """What is one program, at one moment: a file, or the cells of a notebook in their order.

    `texts` are those of the code that is Python, `cells` their places among all cells of the notebook.
    """

    uri: str
    path: str
    texts: tuple[Text, ...]
    cells: tuple[int, ...] | None = None

    @cached_property
    def source(self) -> Source:
        """The document as the engine reads it. Editors have decoded it: a coding line in it means nothing any more."""
        texts = [text.text.removeprefix(BOM) for text in self.texts]
        if self.cells is None:
            return Source(self.path, texts[0].encode("utf-8", "surrogatepass"), texts[0], "utf-8")
        cells = tuple(Cell(index, text) for index, text in zip(self.cells, texts, strict=True))
        written = _notebook_json(cells)
        return Source(self.path, written.encode(), written, "utf-8", cells=cells)

    def text_of(self, cell: int | None) -> Text | None:
        """The text that a span with this cell is in."""
        if cell is None or self.cells is None:
            return self.texts[0] if cell is None and self.cells is None else None
        return self.texts[self.cells.index(cell)] if cell in self.cells else None

    def cell_of(self, uri: str) -> int | None:
        """The place of a cell among all of the notebook's; None for what is no cell of it."""
        if self.cells is None:
            return None
        pairs = zip(self.cells, self.texts, strict=True)
        return next((cell for cell, text in pairs if same(text.uri) == same(uri)), None)


def _notebook_json(cells: Sequence[Cell]) -> str:
    """The notebook that these cells would be saved as, with something in the place of each other cell."""
    written: list[dict[str, object]] = [{"cell_type": "raw", "metadata": {}, "source": ""}] * (
        cells[-1].index + 1 if cells else 0
    )
    for cell in cells:
        written[cell.index] = {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.text}
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@dataclass
class Notebook:
    """A notebook that is open: the cells that the editor shows, and the texts of those that it tells us."""

    uri: str
    version: int | None
    cells: list[types.NotebookCell]
    texts: dict[str, Text] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        """The code cells as one program."""
        code = [
            (index, self.texts[cell.document])
            for index, cell in enumerate(self.cells)
            if cell.kind == types.NotebookCellKind.Code
            and cell.document in self.texts
            and self.texts[cell.document].is_python
        ]
        return Document(self.uri, path_of(self.uri), tuple(text for _, text in code), tuple(index for index, _ in code))

    def open(self, texts: Sequence[types.TextDocumentItem]) -> None:
        """Take in the texts of cells."""
        for item in texts:
            self.texts[item.uri] = Text(item.uri, item.language_id, item.version, item.text)

    def change(self, version: int | None, event: types.NotebookDocumentChangeEvent, units: Units) -> None:
        """Do what the editor says."""
        self.version = version
        if event.cells is None:
            return
        structure = event.cells.structure
        if structure is not None:
            start, count = structure.array.start, structure.array.delete_count
            self.cells[start : start + count] = structure.array.cells or []
            for closed in structure.did_close or []:
                self.texts.pop(closed.uri, None)
            self.open(structure.did_open or [])  # a cell that becomes one of another language is closed, and opened
        for changed in event.cells.data or []:
            self.cells = [changed if cell.document == changed.document else cell for cell in self.cells]
        for content in event.cells.text_content or []:
            text = self.texts.get(content.document.uri)
            if text is not None:
                self.texts[text.uri] = text.changed(content.document.version, content.changes, units)
