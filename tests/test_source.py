"""Reading: bytes to text to programs, and places back to the file."""

from __future__ import annotations

import ast
import codecs
import json
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_keras_acc.findings import Span
from lint_keras_acc.notebook import mask_magics
from lint_keras_acc.source import Program, Source, SourceError, decoded_source, may_compile, read_source


def notebook(*cells: str | list[str], metadata: dict[str, object] | None = None) -> bytes:
    document = {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells],
        "metadata": metadata or {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document).encode()


def names(program: Program) -> list[tuple[str, Span]]:
    return [(node.id, program.span(node)) for node in ast.walk(program.tree) if isinstance(node, ast.Name)]


def only_program(source: Source) -> Program:
    programs, errors = source.programs()
    assert errors == []
    (program,) = programs
    return program


# --- the gate -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "worth"),
    [
        (b"model.compile(loss", True),
        (b"model.compile ('adam', 'hinge')", True),
        (b"import keras; model.compile(*settings)", True),
        (b"model\\\n  .compile(optimizer)", True),
        (b"encoder_re.compile(loss)", True),
        (b"re.compile('x'); model.compile(LOSS)", True),
        (b"keras = re.compile('x')", False),
        (b"import torch, keras; torch.compile(f)", False),
        (b"compile(loss)", False),
        (b"model.compiled(loss)", False),
        (b"compiler.compile(sources, glossary)", False),
        (b"", False),
    ],
)
def test_gate(data: bytes, worth: bool) -> None:
    assert may_compile(data) is worth


