"""The command, from its arguments to what is printed and its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

import lint_keras_acc
from lint_keras_acc.__main__ import main
from lint_keras_acc.render.text import without_colour
from lint_keras_acc.rules import all_rules

REGRESSION = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
model.fit(x, y)
"""
LOGITS = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(3)])
model.compile(loss="categorical_crossentropy")
model.fit(x, y)
"""
CLEAN = REGRESSION.replace("accuracy", "mae")
HINTED = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(8, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, x)
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(lint_keras_acc.__file__).parent.parent))
    return tmp_path


Run = Callable[..., SimpleNamespace]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; its status, its output and its error output."""

    def call(*arguments: str) -> SimpleNamespace:
        try:
            status = main(list(arguments))
        except SystemExit as exit:
            status = exit.code
        out, err = capfd.readouterr()
        return SimpleNamespace(status=status, out=out, err=err, lines=out.splitlines())

    return call


def piped(text: str | bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return subprocess.run([sys.executable, "-m", "lint_keras_acc", *arguments], input=data, capture_output=True)


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4}, indent=1)


# --- check --------------------------------------------------------------------------------------------------


def test_a_clean_file(here: Path, run: Run) -> None:
    (here / "x.py").write_text(CLEAN)
    done = run("check", "x.py")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_a_finding_in_a_pipe(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    done = run("check", "x.py")
    assert done.status == 1
    assert done.err == ""
    first, *related = done.lines
    assert first.startswith("x.py:4:36: KAC101 ")
    assert related
    assert all(line.startswith("    x.py:") for line in related)
    assert "\033" not in done.out


def test_here_is_the_default(here: Path, run: Run) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "x.py").write_text(REGRESSION)
    assert run("check").out.startswith("sub/x.py:4:36: KAC101 ")


