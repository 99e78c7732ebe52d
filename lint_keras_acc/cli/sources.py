"""The files that findings are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_keras_acc.findings import Edit, Finding, Span
    from lint_keras_acc.fixes import FilePlaces
    from lint_keras_acc.source import Program, Source


class Sources:
    """The files that findings are in, read again only where their text is asked for."""

    def __init__(self) -> None:
        self._sources: dict[str, Source | None] = {}
        # Of one file at a time: trees are large.
        self._programs: tuple[str, list[Program]] | None = None
        self._places: dict[str, FilePlaces] = {}

    def keep(self, source: Source) -> None:
        """Take `source` for the file of its path."""
        self._sources[source.path] = source
        self._programs = None
        self._places.pop(source.path, None)

    def programs(self, path: str, source: Source | None = None) -> list[Program]:
        """The programs of a file, or of `source` in its place; none where it cannot be read."""
        if source is not None:
            return source.programs()[0]
        if self._programs is None or self._programs[0] != path:
            source = self._source(path)
            self._programs = path, source.programs()[0] if source else []
        return self._programs[1]

    def line(self, span: Span) -> str:
        """The line where a span begins; '' where it cannot be read."""
        from lint_keras_acc.source import split_lines

        source = self._source(span.path)
        lines = split_lines(source.cell_text(span.cell)) if source else []
        return lines[span.line - 1] if span.line <= len(lines) else ""

    def text(self, path: str, cell: int | None) -> str:
        """The text that the lines of a file, or of a cell in it, count in; '' where it cannot be read."""
        source = self._source(path)
        return source.cell_text(cell) if source else ""

    def edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        """The edits of the fix of a finding; None where it has none or its fix cannot be carried out."""
        if finding.fix is None:
            return None
        from lint_keras_acc.fixes import edits_in

        source = self._source(finding.span.path)
        return edits_in(source, self.programs(source.path), finding.fix) if source else None

    def in_file(self, span: Span) -> Span | None:
        """A place in lines and columns of its file, which a cell of a notebook counts otherwise; None if unknown."""
        if span.cell is None:
            return span
        from lint_keras_acc.fixes import FilePlaces

        source = self._source(span.path)
        try:
            if source is not None and span.path not in self._places:
                self._places[span.path] = FilePlaces(source)
            return self._places[span.path].span(span) if source else None
        except (LookupError, ValueError):
            return None

    def edits_in_file(self, finding: Finding, edits: tuple[Edit, ...] | None) -> tuple[Edit, ...]:
        """The edits of a fix in lines and columns of the file; none where they cannot be carried out."""
        from lint_keras_acc.fixes import file_edits

        source = self._source(finding.span.path)
        try:
            return file_edits(source, edits) if source and edits else ()
        except ValueError:
            return ()

    def _source(self, path: str) -> Source | None:
        from lint_keras_acc.source import SourceError, read_source

        if path not in self._sources:
            try:
                self._sources[path] = read_source(path)
            except SourceError:
                self._sources[path] = None
        return self._sources[path]
