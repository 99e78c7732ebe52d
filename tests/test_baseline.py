"""`check --write-baseline` and `--baseline`: what is known stays known wherever it moves, and nothing else does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from lint_keras_acc.__main__ import main
from tests.saved.making import archive, compiled, dense, sequential, start

BUILDER = """\
from tensorflow import keras


def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
    return model
"""
LOGITS = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(3)])
model.compile(loss="categorical_crossentropy")
model.fit(x, y)
"""
HINTED = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(8, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, x)
"""
Run = Callable[..., SimpleNamespace]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> SimpleNamespace:
        try:
            status = main(["check", *arguments])
        except SystemExit as exit:
            status = exit.code
        out, err = capfd.readouterr()
        return SimpleNamespace(status=status, out=out, err=err, lines=out.splitlines())

    return call


def entries(path: str = "known.json") -> list[dict[str, object]]:
    found = json.loads(Path(path).read_text())["findings"]
    assert isinstance(found, list)
    return found


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4}, indent=1)


def test_what_is_known_is_not_told(here: Path, run: Run) -> None:
    (here / "x.py").write_text(BUILDER)
    written = run("--write-baseline", "known.json")
    assert (written.status, written.out) == (0, "")
    assert written.err == "lint-keras-acc: wrote 1 known finding to known.json\n"
    assert entries() == [
        {"path": "x.py", "code": "KAC101", "text": "model.compile(metrics=['accuracy'])", "scope": "build"}
    ]
    known = run("--baseline", "known.json")
    assert (known.status, known.out, known.err) == (0, "", "")
    (here / "y.py").write_text(LOGITS)
    new = run("--baseline", "known.json")
    assert new.status == 1
    assert new.out.startswith("y.py:4:20: KAC201 ")
    assert run("--baseline", "known.json", "--exit-zero").status == 0
    assert run().status == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("\n\n\ndef", "\n\nimport os\n\nprint(os)\n\n\ndef", id="lines above"),
        pytest.param(
            'model.compile(optimizer="adam", ', "model.compile(\n        optimizer='adam',\n        ", id="laid out"
        ),
        pytest.param('["accuracy"]', "['accuracy',  # the share\n    ]", id="quotes, comments and a comma"),
        pytest.param('"adam"', "keras.optimizers.Adam(1e-4)", id="another argument"),
        pytest.param("def build():", "def make(units=1):", id="another name for the function"),
        pytest.param("\n", "\r\n", id="other line ends"),
        pytest.param("from tensorflow", "# é ü\nfrom tensorflow", id="longer letters"),
        pytest.param("    return model", "    return model\n\n\nother = build()\nother.fit(x, y)", id="lines below"),
    ],
)
def test_edits_elsewhere_do_not_matter(here: Path, run: Run, old: str, new: str) -> None:
    (here / "x.py").write_text(BUILDER)
    run("--write-baseline", "known.json")
    text = BUILDER.replace(old, new)
    assert text != BUILDER
    (here / "x.py").write_bytes(text.encode())
    assert run().status == 1
    done = run("--baseline", "known.json")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_the_guilty_text_itself_matters(here: Path, run: Run) -> None:
    (here / "x.py").write_text(BUILDER)
    run("--write-baseline", "known.json")
    (here / "x.py").write_text(BUILDER.replace('["accuracy"]', '["acc"]'))
    done = run("--baseline", "known.json")
    assert done.status == 1
    assert done.lines[0].startswith("x.py:6:")
    assert "1 entry matches nothing any more in known.json" in done.err


def test_equal_findings_are_counted_and_new_ones_told_where_they_are(here: Path, run: Run) -> None:
    (here / "x.py").write_text(BUILDER)
    run("--write-baseline", "known.json")
    other = BUILDER.replace("build", "another").partition("\n\n\n")[2]
    (here / "x.py").write_text(BUILDER.replace("\n\n\n", f"\n\n\n{other}\n\n", 1))
    assert [line.split(": ")[0] for line in run("--baseline", "known.json").lines if "KAC101" in line] == ["x.py:6:58"]
    again = "\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss='mse', metrics=['accuracy'])\n"
    (here / "x.py").write_text(BUILDER + again * 2)
    run("--write-baseline", "known.json")
    assert [entry.get("ordinal") for entry in entries()] == [None, 2, None]
    assert run("--baseline", "known.json").status == 0
    (here / "x.py").write_text(BUILDER + again * 3)
    assert run("--baseline", "known.json").out.count("KAC101") == 1
    (here / "x.py").write_text(BUILDER)
    assert "2 entries match nothing any more" in run("--baseline", "known.json").err


def test_paths_are_relative_to_the_baseline(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "src" / "models").mkdir(parents=True)
    (here / "src" / "models" / "x.py").write_text(BUILDER)
    (here / "ci").mkdir()
    assert run("src", "--write-baseline", "ci/known.json").status == 0
    assert entries("ci/known.json")[0]["path"] == "../src/models/x.py"
    monkeypatch.chdir(here / "src")
    assert run("models/x.py", "--baseline", "../ci/known.json").status == 0
    assert run(str(here / "src"), "--baseline", str(here / "ci" / "known.json")).status == 0
    (here / "src" / "y.py").write_text(BUILDER)
    assert run("y.py", "--baseline", "../ci/known.json").status == 1


def test_the_setting(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "x.py").write_text(BUILDER)
    (here / "pyproject.toml").write_text("[tool.lint-keras-acc]\nbaseline = 'known.json'\n")
    missing = run()
    assert missing.status == 2
    assert "known.json: there is no such baseline; --write-baseline writes one" in missing.err
    assert run("--write-baseline", "known.json").status == 0
    assert run().status == 0
    monkeypatch.chdir(here / "sub")
    assert run().status == 0
    assert run("--no-baseline").status == 1
    assert run("--isolated").status == 1


def test_only_what_was_looked_at_is_stale(here: Path, run: Run) -> None:
    for name in "x.py", "y.py", "z.py":
        (here / name).write_text(BUILDER)
    (here / "z.py").write_text(LOGITS)
    run("--write-baseline", "known.json")
    assert len(entries()) == 3
    (here / "y.py").write_text("x = 1\n")
    (here / "z.py").unlink()
    assert run("x.py", "--baseline", "known.json").err == ""
    assert run("--select", "KAC3", "--baseline", "known.json").err == ""
    assert "1 entry" in run("--select", "KAC2", "--baseline", "known.json").err
    assert "2 entries" in run("--baseline", "known.json").err
    (here / "y.py").write_text(BUILDER + "x = (")
    assert "1 entry" in run("--baseline", "known.json").err


def test_writing_again_keeps_what_was_not_looked_at(here: Path, run: Run) -> None:
    (here / "sub").mkdir()
    (here / "x.py").write_text(BUILDER)
    (here / "sub" / "y.py").write_text(LOGITS)
    run("--write-baseline", "known.json")
    both = entries()
    (here / "x.py").write_text("x = 1\n")
    assert "wrote 2 known findings" in run("sub", "--write-baseline", "known.json").err
    assert "wrote 2 known findings" in run("--select", "KAC2", "--write-baseline", "known.json").err
    assert entries() == both
    assert "wrote 1 known finding to known.json, 1 of before dropped" in run("--write-baseline", "known.json").err
    assert [entry["path"] for entry in entries()] == ["sub/y.py"]


def test_hints_that_are_off_are_neither_told_nor_stale(here: Path, run: Run) -> None:
    (here / "x.py").write_text(HINTED)
    assert "wrote 0 known findings" in run("--write-baseline", "known.json").err
    assert run("--hints", "--baseline", "known.json").status == 1
    assert "wrote 1 known finding" in run("--hints", "--write-baseline", "known.json").err
    assert run("--hints", "--baseline", "known.json").status == 0
    assert run("--baseline", "known.json").err == ""
    assert "wrote 1 known finding" in run("--write-baseline", "known.json").err


def test_the_file_is_sorted_and_written_where_it_changes(here: Path, run: Run) -> None:
    for name in "b.py", "a.py", "c.py":
        (here / name).write_text(BUILDER + LOGITS)
    run("c.py", "b.py", "a.py", "--write-baseline", "known.json")
    text = (here / "known.json").read_text()
    places = [(entry["path"], entry["code"]) for entry in entries()]
    assert places == sorted(places)
    assert text.startswith('{\n  "lint-keras-acc-baseline": 1,\n  "findings": [\n    {"path": "a.py", ')
    assert text.endswith("}\n  ]\n}\n")
    assert len(text.splitlines()) == 5 + len(places)
    before = (here / "known.json").stat()
    run("a.py", "b.py", "c.py", "--write-baseline", "known.json")
    assert (here / "known.json").read_text() == text
    assert (here / "known.json").stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in here.iterdir()) == ["a.py", "b.py", "c.py", "known.json"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is not a baseline: line 1: Expecting value"),
        ("{\n<<<<<<< HEAD\n", "is not a baseline: line 2: "),
        ("[" * 100_000, "is not a baseline: "),
        (b"\xff\xfe\x00", "is not a baseline: "),
        ("[]", "is not a baseline of lint-keras-acc"),
        ('{"version": 1, "files": {}}', "is not a baseline of lint-keras-acc"),
        ('{"lint-keras-acc-baseline": "1", "findings": []}', "is not a baseline of lint-keras-acc"),
        ('{"lint-keras-acc-baseline": true, "findings": []}', "is not a baseline of lint-keras-acc"),
        ('{"lint-keras-acc-baseline": 2}', "is a baseline of version 2, written by a newer lint-keras-acc"),
        ('{"lint-keras-acc-baseline": 1}', "has no list of findings"),
        ('{"lint-keras-acc-baseline": 1, "findings": [1]}', "finding 1 is not one: 1"),
        ('{"lint-keras-acc-baseline": 1, "findings": [{"path": "x"}]}', 'finding 1 is not one: {"path": "x"}'),
    ],
)
def test_a_file_that_is_no_baseline(here: Path, run: Run, content: str | bytes, reason: str) -> None:
    (here / "x.py").write_text(BUILDER)
    (here / "known.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    for option in "--baseline", "--write-baseline":
        done = run(option, "known.json")
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"lint-keras-acc: known.json: {reason}")
        assert len(done.err.splitlines()) == 1
    assert (here / "known.json").read_bytes() == (content if isinstance(content, bytes) else content.encode())


def test_wrong_use(here: Path, run: Run) -> None:
    assert run("--baseline", "none.json").status == 2
    assert run("--baseline", ".").status == 2
    assert run("--write-baseline", "none/known.json").status == 2
    for more in ("--diff", "--add-noqa"):
        done = run("--write-baseline", "known.json", more)
        assert done.status == 2
        assert f"does not go with {more}" in done.err
    assert run("--write-baseline", "known.json", "--baseline", "known.json").status == 2
    assert not (here / "known.json").exists()


def test_notebooks_go_by_the_text_of_their_cells(here: Path, run: Run) -> None:
    first, *lines = BUILDER.splitlines(keepends=True)
    (here / "x.ipynb").write_text(notebook(first, "".join(lines)))
    run("--write-baseline", "known.json")
    assert entries()[0]["text"] == "model.compile(metrics=['accuracy'])"
    moved = notebook("%matplotlib inline", "print('é')", first, "%%time\n!ls\n" + "".join(lines), LOGITS)
    (here / "x.ipynb").write_text(moved)
    done = run("--baseline", "known.json")
    assert [line.partition(": ")[0] for line in done.lines if not line.startswith(" ")] == ["x.ipynb:cell 4:4:20"]
    assert done.err == ""


def test_repairs_leave_alone_what_is_known(here: Path, run: Run) -> None:
    (here / "x.py").write_text(BUILDER)
    run("--write-baseline", "known.json")
    new = BUILDER.replace("build", "another").replace('"accuracy"', '"acc"')
    (here / "x.py").write_text(BUILDER + new)
    assert run("--fix", "--unsafe-fixes", "--baseline", "known.json").err.startswith(
        "lint-keras-acc: fixed 1 finding\n"
    )
    assert (here / "x.py").read_text() == BUILDER + new.replace('"acc"', '"mae"')
    assert run("--diff", "--unsafe-fixes", "--baseline", "known.json").out == ""
    fixed = run("--fix", "--unsafe-fixes", "--write-baseline", "known.json")
    assert "fixed 1 finding" in fixed.err
    assert "wrote 0 known findings to known.json, 1 of before dropped" in fixed.err
    assert entries() == []


def test_json_and_statistics_say_the_same(here: Path, run: Run) -> None:
    (here / "x.py").write_text(BUILDER)
    run("--write-baseline", "known.json")
    (here / "y.py").write_text(LOGITS)
    told = json.loads(run("--baseline", "known.json", "--output-format", "json").out)
    assert [(finding["path"], finding["code"]) for finding in told] == [("y.py", "KAC201")]
    assert "KAC101" not in run("--baseline", "known.json", "--statistics").out
    assert json.loads(run("--write-baseline", "known.json", "--output-format", "json").out) == []


def test_processes_say_the_same(here: Path, run: Run) -> None:
    for number in range(4):
        (here / f"x{number}.py").write_text(BUILDER)
    run("--write-baseline", "one.json", "-j", "1")
    run("--write-baseline", "two.json", "-j", "2")
    assert (here / "one.json").read_bytes() == (here / "two.json").read_bytes()
    (here / "x4.py").write_text(LOGITS)
    assert run("--baseline", "one.json", "-j", "2").out == run("--baseline", "one.json", "-j", "1").out


def test_what_several_calls_share_is_one_entry(here: Path, run: Run) -> None:
    shared = "from tensorflow import keras\nMETRICS = ['accuracy']\n"
    model = "{0} = keras.Sequential([keras.layers.Dense(1)])\n{0}.compile(loss='mse', metrics=METRICS)\n"
    (here / "x.py").write_text(shared + model.format("a") + model.format("b"))
    assert "wrote 1 known finding" in run("--write-baseline", "known.json").err
    assert entries()[0]["text"] == "METRICS = ['accuracy']"
    assert run("--baseline", "known.json", "--output-format", "json").out == "[]\n"


def test_saved_models_go_by_their_portrait(here: Path, run: Run) -> None:
    plain = sequential(start(4), dense(3))
    archive(here / "model.keras", compiled(plain, loss="categorical_crossentropy"))
    (here / "x.py").write_text(BUILDER)
    found = run("model.keras")
    assert found.status == 1, found
    assert run(".", "model.keras", "--write-baseline", "known.json").status == 0
    assert {entry["path"] for entry in entries()} == {"model.keras", "x.py"}
    known = run("model.keras", "--baseline", "known.json")
    assert (known.status, known.out) == (0, "")
    assert run(".", "--baseline", "known.json").err == "", "a model that is not named is not linted"
    (here / "model.keras").write_bytes(b"PK")
    broken = run("model.keras", "--baseline", "known.json")
    assert "nothing any more" not in broken.err


def test_unused_comments_are_never_known(here: Path, run: Run) -> None:
    (here / "x.py").write_text(BUILDER.replace('"accuracy"])', '"mae"])  # noqa: KAC101'))
    done = run("--write-baseline", "known.json", "--report-unused-noqa")
    assert done.status == 1
    assert "KAC901" in done.out
    assert entries() == []


def test_standard_input(here: Path) -> None:
    def piped(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lint_keras_acc", "check", "-", *arguments]
        return subprocess.run(command, input=text, capture_output=True, text=True)

    assert piped(BUILDER, "--write-baseline", "known.json").returncode == 2
    named = ("--stdin-filename", "sub/x.py")
    assert piped(BUILDER, "--write-baseline", "known.json", *named).returncode == 0
    assert entries()[0]["path"] == "sub/x.py"
    assert piped("x = 1\n" + BUILDER, "--baseline", "known.json", *named).stdout == ""
    assert piped(BUILDER + LOGITS, "--baseline", "known.json", *named).stdout.startswith("sub/x.py:11:20: KAC201 ")
    assert piped(BUILDER, "--baseline", "known.json", "--stdin-filename", "y.py").returncode == 1


def test_long_texts_are_told_apart(here: Path, run: Run) -> None:
    names = ", ".join(f"'a{number}'" for number in range(200))
    many = BUILDER.replace('["accuracy"]', f"['accuracy', {names}]")
    (here / "x.py").write_text(many)
    run("--select", "KAC101", "--write-baseline", "known.json")
    assert len((here / "known.json").read_text()) < 800
    assert run("--select", "KAC101", "--baseline", "known.json").status == 0
    (here / "x.py").write_text(many.replace("'a199'", "'b'"))
    assert run("--select", "KAC101", "--baseline", "known.json").status == 1
