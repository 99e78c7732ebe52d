"""The files that findings are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_keras_acc.findings import Edit, Finding, Span
    from lint_keras_acc.source import Program, Source


class Sources:
    """The files that findings are in, read again only where their text is asked for."""

    def __init__(self) -> None:
        self._sources: dict[str, Source | None] = {}
        self._programs: dict[str, list[Program]] = {}

    def keep(self, source: Source) -> None:
        """Take `source` for the file of its path."""
        self._sources[source.path] = source
        self._programs.pop(source.path, None)

    def programs(self, path: str, source: Source | None = None) -> list[Program]:
        """The programs of a file, or of `source` in its place; none where it cannot be read."""
        source = source or self._source(path)
        return source.programs()[0] if source else []

    def line(self, span: Span) -> str:
        """The line where a span begins; '' where it cannot be read."""
        from lint_keras_acc.source import split_lines

        source = self._source(span.path)
        lines = split_lines(source.cell_text(span.cell)) if source else []
        return lines[span.line - 1] if span.line <= len(lines) else ""

    def edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        """The edits of the fix of a finding; None where it has none or its fix cannot be carried out."""
        if finding.fix is None:
            return None
        from lint_keras_acc.fixes import edits_in

        path = finding.span.path
        source = self._source(path)
        if source is None:
            return None
        if path not in self._programs:
            self._programs[path] = source.programs()[0]
        return edits_in(source, self._programs[path], finding.fix)

    def _source(self, path: str) -> Source | None:
        from lint_keras_acc.source import SourceError, read_source

        if path not in self._sources:
            try:
                self._sources[path] = read_source(path)
            except SourceError:
                self._sources[path] = None
        return self._sources[path]
