"""Places and edits in notebooks, as lines and columns of the file, in notebooks of every kind."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from lint_keras_acc.findings import Edit, Span
from lint_keras_acc.fixes import FilePlaces, apply_edits, file_edits
from lint_keras_acc.source import Source, read_source, split_lines

CELL = st.text(st.sampled_from('ab"\\/\té😀\u2028\x7f\n'), max_size=30)


@st.composite
def notebooks(draw: st.DrawFn) -> Source:
    """A notebook with cells in lists of lines and in one string, with escapes and without."""
    cells = []
    for text in draw(st.lists(CELL, min_size=1, max_size=3)):
        source = text if draw(st.booleans()) else re.findall(r"[^\n]*\n|[^\n]+", text)
        kind = draw(st.sampled_from(["code", "code", "markdown"]))
        cells.append({"cell_type": kind, "source": source})
    document = {"cells": [*cells, {"cell_type": "code", "source": "last = 1"}], "nbformat": 4}
    indent = draw(st.sampled_from([None, 1]))
    written = json.dumps(document, indent=indent, ensure_ascii=draw(st.booleans()))
    return read_source("x.ipynb", written.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode())


def places_in(draw: st.DataObject, source: Source) -> Span:
    """A place within one line of some code cell."""
    assert source.cells is not None
    cell = draw.draw(st.sampled_from(source.cells))
    lines = split_lines(cell.text)
    line = draw.draw(st.integers(1, len(lines)))
    start, end = sorted(draw.draw(st.tuples(*[st.integers(0, len(lines[line - 1]))] * 2)))
    return Span(source.path, cell.index, line, start + 1, line, end + 1)


def text_at(text: str, span: Span) -> str:
    return split_lines(text)[span.line - 1][span.column - 1 : span.end_column - 1]


@settings(max_examples=60, deadline=None)
@given(notebooks(), st.data())
def test_a_place_in_a_cell_is_the_same_text_in_the_file(source: Source, data: st.DataObject) -> None:
    span = places_in(data, source)
    in_file = FilePlaces(source).span(span)
    assert (in_file.cell, in_file.line) == (None, in_file.end_line)
    assert json.loads(f'"{text_at(source.text, in_file)}"') == text_at(source.cell_text(span.cell), span)


@settings(max_examples=60, deadline=None)
@given(notebooks(), st.data(), CELL)
def test_edits_of_the_file_do_what_edits_of_the_cell_do(source: Source, data: st.DataObject, content: str) -> None:
    edit = Edit(places_in(data, source), content)
    text = source.text
    starts = [0, *(end.end() for end in re.finditer("\r\n|\r|\n", text))]
    for change in reversed(file_edits(source, [edit])):
        start = starts[change.span.line - 1] + change.span.column - 1
        end = starts[change.span.end_line - 1] + change.span.end_column - 1
        text = text[:start] + change.content + text[end:]
    assert source.encode(text) == apply_edits(source, [edit])
