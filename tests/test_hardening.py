"""Hostile files through the whole linter: one clear line for what cannot be read, and an end to everything."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import Report, lint_file
from lint_keras_acc.render.json import findings_json
from lint_keras_acc.render.text import excerpt, plain

pytestmark = pytest.mark.slow

PROGRAM = """\
from tensorflow import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss='mse', metrics=['accuracy'])
model.fit(x, y)
"""
DATA = PROGRAM.encode()
SETTINGS = Settings(extend_select=("KAC901",), hints=True)
SECONDS = 20.0  # of processor time, on a slow machine; all of these take less than one


def lint(directory: Path, name: str, data: bytes) -> Report:
    path = directory / name
    path.write_bytes(data)
    started = time.process_time()
    report = lint_file(str(path), SETTINGS, named=True)
    assert time.process_time() - started < SECONDS
    assert not report.failures
    for error in report.errors:
        assert str(error).isprintable()
        assert len(error.message) < 200
    for finding in report.findings:
        assert all(line.isprintable() for line in plain(finding))
        assert list(excerpt(finding, lambda span: "x" * 1_000_000))
    json.loads(findings_json((finding, None) for finding in report.findings))
    return report


FILES = {
    "a null byte": DATA + b"\0",
    "UTF-16": PROGRAM.encode("utf-16"),
    "a surrogate": DATA + "'\ud800'\n".encode("utf-8", "surrogatepass"),
    "a codec that is none of text": b"# coding: zlib\n" + DATA,
    "a codec that cannot read it": b"# coding: punycode\n" + DATA,
    "a name of a codec without end": b"# coding: " + b"a" * 1_000_000 + b"\n" + DATA,
    "more brackets than Python takes": DATA + b"x = " + b"(" * 5_000 + b")" * 5_000,
    "more calls than Python takes": DATA + b"x = " + b"f(" * 2_000 + b")" * 2_000,
    "a string that never ends": DATA + b"x = '''" + b"'' # noqa: KAC101\n" * 1_000,
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_what_cannot_be_read_is_told_in_a_line(tmp_path: Path, data: bytes) -> None:
    report = lint(tmp_path, "x.py", data)
    assert len(report.errors) == 1
    assert report.findings == ()


PROGRAMS = {
    "line ends of all kinds": DATA.replace(b"\n", b"\r\n", 2).replace(b"\nmodel.f", b"\rmodel.f") + b"\r\r\n\n\r",
    "form feeds": DATA.replace(b"model.c", b"\f" * 100_000 + b"model.c").replace(b"\nmodel.f", b"\n\f\nmodel.f"),
    "a long line": DATA + b"y = [" + b"0, " * 200_000 + b"]\n",
    "a long string": DATA + b"s = '" + b"a" * 5_000_000 + b"'\n",
    "a long comment": DATA.replace(b"'])\n", b"'])  #" + b"noqa " * 500_000 + b"\n"),
    "a long comment of codes": DATA.replace(b"'])\n", b"'])  # noqa: " + b"E501, " * 500_000 + b"\n"),
    "many comments": DATA + b"x = 1  # noqa: E501\n" * 20_000,
    "a docstring with comments": DATA + b"'''" + b"a 'b' \\' # noqa: KAC101\n" * 100_000 + b"'''\n",
    "statements on one line": b"; ".join(b"a%d = %d" % (i, i) for i in range(50_000)) + b"\n" + DATA,
    "surrogates in escapes": DATA
    + b"s = '\\ud800'\nmodel.compile(loss=s, metrics=['\\udfff', s])\nmodel.fit({s: s})\n",
    "a name of bidirectional letters": DATA + "model.compile(loss='\u202emse', metrics=['\x1b[31macc'])\n".encode(),
}


@pytest.mark.parametrize("data", PROGRAMS.values(), ids=PROGRAMS)
def test_what_can_be_read_is_linted(tmp_path: Path, data: bytes) -> None:
    report = lint(tmp_path, "x.py", data)
    assert report.errors == ()
    assert "KAC101" in {finding.code for finding in report.findings}


def notebook(*cells: object, **more: object) -> bytes:
    made = [{"cell_type": "code", "source": cell} if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": made, "nbformat": 4, **more}).encode()


def test_a_long_notebook(tmp_path: Path) -> None:
    """The cells that are no Python as they stand are not looked up in the file again, nor lexed from its beginning."""
    cells = (f"!ls {number}\n%time y = {number}\n?x" for number in range(10_000))
    report = lint(tmp_path, "x.ipynb", notebook(*cells, PROGRAM, "x = (", PROGRAM))
    assert [finding.span.cell for finding in report.findings] == [10_000, 10_002]
    assert [finding.span.line for finding in report.findings] == [3, 3]
    assert [(error.cell, error.line) for error in report.errors] == [(10_001, 1)]


def test_comments_in_a_long_notebook(tmp_path: Path) -> None:
    cells = (f"x = {number}  # noqa: KAC101" for number in range(3_000))
    report = lint(tmp_path, "x.ipynb", notebook(*cells, PROGRAM))
    assert len(report.findings) == 3_001


def test_odd_notebooks(tmp_path: Path) -> None:
    deep: dict[str, object] = {}
    inner = deep
    for _ in range(200):
        inner["metadata"] = inner = {}
    odd = notebook(PROGRAM, {"cells": []}, 3, None, [], metadata={"cells": [deep], "kernelspec": {"language": [deep]}})
    assert lint(tmp_path, "x.ipynb", odd).findings
    surrogates = lint(tmp_path, "x.ipynb", notebook(PROGRAM, "'\ud800'"))
    assert [error.cell for error in surrogates.errors] == [1]
    assert surrogates.findings
    for text in ("[" * 100_000, '{"cells": 1}', '{"cells": [{"cell_type": "code", "source": 1}]}', "NaN", ""):
        assert len(lint(tmp_path, "x.ipynb", text.encode()).errors) == 1
