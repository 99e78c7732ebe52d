"""Neovim, set up as docs/editors.md says: opens a file, shows the diagnostics, applies the action."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.editors.page import snippets
from tests.programs import needed

pytestmark = pytest.mark.slow

USE = Path(__file__).parent / "neovim.lua"


def test_shows_and_repairs(program: Path, on_path: Path, tmp_path: Path) -> None:
    older = snippets("Neovim", "lua")[1]
    (tmp_path / "init.lua").write_text(older)
    answers = tmp_path / "answers.json"
    done = subprocess.run(
        [needed("nvim"), "--headless", "--clean", "-u", tmp_path / "init.lua", "-c", f"luafile {USE}"],
        env={**os.environ, "HOME": str(tmp_path), "PROGRAM": str(program), "ANSWERS": str(answers)},
        cwd=program.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert answers.exists(), done.stdout + done.stderr
    said = json.loads(answers.read_text())
    (found,) = said["before"]
    assert (found["line"], found["column"], found["end"]) == (33, 13, 23)
    assert (found["code"], found["source"]) == ("KAC102", "lint-keras-acc")
    assert "categorical_accuracy" in "\n".join(said["hover"])
    assert said["actions"][0] == "Replace 'accuracy' by BinaryAccuracy(name='accuracy')"
    assert said["after"] == []
    assert 'metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],' in program.read_text()
