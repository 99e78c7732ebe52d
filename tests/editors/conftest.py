"""What the tests of editors share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.editors.page import ROOT


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of a program `lint-keras-acc`, the one of this environment, that editors find on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "lint-keras-acc"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lint_keras_acc "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program with one finding, KAC102, that has a safe fix."""
    path = tmp_path / "project" / "article_topics.py"
    path.parent.mkdir()
    path.write_bytes((ROOT / "examples" / path.name).read_bytes())
    return path
