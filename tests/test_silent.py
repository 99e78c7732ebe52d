"""Programs with which nothing is wrong: no rule may report an error or a warning in any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.discovery import SUFFIXES
from lint_keras_acc.engine import lint_source
from lint_keras_acc.source import read_source

FOLDER = Path(__file__).parent / "fixtures" / "silent"
PROGRAMS = sorted(path for path in FOLDER.iterdir() if path.suffix in SUFFIXES)
PATTERNS = {f"p{number:02}" for number in range(1, 24)}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_nothing_is_reported(path: Path) -> None:
    report = lint_source(read_source(path.name, path.read_bytes()), Settings(project_pins=False))
    assert [(finding.code, finding.span.line, finding.message) for finding in report.findings] == []
    assert not report.errors
    assert not report.failures


def test_every_pattern_has_a_program() -> None:
    assert {path.name[:3] for path in PROGRAMS} >= PATTERNS
