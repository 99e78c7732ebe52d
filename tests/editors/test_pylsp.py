"""python-lsp-server shows the findings of the flake8 plugin."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editors.page import snippets
from tests.lsp.client import Editor
from tests.programs import needed_module

needed_module("pylsp")

pytestmark = pytest.mark.slow


def diagnostics_of(program: Path, settings: Any) -> list[dict[str, Any]]:
    """What python-lsp-server, configured like this, says about a file that is opened."""
    command = [sys.executable, "-m", "pylsp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=program.parent) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        editor = Editor(process.stdin, process.stdout)
        editor.initialize(program.parent)
        editor.notify("workspace/didChangeConfiguration", {"settings": settings})
        editor.open(program.as_uri(), program.read_text())
        found = editor.diagnostics(program.as_uri())
        editor.farewell()
    return [diagnostic for diagnostic in found if str(diagnostic.get("code", "")).startswith("KAC")]


def test_shows_the_codes_of_flake8(program: Path) -> None:
    (settings,) = snippets("python-lsp-server", "json")
    (found,) = diagnostics_of(program, json.loads(settings))
    assert (found["code"], found["source"]) == ("KAC102", "flake8")
    assert found["range"]["start"] == {"line": 33, "character": 13}
    assert "argmax over 12 independent sigmoid outputs" in found["message"]
