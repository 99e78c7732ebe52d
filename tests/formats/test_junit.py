"""JUnit: what a CI server makes of it."""

from __future__ import annotations

from pathlib import Path

from junitparser import Error, Failure

from tests.formats.project import MULTI_LABEL, Run, notebook
from tests.formats.validators import junit


def test_files_are_suites_and_findings_are_failed_tests(project: Path, run: Run) -> None:
    suites = {suite.name: list(suite) for suite in junit(run("junit", ".", "not-there.py").out)}
    assert [case.is_passed for case in suites["clean.py"]] == [True]
    assert [case.is_passed for case in suites["silenced.py"]] == [True]
    (case,) = suites["a b.py"]
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert (case.name.split(":")[0], failure.type) == ("KAC101 accuracy-on-regression", "warning")
    assert failure.text.splitlines()[0] == failure.message
    for name in ("broken.py", "no-text.py", "not-there.py"):
        ((error,),) = (case.result for case in suites[name])
        assert isinstance(error, Error)
    assert {"bell\\x07.py", "zwei\nzeilen.py", "ä😀.py", "caf\\udce9.py", '<&>".py'} <= set(suites)


def test_what_is_said_of_a_finding(here: Path, run: Run) -> None:
    lines = MULTI_LABEL.splitlines(keepends=True)
    (here / "x.ipynb").write_text(notebook("".join(lines[:3]), lines[3]))
    ((case,),) = junit(run("junit").out)
    first, *related, fix, page = case.result[0].text.splitlines()
    assert first.startswith("x.ipynb:cell 2:1:52: 'accuracy' runs categorical_accuracy here")
    assert related[0] == "x.ipynb:cell 1:3:61: the model ends in 12 independent sigmoid outputs"
    assert fix.startswith("Fix (unsafe): Replace 'accuracy'")
    assert page.endswith("/rules/KAC102/")
