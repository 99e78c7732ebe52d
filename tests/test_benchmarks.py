"""The benchmarks run, on little input, and tell what they are there to tell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
PROGRAM = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
"""
FIELDS = {"repository", "path", "blob", "cell", "line", "code", "severity", "verdict", "why"}
MISREAD = b"model.compile(\xff"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BENCHMARKS.exists(), reason="needs a source tree")]


def run(script: str, *arguments: object, status: int = 0) -> str:
    """What a benchmark prints."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(not (BENCHMARKS / "judged.jsonl").exists(), reason="nothing is judged yet")
def test_judged_findings_are_well_formed() -> None:
    rows = [json.loads(line) for line in (BENCHMARKS / "judged.jsonl").read_text().splitlines()]
    assert rows
    for row in rows:
        assert set(row) >= FIELDS, row
        assert row["verdict"] in ("right", "wrong", "arguable"), row
        assert re.fullmatch("[0-9a-f]{40}", row["blob"]), row
        assert not row["path"].startswith("/"), row


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository `someone+models` with one program, in a folder of repositories."""
    directory = tmp_path / "someone+models"
    directory.mkdir()
    (directory / "model.py").write_text(PROGRAM)
    return directory


@pytest.fixture
def judged(repository: Path, tmp_path: Path) -> Path:
    """The finding in that repository, judged right."""
    path = tmp_path / "judged.jsonl"
    run("corpus.py", repository.parent, "--output", path, "--judged", tmp_path / "none", status=1)
    row = json.loads(path.read_text())
    path.write_text(json.dumps({**row, "verdict": "right", "why": "a regression"}) + "\n")
    return path


def test_speed(repository: Path) -> None:
    output = run("speed.py", repository, "--rounds", 1, "--starts", 1)
    assert "files with a compile call: 1 files" in output
    assert "lint-keras-acc --version:" in output


def test_editing(repository: Path) -> None:
    output = run("editing.py", repository, "--lines", 1)
    assert "1 files of 1 to 1200 lines" in output
    assert "while the text is a program:" in output


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_server(repository: Path) -> None:
    (repository / "model.py").write_text(PROGRAM + "batch_size = 12\n")
    output = run("server.py", repository, "--lines", 4, 9, "--keys", 8, "--starts", 2)
    assert re.search(r"start to first diagnostics: client median \d+\.\d ms", output), output
    assert re.search(r"keystroke to diagnostics, 8 in 1 files: client median \d+\.\d ms", output), output


def test_site_packages(repository: Path) -> None:
    pytest.importorskip("ruff")
    assert "lint-keras-acc / ruff:" in run("site_packages.py", repository, "--rounds", 1)


def test_corpus_tells_what_is_new(repository: Path, judged: Path) -> None:
    assert "judged and found: 1 of 1 right" in run("corpus.py", repository.parent, "--judged", judged)
    (repository / "other.py").write_text(PROGRAM)
    output = run("corpus.py", repository.parent, "--judged", judged, status=1)
    assert "new: 1\n  someone+models/other.py:4: KAC101 warning" in output


def test_corpus_tells_what_is_gone(repository: Path, judged: Path) -> None:
    judged.write_text(judged.read_text().replace("KAC101", "KAC102"))
    output = run("corpus.py", repository.parent, "--judged", judged, status=1)
    assert "gone: 1\n  [right] someone+models/model.py:4: KAC102 warning: a regression" in output


def test_corpus_tells_what_is_wrong(repository: Path, judged: Path) -> None:
    judged.write_text(judged.read_text().replace("right", "wrong"))
    output = run("corpus.py", repository.parent, "--judged", judged, status=1)
    assert "wrong: 1\n  someone+models/model.py:4: KAC101" in output


def test_corpus_does_not_compare_other_versions(repository: Path, judged: Path) -> None:
    (repository / "model.py").write_text("model.compile(\n")
    assert "gone: 0" in run("corpus.py", repository.parent, "--judged", judged)


def test_labels(repository: Path, tmp_path: Path) -> None:
    found = {"code": "KAC101", "certainty": "certain", "severity": "warning", "why": "a regression"}
    row = {
        "repo": repository.name,
        "path": "model.py",
        "cell": None,
        "line": 4,
        "outputs": [{"units": 2, "activation": "linear"}],
        "loss": [{"name": "mse", "from_logits": None}],
        "metrics": ["acc"],
        "labels": "one-hot",
        "findings": [found, {**found, "code": "KAC201"}],
    }
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps(row) + "\n")
    output = run("labels.py", repository.parent, labels)
    assert "certain alarms found: 1" in output
    assert "MISSED: someone+models/model.py:None:4: KAC201" in output
    assert "WRONG units: someone+models/model.py:None:4: 1 instead of 2" in output
    assert "all facts: 3 of 5 (60.0 %), 1 wrong" in output


def test_labels_of_programs(repository: Path, tmp_path: Path) -> None:
    row = {"repo": repository.name, "path": "model.py", "program": "1", "decidable": "static: at once"}
    rows = [
        {**row, "expected": ["KAC101"]},
        {**row, "program": "2", "expected": ["KAC204"]},
        {**row, "program": "3", "decidable": "not ours", "expected": []},
    ]
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps(row) + "\n" for row in rows))
    output = run("labels.py", repository.parent, labels)
    assert "static: found: 1" in output
    assert "MISSED: 2: KAC204; reported: KAC101" in output
    assert "FALSE: 3: KAC101" in output


def test_fix_everything(repository: Path) -> None:
    before = (repository / "model.py").read_bytes()
    output = run("fix_everything.py", repository)
    assert "safe fixes applied: 1 (KAC101 1)" in output
    assert "failed: 0" in output
    assert (repository / "model.py").read_bytes() == before


@pytest.mark.parametrize(
    ("after", "differs"),
    [
        (b"a\nX\nY\nc\n", False),
        (b"a\nc\n", False),
        (b"a\nX\nd\n", True),
        (b"A\nX\nc\n", True),
        (b"a\nX\nc", True),
        (b"a\nX\nc\n\n", True),
    ],
)
def test_outside_the_edited_lines(after: bytes, differs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from fix_everything import outside

    assert (outside(b"a\nb\nc\n", after, [(2, 2)]) is not None) is differs


def test_crash(repository: Path) -> None:
    (repository / "broken.py").write_bytes(MISREAD)
    output = run("crash.py", repository)
    assert "files: 2 in" in output
    assert "unreadable: 1; failed: 0" in output


def test_kernels() -> None:
    output = run("kernels.py", "--scale", 1000, "--rounds", 2, "--warm", "--no-keras")
    assert "| task | floor (sum), ms | max | ours | NumPy |" in output
    assert "| top-5 (10, 1,000) |" in output


def test_engines(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "train.py").write_text(PROGRAM)
    run("engines.py", "collect", tmp_path / "files.parquet", tmp_path / "code", "--count", 3)
    run("engines.py", "run", tmp_path / "files.parquet", tmp_path / "work", "single")
    told = run("engines.py", "compare", tmp_path / "work")
    assert re.search(r"^ *single +1 +3 +3 ", told, re.MULTILINE)
    assert told.endswith("all findings agree\n")
