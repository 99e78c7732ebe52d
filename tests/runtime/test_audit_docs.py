"""docs/audit.md: its example runs, and its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lint_keras_acc.cli.arguments import command_parser
from lint_keras_acc.runtime.auditing.data import Audit

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()


@pytest.mark.keras
def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("keras")
    example = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    exec(compile(example, "docs/audit.md", "exec"), {})
    out = capsys.readouterr().out
    assert "Look at binary_accuracy at 0.5" in out
    assert "KAC102" in out


def test_every_option_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_parser().parse_args(["audit", "--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help", "--no-color"}
    assert options == set(re.findall(r"--[a-z][a-z-]+", PAGE)) - {"--no-color"}


def test_every_field_is_described() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert {"outputs", "findings", "disagreements", "failure", "text"} <= named
    assert all(hasattr(Audit, name) for name in ("outputs", "findings", "disagreements", "failure", "text"))
