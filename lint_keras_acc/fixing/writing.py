"""Edits to bytes: encoding, byte order mark, line ends and a notebook's JSON stay as they are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import pairwise

from lint_keras_acc.findings import Edit, Span
from lint_keras_acc.fixing.notebook_json import UNIT, list_items, source_places
from lint_keras_acc.fixing.text import NEWLINE, Text, splice
from lint_keras_acc.source import Source, read_source


def apply_edits(source: Source, edits: Iterable[Edit]) -> bytes:
    """The bytes of the file after the edits, every other byte as it was.

    Raises ValueError where edits overlap, or where the file cannot be written back in its own encoding.
    """
    edits = list(edits)
    return source.encode(_replaced(source.text, replacements(source, edits))) if edits else source.data


def file_edits(source: Source, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The same edits in lines and columns of the file, of which the JSON of a notebook has others than its cells.

    Raises ValueError where `apply_edits` does.
    """
    text = Text(source.text)
    return tuple(text.edit(source.path, None, *replacement) for replacement in replacements(source, edits))


def replacements(source: Source, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    """What to put between which offsets in the text of the file, in order. Raises ValueError as `apply_edits` does."""
    by_cell: dict[int | None, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_cell.setdefault(edit.span.cell, []).append(edit)
    if by_cell and source.encode(source.text) != source.data:
        raise ValueError(f"{source.path} cannot be written back as {source.encoding}")
    if source.cells is None:
        replaced = splice(Text(source.text), by_cell.pop(None, []))
        if by_cell:
            raise ValueError(f"{source.path} is no notebook")
        return replaced
    places = list(source_places(source.text))
    separator = _separator(source.text, places)
    replaced = []
    for cell, of_cell in by_cell.items():
        if cell is None:
            raise ValueError(f"{source.path} is a notebook")
        written = _CellText(source.text, *places[cell], separator)
        replaced += written.replacements(splice(Text(source.cell_text(cell)), of_cell))
    return sorted(replaced)


class FilePlaces:
    """Turns places in the cells of a notebook into those in its JSON text; places in other files are what they are."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = Text(source.text)
        self._sources = list(source_places(source.text)) if source.cells is not None else []

    def span(self, span: Span) -> Span:
        """The span in lines and columns of the file. Raises ValueError where there is no such place."""
        if span.cell is None:
            return span
        start, end = Text(self._source.cell_text(span.cell)).range(span)
        source = self._sources[span.cell]
        written = _CellText(self._source.text, *source, None).places() or [(source[0], source[0])]
        first = written[start][0] if start < len(written) else written[-1][1]
        last = written[end - 1][1] if end > start else first
        return Span(span.path, None, *self._text.place(first), *self._text.place(last))


def _replaced(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    parts = []
    position = 0
    for start, end, content in replacements:
        parts += [text[position:start], content]
        position = end
    return "".join([*parts, text[position:]])


# --- the cells of a notebook --------------------------------------------------------------------------------


def _separator(text: str, places: Iterable[tuple[int, int]]) -> str | None:
    """What stands between two lines of a cell elsewhere in the notebook."""
    for start, _ in places:
        if text[start] == "[":
            items = list(list_items(text, start))
            if len(items) > 1:
                return text[items[0][1] : items[1][0]]
    return None


class _CellText:
    """The source of one cell in the JSON text, in units of one code point each as it is written there."""

    def __init__(self, text: str, start: int, end: int, separator: str | None) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.is_list = text[start] == "["
        self.items = list(list_items(text, start)) if self.is_list else [(start, end)]
        self.strings = [(first, last) for first, last in self.items if last - first > 2]
        self.separator = separator

    def places(self) -> list[tuple[int, int]]:
        """For each code point of the cell's own text, where it is written."""
        return [unit.span() for start, end in self.strings for unit in UNIT.finditer(self.text, start + 1, end - 1)]

    def replacements(self, ranges: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
        """What to replace in the JSON text for edits of the cell's own text."""
        old = [UNIT.findall(self.text, start + 1, end - 1) for start, end in self.strings]
        new = [f'"{"".join(line)}"' for line in self._edited(old, ranges)]
        written = [self.text[start:end] for start, end in self.strings]
        if not self.is_list:
            yield self.start, self.end, "".join(new) or '""'
            return
        head, tail = _common_ends(written, new)
        gone, come = self.strings[head : len(written) - tail], new[head : len(new) - tail]
        between = self._between()
        if come and not self.strings:
            yield self.start + 1, self.end - 1, between.join(come)
        elif gone and come:
            yield gone[0][0], gone[-1][1], between.join(come)
        elif come and tail:
            start = self.strings[head][0]
            yield start, start, "".join(line + between for line in come)
        elif come:
            end = self.strings[-1][1]
            yield end, end, "".join(between + line for line in come)
        elif gone and head:
            yield self.strings[head - 1][1], gone[-1][1], ""
        elif gone and tail:
            yield gone[0][0], self.strings[len(gone)][0], ""
        elif gone:
            yield self.start + 1, self.end - 1, ""

    def _edited(self, lines: list[list[str]], ranges: list[tuple[int, int, str]]) -> list[list[str]]:
        """The strings of the cell after the edits: they end where they did, and behind each new line end."""
        units = [(unit, index == len(line) - 1) for line in lines for index, unit in enumerate(line)]
        size = len(units)
        for start, end, content in reversed(ranges):
            if 0 < start == size and units[start - 1][0] != "\\n":
                units[start - 1] = (units[start - 1][0], False)  # the last line goes on
            written = (self._written(character) for character in content)
            units[start:end] = [(unit, unit == "\\n") for unit in written]
        strings: list[list[str]] = [[]]
        for unit, ends in units:
            strings[-1].append(unit)
            if ends and self.is_list:
                strings.append([])
        return [string for string in strings if string]

    def _written(self, character: str) -> str:
        return json.dumps(character, ensure_ascii=self.text.isascii())[1:-1]

    def _between(self) -> str:
        """What stands between two strings of this list."""
        if len(self.items) > 1:
            return self.text[self.items[0][1] : self.items[1][0]]
        lead = self.text[self.start + 1 : self.items[0][0]] if self.items else ""
        return f",{lead}" if lead else self.separator or ", "


def _common_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many items two lists have in common at their beginning, and of the rest at their end."""
    limit = min(len(old), len(new))
    head = next((index for index in range(limit) if old[index] != new[index]), limit)
    limit -= head
    tail = next((index for index in range(limit) if old[-1 - index] != new[-1 - index]), limit)
    return head, tail


# --- files --------------------------------------------------------------------------------------------------


def write_atomically(path: str, data: bytes) -> bool:
    """Replace the content of a file at once, keeping its mode and, where possible, its owner.

    A symbolic link is followed; a file that does not exist is made. Returns False, and writes nothing, where the
    file has this content already. Raises OSError.
    """
    import stat
    import tempfile

    target = os.path.realpath(path)
    status = os.stat(target) if os.path.lexists(target) else None
    if status is not None:
        with open(target, "rb") as file:
            if file.read() == data:
                return False
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied", path)
    try:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".lint-keras-acc-")
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if status is not None:
            _keep_owner(temporary, status)
        os.chmod(temporary, 0o666 & ~_umask() if status is None else stat.S_IMODE(status.st_mode))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _keep_owner(path: str, status: os.stat_result) -> None:
    if not hasattr(os, "chown"):
        return
    try:
        os.chown(path, status.st_uid, status.st_gid)
    except PermissionError:
        return


def unified_diff(source: Source, new_data: bytes) -> str:
    """What changes, as a unified diff; that of each cell for a notebook. Empty where nothing does."""
    if new_data == source.data:
        return ""
    new = read_source(source.path, new_data)
    if source.cells is None or new.cells is None:
        return _diff(source.path, source.text, new.text)
    texts = {cell.index: cell.text for cell in new.cells}
    return "".join(_diff(f"{source.path}:cell {cell.index}", cell.text, texts[cell.index]) for cell in source.cells)


def _diff(name: str, old: str, new: str) -> str:
    from difflib import unified_diff as diff_lines

    unended = "\n\\ No newline at end of file\n"
    lines = diff_lines(_kept_lines(old), _kept_lines(new), name, name)
    return "".join(line if line.endswith("\n") else line + unended for line in lines)


def _kept_lines(text: str) -> list[str]:
    """The lines of a text with their ends, a lone carriage return as a newline."""
    borders = [0, *(match.end() for match in NEWLINE.finditer(text)), len(text)]
    lines = [text[start:end] for start, end in pairwise(borders) if start < end]
    return [line[:-1] + "\n" if line.endswith("\r") else line for line in lines]
