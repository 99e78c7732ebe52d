"""Programs in which guillemets mark spans: `compile(metrics=[«'acc'»])`, a call around it `⟦f(«x»)⟧`."""

from __future__ import annotations

from lint_keras_acc.findings import Applicability, Finding, Fix, Repair, Severity, Span
from lint_keras_acc.fixing.text import Text
from lint_keras_acc.source import Source, read_source

_MARKS = "«»⟦⟧"


def unmarked(text: str) -> str:
    return text.translate({ord(mark): None for mark in _MARKS})


def spans(text: str, path: str = "program.py", cell: int | None = None, marks: str = "«»") -> list[Span]:
    """The marked places, in the order in which they begin, counted as if there were no marks."""
    plain = Text(unmarked(text))
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    offset = 0
    for character in text:
        if character == marks[0]:
            opened.append(offset)
        elif character == marks[1]:
            found.append((opened.pop(), offset))
        if character not in _MARKS:
            offset += 1
    return [
        Span(path, cell, *plain.place(start), *plain.place(end))
        for start, end in sorted(found, key=lambda place: (place[0], -place[1]))
    ]


def span(text: str, **where: object) -> Span:
    """The only marked place."""
    (only,) = spans(text, **where)  # type: ignore[arg-type]
    return only


def call(text: str) -> Span:
    """The only marked call."""
    (only,) = spans(text, marks="⟦⟧")
    return only


def source_of(text: str, encoding: str = "utf-8", bom: bytes = b"") -> Source:
    return read_source("program.py", bom + unmarked(text).encode(encoding))


def fix(*repairs: Repair, applicability: Applicability = Applicability.SAFE) -> Fix:
    return Fix("Repair it", applicability, repairs)


def finding(fix: Fix | None, span: Span, code: str = "KAC101") -> Finding:
    return Finding(code, "some-rule", Severity.WARNING, "something is wrong", span, span, (), fix)