def test_a_terminal_sees_both_places(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION.replace("model = ", "é\t= model = "))
    done = run("check", "--color", "x.py")
    lines = [line.replace("\033", "").replace("[2m", "").replace("[0m", "") for line in done.lines]
    (layer,) = (n for n, line in enumerate(lines) if line.startswith("3 | é    = model"))
    (metric,) = (n for n, line in enumerate(lines) if line.startswith("4 | model.compile"))
    assert lines[layer].index("keras.layers.Dense(1)") == lines[layer + 1].replace("[34m", "").index("-")
    assert '"accuracy"' in lines[metric]
    (underline,) = (line.replace("[33m", "") for line in lines if "^" in line)
    assert lines[metric].index('"accuracy"') == underline.index("^")
    assert underline.count("^") == len('"accuracy"')
    assert "Found 1 finding" in done.err


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_in_a_terminal(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    (here / "x.py").write_text(REGRESSION)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    found = run("check", "x.py")
    assert ("\033[" in found.out) is coloured
    assert "accuracy-on-regression" in found.out
    assert "^^^^^" in found.out
    diff = run("check", "--diff", "x.py")
    assert ('\033[32m+model.compile(loss="mse", metrics=["mae"])\033[0m\n' in diff.out) is coloured
    assert ("\033" in diff.out) is coloured
    assert "\033" not in run("check", "--no-color", "x.py").out


def test_a_diff_in_colour_is_the_same_diff(here: Path, run: Run) -> None:
    (here / "x.py").write_bytes(b"x = 1\r\n" + REGRESSION.encode())
    coloured = run("check", "--diff", "--color", "x.py").out
    assert without_colour(coloured) == run("check", "--diff", "x.py").out
    assert coloured.count("\033[1m") == 2


def test_control_characters_do_not_reach_the_terminal(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION.replace('["accuracy"])', '["accuracy"])  # \x1b[2J\x07'))
    done = run("check", "--color", "x.py")
    assert "\x1b[2J" not in done.out
    assert "\x07" not in done.out


def test_notebooks(here: Path, run: Run) -> None:
    first, second = REGRESSION.split("model.compile", 1)
    (here / "x.ipynb").write_text(notebook("%pip install keras\n" + first, "model.compile" + second, "print 2"))
    done = run("check", "x.ipynb")
    assert done.status == 1
    assert done.lines[0].startswith("x.ipynb:cell 1:1:36: KAC101 ")
    assert "x.ipynb:cell 0:4:" in done.out
    assert "x.ipynb:cell 2:1: is not valid Python" in done.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("open.py", b"model.compile(loss", "open.py:1: is not valid Python"),
        ("old.py", b"print 'x'\nmodel.compile(loss)", "old.py:1: is not valid Python"),
        ("latin.py", b"# \xe9\nmodel.compile(loss)", "latin.py:1: is not utf-8 text"),
        ("null.py", b"\0model.compile(loss)", "null.py:1: contains null bytes"),
        ("deep.py", b"x = " + b"-" * 100_000 + b"m.compile(loss)", "deep.py: is nested too deeply"),
        ("book.ipynb", b"model.compile(loss)", "book.ipynb:1: is not a notebook"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_goes_on(
    here: Path, run: Run, name: str, content: bytes, message: str
) -> None:
    (here / name).write_bytes(content)
    (here / "zzz.py").write_text(REGRESSION)
    for paths in ([name, "zzz.py"], ["."], ["zzz.py", name]):
        done = run("check", *paths)
        assert done.status == 1
        assert message in done.err
        assert len(done.err.splitlines()) == 1
        assert "zzz.py:4:36: KAC101" in done.out
    assert run("check", name).status == 1


def test_a_large_literal(here: Path, run: Run) -> None:
    (here / "x.py").write_text(f"x = '{'a' * 5_000_000}'\n" + REGRESSION)
    assert run("check", "x.py").out.startswith("x.py:5:36: KAC101")


def test_a_missing_path(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    done = run("check", "nowhere", "x.py")
    assert done.status == 2
    assert done.err == "lint-keras-acc: nowhere: no such file or directory\n"
    assert "x.py:4:36" in done.out


def test_a_pipe_is_no_file(here: Path, run: Run) -> None:
    os.mkfifo(here / "pipe.py")
    (here / "x.py").write_text(REGRESSION)
    for path in ("pipe.py", os.devnull):
        done = run("check", path, "x.py")
        assert done.status == 2
        assert done.err == f"lint-keras-acc: {path}: is neither a file nor a directory\n"
        assert "x.py:4:36" in done.out
    assert run("check").err == ""


@pytest.mark.parametrize("command", ["check", "sites"])
def test_nothing_to_lint(here: Path, run: Run, command: str) -> None:
    (here / "sub").mkdir()
    done = run(command, "sub")
    assert (done.status, done.out) == (0, "")
    assert done.err == "lint-keras-acc: no Python files or notebooks under sub\n"
    (here / "sub" / "x.py").write_text("")
    assert run(command, "sub").err == ""


def test_a_named_file_is_parsed_whatever_is_in_it(here: Path, run: Run) -> None:
    (here / "x.py").write_text("x = (\n")
    (here / "book.ipynb").write_text(notebook("x = (\n"))
    done = run("check", "x.py", "book.ipynb")
    assert done.status == 1
    assert [line.partition(": is not valid")[0] for line in done.err.splitlines()] == [
        "lint-keras-acc: x.py:1",
        "lint-keras-acc: book.ipynb:cell 0:1",
    ]
    assert piped("x = (\n", "check", "-").returncode == 1
    assert run("check").status == 0


def test_what_is_excluded_is_linted_where_it_is_named(here: Path, run: Run) -> None:
    (here / "pyproject.toml").write_text('[tool.lint-keras-acc]\nextend-exclude = ["attic/", "old.py"]\n')
    for directory in ("attic", "attic/sub"):
        (here / directory).mkdir()
        (here / directory / "x.py").write_text(REGRESSION)
    (here / "attic" / "old.py").write_text(REGRESSION)

    def files(*arguments: str) -> list[str]:
        return [line.partition(":")[0] for line in run("check", *arguments).lines if not line.startswith(" ")]

    assert files() == []
    assert files("attic") == ["attic/x.py", "attic/sub/x.py"]
    assert files("attic/old.py", "attic/sub") == ["attic/old.py", "attic/sub/x.py"]
    assert files("--force-exclude", "attic", "attic/old.py", "attic/sub", "attic/sub/x.py", ".") == []


def test_standard_input_that_is_excluded(here: Path) -> None:
    arguments = ("check", "-", "--fix", "--stdin-filename", "build/x.py")
    assert piped(REGRESSION, *arguments).stdout.decode() == CLEAN
    assert piped(REGRESSION, *arguments, "--force-exclude").stdout.decode() == REGRESSION


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check", "--select", "KAC8"],
        ["check", "--ignore", "accuracy-on-regresion"],
        ["check", "--select", ""],
        ["check", "--select", ","],
        ["check", "--select", "KAC101", "--ignore", "KAC101"],
        ["check", "--ignore", "KAC"],
        ["check", "--dialect", "keras-9"],
        ["check", "--jobs", "0"],
        ["check", "--output-format", "xml"],
        ["check", "--config", "nowhere.toml"],
        ["check", "-", "x.py"],
        ["explain", "KAC999"],
    ],
)
def test_wrong_use(arguments: list[str], run: Run) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert done.err.startswith("lint-keras-acc")
    assert len(done.err.splitlines()) == 1


def test_a_defect_of_ours(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "x.py").write_text(REGRESSION)
    (here / "y.py").write_text(LOGITS)
    (broken,) = (rule for rule in all_rules() if rule.code == "KAC101")

    def raising(site: object) -> list[object]:
        raise KeyError("of ours")

    monkeypatch.setattr(broken, "check", raising)
    done = run("check")
    assert done.status == 2
    assert "x.py: internal error: KAC101: KeyError: 'of ours'" in done.err
    assert "y.py:4:20: KAC201" in done.out
    assert run("check", "--exit-zero").status == 2


def test_selection_by_code_prefix_and_name(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    (here / "y.py").write_text(LOGITS)

    def codes(*arguments: str) -> list[str]:
        return [line.split()[1] for line in run("check", *arguments).lines if not line.startswith(" ")]

    assert codes() == ["KAC101", "KAC201"]
    assert codes("--select", "KAC1") == ["KAC101"]
    assert codes("--select", "logits-into-probability-loss") == ["KAC201"]
    assert codes("--select", "KAC1", "--extend-select", "KAC201") == ["KAC101", "KAC201"]
    assert codes("--select", "KAC1,KAC2", "--ignore", "KAC2") == ["KAC101"]
    assert codes("--ignore", "KAC1", "--ignore", "KAC2") == []


def test_hints_on_request(here: Path, run: Run) -> None:
    (here / "x.py").write_text(HINTED)
    assert run("check").status == 0
    done = run("check", "--hints")
    assert (done.status, done.lines[0].split()[1]) == (1, "KAC109")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--select", "KAC109"],
        ["--select", "kac109"],
        ["--extend-select", "KAC109"],
        ["--select", "accuracy-on-reconstruction"],
    ],
)
def test_a_rule_of_hints_that_is_selected_by_itself(here: Path, run: Run, arguments: list[str]) -> None:
    (here / "x.py").write_text(HINTED)
    assert [line.split()[1] for line in run("check", *arguments).lines[:1]] == ["KAC109"]
    assert run("check", "--select", "KAC10").status == 0
    key, rules = arguments[0].removeprefix("--"), arguments[1:]
    (here / "pyproject.toml").write_text(f"[tool.lint-keras-acc]\n{key} = {rules}\n")
    assert run("check").status == 1