# --- bytes and text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding", "newline"),
    [
        (b"x = 1\n", "utf-8", "\n"),
        (b"x = 1\r\ny = 2\r\n", "utf-8", "\r\n"),
        (b"x = 1\r\ny = 2\nz = 3\n", "utf-8", "\n"),
        (b"x = 1\ry = 2\r", "utf-8", "\r"),
        (codecs.BOM_UTF8 + "x = 'é'\n".encode(), "utf-8", "\n"),
        (codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1", "utf-8", "\n"),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "iso8859-1", "\n"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"), "cp1252", "\n"),
        (b"x = 1\n# coding: latin-1 comes too late\n", "utf-8", "\n"),
        (b"", "utf-8", "\n"),
    ],
)
def test_bytes_come_back(data: bytes, encoding: str, newline: str) -> None:
    source = read_source("x.py", data)
    assert (source.encoding, source.newline) == (encoding, newline)
    assert source.encode(source.text) == data
    assert source.programs()[1] == []


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"x = '\xe9'", 1, "not utf-8"),
        (b"# coding: nonsense\n", 1, "unknown encoding: nonsense"),
        (b"\n# coding: nonsense\n", 2, "unknown encoding: nonsense"),
        (b"# coding: hex\n", None, "cannot be decoded"),
        (b"# coding: ascii\n\nx = '\xe9'", 3, "not ascii"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", 1, "byte order mark"),
        (b"x = 1\ny = '\0'", 2, "null bytes"),
        (codecs.BOM_UTF16_LE + "x = 1".encode("utf-16-le"), 1, "null bytes"),
    ],
)
def test_what_is_no_text(data: bytes, line: int | None, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_source("x.py", data)
    assert caught.value.line == line


@pytest.mark.parametrize("path", [".", "missing.py", "null\0byte.py"])
def test_what_cannot_be_read(path: str) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_source(path)


@pytest.mark.parametrize(
    "text",
    [
        "print 'Python 2'",
        "x = (",
        "(" * 10_000 + ")" * 10_000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "1" * 10_000,
        "if x:\npass",
        "x = '",
    ],
    ids=["python 2", "open", "parentheses", "unary", "digits", "indent", "string"],
)
def test_what_does_not_parse_is_one_error(text: str) -> None:
    programs, errors = read_source("x.py", text.encode()).programs()
    assert programs == []
    (error,) = errors
    assert "\n" not in str(error)
    assert str(error).startswith("x.py")


def test_nesting_that_some_parsers_take() -> None:
    programs, errors = read_source("x.py", b"a" + b".b" * 100_000).programs()
    assert len(programs) + len(errors) == 1


def test_a_large_literal_parses() -> None:
    assert only_program(read_source("x.py", b"x = '" + b"a" * 5_000_000 + b"'"))


def test_more_code_than_anybody_writes_is_not_read() -> None:
    programs, errors = read_source("x.py", b"x = '" + b"a" * 8_000_000 + b"'").programs()
    assert (programs, [str(error) for error in errors]) == (
        [],
        ["x.py: has more than 8 million characters of code: not read"],
    )


def test_warnings_of_the_parser_are_not_ours() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        only_program(read_source("x.py", b"x = '\\d'\nassert (x, 'y')\nx is 1\n"))
    assert caught == []


# --- places -------------------------------------------------------------------------------------------------


def test_columns_are_code_points() -> None:
    program = only_program(read_source("x.py", "s = 'é😀'; name = other\n".encode()))
    spans = dict(names(program))
    assert spans["name"] == Span("x.py", None, 1, 11, 1, 15)
    assert program.segment(spans["other"]) == "other"


def test_a_byte_order_mark_is_no_column() -> None:
    program = only_program(read_source("x.py", codecs.BOM_UTF8 + b"name = 1"))
    assert dict(names(program))["name"] == Span("x.py", None, 1, 1, 1, 5)


def test_form_feeds_and_separators_end_no_line() -> None:
    program = only_program(read_source("x.py", "\x0ca = '\u2028\x1c'\r\nb = 1".encode()))
    assert dict(names(program))["b"].line == 2
    assert program.line_text(2) == "b = 1"


def test_segment_over_lines() -> None:
    program = only_program(read_source("x.py", b"f(\r\n  1,\r\n  2)\r\n"))
    call = next(node for node in ast.walk(program.tree) if isinstance(node, ast.Call))
    assert program.segment(program.span(call)) == "f(\n  1,\n  2)"


def test_a_node_without_place_has_the_first_line() -> None:
    program = only_program(read_source("x.py", b"x = 1"))
    assert program.span(program.tree) == Span("x.py", None, 1, 1, 1, 1)


def test_program_from_a_tree() -> None:
    text = "é = 1\nname = 2\n"
    program = Program.from_tree("x.py", ast.parse(text), text.splitlines(keepends=True))
    assert program.line_text(2) == "name = 2"
    assert dict(names(program))["name"].line == 2


# --- notebooks ----------------------------------------------------------------------------------------------


def test_cells_are_one_program() -> None:
    source = read_source("x.ipynb", notebook("a = 1\n\nb = a", ["c = a\n", "d = c"]))
    program = only_program(source)
    assert sorted(names(program), key=lambda found: found[1]) == [
        ("a", Span("x.ipynb", 0, 1, 1, 1, 2)),
        ("b", Span("x.ipynb", 0, 3, 1, 3, 2)),
        ("a", Span("x.ipynb", 0, 3, 5, 3, 6)),
        ("c", Span("x.ipynb", 1, 1, 1, 1, 2)),
        ("a", Span("x.ipynb", 1, 1, 5, 1, 6)),
        ("d", Span("x.ipynb", 1, 2, 1, 2, 2)),
        ("c", Span("x.ipynb", 1, 2, 5, 2, 6)),
    ]
    assert all(program.segment(span) == name for name, span in names(program))
    assert [node.lineno for node in program.tree.body] == sorted(node.lineno for node in program.tree.body)


def test_places_count_all_cells() -> None:
    document = json.loads(notebook("a = 1"))
    document["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# model.compile("]})
    program = only_program(read_source("x.ipynb", json.dumps(document).encode()))
    assert dict(names(program))["a"].cell == 1


