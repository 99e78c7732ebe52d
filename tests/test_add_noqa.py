"""`check --add-noqa`: comments where findings are, as flake8 reads them, and not one other byte."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace

import pytest

from lint_keras_acc.__main__ import main
from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.silencing import silenced
from lint_keras_acc.source import read_source

MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
MISUSE = MODEL + "model.compile(loss='mse', metrics=['accuracy'])\n"
SETTINGS = Settings(project_pins=False)


def added(text: str | bytes, path: str = "x.py") -> bytes:
    """The file with comments; nothing but comments is new, and linting it finds nothing."""
    data = text.encode() if isinstance(text, str) else text
    source = read_source(path, data)
    findings = lint_source(source, SETTINGS).findings
    assert findings
    changed, lines = silenced(source, findings)
    assert lint_source(read_source(path, changed), SETTINGS).findings == ()
    assert 0 < lines <= len(findings)
    return changed


CASES = {
    "at the end": (MISUSE, MISUSE.replace("'])\n", "'])  # noqa: KAC101\n")),
    "without a line end": (MISUSE.rstrip(), MISUSE.rstrip() + "  # noqa: KAC101"),
    "before blanks at the end": (
        MISUSE.replace("'])\n", "']) \t\n"),
        MISUSE.replace("'])\n", "'])  # noqa: KAC101 \t\n"),
    ),
    "behind a comment": (
        MISUSE.replace("'])\n", "'])  # type: ignore\n"),
        MISUSE.replace("'])\n", "'])  # type: ignore  # noqa: KAC101\n"),
    ),
    "on the line of the argument": (
        MISUSE.replace("metrics", "\n    metrics").replace("'])\n", "'],\n)\n"),
        MISUSE.replace("metrics", "\n    metrics").replace("'])\n", "'],  # noqa: KAC101\n)\n"),
    ),
    "behind a code": (
        MISUSE.replace("'])\n", "'])  # noqa: E501\n"),
        MISUSE.replace("'])\n", "'])  # noqa: E501, KAC101\n"),
    ),
    "behind codes and before a reason": (
        MISUSE.replace("'])\n", "'])  # NOQA:E501,W1 for now\n"),
        MISUSE.replace("'])\n", "'])  # NOQA:E501,W1,KAC101 for now\n"),
    ),
    "behind codes with blanks": (
        MISUSE.replace("'])\n", "'])  # noqa: E501 W1\n"),
        MISUSE.replace("'])\n", "'])  # noqa: E501 W1 KAC101\n"),
    ),
    "where small letters silence nothing": (
        MISUSE.replace("'])\n", "'])  # noqa: kac101\n"),
        MISUSE.replace("'])\n", "'])  # noqa: kac101, KAC101\n"),
    ),
    "behind the last of joined lines": (
        MISUSE.replace("['accuracy']", "['accuracy'] \\\n "),
        MISUSE.replace("['accuracy']", "['accuracy'] \\\n ")
        .replace(")\n", ")  # noqa: KAC101\n")
        .replace("Dense(1)])  # noqa: KAC101", "Dense(1)])"),
    ),
    "behind a string of several lines": (
        MISUSE.replace("])\n", "], name='''\n\n''')\n").replace("Dense(1)], name='''\n\n'''", "Dense(1)]"),
        MISUSE.replace("])\n", "], name='''\n\n''')  # noqa: KAC101\n").replace(
            "Dense(1)], name='''\n\n''')  # noqa: KAC101", "Dense(1)])"
        ),
    ),
    "behind other line ends": (
        MISUSE.replace("\n", "\r\n"),
        MISUSE.replace("'])\n", "'])  # noqa: KAC101\n").replace("\n", "\r\n"),
    ),
    "behind old line ends": (
        MISUSE.replace("\n", "\r"),
        MISUSE.replace("'])\n", "'])  # noqa: KAC101\n").replace("\n", "\r"),
    ),
    "behind a form feed": (
        MISUSE.replace("model.c", "\fmodel.c").replace("'])\n", "'])\f\n"),
        MISUSE.replace("model.c", "\fmodel.c").replace("'])\n", "'])  # noqa: KAC101\f\n"),
    ),
    "behind letters of several bytes": (
        MISUSE.replace("'])\n", "']); 'é😀'\n"),
        MISUSE.replace("'])\n", "']); 'é😀'  # noqa: KAC101\n"),
    ),
}


@pytest.mark.parametrize(("text", "wanted"), CASES.values(), ids=CASES)
def test_comments(text: str, wanted: str) -> None:
    assert added(text).decode() == wanted
    again, lines = silenced(read_source("x.py", wanted.encode()), [])
    assert (again, lines) == (wanted.encode(), 0)


def test_two_rules_share_a_comment() -> None:
    text = MISUSE.replace("'accuracy'", "'accuracy', 'acuracy'")
    source = read_source("x.py", text.encode())
    codes = sorted({finding.code for finding in lint_source(source, SETTINGS).findings})
    assert len(codes) > 1, "the program is to have two defects on one line"
    assert added(text).decode().endswith(f"'acuracy'])  # noqa: {', '.join(codes)}\n")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + MISUSE.encode(),
        ("# coding: latin-1\n# é\n" + MISUSE).encode("latin-1"),
        ("# coding: cp1251\n# ж\n" + MISUSE).encode("cp1251"),
    ],
)
def test_encodings_stay(data: bytes) -> None:
    assert added(data) == data.removesuffix(b"\n") + b"  # noqa: KAC101\n"


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("model.compile(loss='mse', metrics=['accuracy'], name='''# noqa: E501\n''')\n", id="in a string"),
        pytest.param("model.compile('''# noqa: E501''', 'mse', metrics=['accuracy'])\n", id="in a string of the line"),
    ],
)
def test_where_no_comment_helps_nothing_is_changed(statement: str) -> None:
    source = read_source("x.py", (MODEL + statement).encode())
    findings = lint_source(source, SETTINGS).findings
    assert findings
    assert silenced(source, findings) == (source.data, 0)


def notebook(*cells: str | list[str], **more: object) -> str:
    made = [{"cell_type": "code", "source": cell, "outputs": [{"text": "# noqa"}]} for cell in cells]
    return json.dumps({"cells": made, "nbformat": 4, **more}, indent=1)


def test_notebooks() -> None:
    first, second = MODEL, "%%time\n!ls 'x\nmodel.compile(loss='mse', metrics=['accuracy'])\nmodel.fit(x, y);"
    wanted = second.replace("'])", "'])  # noqa: KAC101")
    assert added(notebook(first, second), "x.ipynb").decode() == notebook(first, wanted)
    lists = [text.splitlines(keepends=True) for text in (first, second, wanted)]
    assert added(notebook(lists[0], lists[1]), "x.ipynb").decode() == notebook(lists[0], lists[2])
    timed = "%time model.compile(loss='mse', metrics=['accuracy'])"
    assert added(notebook(first, timed), "x.ipynb").decode() == notebook(first, timed + "  # noqa: KAC101")


# --- the command --------------------------------------------------------------------------------------------

Run = Callable[..., SimpleNamespace]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> SimpleNamespace:
        status = main(["check", *arguments])
        out, err = capfd.readouterr()
        return SimpleNamespace(status=status, out=out, err=err)

    return call


def test_the_command(here: Path, run: Run) -> None:
    (here / "x.py").write_text(MISUSE)
    (here / "y.py").write_text(MISUSE)
    (here / "z.py").write_text(MODEL)
    preview = run("--add-noqa", "--diff")
    assert preview.status == 1
    assert preview.out.count("+model.compile(loss='mse', metrics=['accuracy'])  # noqa: KAC101\n") == 2
    assert preview.err == "lint-keras-acc: would add noqa comments to 2 lines\n"
    assert (here / "x.py").read_text() == MISUSE
    done = run("--add-noqa")
    assert (done.status, done.out) == (0, "")
    assert done.err == "lint-keras-acc: added noqa comments to 2 lines\n"
    assert run().status == 0
    assert run("--report-unused-noqa").status == 0
    again = run("--add-noqa")
    assert (again.status, again.err) == (0, "")


def test_only_what_is_told_is_silenced(here: Path, run: Run) -> None:
    (here / "x.py").write_text(MISUSE)
    assert run("--add-noqa", "--ignore", "KAC1").err == ""
    run("--write-baseline", "known.json")
    assert run("--add-noqa", "--baseline", "known.json").err == ""
    assert (here / "x.py").read_text() == MISUSE


def test_repairs_come_first(here: Path, run: Run) -> None:
    (here / "x.py").write_text(MISUSE + "model.fit(x, y)\n" + MISUSE.replace("import", "def f(): pass\nimport"))
    before = run().out.count("KAC101")
    assert before == 2
    assert "fixed" in run("--fix", "--add-noqa").err
    assert run().status == 0
    assert "mae" in (here / "x.py").read_text()


def test_what_cannot_be_silenced_is_told(here: Path, run: Run) -> None:
    (here / "x.py").write_text(MODEL + "model.compile('''# noqa: E501''', 'mse', metrics=['accuracy'])\n")
    done = run("--add-noqa")
    assert done.status == 1
    assert "x.py:3:" in done.out
    assert "KAC101 was not silenced: no comment there would count" in done.err


def test_standard_input() -> None:
    command = [sys.executable, "-m", "lint_keras_acc", "check", "-", "--add-noqa"]
    done = subprocess.run(command, input=MISUSE, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout == MISUSE.rstrip() + "  # noqa: KAC101\n"


@pytest.mark.skipif(
    not any(entry.name == "KAC" for entry in entry_points(group="flake8.extension")),
    reason="lint-keras-acc is not installed here",
)
def test_flake8_reads_them_so_too(here: Path, run: Run) -> None:
    for number, (text, _) in enumerate(CASES.values()):
        (here / f"x{number}.py").write_bytes(text.encode())

    def flake8() -> str:
        command = [sys.executable, "-m", "flake8", "--select=KAC", "--isolated", "."]
        return subprocess.run(command, capture_output=True, text=True).stdout

    assert len(flake8().splitlines()) == len(CASES)
    run("--add-noqa")
    assert flake8() == ""