def test_a_hint_of_a_rule_that_has_more_to_tell(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION.replace("Dense(1)", "Dense(1, activation='softmax')"))
    only_this_rule = ("check", "--select", "KAC101")
    assert run(*only_this_rule).status == 0
    assert run(*only_this_rule, "--hints").status == 1


def test_statistics_and_exit_zero(here: Path, run: Run) -> None:
    for name in "xyz":
        (here / f"{name}.py").write_text(REGRESSION)
    (here / "a.py").write_text(LOGITS)
    done = run("check", "--statistics", "--exit-zero")
    assert done.status == 0
    assert [line.split() for line in done.lines[-2:]] == [
        ["3", "KAC101", "accuracy-on-regression"],
        ["1", "KAC201", "logits-into-probability-loss"],
    ]


@pytest.mark.slow
def test_processes_say_the_same(here: Path, run: Run) -> None:
    for number in range(9):
        (here / f"{number}.py").write_text(REGRESSION)
    assert run("check", "-j1").out == run("check", "-j2").out != ""


def test_noqa(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION.replace('"])', '"])  # noqa: KAC101'))
    assert run("check").status == 0
    text = (here / "x.py").read_text()
    assert run("check", "--fix", "--unsafe-fixes").status == 0
    assert (here / "x.py").read_text() == text


