"""Notebooks are fixed in place: nothing but the edited source lines changes in their JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_keras_acc.findings import Delete, Edit, Finding, Repair, Replace, Span
from lint_keras_acc.fixes import apply_edits, edits_in, fix_source, unified_diff
from lint_keras_acc.fixing.text import Text
from lint_keras_acc.source import Source, read_source
from tests.marked import finding, fix, span, unmarked

MARKDOWN = {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]}
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ['epoch 1 {"é": [1]}\n']}


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def code_cell(source: object) -> dict[str, object]:
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [OUTPUT], "source": source}


def document(*sources: object) -> dict[str, object]:
    cells = [MARKDOWN, *map(code_cell, sources)]
    return {"cells": cells, "metadata": {"b": 1, "a": [2.50, 1e5]}, "nbformat": 4, "nbformat_minor": 5}


def notebook(text: str) -> Source:
    return read_source("notebook.ipynb", text.encode())


def fixed(source: Source, *repairs: Repair) -> str:
    edits = edits_in(source, source.programs()[0], fix(*repairs))
    assert edits is not None
    return apply_edits(source, edits).decode()


def place(marked: str, cell: int) -> Span:
    return span(marked, path="notebook.ipynb", cell=cell)


STYLES: dict[str, dict[str, Any]] = {
    "one": {"indent": 1},
    "two": {"indent": 2},
    "four": {"indent": 4},
    "tab": {"indent": "\t"},
    "spaced": {"indent": None},
    "compact": {"indent": None, "separators": (",", ":")},
    "raw-unicode": {"indent": 1, "ensure_ascii": False},
    "sorted": {"indent": 1, "sort_keys": True},
}


@pytest.fixture(params=STYLES, ids=str)
def style(request: pytest.FixtureRequest) -> dict[str, Any]:
    return STYLES[request.param]


@pytest.mark.parametrize("end", ["\n", "", "\r\n\r\n"], ids=["newline", "no-newline", "blank-line"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("as_list", [True, False], ids=["lines", "string"])
def test_a_word_is_replaced(style: dict[str, Any], newline: str, end: str, as_list: bool) -> None:
    def written(marked: str) -> str:
        text = unmarked(marked)
        dumped = json.dumps(document("import keras\n", lines_of(text) if as_list else text), **style)
        return dumped.replace("\n", newline) + end

    marked = "# é😀 \"x\"\nf('é😀\\\\', [«'acc'»])\ng()"
    after = fixed(notebook(written(marked)), Replace(place(marked, 2), "'mae'"))
    assert after == written(marked.replace("acc", "mae"))


@pytest.mark.parametrize("as_list", [True, False], ids=["lines", "string"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\nm.add(«b()»)\nc", "a\nc", id="middle"),
        pytest.param("m.add(«b()»)\nc", "c", id="first"),
        pytest.param("a\nm.add(«b()»)", "a", id="last"),
        pytest.param("a\nm.add(«b(\n  1\n)»)\nc\n", "a\nc\n", id="lines"),
        pytest.param("m.add(«b()»)", "", id="only"),
        pytest.param("if x:\n  m.add(«b(\n)»)\nc", "if x:\n  pass\nc", id="block"),
        pytest.param("f([\n  «a»,\n  b\n])", "f([\n  b\n])", id="element"),
        pytest.param("f([a,\n  «b»])\nc", "f([a])\nc", id="joined-lines"),
    ],
)
def test_lines_go(style: dict[str, Any], before: str, after: str, as_list: bool) -> None:
    def written(text: str) -> str:
        return json.dumps(document(["x = 1\n", "y = 2"], lines_of(text) if as_list else text), **style)

    changed = fixed(notebook(written(unmarked(before))), Delete(place(before, 2)))
    if after:
        assert changed == written(after)
    else:
        assert json.loads(changed) == json.loads(written(after))


@pytest.mark.parametrize("as_list", [True, False], ids=["lines", "string"])
@pytest.mark.parametrize(
    ("imports", "with_import"),
    [
        pytest.param(
            "from keras.models import Model\nimport os",
            "from keras.models import Model\nfrom keras.metrics import AUC\nimport os",
            id="between-lines",
        ),
        pytest.param(
            "import os\nfrom keras.models import Model",
            "import os\nfrom keras.models import Model\nfrom keras.metrics import AUC",
            id="behind-the-last-line",
        ),
        pytest.param(
            "from keras.models import Model",
            "from keras.models import Model\nfrom keras.metrics import AUC",
            id="behind-the-only-line",
        ),
        pytest.param(
            "%matplotlib inline\nfrom keras.models import Model\n!ls\n",
            "%matplotlib inline\nfrom keras.models import Model\nfrom keras.metrics import AUC\n!ls\n",
            id="between-magics",
        ),
    ],
)
def test_an_import_is_added_in_the_cell_of_the_imports(
    style: dict[str, Any], imports: str, with_import: str, as_list: bool
) -> None:
    def written(*texts: str) -> str:
        return json.dumps(document(*(lines_of(text) if as_list else text for text in texts)), **style)

    use = "x = 1\nf(«'a'»)\n"
    source = notebook(written(imports, unmarked(use)))
    expected = written(with_import, "x = 1\nf(AUC())\n")
    assert fixed(source, Replace(place(use, 2), "{keras.metrics.AUC}()")) == expected


def test_a_lone_line_takes_its_separator_from_elsewhere() -> None:
    cell = '{"cell_type":"code","source":["%s"]}'
    text = f'{{"cells": [{cell % "from keras import layers"},{cell % "f(a)"}]}}'
    changed = fixed(notebook(text), Replace(Span("notebook.ipynb", 1, 1, 3, 1, 4), "{keras.metrics.AUC}()"))
    expected = text.replace('layers"', 'layers\\n", "from keras.metrics import AUC"').replace("f(a)", "f(AUC())")
    assert changed == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            r"f('\u00e9é\ud83d\ude00😀\/', 'acc')", r"f('\u00e9é\ud83d\ude00😀\/', 'mae')", id="mixed-escapes"
        ),
        pytest.param(r"\u0066('acc') \t# \u0022", r"\u0066('mae') \t# \u0022", id="needless-escapes"),
        pytest.param(r"f(\"x\", 'acc')", r"f(\"x\", 'mae')", id="quotes"),
    ],
)
def test_escapes_stay_as_they_are_written(written: str, expected: str) -> None:
    text = '{"cells": [{"cell_type": "code", "source": ["%s"]}], "metadata": {}}'
    source = notebook(text % written)
    column = source.cell_text(0).index("'acc'") + 1
    changed = fixed(source, Replace(Span("notebook.ipynb", 0, 1, column, 1, column + 5), "'mae'"))
    assert changed == text % expected


def test_odd_notebooks() -> None:
    sheets = '{"worksheets": [{"cells": [{"cell_type": "markdown", "source": ""}]}, {"cells": [%s]}], "x": 3}'
    cell = '{"cell_type": "code", "input": ["f(a)\\n"], "language": "python", "outputs": []}'
    changed = fixed(notebook(sheets % cell), Replace(Span("notebook.ipynb", 1, 1, 3, 1, 4), "b"))
    assert changed == sheets % cell.replace("(a)", "(b)")

    pieces = '{ "cells" : [ {"source" : [ "f(" , "" , "a)" ] , "cell_type" : "code" } ] }'
    changed = fixed(notebook(pieces), Replace(Span("notebook.ipynb", 0, 1, 3, 1, 4), "b"))
    assert changed == pieces.replace('"a)"', '"b)"')

    twice = '{"cells": [{"cell_type": "code", "source": ["no"], "source": ["f(a)"]}]}'
    changed = fixed(notebook(twice), Replace(Span("notebook.ipynb", 0, 1, 3, 1, 4), "b"))
    assert changed == twice.replace("(a)", "(b)")


def test_line_ends_within_a_cell_stay() -> None:
    text = json.dumps(document(["x\r\n", "m.add(b)\r\n", "c"]))
    deleted = fixed(notebook(text), Delete(Span("notebook.ipynb", 1, 2, 7, 2, 8)))
    assert deleted == json.dumps(document(["x\r\n", "c"]))


def test_a_byte_order_mark_stays() -> None:
    text = json.dumps(document(["f(a)"]))
    source = read_source("notebook.ipynb", b"\xef\xbb\xbf" + text.encode())
    changed = fixed(source, Replace(Span("notebook.ipynb", 1, 1, 3, 1, 4), "b"))
    assert changed == "\ufeff" + text.replace("(a)", "(b)")


def test_a_cell_that_stands_for_a_file_of_its_own() -> None:
    model = "%%writefile model.py\nfrom keras import layers\nf(«'a'»)\n"
    source = notebook(json.dumps(document("import keras\n", unmarked(model))))
    expected = "%%writefile model.py\nfrom keras import layers\nfrom keras.metrics import AUC\nf(AUC())\n"
    changed = fixed(source, Replace(place(model, 2), "{keras.metrics.AUC}()"))
    assert changed == json.dumps(document("import keras\n", expected))


def test_a_notebook_with_a_broken_cell_is_fixed_all_the_same() -> None:
    source = notebook(json.dumps(document("def (:\n", "f('a')\n")))
    where = Span("notebook.ipynb", 2, 1, 3, 1, 6)

    def lint(changed: Source) -> list[Finding]:
        return [finding(fix(Replace(where, "'b'")), where)] if changed is source else []

    result = fix_source(source, lint)
    assert result.data.decode() == json.dumps(document("def (:\n", "f('b')\n"))


def test_the_diff_of_a_notebook_is_that_of_its_cells() -> None:
    source = notebook(json.dumps(document("x = 1\n", "f('a')\ng()")))
    after = json.dumps(document("x = 1\n", "f('b')\ng()")).encode()
    assert unified_diff(source, after) == (
        "--- notebook.ipynb:cell 2\n+++ notebook.ipynb:cell 2\n@@ -1,2 +1,2 @@\n-f('a')\n+f('b')\n g()\n"
        "\\ No newline at end of file\n"
    )


@st.composite
def cell_edits(draw: st.DrawFn) -> tuple[list[str], list[Edit]]:
    """The lines of a cell and some edits of it that do not overlap."""
    characters = st.sampled_from(list('ab é"\\\t😀\u2028\x0c'))
    lines = draw(st.lists(st.text(characters, max_size=4), min_size=1, max_size=5))
    text = "\n".join(lines)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    located = Text(text)
    contents = st.text(st.sampled_from(list('xé\n"😀')), max_size=4)
    edits = [
        located.edit("notebook.ipynb", 1, start, end, draw(contents))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    written = text.splitlines(keepends=True) if draw(st.booleans()) else re.findall(r"[^\n]*\n|[^\n]+", text)
    return written, edits


@given(cell_edits(), st.sampled_from(sorted(STYLES)))
def test_any_edits_give_valid_json_with_only_that_cell_changed(
    made: tuple[list[str], list[Edit]], style_name: str
) -> None:
    lines, edits = made
    text = "".join(lines)
    before = json.dumps(document(lines, "x = 1"), **STYLES[style_name])
    source = notebook(before)
    changed = apply_edits(source, edits).decode()

    expected = list(text)
    located = Text(text)
    for edit in reversed(edits):
        start, end = located.range(edit.span)
        expected[start:end] = edit.content
    loaded = json.loads(changed)
    assert "".join(loaded["cells"][1].pop("source")) == "".join(expected)
    original = json.loads(before)
    del original["cells"][1]["source"]
    assert loaded == original
    if not edits:
        assert changed == before
