"""Programs with which nothing is wrong: no rule may report an error or a warning in any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

engine = pytest.importorskip("lint_keras_acc.engine")

PROGRAMS = sorted((Path(__file__).parent / "fixtures" / "silent").iterdir())
PATTERNS = {f"p{number:02}" for number in range(1, 24)}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_nothing_is_reported(path: Path) -> None:
    findings = engine.check_source(path.read_bytes(), path.name).findings
    loud = [finding for finding in findings if finding.severity.rank > 0]
    assert [(finding.code, finding.span.line, finding.message) for finding in loud] == []


def test_every_pattern_has_a_program() -> None:
    assert {path.name[:3] for path in PROGRAMS} >= PATTERNS
