"""Emacs with eglot, set up as docs/editors.md says: opens a file, shows the diagnostics, applies the action."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.editors.page import snippets
from tests.programs import is_missing, needed

pytestmark = pytest.mark.slow

USE = Path(__file__).parent / "emacs.el"


def emacs(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Emacs without a window, with its packages as they are when it starts with one."""
    return subprocess.run(
        [needed("emacs"), "--batch", "-f", "package-activate-all", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_shows_and_repairs(program: Path, on_path: Path, tmp_path: Path) -> None:
    if emacs("--eval", "(require 'eglot)").returncode != 0:
        is_missing("eglot, for Emacs,")
    (snippet,) = snippets("Emacs", "elisp")
    (tmp_path / "init.el").write_text(snippet)
    answers = tmp_path / "answers.json"
    done = emacs(
        *("-l", tmp_path / "init.el", "-l", USE), HOME=str(tmp_path), PROGRAM=str(program), ANSWERS=str(answers)
    )
    assert answers.exists(), done.stdout + done.stderr
    said = json.loads(answers.read_text())
    (found,) = said["before"]
    assert (found["line"], found["text"]) == (34, '"accuracy"')
    assert "KAC102" in found["message"]
    assert "categorical_accuracy" in said["hover"]
    assert said["actions"][0] == "Replace 'accuracy' by BinaryAccuracy(name='accuracy')"
    assert said["after"] == []
    assert 'metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],' in program.read_text()
