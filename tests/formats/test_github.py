"""GitHub: annotations as GitHub's own toolkit writes them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from lint_keras_acc.findings import Span
from lint_keras_acc.render import github, unicode_only
from tests.formats.project import Run
from tests.programs import needed

TOOLKIT = Path(__file__).parent / "github"


@pytest.mark.slow
def test_annotations_are_as_the_toolkit_writes_them(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told: list[dict[str, object]] = []
    write = github._command

    def keep(command: str, path: str, span: Span | None, title: str, message: str) -> str:
        properties: dict[str, object] = {"title": title, "file": unicode_only(path)}
        if span is not None:
            properties |= {"startLine": span.line, "endLine": span.end_line}
            properties |= {"startColumn": span.column, "endColumn": span.end_column}
        told.append({"command": command, "message": message, "properties": properties})
        return write(command, path, span, title, message)

    monkeypatch.setattr(github, "_command", keep)
    ours = run("github", ".", "saved.keras", "refused.keras", "not,%:there.py").out

    directory = tmp_path_factory.mktemp("toolkit") / "github"
    shutil.copytree(TOOLKIT, directory, ignore=shutil.ignore_patterns("node_modules"))
    install = [needed("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=directory, check=True, capture_output=True)
    theirs = subprocess.run(
        [needed("node"), "annotate.js"],
        cwd=directory,
        input="".join(json.dumps(annotation) + "\n" for annotation in told).encode(),
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert len(told) > 15
    assert theirs.splitlines() == ours.splitlines()
