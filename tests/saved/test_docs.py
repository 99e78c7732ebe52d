"""docs/saved-models.md: what it quotes is what the command says, and its bounds are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lint_keras_acc.cli import main
from lint_keras_acc.saved import hdf5, hdf5_attributes
from lint_keras_acc.saved.files import SUFFIXES
from lint_keras_acc.saved.graph import MAX_OUTPUTS
from lint_keras_acc.saved.parsing import MAX_TEXT
from tests.saved.making import archive, compiled, dense, sequential

PAGE = (Path(__file__).parents[2] / "docs" / "saved-models.md").read_text()


def test_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    model = sequential(dense(5, "sigmoid", "topics"))
    archive(tmp_path / "topics.keras", compiled(model, loss="binary_crossentropy", metrics=["accuracy"]))
    quoted = re.findall(r"<!-- output of: lint-keras-acc (.*?) -->\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert [arguments.split()[0] for arguments, _ in quoted] == ["check", "sites"]
    for arguments, text in quoted:
        main(arguments.split())
        assert capsys.readouterr().out == text


def test_bounds() -> None:
    for words in (
        f"{MAX_TEXT // 2**20} MB each",
        f"| outputs | {MAX_OUTPUTS} |",
        f"{hdf5.SECONDS} seconds of computing, {hdf5_attributes.MEMORY // 2**30} GB of memory",
        f"on Windows only {2 * hdf5.SECONDS} seconds",
    ):
        assert words in PAGE
    assert all(suffix in PAGE for suffix in SUFFIXES)
