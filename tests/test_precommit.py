"""The hooks, run by a real pre-commit from a local git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PROGRAM = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("pre_commit") is None or shutil.which("git") is None or not HOOKS.exists(),
        reason="needs pre-commit, git and a source tree",
    ),
]


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """A repository that has our hooks, and the package as this environment has it.

    Its hooks run in this environment instead of one that pre-commit makes, which would need a network.
    """
    repository = tmp_path / "hooks"
    repository.mkdir()
    text = HOOKS.read_text().replace("language: python", "language: system")
    command = f"{sys.executable} -m lint_keras_acc "
    (repository / ".pre-commit-hooks.yaml").write_text(text.replace("entry: lint-keras-acc ", f"entry: {command}"))
    git(repository, "init", "-q")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "hooks")
    return repository


def pre_commit(project: Path, hooks: Path, hook: str) -> subprocess.CompletedProcess[str]:
    revision = git(hooks, "rev-parse", "HEAD").strip()
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
    )
    git(project, "add", ".")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PRE_COMMIT_HOME": str(project.parent / "cache"), "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    git(directory, "init", "-q")
    (directory / "model.py").write_text(PROGRAM)
    (directory / "notes.txt").write_text("model.compile(")
    return directory


def test_the_hook_finds(project: Path, hooks: Path) -> None:
    done = pre_commit(project, hooks, "lint-keras-acc")
    assert done.returncode == 1, done
    assert "model.py:4:36: KAC101" in done.stdout
    assert "notes.txt" not in done.stdout


def test_the_hook_is_content_with_a_clean_project(project: Path, hooks: Path) -> None:
    (project / "model.py").write_text(PROGRAM.replace("accuracy", "mae"))
    done = pre_commit(project, hooks, "lint-keras-acc")
    assert done.returncode == 0, done
    assert "Passed" in done.stdout


@pytest.mark.parametrize("hook", ["lint-keras-acc", "lint-keras-acc-fix"])
def test_the_hooks_leave_out_what_is_excluded(project: Path, hooks: Path, hook: str) -> None:
    (project / "pyproject.toml").write_text('[tool.lint-keras-acc]\nextend-exclude = ["model.py"]\n')
    done = pre_commit(project, hooks, hook)
    assert done.returncode == 0, done
    assert (project / "model.py").read_text() == PROGRAM


def test_the_hook_that_repairs(project: Path, hooks: Path) -> None:
    done = pre_commit(project, hooks, "lint-keras-acc-fix")
    assert done.returncode == 1, done
    assert "files were modified by this hook" in done.stdout
    assert (project / "model.py").read_text() == PROGRAM.replace("accuracy", "mae")
    assert pre_commit(project, hooks, "lint-keras-acc-fix").returncode == 0
