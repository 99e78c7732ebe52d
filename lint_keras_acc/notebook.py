"""What a notebook is made of: the code cells in its JSON, and IPython's own lines among their Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from lint_keras_acc.tokens import TOKEN

_CELL_MAGIC = re.compile(r"\s*(?:#[^\n]*\n\s*)*%%[ \t]*(\w+|!)[ \t]*([^\n]*)")
# Cell magics that run their body in the notebook's own namespace,
_PYTHON_MAGICS = frozenset({"capture", "prun", "time", "timeit"})
# in another Python, or write it to a file,
_APART_MAGICS = frozenset({"python", "python3"})
_WRITE_MAGICS = frozenset({"file", "writefile"})
# or are in another language. What the others hold is not known.
_FOREIGN_MAGICS = frozenset(
    {"!", "bash", "bigquery", "cmd", "css", "html", "javascript", "js", "julia", "latex", "markdown", "perl"}
    | {"pypy", "python2", "r", "ruby", "script", "sh", "sql", "svg", "sx", "system", "writetemplate"}
)

_TIMED = re.compile(
    r"[ \t]*(%(?:time|timeit|prun|memit)(?:[ \t]+-[A-Za-z]+[ \t]*\d*)*)[ \t]+"
    r"(?=[^\s-])(?!(?:async|class|def|for|if|try|while|with)\b)"
)
_ASSIGNED = re.compile(r"([ \t]*[^\s=!%?#'\"(][^=!%?#'\"(]*=[ \t]*)(?:!|%(?=\w))")
_MAGIC = re.compile(r"[ \t]*(?:[%!?,;/]|[^#'\"\n]*\?[ \t]*(?:\#[^\n]*)?$)")
_AUTOMATIC = re.compile(
    r"[ \t]*(?:pip3?|conda|mamba|cd|ls|ll|mkdir|rm|rmdir|cp|mv|cat|matplotlib|(?:re)?load_ext|autoreload|run)"
    r"(?:[ \t]+(?!(?:and|if|in|is|or)\b)[\w.~/%$-]|[ \t]*$)"
)


class Standing(Enum):
    """What the text of a code cell is to the other cells."""

    SHARED = auto()
    APART = auto()
    FOREIGN = auto()
    UNCERTAIN = auto()


def code_cells(document: object) -> Iterator[tuple[int, str]]:
    """The places among all cells and the texts of the code cells; none if the kernel is not Python's.

    Raises ValueError where the document is no notebook of format 4 (`cells`, `source`), 2 or 3 (`worksheets`,
    `input`).
    """
    cells = _all_cells(document)
    if not _is_python(document):
        return
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        if "python" not in str(cell.get("language", "python")).lower():
            continue
        text = cell.get("source", cell.get("input", ""))
        if isinstance(text, list) and all(isinstance(line, str) for line in text):
            text = "".join(text)
        if not isinstance(text, str):
            raise ValueError(f"the source of cell {index} is no text")
        yield index, text


def _all_cells(document: object) -> list[object]:
    if isinstance(document, dict):
        cells, sheets = document.get("cells"), document.get("worksheets")
        if isinstance(cells, list):
            return cells
        if isinstance(sheets, list):
            lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
            return [cell for cells in lists if isinstance(cells, list) for cell in cells]
    raise ValueError("it has neither cells nor worksheets")


def _is_python(document: object) -> bool:
    """Whether the kernel's language is Python; a notebook that does not say is."""
    metadata = document.get("metadata") if isinstance(document, dict) else None
    if not isinstance(metadata, dict):
        return True
    language_info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    named = [language_info.get("name")] if isinstance(language_info, dict) else []
    if isinstance(kernel, dict):
        named.append(kernel.get("language"))
    languages = [name.lower() for name in named if isinstance(name, str) and name]
    return not languages or any("python" in name for name in languages)


def cell_body(text: str) -> tuple[str, Standing]:
    """The text of a cell with its cell magics blanked out, its lines counted as before, and its standing."""
    standing = Standing.SHARED
    magic = _CELL_MAGIC.match(text)
    while magic is not None and standing is Standing.SHARED:
        standing = _standing(magic.group(1).lower(), magic.group(2))
        text = "\n" * text.count("\n", 0, magic.end()) + text[magic.end() :]
        magic = _CELL_MAGIC.match(text)
    return text, standing


def _standing(magic: str, arguments: str) -> Standing:
    if magic in _PYTHON_MAGICS:
        return Standing.SHARED
    if magic in _WRITE_MAGICS:
        return Standing.APART if arguments.strip(" \t\"'").endswith(".py") else Standing.FOREIGN
    if magic in _APART_MAGICS:
        return Standing.APART
    return Standing.FOREIGN if magic in _FOREIGN_MAGICS else Standing.UNCERTAIN


def mask_magics(text: str) -> str:
    """`text` with IPython's own lines made Python, every other line and column staying where it is.

    IPython takes a line for its own only where a statement may begin: strings and brackets are stepped over.
    """
    parts = []
    position = 0
    while position < len(text):
        line_end = _line_end(text, position)
        masked = _masked_line(text[position:line_end])
        if masked is None:
            end = _statement_end(text, position)
            parts.append(text[position:end])
        else:
            end = _continued_end(text, line_end)
            parts.append(masked + "\n" * text.count("\n", position, end))
        position = end
    return "".join(parts)


def _masked_line(line: str) -> str | None:
    """What to put for a line that is IPython's; None for any other."""
    timed = _TIMED.match(line)
    if timed:
        start, end = timed.span(1)
        return line[:start] + "pass;".ljust(end - start) + line[end:]
    assigned = _ASSIGNED.match(line)
    if assigned:
        return assigned.group(1) + "get_ipython()"
    if _MAGIC.match(line) or _AUTOMATIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return None


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _continued_end(text: str, line_end: int) -> int:
    """Behind the last line of a magic, which goes on behind a backslash."""
    while text[line_end - 1 : line_end] == "\\" and line_end < len(text):
        line_end = _line_end(text, line_end + 1)
    return min(line_end + 1, len(text))


def _statement_end(text: str, position: int) -> int:
    """Behind the end of the logical line that begins at `position`."""
    depth = 0
    for token in TOKEN.finditer(text, position):
        first = token.group()[0]
        if first in "([{":
            depth += 1
        elif first in ")]}":
            depth -= 1
        elif first == "\n" and depth <= 0:
            return token.end()
    return len(text)
