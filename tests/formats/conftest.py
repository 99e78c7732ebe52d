"""What the tests of the output formats share: a directory that they run in, and a way to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.project import Run, make_project, run_with


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    return run_with(capfd)


@pytest.fixture
def project(here: Path) -> Path:
    make_project(here)
    return here
