"""Findings and compile sites as text and JSON: small functions from data to what is printed."""

from __future__ import annotations

from lint_keras_acc.findings import Span


def place(span: Span) -> str:
    """`model.py:3:7`, or `model.ipynb:cell 2:3:7`."""
    cell = "" if span.cell is None else f":cell {span.cell}"
    return f"{one_line(unicode_only(span.path))}{cell}:{span.line}:{span.column}"


def one_line(text: str) -> str:
    """`text` without line ends and other control characters, which a terminal might obey."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def unicode_only(text: str) -> str:
    """`text` with what is no Unicode (bytes of a path, halves of characters) escaped, as a terminal shows it."""
    return text.encode("utf-8", "backslashreplace").decode()
