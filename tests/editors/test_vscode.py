"""The extension for Visual Studio Code: built, tested and packaged as a release is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from lint_keras_acc import __version__
from tests.editors.page import ROOT
from tests.programs import needed

EXTENSION = ROOT / "editors" / "vscode"


def test_version_and_licence_are_those_of_the_package() -> None:
    assert json.loads((EXTENSION / "package.json").read_text())["version"] == __version__
    assert (EXTENSION / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_every_setting_and_command_is_in_the_readme() -> None:
    contributed = json.loads((EXTENSION / "package.json").read_text())["contributes"]
    readme = (EXTENSION / "README.md").read_text()
    assert [name for name in contributed["configuration"]["properties"] if f"| `{name}` |" not in readme] == []
    assert [one["title"] for one in contributed["commands"] if f"lint-keras-acc: {one['title']}" not in readme] == []


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((EXTENSION / "package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


@pytest.mark.slow
def test_builds_and_runs(tmp_path: Path) -> None:
    npm = needed("npm")
    sources = tmp_path / "vscode"
    shutil.copytree(EXTENSION, sources, ignore=shutil.ignore_patterns("node_modules", "dist"))
    environment = {**os.environ, "PYTHON": sys.executable}
    for command in ("ci", "--prefer-offline"), ("run", "package"), ("run", "check"):
        done = subprocess.run(
            [npm, *command], cwd=sources, env=environment, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with ZipFile(sources / "dist" / "lint-keras-acc.vsix") as package:
        names = {name for name in package.namelist() if name.startswith("extension/")}
        assert b"vscode-languageclient" in package.read("extension/dist/NOTICES.txt")
        packaged = json.loads(package.read("extension/package.json"))
    assert packaged["main"] == "./dist/extension.js"
    assert names == {
        f"extension/{name}"
        for name in ("LICENSE.txt", "dist/NOTICES.txt", "dist/extension.js", "icon.png", "package.json", "readme.md")
    }