def test_a_broken_cell_is_told_and_the_others_go_on() -> None:
    source = read_source("x.ipynb", notebook("a = 1", "x = 1\nprint a", "b = a"))
    (program,), (error,) = source.programs()
    assert [name for name, _ in names(program)] == ["a", "b", "a"]
    assert (error.cell, error.line) == (1, 2)


def test_a_message_names_no_line_of_the_whole_notebook() -> None:
    _, (error,) = read_source("x.ipynb", notebook("a = 1\n" * 50, "def f():\n# nothing")).programs()
    assert "line" not in error.message


def test_a_surrogate_is_one_error() -> None:
    _, (error,) = read_source("x.ipynb", notebook("a = '\ud800'", "b = 1")).programs()
    assert error.cell == 0


def test_old_formats() -> None:
    cells = [
        {"cell_type": "code", "input": ["a = 1"], "language": "python", "outputs": []},
        {"cell_type": "code", "input": "puts 1", "language": "ruby", "outputs": []},
    ]
    document = {"worksheets": [{"cells": cells[:1]}, {"cells": cells[1:]}], "nbformat": 3, "metadata": {}}
    program = only_program(read_source("x.ipynb", json.dumps(document).encode()))
    assert [name for name, _ in names(program)] == ["a"]


@pytest.mark.parametrize("sheet", [{"cells": 1}, {"cells": {"a": 1}}, {"cells": None}, {}, [], None])
def test_worksheets_without_cells(sheet: object) -> None:
    document = {"worksheets": [sheet, {"cells": [{"cell_type": "code", "input": "a = 1"}]}]}
    program = only_program(read_source("x.ipynb", json.dumps(document).encode()))
    assert [name for name, _ in names(program)] == ["a"]


@pytest.mark.parametrize(
    ("metadata", "is_python"),
    [
        ({}, True),
        ({"kernelspec": {"name": "tf2", "display_name": "TF 2"}}, True),
        ({"kernelspec": {"language": "python"}}, True),
        ({"language_info": {"name": "ipython"}}, True),
        ({"kernelspec": {"language": "R"}}, False),
        ({"language_info": {"name": "julia"}}, False),
    ],
)
def test_language(metadata: dict[str, object], is_python: bool) -> None:
    source = read_source("x.ipynb", notebook("a = 1", metadata=metadata))
    assert source.is_notebook
    assert bool(source.programs()[0]) is is_python


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"cells": 1}',
        b'{"cells": [{"cell_type": "code", "source": 1}]}',
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b'"\xe9"',
        b"version https://git-lfs.github.com/spec/v1\n",
    ],
)
def test_what_is_no_notebook(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_source("x.ipynb", data)
    assert "\n" not in str(caught.value)


def test_cells_that_are_files_are_programs_of_their_own() -> None:
    source = read_source(
        "x.ipynb",
        notebook(
            "a = 1",
            "%%writefile model.py\nb = a",
            "%%writefile -a 'model.py'\nc = 1",
            "%%writefile settings.yaml\nkey: - value",
            "%%python3\nd = 1",
        ),
    )
    programs, errors = source.programs()
    assert errors == []
    assert [[name for name, _ in names(program)] for program in programs] == [["a"], ["b", "a"], ["c"], ["d"]]
    assert names(programs[1])[0] == ("b", Span("x.ipynb", 1, 2, 1, 2, 2))


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("%%time\na = 1", ["a"]),
        ("\n%%time\na = 1", ["a"]),
        ("# slow\n\n%%time\na = 1", ["a"]),
        ("# %%bash\na = 1", ["a"]),
        ("%%capture\n%%time\n\na = 1", ["a"]),
        ("%%timeit -n 1\na = 1", ["a"]),
        ("%%unheard_of\na = 1", ["a"]),
        ("%%unheard_of\nno python", []),
        ("%%bash\na = 1", []),
        ("%%javascript\nmodel.compile({loss: 1})", []),
        ("%%html\n<b>", []),
        ("%%!\nls", []),
    ],
)
def test_cell_magics(cell: str, found: list[str]) -> None:
    programs, errors = read_source("x.ipynb", notebook(cell)).programs()
    assert errors == []
    assert [name for program in programs for name, _ in names(program)] == found


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("%matplotlib inline", "pass"),
        ("!pip install keras", "pass"),
        ("!echo it's (", "pass"),
        ("  !ls", "  pass"),
        ("?model", "pass"),
        ("model?", "pass"),
        ("model.fit??", "pass"),
        ("pip install keras", "pass"),
        ("cd data", "pass"),
        ("files = !ls", "files = get_ipython()"),
        ("a, b = %sql select", "a, b = get_ipython()"),
        ("%time model.fit(x)", "pass; model.fit(x)"),
        ("%timeit -n 10 -r3 model.fit(x)", "pass;             model.fit(x)"),
        ("%timeit for x in y: pass", "pass"),
        ("!ls \\\n  -l\na = 1", "pass\n\na = 1"),
        ("x = f(a\n% b)", "x = f(a\n% b)"),
        ("x = '''\n%time\n!ls\n'''", "x = '''\n%time\n!ls\n'''"),
        ("x = a \\\n% b", "x = a \\\n% b"),
        ("x = y != z", "x = y != z"),
        ("x = 'really?'", "x = 'really?'"),
        ("x = 1  # really?", "x = 1  # really?"),
        ("ls = 3", "ls = 3"),
        ("run in names", "run in names"),
    ],
)
def test_lines_of_ipython(line: str, masked: str) -> None:
    assert mask_magics(line) == masked


