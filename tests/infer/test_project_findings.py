"""Findings whose halves stand in several files of a project: by the engine, the command and flake8."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from lint_keras_acc.agreement import at_home
from lint_keras_acc.cli import main
from lint_keras_acc.config import Settings, settings_from
from lint_keras_acc.engine import Report, file_sites, lint_file, lint_source
from lint_keras_acc.findings import Applicability, Finding, Fix, Related, Replace, SetArgument, Severity, Span
from lint_keras_acc.source import read_source
from tests.infer.projects import BUILDER, COMPILE, write

pytestmark = pytest.mark.slow

PROGRAM = f"from models import build\nmodel = build()\n{COMPILE}"
REGRESSION = (
    "import keras\nMETRICS = ['accuracy']\n\ndef build():\n    return keras.Sequential([keras.layers.Dense(1)])\n"
)
TRAINING = "from models import METRICS, build\nmodel = build()\nmodel.compile(\n    loss='mse', metrics=METRICS)\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(report: Report) -> list[str]:
    assert not report.errors
    assert not report.failures
    return [finding.code for finding in report.findings]


def test_a_finding_stands_in_the_linted_file(here: Path) -> None:
    write(here, {"models.py": BUILDER, "train.py": PROGRAM})
    (finding,) = lint_file("train.py", Settings()).findings
    assert (finding.code, finding.span.path, finding.span.line) == ("KAC102", "train.py", 3)
    assert ("models.py", 7) in [(related.span.path, related.span.line) for related in finding.related]
    assert finding.fix is not None


def test_a_guilty_value_of_another_file_is_told_at_the_compile_call(here: Path) -> None:
    write(here, {"models.py": REGRESSION, "train.py": TRAINING})
    (finding,) = lint_file("train.py", Settings()).findings
    assert finding.code == "KAC101"
    assert finding.span.path == "train.py"
    assert finding.site.line <= finding.span.line <= finding.site.end_line
    assert ("models.py", 2, 12) in [(there.span.path, there.span.line, there.span.column) for there in finding.related]
    assert finding.fix is None


def test_a_path_is_written_as_that_of_the_linted_file(here: Path) -> None:
    write(here, {"models.py": BUILDER, "inner/train.py": PROGRAM})
    (finding,) = lint_file("inner/train.py", Settings()).findings
    assert {there.span.path for there in finding.related} == {"models.py", "inner/train.py"}
    (finding,) = lint_file(str(here / "inner" / "train.py"), Settings()).findings
    assert str(here / "models.py") in {there.span.path for there in finding.related}


HOME, SITE = Span("a.py", None, 3, 5, 3, 10), Span("a.py", None, 3, 1, 4, 2)
AWAY = Span("b.py", None, 3, 5, 3, 10)
FINDING = Finding("KAC101", "name", Severity.ERROR, "message", AWAY, SITE)


def test_the_part_of_the_call_that_a_rule_names_comes_first() -> None:
    before = Related(Span("a.py", None, 1, 5, 1, 10), "before the call")
    moved = at_home(replace(FINDING, related=(before, Related(HOME, "the loss"))))
    assert moved.span == HOME
    assert moved.related[0].span == AWAY
    assert at_home(FINDING).span == SITE
    assert at_home(replace(FINDING, span=HOME)) == replace(FINDING, span=HOME)


@pytest.mark.parametrize(
    ("fix", "stays"),
    [
        (Replace(HOME, "x"), True),
        (SetArgument(SITE, "loss", "x"), True),
        (Replace(AWAY, "x"), False),
        (SetArgument(AWAY, "loss", "x"), False),
    ],
)
def test_a_fix_edits_the_linted_file_only(fix: Replace | SetArgument, stays: bool) -> None:
    finding = replace(FINDING, span=HOME, fix=Fix("Do", Applicability.SAFE, (Replace(HOME, "y"), fix)))
    assert (at_home(finding).fix is not None) is stays


def test_a_program_without_a_file_imports_nothing(here: Path) -> None:
    write(here, {"models.py": BUILDER})
    assert codes(lint_source(read_source("<stdin>", PROGRAM.encode()), Settings())) == []
    assert codes(lint_source(read_source("not_saved.py", PROGRAM.encode()), Settings())) == ["KAC102"]


# --- options ------------------------------------------------------------------------------------------------


def test_options_of_the_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"models.py": BUILDER, "inner/pyproject.toml": "", "inner/train.py": PROGRAM})
    assert main(["check", "inner/train.py"]) == 0
    assert main(["check", "--project-root", ".", "inner/train.py"]) == 1
    assert "models.py:7:" in capsys.readouterr().out
    assert main(["check", "--project-root", ".", "-j", "2", "inner"]) == 1
    write(here, {"train.py": PROGRAM})
    assert main(["check", "train.py"]) == 1
    assert main(["check", "--no-project", "train.py"]) == 0
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["check", "--project-root", "nowhere", "train.py"])
    assert "no such directory: 'nowhere'" in capsys.readouterr().err


def test_options_of_the_configuration(here: Path) -> None:
    write(here, {"models.py": BUILDER, "inner/setup.cfg": "", "inner/train.py": PROGRAM})
    path = str(here / "inner" / "pyproject.toml")
    found = settings_from({"project-root": ".."}, path)
    assert codes(lint_file("inner/train.py", Settings())) == []
    assert codes(lint_file("inner/train.py", found)) == ["KAC102"]
    assert codes(lint_file("inner/train.py", replace(found, no_project=True))) == []


def test_standard_input_is_beside_the_file_that_it_is_called(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"inner/models.py": BUILDER})
    command = [sys.executable, "-m", "lint_keras_acc", "check", "-"]
    for arguments, status in ((["--stdin-filename", "inner/train.py"], 1), ([], 0)):
        done = subprocess.run([*command, *arguments], input=PROGRAM, capture_output=True, text=True)
        assert done.returncode == status, done


@pytest.mark.skipif(
    not any(entry.name == "KAC" for entry in entry_points(group="flake8.extension")),
    reason="lint-keras-acc is not installed here",
)
def test_flake8(here: Path) -> None:
    write(
        here,
        {"lib/models.py": BUILDER, "inner/setup.cfg": "", "inner/train.py": PROGRAM.replace("models", "lib.models")},
    )

    def flake8(*arguments: str, stdin: str | None = None) -> str:
        command = [sys.executable, "-m", "flake8", "--isolated", "--select=KAC", *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True)
        assert not done.stderr
        return done.stdout

    assert flake8("inner/train.py") == ""
    assert flake8("--keras-project-root=.", "inner/train.py").startswith("inner/train.py:3:70: KAC102 ")
    assert flake8("--keras-project-root=.", "--no-keras-project", "inner/train.py") == ""
    write(here, {"train.py": PROGRAM.replace("models", "lib.models")})
    assert "KAC102" in flake8("train.py")
    assert flake8("-", stdin=PROGRAM.replace("models", "lib.models")) == ""
    assert "KAC102" in flake8("--stdin-display-name=train.py", "-", stdin=PROGRAM.replace("models", "lib.models"))


# --- time ---------------------------------------------------------------------------------------------------


def test_a_file_that_takes_too_long_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"models.py": REGRESSION, "train.py": TRAINING})
    clock = iter(range(0, 1000, 5))
    monkeypatch.setattr("lint_keras_acc.infer.evaluate.thread_time", lambda: next(clock))
    monkeypatch.setattr("lint_keras_acc.engine.thread_time", lambda: 0)
    report = lint_file("train.py", Settings(time_limit=7))
    assert [str(error) for error in report.errors] == [
        "train.py: takes longer than 7 seconds: not all of it was checked"
    ]
    assert not report.failures
    calls, report = file_sites("train.py", Settings(time_limit=7))
    assert (calls, len(report.errors)) == ([], 1)


def test_a_fix_is_not_spelled_where_nothing_imports_keras(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"models.py": BUILDER, "train.py": f"from models import build\nmodel = build()\n{COMPILE}"})
    main(["check", "--isolated", "--fix", "--unsafe-fixes", "train.py"])
    assert "it cannot be expressed in this text, which imports no Keras" in capsys.readouterr().err
