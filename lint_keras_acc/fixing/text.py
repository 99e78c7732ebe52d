"""Lines and columns to offsets and back, and the smallest difference between two texts in whole tokens."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from lint_keras_acc.findings import Edit, Span

NEWLINE = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(
    r"""[A-Za-z]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"""(?:[^\\]|\\.)*?\""")"""
    r"""|[A-Za-z]{0,2}(?:'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")"""
    r"""|\#[^\r\n]*|\r\n|[ \t\f]+|\w+(?:\.\w*)?|.""",
    re.DOTALL,
)
_IMPORT = re.compile(r"\s*(?:from|import) [^\r\n]*\s*")


# Beyond so many pairs of tokens a comparison takes too long, and one stretch will do.
_COMPARABLE = 1_000_000


class Text:
    """A text with its line starts. Lines and columns are 1-based and count as those of a Span."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in NEWLINE.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a place. Raises ValueError where the text has no such place."""
        if not 1 <= line <= len(self._starts):
            raise ValueError(f"there is no line {line}")
        offset = self._starts[line - 1] + column - 1
        if column < 1 or offset > self.line_end(line):
            raise ValueError(f"there is no column {column} in line {line}")
        return offset

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_start(self, line: int) -> int:
        return self._starts[line - 1]

    def line_end(self, line: int) -> int:
        """The offset behind the last character of a line, before its line end."""
        if line == len(self._starts):
            return len(self.text)
        end = self._starts[line] - 1
        return end - 1 if self.text[end - 1 : end + 1] == "\r\n" else end

    def range(self, span: Span) -> tuple[int, int]:
        """The offsets of a span. Raises ValueError where the text has no such place."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def edit(self, path: str, cell: int | None, start: int, end: int, content: str) -> Edit:
        """The edit that puts `content` between two offsets."""
        return Edit(Span(path, cell, *self.place(start), *self.place(end)), content)


def tokens(text: str) -> list[str]:
    """The text in pieces that no edit may split: strings, names, numbers, comments, CRLF, blanks."""
    return _TOKEN.findall(text)


def hunks(old: str, new: str, *, several: bool = False) -> Iterator[tuple[int, int, str]]:
    """What to replace in `old` to get `new`, as (start, end, content): one stretch, or `several`."""
    before, after = tokens(old), tokens(new)
    limit = min(len(before), len(after))
    head = next((index for index in range(limit) if before[index] != after[index]), limit)
    limit -= head
    tail = next((index for index in range(limit) if before[-1 - index] != after[-1 - index]), limit)
    before, after = before[head : len(before) - tail], after[head : len(after) - tail]
    if not before and not after:
        return
    offset = sum(map(len, tokens(old)[:head]))
    if not several or len(before) * len(after) > _COMPARABLE:
        yield offset, offset + sum(map(len, before)), "".join(after)
        return
    starts = [offset]
    for token in before:
        starts.append(starts[-1] + len(token))
    for tag, first, last, new_first, new_last in SequenceMatcher(None, before, after, False).get_opcodes():
        if tag != "equal":
            yield starts[first], starts[last], "".join(after[new_first:new_last])


def is_import(edit: Edit) -> bool:
    """The edit does nothing but add a line with an import."""
    span = edit.span
    is_insertion = (span.line, span.column) == (span.end_line, span.end_column)
    return is_insertion and "\n" in edit.content.replace("\r", "\n") and bool(_IMPORT.fullmatch(edit.content))


def conflict(one: Edit, other: Edit) -> bool:
    """Two edits of different fixes touch the same text, so that one must wait for the next pass.

    An insertion at the border of another edit counts too: nobody knows which should come first. Lines with
    imports may meet anything at their borders.
    """
    a, b = one.span, other.span
    if (a.path, a.cell) != (b.path, b.cell):
        return False
    a_start, a_end = (a.line, a.column), (a.end_line, a.end_column)
    b_start, b_end = (b.line, b.column), (b.end_line, b.end_column)
    if (a_start == a_end or b_start == b_end) and not (is_import(one) or is_import(other)):
        return a_start <= b_end and b_start <= a_end
    return a_start < b_end and b_start < a_end


def splice(text: Text, edits: list[Edit]) -> list[tuple[int, int, str]]:
    """The edits of one text as (start, end, content) in their order. Raises ValueError if they overlap."""
    ranges = [(*text.range(edit.span), not is_import(edit), edit.content) for edit in edits]
    ordered = sorted(ranges, key=lambda item: (item[0], item[1] > item[0], item[2]))
    for (_, end, *_), (start, *_) in pairwise(ordered):
        if start < end:
            raise ValueError("edits overlap")
    return [(start, end, content) for start, end, _, content in ordered]