def test_magics_keep_everything_else_in_place() -> None:
    cell = "%load_ext autoreload\nif x:\n    !ls\n    y = 1\n%time z = f(y)\n"
    program = only_program(read_source("x.ipynb", notebook(cell)))
    assert all(program.segment(span) == name for name, span in names(program))
    assert {name: span.line for name, span in names(program)}["z"] == 5


def test_an_indented_cell() -> None:
    program = only_program(read_source("x.ipynb", notebook("    a = 1\n    b = 2\n", "await c")))
    assert dict(names(program))["b"] == Span("x.ipynb", 0, 2, 5, 2, 6)


def test_reading_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(notebook("a = 1"))
    source = read_source(str(path))
    assert source.data == path.read_bytes()
    assert source.cell_text(0) == "a = 1"


# --- whatever it is -----------------------------------------------------------------------------------------

FRAGMENTS = [
    "%time ",
    "!ls",
    "x = ",
    "'",
    '"""',
    "(",
    ")",
    "\\",
    "?",
    "\n",
    "\r\n",
    "\r",
    "    ",
    "# ",
    "é😀",
    "if x:",
    "%%time\n",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS)).map("".join))


@given(st.one_of(st.binary(), TEXTS.map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for path in ("x.py", "x.ipynb"):
        try:
            source = read_source(path, data)
            errors = source.programs()[1]
            assert source.encode(source.text) == data
        except SourceError as error:
            errors = [error]
        assert all(len(str(error).splitlines()) == 1 for error in errors)


@given(TEXTS)
def test_masking_keeps_lines(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    assert mask_magics(text).count("\n") == text.count("\n")


@given(st.lists(TEXTS, max_size=4))
def test_any_cells_are_read(cells: list[str]) -> None:
    source = read_source("x.ipynb", notebook(*cells))
    for program in source.programs()[0]:
        for node in ast.walk(program.tree):
            span = program.span(node)
            assert span.cell is None or span.cell < len(cells)
            program.segment(span)


def test_text_that_is_decoded_already_ignores_its_coding_line() -> None:
    data = "# -*- coding: latin-1 -*-\nname = 'é😀'\n".encode()
    source = decoded_source("model.py", data)
    assert source.text == data.decode()
    assert source.encode(source.text) == data
