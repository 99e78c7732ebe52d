"""Findings and compile sites as text and JSON: small functions from data to what is printed."""

from __future__ import annotations

import os

from lint_keras_acc.findings import Span


def place(span: Span) -> str:
    """`model.py:3:7`, or `model.ipynb:cell 2:3:7`."""
    cell = "" if span.cell is None else f":cell {span.cell}"
    return f"{one_line(unicode_only(span.path))}{cell}:{span.line}:{span.column}"


def where(cell: int | None, line: int | None) -> str:
    """`cell 3, line 12`, for a reader who knows the file; '' where neither is known."""
    return ", ".join(filter(None, ("" if cell is None else f"cell {cell}", "" if line is None else f"line {line}")))


def relative(path: str, directory: str = os.curdir) -> str:
    """The path from a directory, with slashes; the whole path where it is on another drive."""
    try:
        path = os.path.relpath(path, directory)
    except ValueError:
        path = os.path.abspath(path)
    return path.replace(os.sep, "/")


def relative_below(path: str, directory: str = os.curdir) -> str | None:
    """The path from a directory that it is below, with slashes; None where it is elsewhere."""
    found = relative(path, directory)
    return None if os.path.isabs(found) or found.split("/")[0] == os.pardir else found


def one_line(text: str) -> str:
    """`text` without line ends and other control characters, which a terminal might obey."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def unicode_only(text: str) -> str:
    """`text` with what is no Unicode (bytes of a path, halves of characters) escaped, as a terminal shows it."""
    return text.encode("utf-8", "backslashreplace").decode()
