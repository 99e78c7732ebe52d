"""A document as it was linted: from places in findings to places in the editor, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lsprotocol import types

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import Report
from lint_keras_acc.findings import Edit, Finding, Span
from lint_keras_acc.fixes import edits_in
from lint_keras_acc.lsp.documents import BOM, Document, Text
from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.uris import same, uri_of
from lint_keras_acc.source import Program, Source, SourceError, read_source, split_lines


class Place(NamedTuple):
    """A place as findings count it: lines and columns from 1, in code points; the cell of a notebook."""

    cell: int | None
    line: int
    column: int


@dataclass(eq=False)
class Checked:
    """What was found in one version of a document, and where that is for the editor.

    It belongs to the thread that lints: whatever it works out is worked out there, once.
    """

    document: Document
    settings: Settings
    report: Report
    source: Source
    units: Units
    seconds: float = 0.0  # that it took
    _edits: dict[int, tuple[Edit, ...] | None] = field(default_factory=dict)
    _others: dict[str, Sequence[str] | None] = field(default_factory=dict)

    # --- what was found -----------------------------------------------------------------------------------

    @property
    def programs(self) -> Sequence[Program]:
        """The programs in the source. They are not kept: their trees are used for the next version of the text."""
        return self.source.programs()[0]

    def edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        """What the finding's fix changes; None where it has none, or it cannot be expressed in this text."""
        if finding.fix is None:
            return None
        key = id(finding)  # the report keeps it alive
        if key not in self._edits:
            self._edits[key] = edits_in(self.source, self.programs, finding.fix)
        return self._edits[key]

    # --- places -------------------------------------------------------------------------------------------

    def place(self, uri: str, position: types.Position) -> Place | None:
        """What is at a position that the editor names; None in a text that is not linted."""
        cell = self.document.cell_of(uri)
        text = self.document.text_of(cell)
        if text is None or same(text.uri) != same(uri):
            return None
        line = min(position.line, len(text.lines) - 1)
        character = position.character if line == position.line else len(text.lines[line]) * 4
        column = self.units.from_client(text.lines[line], character)
        return Place(cell, line + 1, column + 1 - _hidden(text, line))

    def location(self, span: Span) -> types.Location | None:
        """Where a span is, in this document or in another file; None where that file cannot be read."""
        if span.path == self.document.path:
            text = self.document.text_of(span.cell)
            return None if text is None else types.Location(text.uri, self._range(span, text))
        lines = self._lines_of(span.path)
        if lines is None:
            return None
        return types.Location(uri_of(span.path), _range(span, lines, self.units))

    def text_edit(self, edit: Edit) -> tuple[Text, types.TextEdit] | None:
        """An edit in the words of the protocol, and the text that it is in; None in another file."""
        text = self.document.text_of(edit.span.cell) if edit.span.path == self.document.path else None
        return None if text is None else (text, types.TextEdit(self._range(edit.span, text), edit.content))

    def _range(self, span: Span, text: Text) -> types.Range:
        return _range(span, text.lines, self.units, _hidden(text, span.line - 1), _hidden(text, span.end_line - 1))

    def _lines_of(self, path: str) -> Sequence[str] | None:
        """The lines of another file of the project."""
        if path not in self._others:
            try:
                self._others[path] = split_lines(read_source(path).text)
            except SourceError:
                self._others[path] = None
        return self._others[path]


def _hidden(text: Text, line: int) -> int:
    """How many characters of a line (from 0) the engine does not see: a byte order mark that the editor shows."""
    return 1 if line == 0 and text.text.startswith(BOM) else 0


def _range(span: Span, lines: Sequence[str], units: Units, before: int = 0, before_end: int = 0) -> types.Range:
    return types.Range(
        _position(lines, span.line - 1, span.column - 1 + before, units),
        _position(lines, span.end_line - 1, span.end_column - 1 + before_end, units),
    )


def _position(lines: Sequence[str], line: int, column: int, units: Units) -> types.Position:
    text = lines[line] if line < len(lines) else ""
    return types.Position(line, units.to_client(text, column))
