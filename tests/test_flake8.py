"""The plugin in a real flake8, which finds it by its entry point."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from lint_keras_acc.flake8_plugin import KerasAccuracyPlugin

PROGRAM = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
"""
FOUND = "4:36: KAC101 "
RECONSTRUCTION = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(8, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, x)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not any(entry.name == "KAC" for entry in entry_points(group="flake8.extension")),
        reason="lint-keras-acc is not installed here",
    ),
]


def flake8(
    directory: Path, *arguments: str, stdin: str | None = None, select: str = "KAC"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flake8", f"--select={select}", *arguments],
        cwd=directory,
        input=stdin,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(PROGRAM)
    return tmp_path


def test_a_finding(project: Path) -> None:
    done = flake8(project, "model.py")
    assert done.stdout.startswith(f"model.py:{FOUND}"), done
    assert len(done.stdout.splitlines()) == 1
    assert done.returncode == 1


def test_codes_are_on_by_default(project: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "flake8", "model.py"], cwd=project, capture_output=True, text=True)
    assert FOUND in done.stdout


def test_select_and_ignore(project: Path) -> None:
    assert flake8(project, "model.py", select="KAC101").stdout
    assert not flake8(project, "model.py", select="KAC2").stdout
    assert not flake8(project, "--extend-ignore=KAC101", "model.py").stdout
    assert not flake8(project, "--per-file-ignores=model.py:KAC1", "model.py").stdout


def test_noqa(project: Path) -> None:
    (project / "model.py").write_text(PROGRAM.replace('"])\n', '"])  # noqa: KAC101\n'))
    assert not flake8(project, "model.py").stdout
    assert flake8(project, "--disable-noqa", "model.py").stdout


def test_standard_input(project: Path) -> None:
    assert flake8(project, "-", stdin=PROGRAM).stdout.startswith(f"stdin:{FOUND}")
    assert flake8(project, "-", "--stdin-display-name=sub/x.py", stdin=PROGRAM).stdout.startswith("sub/x.py:")


def test_processes(project: Path) -> None:
    for number in range(8):
        (project / f"other{number}.py").write_text(PROGRAM)
    assert len(flake8(project, "-j4", ".").stdout.splitlines()) == 9


def test_columns_after_what_is_not_ascii(project: Path) -> None:
    (project / "model.py").write_text(PROGRAM.replace("model.compile", "s = 'é😀'; model.compile"), "utf-8")
    assert ":4:46: KAC101" in flake8(project, "model.py").stdout


def test_hints_on_request(project: Path) -> None:
    (project / "model.py").write_text(RECONSTRUCTION)
    assert not flake8(project, "model.py").stdout
    assert "KAC109" in flake8(project, "--keras-hints", "model.py").stdout
    (project / ".flake8").write_text("[flake8]\nkeras-hints = true\n")
    assert "KAC109" in flake8(project, "model.py").stdout


def test_hints_of_a_rule_that_is_selected_by_its_code(project: Path) -> None:
    (project / "model.py").write_text(RECONSTRUCTION)
    assert "KAC109" in flake8(project, "model.py", select="KAC109").stdout
    assert "KAC109" in flake8(project, "--extend-select=KAC109,KAC999", "model.py").stdout
    assert not flake8(project, "model.py", select="KAC10").stdout


@pytest.mark.parametrize("option", ["keras-dialect = keras-9", "keras_dialect = nonsense"])
def test_a_dialect_that_is_none(project: Path, option: str) -> None:
    (project / ".flake8").write_text(f"[flake8]\n{option}\n")
    done = flake8(project, "model.py")
    assert done.returncode != 0
    assert "keras-dialect" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_dialect_of_options_and_pins(project: Path) -> None:
    """Where the loss resolves 'accuracy', twelve sigmoids under binary cross-entropy are counted singly."""
    (project / "model.py").write_text(
        PROGRAM.replace("Dense(1)", "Dense(12, activation='sigmoid')").replace("mse", "binary_crossentropy")
    )
    assert "KAC102" in flake8(project, "model.py").stdout
    assert "KAC102" not in flake8(project, "--keras-dialect=keras-2.2", "model.py").stdout
    (project / "requirements.txt").write_text("keras==2.2.4\n")
    assert "KAC102" not in flake8(project, "model.py").stdout
    assert "KAC102" in flake8(project, "--no-keras-project-pins", "model.py").stdout
    assert "KAC102" in flake8(project, "--keras-dialect=keras-3", "model.py").stdout


def test_a_syntax_error_is_flake8s(project: Path) -> None:
    (project / "model.py").write_text("model.compile(\n")
    done = flake8(project, "model.py", select="KAC,E9")
    assert "E999" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_defect_of_ours_kills_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*arguments: object) -> object:
        raise RuntimeError("of ours")

    monkeypatch.setattr("lint_keras_acc.engine.lint_tree", broken)
    plugin = KerasAccuracyPlugin(ast.parse(PROGRAM), PROGRAM.splitlines(keepends=True), "x.py")
    assert list(plugin.run()) == []
    assert "x.py: lint-keras-acc failed: RuntimeError: of ours" in capsys.readouterr().err
