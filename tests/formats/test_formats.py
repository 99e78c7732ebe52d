"""Every format over hostile input, over nothing, and of runs that break off."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import lint_keras_acc
from lint_keras_acc import config, engine
from lint_keras_acc.config import Settings
from lint_keras_acc.engine import Report
from lint_keras_acc.rules import all_rules
from tests.formats.project import FORMATS, LOGITS, NAMES, REGRESSION, SILENCED, Run
from tests.formats.validators import VALID, gitlab, json_lines, junit, sarif

NAMED = (".", "saved.keras", "refused.keras", "not-there.py")


def test_all_formats_are_here() -> None:
    assert set(FORMATS) == set(config.OUTPUT_FORMATS) == set(VALID)


@pytest.mark.parametrize("output_format", FORMATS)
def test_hostile_input(project: Path, run: Run, output_format: str) -> None:
    done = run(output_format, *NAMED)
    assert done.status == 2, done.err
    assert VALID[output_format](done.out)
    assert "internal error" not in done.err
    done.out.encode("ascii" if output_format in ("json", "json-lines", "sarif", "gitlab", "junit") else "utf-8")
    if output_format != "text":
        shown = done.out.replace("file=bell\x07.py", "")  # the name by which GitHub finds the file
        assert not [letter for letter in shown if not letter.isprintable() and letter != "\n"]


# The codes of the findings in an output.
CODES: dict[str, Callable[[str], list[object]]] = {
    "text": lambda out: re.findall(r"^(?! ).*?: (KAC\d{3}) ", out, re.MULTILINE),
    "concise": lambda out: re.findall(r"^.*?: (KAC\d{3}) ", out, re.MULTILINE),
    "json": lambda out: [finding["code"] for finding in json.loads(out)],
    "json-lines": lambda out: [finding["code"] for finding in json_lines(out)],
    "sarif": lambda out: [result["ruleId"] for result in sarif(out)["results"] if "suppressions" not in result],
    "github": lambda out: re.findall(r"title=(KAC\d{3}) ", out),
    "gitlab": lambda out: [issue["check_name"] for issue in gitlab(out) if issue["check_name"] != "unreadable"],
    "junit": lambda out: [case.name[:6] for suite in junit(out) for case in suite if case.name.startswith("KAC")],
}


def test_every_format_tells_the_same(project: Path, run: Run) -> None:
    told = {output_format: codes(run(output_format, *NAMED).out) for output_format, codes in CODES.items()}
    assert len(told["json"]) == len(NAMES) + 6
    assert [name for name, codes in told.items() if codes != told["json"]] == []


@pytest.mark.parametrize("output_format", FORMATS)
def test_nothing_is_found(here: Path, run: Run, output_format: str) -> None:
    for _ in range(2):
        done = run(output_format)
        assert done.status == 0
        VALID[output_format](done.out)
        (here / "clean.py").write_text(REGRESSION.replace("accuracy", "mae"))
    if output_format == "junit":
        ((case,),) = junit(done.out)
        assert (case.classname, case.name, case.is_passed) == ("clean.py", "no findings", True)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(5, "Input/output error"), RuntimeError("a defect")])
@pytest.mark.parametrize("output_format", FORMATS)
def test_a_run_that_breaks_off(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, output_format: str, error: BaseException
) -> None:
    (here / "a.py").write_text(REGRESSION)
    (here / "b.py").write_text(LOGITS)
    lint = engine.lint_file

    def break_off(path: str, settings: Settings, *, named: bool = False) -> Report:
        if path.endswith("b.py"):
            raise error
        return lint(path, settings, named=named)

    monkeypatch.setattr(engine, "lint_file", break_off)
    done = run(output_format)
    assert done.status == (130 if error is KeyboardInterrupt else 2)
    assert VALID[output_format](done.out)
    assert "KAC101" in done.out
    if output_format == "sarif":
        (invocation,) = sarif(done.out)["invocations"]
        assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_defect_of_a_rule(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, output_format: str) -> None:
    def fail(_: object) -> None:
        raise ValueError("::%0A]]>\x1b")

    rule = next(rule for rule in all_rules() if rule.code == "KAC201")
    monkeypatch.setattr(rule, "check", fail)
    (here / "a.py").write_text(REGRESSION)
    done = run(output_format)
    assert done.status == 2
    assert "KAC101" in done.out
    VALID[output_format](done.out)
    if output_format in ("sarif", "github", "gitlab", "junit"):
        assert "KAC201: ValueError: ::%" in done.out.replace("%25", "%").replace("\\u001b", "")


@pytest.mark.parametrize("output_format", [name for name in FORMATS if name != "sarif"])
def test_what_is_silenced_is_told_in_sarif_only(here: Path, run: Run, output_format: str) -> None:
    (here / "a.py").write_text(SILENCED)
    done = run(output_format)
    assert (done.status, "KAC101" in done.out) == (0, False)
    assert '"suppressions"' in run("sarif").out


@pytest.mark.parametrize("output_format", FORMATS)
def test_with_diff_the_difference_is_shown(here: Path, run: Run, output_format: str) -> None:
    (here / "a.py").write_text(REGRESSION)
    done = run(output_format, "--diff")
    assert done.out.startswith("--- a.py\n+++ a.py\n")
    assert done.status == 1


@pytest.mark.parametrize("output_format", FORMATS)
def test_fixed_findings_are_not_told(here: Path, run: Run, output_format: str) -> None:
    (here / "a.py").write_text(REGRESSION)
    done = run(output_format, "--fix")
    assert (done.status, "KAC101" in done.out) == (0, output_format == "sarif")  # its rules are listed
    VALID[output_format](done.out)


@pytest.mark.slow
def test_annotations_do_not_depend_on_the_encoding_of_the_machine(here: Path) -> None:
    (here / "ä😀.py").write_text(REGRESSION)
    command = [sys.executable, "-m", "lint_keras_acc", "check", "--isolated", "--output-format", "github"]
    environment = {**os.environ, "PYTHONPATH": str(Path(lint_keras_acc.__file__).parent.parent)}
    outputs = {
        subprocess.run(command, env={**environment, "PYTHONIOENCODING": encoding}, capture_output=True).stdout
        for encoding in ("utf-8", "cp1252")
    }
    (output,) = outputs
    assert "file=ä😀.py" in output.decode("utf-8")


@pytest.mark.parametrize("output_format", FORMATS)
def test_lines_are_told_as_files_are_done(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], output_format: str
) -> None:
    (here / "a.py").write_text(REGRESSION)
    (here / "b.py").write_text(LOGITS)
    lint = engine.lint_file
    told: list[str] = []

    def listen(path: str, settings: Settings, *, named: bool = False) -> Report:
        told.append(capfd.readouterr().out)
        return lint(path, settings, named=named)

    monkeypatch.setattr(engine, "lint_file", listen)
    done = run(output_format)
    before_any, before_b = told
    assert before_any == ""
    if output_format in ("text", "concise", "json-lines", "github"):
        assert "KAC101" in before_b
        assert "KAC201" in done.out
    else:
        assert before_b == ""
        VALID[output_format](done.out)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file(here: Path, run: Run) -> None:
    os.mkfifo("pipe")
    done = run("github", "pipe")
    assert done.status == 2
    assert done.out == "::error title=lint-keras-acc%3A unreadable,file=pipe::is neither a file nor a directory\n"


def test_the_setting(here: Path, run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    from lint_keras_acc.__main__ import main

    (here / "pyproject.toml").write_text("[tool.lint-keras-acc]\noutput-format = 'concise'\n")
    (here / "a.py").write_text(REGRESSION)
    assert main(["check"]) == 1
    assert capfd.readouterr().out.count("\n") == 1
    assert main(["sites"]) == 0
    assert capfd.readouterr().out.startswith("a.py:4:1: compile")
