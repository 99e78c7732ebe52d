"""The snippets of docs/editors.md for programs that are not here start what those start that are."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lint_keras_acc.config import parse_toml
from lint_keras_acc.lsp.actions import FIX_ALL
from tests.editors.page import PAGE, ROOT, snippets

EXTENSION = ROOT / "editors" / "vscode"


def command_of_helix() -> list[str]:
    (text,) = snippets("Helix", "toml")
    settings: Any = parse_toml(text)
    (language,) = settings["language"]
    (name,) = language["language-servers"]
    server = settings["language-server"][name]
    return [server["command"], *server["args"]]


def command_of_sublime_text() -> list[str]:
    (text,) = snippets("Sublime Text", "json")
    (client,) = json.loads(text)["clients"].values()
    assert client["enabled"]
    return list(client["command"])


def command_of_pycharm() -> list[str]:
    (text,) = snippets("PyCharm", "sh")
    return shlex.split(text)


def command_of_newer_neovim() -> list[str]:
    found = re.search(r"cmd = \{ (.*) \}", snippets("Neovim", "lua")[0])
    assert found
    return [word.strip(' "') for word in found[1].split(",")]


@pytest.mark.parametrize(
    "command", [command_of_helix, command_of_sublime_text, command_of_pycharm, command_of_newer_neovim]
)
def test_starts_the_server(command: Callable[[], list[str]]) -> None:
    assert command() == ["lint-keras-acc", "server"]


def test_the_external_tool_of_pycharm_finds_its_links(program: Path) -> None:
    arguments, output_filter = (text.strip() for text in snippets("PyCharm", "text"))
    words = [word.replace("$FilePath$", str(program)) for word in arguments.split()]
    command = [sys.executable, "-m", "lint_keras_acc", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=program.parent)
    pattern = re.escape(output_filter)
    for macro, matches in {"FILE_PATH": r"(\S+?)", "LINE": r"(\d+)", "COLUMN": r"(\d+)"}.items():
        pattern = pattern.replace(re.escape(f"${macro}$"), matches)
    links = re.findall(pattern, done.stdout)
    assert links[0] == (str(program), "34", "14"), done.stdout


def test_the_page_names_the_settings_and_the_action_that_there_are() -> None:
    properties = json.loads((EXTENSION / "package.json").read_text())["contributes"]["configuration"]["properties"]
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`(lint-keras-acc\.[\w.]+)`", text))
    assert named
    assert named <= set(properties)
    (on_save,) = snippets("Visual Studio Code", "json")
    assert list(json.loads(on_save)["[python]"]["editor.codeActionsOnSave"]) == [FIX_ALL]
    assert f"`{FIX_ALL}`" in text
