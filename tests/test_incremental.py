"""A file that is edited: the same trees and the same reports as those of a fresh start."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.incremental import LiveSource
from lint_keras_acc.source import decoded_source

SETTINGS = Settings(no_project=True)
Item = TypeVar("Item")

# Lines that end, go on, and take over others where they are put.
LINES = [
    "import keras",
    "model = keras.Sequential([keras.layers.Dense(1)])",
    "model.compile(loss='mse', metrics=['accuracy'])",
    "model.compile(",
    "    loss='mse', metrics=['accuracy'],",
    ")",
    "@decorator",
    "@(",
    "def build():",
    "class Net(keras.Model):",
    "    return model",
    "    model.compile(loss='mse', metrics=['acc'])",
    "  pass",
    "if model:",
    "else:",
    "try:",
    "except Exception:",
    "finally:",
    "match model:",
    "    case 1:",
    "case = match",
    "x = 1; y = 2",
    "x = 1 \\",
    "\\",
    "# a comment \\",
    "# noqa",
    "x = '''",
    "é = f'{x!r:>{y}} 😀'",
    "f'''{",
    "x}'''",
    "\fz = 3",
    "\tw = 4",
    "(",
    "x)",
    "",
    "await x",
]
CELLS = [
    "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])",
    "model.compile(loss='mse', metrics=['accuracy'])",
    "%%time\nmodel.compile(loss='mse', metrics=['accuracy'])",
    "!pip install keras\nx = 1",
    "  indented = True",
    "%%writefile model.py\nimport keras\nkeras.Sequential().compile(loss='mse', metrics=['acc'])",
    "%%bash\nls",
    "def broken(",
    "\n" * 150,
    "",
]
Edits = list[tuple[int, int, list[Item]]]


def edits(items: list[str]) -> st.SearchStrategy[Edits[str]]:
    """Where, how many items are taken away there, and what is put in their place."""
    return st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.lists(st.sampled_from(items), max_size=3)))


def edited(items: list[Item], changes: Edits[Item]) -> Iterable[list[Item]]:
    """The items before and after each change."""
    yield items
    for place, removed, added in changes:
        place = min(place, len(items))
        items = [*items[:place], *added, *items[place + removed :]]
        yield items


def assert_as_fresh(path: str, texts: Iterable[bytes]) -> None:
    """Each text in turn is read and judged as if it were the first."""
    live = LiveSource(path, SETTINGS)
    for text in texts:
        report = live.lint(text, named=True)
        source, fresh = live.source, decoded_source(path, text)
        assert source is not None
        programs, errors = source.programs()
        fresh_programs, fresh_errors = fresh.programs()
        assert list(map(str, errors)) == list(map(str, fresh_errors))
        for program, fresh_program in zip(programs, fresh_programs, strict=True):
            assert (program.lines, program.blocks) == (fresh_program.lines, fresh_program.blocks)
            assert dump(program.tree) == dump(fresh_program.tree)
        fresh_report = lint_source(fresh, SETTINGS, named=True)
        assert (report.findings, report.untold) == (fresh_report.findings, fresh_report.untold)
        assert list(map(str, report.errors)) == list(map(str, fresh_report.errors))
        assert not report.failures


def dump(tree: ast.Module) -> str:
    return ast.dump(tree, include_attributes=True)


def notebook(cells: list[str]) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12), edits(LINES), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_edits_of_a_file(lines: list[str], changes: Edits[str], newline: str) -> None:
    assert_as_fresh("model.py", (newline.join(text).encode() for text in edited(lines, changes)))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(CELLS), max_size=8), edits(CELLS))
def test_any_edits_of_a_notebook(cells: list[str], changes: Edits[str]) -> None:
    assert_as_fresh("model.ipynb", map(notebook, edited(cells, changes)))


def test_what_cannot_be_read_is_told_and_then_forgotten() -> None:
    live = LiveSource("model.py", SETTINGS)
    (error,) = live.lint(b"x = 1\n\0").errors
    assert (error.line, live.source) == (2, None)
    text = (
        b"import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss='mse', metrics=['acc'])\n"
    )
    report = live.lint(text)
    assert [finding.code for finding in report.findings] == ["KAC101"]


def test_an_older_source_is_parsed_for_itself() -> None:
    live = LiveSource("model.py", SETTINGS)
    text = b"import keras\nkeras.Sequential().compile(loss='mse')\n"
    live.lint(text)
    older = live.source
    live.lint(b"\n\n" + text)
    assert older is not None
    (program,), _ = older.programs()
    assert program.tree.body[1].lineno == 2