def test_settings(here: Path, run: Run) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "x.py").write_text(REGRESSION)
    (here / "pyproject.toml").write_text("[tool.lint-keras-acc]\nignore = ['KAC101']\n")
    assert run("check", "sub/x.py").status == 0
    assert run("check", "--isolated").status == 1
    assert run("check", "--ignore", "KAC2").status == 1
    (here / "pyproject.toml").write_text("[tool.lint-keras-acc.per-file-ignores]\n'sub/*' = ['KAC1']\n")
    assert run("check").status == 0
    (here / "pyproject.toml").write_text("[tool.lint-keras-acc]\nignored = ['KAC101']\n")
    done = run("check")
    assert done.status == 2
    assert "unknown setting 'ignored'; did you mean 'ignore'?" in done.err
    assert run("check", "--config", "pyproject.toml").status == 2


# --- JSON ---------------------------------------------------------------------------------------------------

LINE = {"type": "integer", "minimum": 1}
CELL = {"type": ["integer", "null"], "minimum": 0}
STRETCH = dict.fromkeys(["line", "column", "end_line", "end_column"], LINE)
TEXT = {"type": "string", "minLength": 1}


def exactly(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


FINDINGS = {
    "type": "array",
    "items": exactly(
        path=TEXT,
        cell=CELL,
        **STRETCH,
        code={"pattern": "^KAC[0-9]{3}$"},
        name=TEXT,
        severity={"enum": ["error", "warning", "hint"]},
        message=TEXT,
        related={
            "type": "array",
            "items": exactly(path=TEXT, cell=CELL, **STRETCH, message=TEXT),
        },
        site=exactly(cell=CELL, line=LINE),
        fix={
            "anyOf": [
                {"type": "null"},
                exactly(
                    title=TEXT,
                    applicability={"enum": ["safe", "unsafe"]},
                    edits={
                        "type": "array",
                        "minItems": 1,
                        "items": exactly(cell=CELL, **STRETCH, content={"type": "string"}),
                    },
                ),
            ]
        },
    ),
}
SITES = {
    "type": "array",
    "items": exactly(
        path=TEXT,
        cell=CELL,
        line=LINE,
        dialect={"type": ["string", "null"]},
        outputs={
            "type": "array",
            "items": exactly(
                name={"type": ["string", "null"]},
                units={"type": ["integer", "null"]},
                activation={"type": ["string", "null"]},
            ),
        },
        losses={
            "type": "array",
            "items": exactly(name={"type": ["string", "null"]}, from_logits={"type": ["boolean", "null"]}),
        },
        metrics={
            "type": "array",
            "items": exactly(name={"type": ["string", "null"]}, kernel={"type": ["string", "null"]}),
        },
        labels={"enum": ["one-hot", "integer", "binary", "multi-hot", "continuous", "input", None]},
    ),
}


def test_findings_as_json(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    (here / "y.ipynb").write_text(notebook("a = 1", LOGITS))
    done = run("check", "--output-format", "json")
    assert done.status == 1
    regression, logits = json.loads(done.out)
    jsonschema.validate([regression, logits], FINDINGS)
    assert (regression["path"], regression["cell"], regression["site"]) == (
        "x.py",
        None,
        {"cell": None, "line": 4},
    )
    assert {name: regression[name] for name in STRETCH} == {
        "line": 4,
        "column": 36,
        "end_line": 4,
        "end_column": 46,
    }
    (edit,) = regression["fix"]["edits"]
    line = REGRESSION.splitlines()[edit["line"] - 1]
    assert line[: edit["column"] - 1] + edit["content"] + line[edit["end_column"] - 1 :] == line.replace(
        "accuracy", "mae"
    )
    assert (logits["cell"], logits["line"], logits["site"]) == (1, 4, {"cell": 1, "line": 4})


def test_no_findings_as_json(here: Path, run: Run) -> None:
    done = run("check", "--output-format", "json")
    assert (done.status, json.loads(done.out)) == (0, [])


def test_sites(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    done = run("sites", "--output-format", "json")
    sites = json.loads(done.out)
    jsonschema.validate(sites, SITES)
    assert done.status == 0
    assert sites == [
        {
            "path": "x.py",
            "cell": None,
            "line": 4,
            "dialect": sites[0]["dialect"],
            "outputs": [{"name": sites[0]["outputs"][0]["name"], "units": 1, "activation": "linear"}],
            "losses": [{"name": "mean_squared_error", "from_logits": None}],
            "metrics": [{"name": "accuracy", "kernel": "binary_accuracy"}],
            "labels": None,
        }
    ]
    text = run("sites", "x.py").out
    assert text.startswith("x.py:4:1: compile, keras-3")
    assert "1 unit, linear activation" in text
    assert "accuracy runs binary_accuracy" in text
    assert "[4:36]" in text


def test_sites_of_a_broken_file(here: Path, run: Run) -> None:
    (here / "x.py").write_text("model.compile(loss")
    done = run("sites", "--output-format", "json")
    assert (done.status, json.loads(done.out)) == (1, [])
    assert "x.py:1: is not valid Python" in done.err
    assert run("sites", "nowhere").status == 2


def test_sites_where_we_fail(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> object:
        raise KeyError("of ours")

    (here / "x.py").write_text(REGRESSION)
    monkeypatch.setattr("lint_keras_acc.infer.compile_sites", broken)
    done = run("sites")
    assert done.status == 2
    assert "x.py: internal error: the inference: KeyError: 'of ours'" in done.err


def test_sites_of_a_dialect(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    (site,) = json.loads(run("sites", "--output-format=json", "--dialect", "keras-2.2").out)
    assert site["dialect"] == "keras-2.2"


# --- repairs ------------------------------------------------------------------------------------------------


def test_fix(here: Path, run: Run) -> None:
    text = REGRESSION.replace("\n", "\r\n").encode()
    (here / "x.py").write_bytes(text)
    (here / "x.py").chmod(0o640)
    done = run("check", "--fix")
    assert done.status == 0
    assert "fixed 1 finding" in done.err
    assert (here / "x.py").read_bytes() == text.replace(b"accuracy", b"mae")
    assert (here / "x.py").stat().st_mode & 0o777 == 0o640
    assert run("check", "--fix").err == ""


def test_unsafe_fixes_are_asked_for(here: Path, run: Run) -> None:
    (here / "x.py").write_text(LOGITS)
    assert run("check", "--fix").status == 1
    assert (here / "x.py").read_text() == LOGITS
    assert run("check", "--fix", "--unsafe-fixes").status == 0
    assert "from_logits=True" in (here / "x.py").read_text()


def test_a_repair_takes_the_reads_of_a_key_along(here: Path, run: Run) -> None:
    path = here / "x.py"
    program = REGRESSION.replace("model.fit", "h = model.fit") + "print(h.history['accuracy'][-1])\n"
    path.write_text(program)
    run("check", "--fix", "x.py")
    assert path.read_text() == program
    assert run("check", "--fix", "--unsafe-fixes", "x.py").status == 0
    assert path.read_text() == program.replace("accuracy", "mae")


def test_a_clean_file_is_never_written(here: Path, run: Run) -> None:
    (here / "x.py").write_text(CLEAN)
    os.utime(here / "x.py", (1, 1))
    run("check", "--fix")
    assert (here / "x.py").stat().st_mtime == 1


def test_diff(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    done = run("check", "--diff")
    assert done.status == 1
    assert '-model.compile(loss="mse", metrics=["accuracy"])' in done.lines
    assert '+model.compile(loss="mse", metrics=["mae"])' in done.lines
    assert "would fix 1 finding" in done.err
    assert (here / "x.py").read_text() == REGRESSION


def test_a_file_that_cannot_be_written(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "x.py").write_text(REGRESSION)

    def denied(path: str, data: bytes) -> bool:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("lint_keras_acc.fixes.write_atomically", denied)
    done = run("check", "--fix")
    assert done.status == 1
    assert "x.py: was not fixed: Permission denied" in done.err
    assert "fixed 1 finding" not in done.err
    assert "KAC101" in done.out


def test_a_repair_that_fails(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> object:
        raise KeyError("of ours")

    (here / "x.py").write_text(REGRESSION)
    (here / "y.py").write_text(LOGITS)
    monkeypatch.setattr("lint_keras_acc.fixes.edits_in", broken)
    for arguments in (["--fix"], ["--diff"], ["--output-format", "json"]):
        done = run("check", *arguments)
        assert done.status == 2
        assert "x.py: internal error: the repair: KeyError: 'of ours'" in done.err
        assert ("KAC101" in done.out and "KAC201" in done.out) or arguments == ["--diff"]
    assert (here / "x.py").read_text() == REGRESSION


# --- standard input and output ------------------------------------------------------------------------------


@pytest.mark.slow
def test_standard_input(here: Path) -> None:
    done = piped(REGRESSION, "check", "-", "--stdin-filename", "sub/x.py")
    assert done.returncode == 1
    assert done.stdout.startswith(b"sub/x.py:4:36: KAC101")
    assert piped(CLEAN, "check", "-").returncode == 0
    assert piped("model.compile(loss", "check", "-").returncode == 1
    book = notebook(REGRESSION)
    assert piped(book, "check", "-", "--stdin-filename", "x.ipynb").stdout.startswith(b"x.ipynb:cell 0:4:36")


@pytest.mark.slow
def test_a_notebook_on_standard_input(here: Path) -> None:
    book = notebook("import re", REGRESSION)
    assert b"<stdin>:cell 1:4:36: KAC101" in piped(book, "check", "-").stdout
    old = json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": REGRESSION}]}]})
    assert b"<stdin>:cell 0:4:36: KAC101" in piped("\ufeff\n" + old, "check", "-").stdout
    assert piped(book, "check", "-", "--fix").stdout.decode() == book.replace("accuracy", "mae")
    assert b"<stdin>:cell 1:4:1" in piped(book, "sites", "-").stdout
    assert piped('{"cells": 1}["cells"]; x.compile(loss=1)', "check", "-").returncode == 0
    assert piped(book, "check", "-", "--stdin-filename", "x.py").returncode == 0


def test_fixed_standard_input(here: Path) -> None:
    done = piped(REGRESSION.replace("\n", "\r\n"), "check", "-", "--fix")
    assert done.returncode == 0
    assert done.stdout == REGRESSION.replace("accuracy", "mae").replace("\n", "\r\n").encode()
    unfixed = piped(LOGITS, "check", "-", "--fix")
    assert unfixed.stdout == LOGITS.encode()
    assert b"KAC201" in unfixed.stderr
    assert unfixed.returncode == 1
    broken = b"# \xe9 model.compile("
    assert piped(broken, "check", "-", "--fix").stdout == broken


def test_sites_of_standard_input() -> None:
    (site,) = json.loads(piped(REGRESSION, "sites", "-", "--output-format", "json").stdout)
    assert site["path"] == "<stdin>"


@pytest.mark.slow
def test_a_reader_that_goes_away(here: Path) -> None:
    for number in range(40):
        (here / f"{number}.py").write_text(REGRESSION * 50)
    command = f"{sys.executable} -m lint_keras_acc check . | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert "KAC101" in done.stdout
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["check", "x.py"], ["check", "--diff", "x.py"], ["rules"]])
def test_a_full_disk(here: Path, arguments: list[str]) -> None:
    (here / "x.py").write_text(REGRESSION)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-m", "lint_keras_acc", *arguments], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.decode() == "lint-keras-acc: cannot read or write: No space left on device\n"


def test_an_output_that_is_not_unicode(here: Path) -> None:
    (here / "é.py").write_text(REGRESSION)
    done = subprocess.run(
        [sys.executable, "-m", "lint_keras_acc", "check"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"\\xe9.py:4:36: KAC101")


# --- rules --------------------------------------------------------------------------------------------------


def test_the_rules_are_listed(run: Run) -> None:
    done = run("rules")
    assert [line.split()[0] for line in done.lines] == [rule.code for rule in all_rules()]
    listed = json.loads(run("rules", "--output-format", "json").out)
    assert [(rule["code"], rule["name"]) for rule in listed] == [(rule.code, rule.name) for rule in all_rules()]
    assert all(rule["documentation"] and rule["title"] for rule in listed)


@pytest.mark.parametrize("wanted", ["KAC101", "kac101", "accuracy-on-regression"])
def test_a_rule_is_explained(run: Run, wanted: str) -> None:
    done = run("explain", wanted)
    assert done.status == 0
    assert done.out.startswith("KAC101 accuracy-on-regression (warning)\n")
    assert "Why is this bad" in done.out


def test_a_wrong_name_is_answered_with_the_nearest(run: Run) -> None:
    assert "did you mean 'accuracy-on-regression'?" in run("explain", "accuracy-on-regresion").err


def test_the_version(run: Run) -> None:
    from lint_keras_acc import __version__

    assert run("--version").out == f"lint-keras-acc {__version__}\n"


def test_without_a_command_the_commands_are_shown(run: Run) -> None:
    done = run()
    assert (done.status, done.out) == (2, "")
    assert "lint files, notebooks, saved models" in done.err


def test_unsafe_fixes_alone_are_not_passed_over(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    assert run("check", "--unsafe-fixes", "x.py").err == "lint-keras-acc: --unsafe-fixes goes with --fix or --diff\n"
    (here / "pyproject.toml").write_text("[tool.lint-keras-acc]\nfix = true\n")
    assert run("check", "--unsafe-fixes", "x.py").status == 0


def test_a_terminal_is_told_what_is_left(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    told = run("check", "--color", "x.py").err
    assert told.endswith("to be repaired: 1 with --fix.\nMore about a rule: lint-keras-acc explain KAC101\n")
    assert run("check", "--color", "--diff", "x.py").err == "lint-keras-acc: would fix 1 finding\n"
    assert run("check", "--color", "--fix", "x.py").err == "lint-keras-acc: fixed 1 finding\nNo findings left.\n"
    assert run("check", "--color", "x.py").err == "No findings.\n"
    assert run("check", "x.py").err == ""
    (here / "x.py").write_text("print(1)\n")
    assert run("check", "--color").err == "No compile call to check.\n"
    (here / "x.py").write_text("model.compile(\n")
    assert "No findings" not in run("check", "--color").err


def test_explain_shows_the_figures_where_they_can_be_computed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("explain", "KAC103").out
    assert "honest   BinaryAccuracy(threshold=0.0)  1.0000" in told
    assert "'accuracy', cut at 0.5         0.5000" in told
    monkeypatch.setitem(sys.modules, "numpy", None)
    told = run("explain", "KAC103").out
    assert "```text" not in told
    assert told.endswith('(Where NumPy is installed, the figures of "In numbers" are shown too.)\n')


def test_explain_lists_the_rules_of_a_prefix(run: Run) -> None:
    done = run("explain", "kac10")
    assert done.status == 0
    assert [line.split()[0] for line in done.lines] == [f"KAC10{number}" for number in range(1, 10)]
    assert run("explain", "").status == 2
