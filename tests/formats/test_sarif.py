"""SARIF: places, fixes and suppressions mean what they say, and other programs read them so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from lint_keras_acc.rules import all_rules, rule_page
from tests.formats.project import LOGITS, MULTI_LABEL, REGRESSION, SILENCED, Run, notebook
from tests.formats.validators import gitlab, sarif

ALL = (".", "saved.keras", "refused.keras", "not-there.py")


def file_of(location: dict[str, Any]) -> Path:
    """The file that a location means."""
    artifact = location["artifactLocation"]
    parts = urlsplit(artifact["uri"])
    assert (parts.scheme == "") == ("uriBaseId" in artifact)
    assert parts.query + parts.fragment == ""
    return Path(os.fsdecode(unquote_to_bytes(parts.path)))


def text_at(text: str, region: dict[str, int]) -> str:
    """The text in a region of one line, counted as `columnKind` says."""
    assert region["startLine"] == region["endLine"]
    line = re.split("\r\n|\n|\r", text)[region["startLine"] - 1]
    return line[region["startColumn"] - 1 : region["endColumn"] - 1]


def offset(text: str, line: int, column: int) -> int:
    """Where a line and a column are in a text of lines that end in a newline."""
    return sum(len(before) + 1 for before in text.split("\n")[: line - 1]) + column - 1


def with_fix(text: str, fix: dict[str, Any]) -> str:
    """The text of the one file that a fix changes, after it."""
    (change,) = fix["artifactChanges"]
    for replacement in reversed(change["replacements"]):
        region = replacement["deletedRegion"]
        start = offset(text, region["startLine"], region["startColumn"])
        end = offset(text, region["endLine"], region["endColumn"])
        text = text[:start] + replacement["insertedContent"]["text"] + text[end:]
    return text


def test_places_are_those_in_the_files(project: Path, run: Run) -> None:
    """Also in notebooks, whose cells are strings of JSON there, and behind an emoji."""
    told = []
    for result in sarif(run("sarif", *ALL).out)["results"]:
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert file_of(physical).exists()
        if "region" in physical:
            told.append(text_at(file_of(physical).read_text(encoding="utf-8"), physical["region"]))
        else:
            assert file_of(physical) == Path("saved.keras")
            assert location["logicalLocations"][0]["name"] == "line 7 of the portrait"
    assert len(told) > 10
    assert {text.strip("\\")[:10] for text in told} == {'"accuracy\\', '"accuracy"', '"categoric', '"a%0Ab,c:d'}


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("program", [REGRESSION, LOGITS, MULTI_LABEL.replace("(loss", "('é😀', loss")])
def test_fixes_are_those_of_the_command(here: Path, run: Run, program: str, indent: int | None) -> None:
    (here / "x.py").write_text(program, encoding="utf-8")
    cells = program.splitlines(keepends=True)
    (here / "x.ipynb").write_text(notebook("".join(cells[:3]), "".join(cells[3:]), indent=indent), encoding="utf-8")
    log = sarif(run("sarif").out)
    run("text", "--fix", "--unsafe-fixes")
    before = {"x.py": program, "x.ipynb": notebook("".join(cells[:3]), "".join(cells[3:]), indent=indent)}
    assert len(log["results"]) == 2
    for result in log["results"]:
        (fix,) = result["fixes"]
        path = file_of(fix["artifactChanges"][0])
        assert with_fix(before[path.name], fix) == path.read_text(encoding="utf-8")


def test_paths_elsewhere_are_told_as_a_whole(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "inside").mkdir()
    (here / "out side.py").write_text(REGRESSION)
    (here / "inside" / "x.py").write_text(REGRESSION)
    monkeypatch.chdir(here / "inside")
    first, second = sarif(run("sarif", "../out side.py", str(here / "inside" / "x.py")).out)["results"]
    (outside,), (inside,) = first["locations"], second["locations"]
    assert outside["physicalLocation"]["artifactLocation"] == {"uri": (here / "out side.py").as_uri()}
    assert inside["physicalLocation"]["artifactLocation"]["uri"] == "x.py"


def test_related_places(here: Path, run: Run) -> None:
    (here / "x.py").write_text(LOGITS)
    (result,) = sarif(run("sarif").out)["results"]
    (related,) = result["relatedLocations"]
    assert text_at(LOGITS, related["physicalLocation"]["region"]) == "keras.layers.Dense(3)"
    assert related["message"]["text"] == "the model ends in 3 linear outputs"


def test_suppressed_findings(here: Path, run: Run) -> None:
    (here / "a.py").write_text(SILENCED)
    (here / "b.py").write_text(LOGITS)
    (here / "c.py").write_text(MULTI_LABEL)
    run("text", "--write-baseline", "known.json", "b.py")
    done = run("sarif", "--baseline", "known.json")
    kinds = [
        (result["ruleId"], [suppression["kind"] for suppression in result.get("suppressions", [])])
        for result in sarif(done.out)["results"]
    ]
    assert kinds == [("KAC101", ["inSource"]), ("KAC201", ["external"]), ("KAC102", [])]
    assert done.status == 1
    (first,) = sarif(run("sarif", "--write-baseline", "new.json", "b.py").out)["results"]
    assert first["suppressions"][0]["kind"] == "external"


def test_hints_that_are_off_are_not_told_where_they_are_silenced(here: Path, run: Run) -> None:
    hinted = MULTI_LABEL.rstrip() + "  # noqa: KAC\nmodel.fit(x, x)\n"
    (here / "a.py").write_text(hinted)
    assert sarif(run("sarif").out)["results"] == []
    assert [result["level"] for result in sarif(run("sarif", "--hints").out)["results"]] == ["note"]


def test_what_could_not_be_read(project: Path, run: Run) -> None:
    (invocation,) = sarif(run("sarif", *ALL).out)["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (2, False)
    told = {}
    for notification in invocation["toolExecutionNotifications"]:
        (location,) = notification["locations"]
        physical = location["physicalLocation"]
        told[file_of(physical).name] = physical.get("region", {}).get("startLine"), notification["message"]["text"]
        assert notification["level"] == "error"
    assert told == {
        "broken.py": (1, "is not valid Python: '(' was never closed"),
        "no-text.py": (2, "is not utf-8 text: invalid start byte"),
        "one-line.ipynb": (1, "cell 2, line 1: is not valid Python: invalid syntax"),
        "refused.keras": (None, "is no saved model: neither a .keras archive nor an HDF5 file"),
        "not-there.py": (None, "no such file or directory"),
    }


def test_the_exit_status(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    for arguments, code in (((), 1), (("--exit-zero",), 0)):
        (invocation,) = sarif(run("sarif", *arguments).out)["invocations"]
        assert (invocation["exitCode"], invocation["executionSuccessful"]) == (code, True)


def test_rules(here: Path, run: Run) -> None:
    driver = sarif(run("sarif").out)["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in all_rules()]
    for rule in driver["rules"]:
        assert rule["helpUri"] == rule_page(rule["id"])
        assert "## Why is this bad" in rule["help"]["markdown"]
        assert rule["fullDescription"]["text"] != rule["shortDescription"]["text"]
        assert "\n" not in rule["shortDescription"]["text"] + rule["fullDescription"]["text"]


def test_rules_of_results(project: Path, run: Run) -> None:
    log = sarif(run("sarif", *ALL).out)
    rules = log["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in log["results"])


def test_a_program_puts_no_link_into_a_message(project: Path, run: Run) -> None:
    (result,) = sarif(run("sarif", "nasty.py").out)["results"]
    assert "[y] (https://example.org)" in result["message"]["text"]


# --- fingerprints -------------------------------------------------------------------------------------------


def fingerprints(run: Run) -> tuple[list[str], list[str]]:
    """Those that SARIF and GitLab get."""
    results = sarif(run("sarif").out)["results"]
    issues = gitlab(run("gitlab").out)
    ours = [result["partialFingerprints"]["contentIdentity/v1"] for result in results]
    return ours, [str(issue["fingerprint"]) for issue in issues]


def test_fingerprints_stay_while_lines_move(here: Path, run: Run) -> None:
    twice = REGRESSION + REGRESSION + LOGITS
    (here / "x.py").write_text(twice)
    before = fingerprints(run)
    assert before[0] == before[1]
    assert len(set(before[0])) == 3
    (here / "x.py").write_text("import os\n\n" + twice.replace('loss="mse", ', "loss='mse',  # squares\n    "))
    assert fingerprints(run) == before
    (here / "x.py").write_text(twice.replace('metrics=["accuracy"]', 'metrics=["acc"]'))
    assert fingerprints(run)[0][:2] != before[0][:2]
    assert fingerprints(run)[0][2] == before[0][2]


def test_fingerprints_do_not_depend_on_how_a_path_is_written(here: Path, run: Run) -> None:
    (here / "x.py").write_text(REGRESSION)
    told = {run("gitlab", path).out.split('"fingerprint": ')[1][:66] for path in ("x.py", "./x.py", str(here / "x.py"))}
    assert len(told) == 1


# --- programs of others -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sarif_tools_read_it(project: Path, run: Run) -> None:
    """Its summary counts the findings that count, and its Code Climate report is our report for GitLab."""
    paths = [path.name for path in project.iterdir() if path.suffix == ".py" and path.name.isascii()]
    paths = [path for path in paths if path.isprintable() and path not in ("silenced.py", "broken.py", "no-text.py")]
    log = json.loads(run("sarif", *paths).out)
    issues = gitlab(run("gitlab", *paths).out)
    (project / "log.sarif").write_text(json.dumps(log))
    command = [sys.executable, "-m", "sarif", "codeclimate", "log.sarif", "--output", "theirs.json"]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    theirs = json.loads((project / "theirs.json").read_text())

    def common(issue: dict[str, Any]) -> tuple[object, ...]:
        return issue["type"], issue["check_name"], issue["location"]["lines"]["begin"], issue["categories"]

    assert len(theirs) == len(issues) > 5
    assert sorted(map(common, theirs)) == sorted(map(common, issues))
    assert all(set(issue) <= set(issues[0]) for issue in theirs)
    assert all(isinstance(ours, type(theirs[0][key])) for key, ours in issues[0].items() if key in theirs[0])
