"""A file that is edited: the same trees and the same reports as those of a fresh start, at the price of the change."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_keras_acc import incremental
from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.incremental import LiveSource
from lint_keras_acc.source import decoded_source

SETTINGS = Settings(no_project=True)
PROGRAMS = sorted(Path(__file__).parent.glob("infer/programs/*.py"))

# Lines that end, go on, and take over others where they are put.
LINES = [
    "model = keras.Sequential([keras.layers.Dense(1)])",
    "model.compile(loss='mse', metrics=['accuracy'])",
    "model.compile(",
    "    loss='mse', metrics=['accuracy'],",
    ")",
    "@decorator",
    "@(",
    "def build(x=1, *y, z: int = 2, **kw) -> int:",
    "class Net(keras.Model):",
    "    return model",
    "    model.compile(loss='mse', metrics=['acc'])",
    "  pass",
    "pass",
    "if model:",
    "if model: pass",
    "elif x:",
    "else:",
    "for x in y:",
    "with open(x) as y, z:",
    "try:",
    "except Exception:",
    "finally:",
    "match model:",
    "case 1:",
    "case = match",
    "x = 1; y = 2",
    "x = 1;",
    "x = 1 \\",
    "\\",
    "# a comment \\",
    "# é",
    "# noqa",
    "x = '''",
    "é = f'{x!r:>{y}} 😀'",
    "f'''{",
    "x}'''",
    "\fz = 3",
    "\tw = {**x, 'y': None}",
    "x = [lambda: (yield) async for x in y]",
    "(",
    "x)",
    "",
    "\x0b",
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


class Edit(NamedTuple):
    """Lines or cells that are taken away and put in at a place, lines indented as their neighbour if `fits`."""

    place: int
    removed: int
    added: list[str]
    fits: bool

    def made(self, items: list[str]) -> list[str]:
        place = self.place % (len(items) + 1)
        neighbour = items[place - 1] if items else ""
        indent = neighbour[: len(neighbour) - len(neighbour.lstrip())] if self.fits else ""
        return [*items[:place], *(indent + item for item in self.added), *items[place + self.removed :]]


def edits(items: list[str]) -> st.SearchStrategy[list[Edit]]:
    added = st.lists(st.sampled_from(items), max_size=2)
    return st.lists(st.builds(Edit, st.integers(0, 1000), st.integers(0, 2), added, st.booleans()), max_size=12)


def edited(lines: list[str], changes: list[Edit]) -> Iterator[list[str]]:
    """The lines before and after each change; what has broken the program is taken back."""
    yield lines
    for change in changes:
        changed = change.made(lines)
        yield changed
        if is_python("\n".join(changed)):
            lines = changed


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


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
def test_any_edits_of_any_lines(lines: list[str], changes: list[Edit], newline: str) -> None:
    assert_as_fresh("model.py", (newline.join(text).encode() for text in edited(lines, changes)))


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.sampled_from(PROGRAMS), st.integers(20, 60), edits(LINES))
def test_any_edits_of_a_program(path: Path, length: int, changes: list[Edit]) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")[:length]
    assert_as_fresh("model.py", ("\n".join(text).encode() for text in edited(lines, changes)))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(CELLS), max_size=8), edits(CELLS))
def test_any_edits_of_a_notebook(cells: list[str], changes: list[Edit]) -> None:
    texts = [cells]
    for change in changes:
        texts.append(change.made(texts[-1]))
    assert_as_fresh("model.ipynb", map(notebook, texts))


NESTED = """\
import keras

class Trainer:
    \"\"\"Of models.\"\"\"

    @staticmethod
    def build(units):
        try:
            model = keras.Sequential([keras.layers.Dense(units)])
        except ValueError:
            return None
        else:
            if units == 1:
                pass
            elif units == 2:
                units = 3
        return model

    def train(self):
        pass

x = 1
"""


@pytest.mark.parametrize(
    ("old", "new", "parsed"),
    [
        pytest.param("x = 1", "x = 12", "x = 12", id="a statement"),
        pytest.param("import keras", "import keras  # 3", "import keras  # 3", id="the first line"),
        pytest.param("x = 1\n", "x = 1\ny = 2\n", "x = 1\ny = 2", id="the last line"),
        pytest.param("Dense(units)", "Dense(1)", "model = keras.Sequential([keras.layers.Dense(1)])", id="nested"),
        pytest.param("return None", "return 1", "return 1", id="in a handler"),
        pytest.param("units = 3", "units = 4", "units = 4", id="in an elif"),
        pytest.param("    def train", "    # Soon.\n    def train", "", id="a comment"),
        pytest.param("    def train", "    units = 2\n\n    def train", "units = 2", id="an attribute"),
        pytest.param("        pass\n\nx", "        pass\n        return 1\n\nx", "pass return 1", id="behind the last"),
        pytest.param("                pass\n", "                pass\n\n\n", "pass", id="empty lines"),
        pytest.param("def train(self)", "def train(self, x)", "def train(self, x): pass", id="the head of a function"),
    ],
)
def test_no_more_is_parsed_than_has_to_be(old: str, new: str, parsed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    parse = incremental.parse

    def noted(path: str, text: str, *, lines_before: int = 0) -> ast.Module:
        texts.append(text)
        return parse(path, text, lines_before=lines_before)

    live = LiveSource("model.py", SETTINGS)
    live.lint(NESTED.encode(), named=True)
    monkeypatch.setattr(incremental, "parse", noted)
    assert old in NESTED
    changed = NESTED.replace(old, new)
    live.lint(changed.encode(), named=True)
    assert " ".join(texts).replace("if True:", "").split() == parsed.split()
    assert live.source is not None
    ((program,), _) = live.source.programs()
    assert dump(program.tree) == dump(ast.parse(changed))


def test_what_cannot_be_read_is_told_and_then_forgotten() -> None:
    live = LiveSource("model.py", SETTINGS)
    (error,) = live.lint(b"x = 1\n\0").errors
    assert (error.line, live.source) == (2, None)
    text = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss='mse', metrics=['acc'])"
    assert [finding.code for finding in live.lint(text.encode()).findings] == ["KAC101"]


def test_what_does_not_parse_is_told_as_long_as_it_does_not() -> None:
    live = LiveSource("model.py", SETTINGS)
    assert not live.lint(NESTED.encode(), named=True).errors
    (error,) = live.lint(NESTED.replace("x = 1", "x = (").encode(), named=True).errors
    assert str(error) == "model.py:22: is not valid Python: '(' was never closed"
    assert not live.lint(NESTED.encode(), named=True).errors


def test_an_older_source_is_parsed_for_itself() -> None:
    live = LiveSource("model.py", SETTINGS)
    live.lint(NESTED.encode(), named=True)
    older = live.source
    live.lint(b"\n\n" + NESTED.encode(), named=True)
    assert older is not None
    (program,), _ = older.programs()
    assert dump(program.tree) == dump(ast.parse(NESTED))


def test_a_defect_of_ours_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*of: object) -> None:
        raise KeyError("of ours")

    live = LiveSource("model.py", SETTINGS)
    live.lint(NESTED.encode(), named=True)
    changed = NESTED.replace("x = 1", "x = 2\n\n")
    with monkeypatch.context() as patched:
        patched.setattr(incremental._Block, "move", raising)
        (failure,) = live.lint(changed.encode(), named=True).failures
        assert "of ours" in str(failure)
    assert not live.lint(changed.encode(), named=True).failures
    assert live.source is not None
    ((program,), _) = live.source.programs()
    assert dump(program.tree) == dump(ast.parse(changed))
