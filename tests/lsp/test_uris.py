"""From URIs to paths, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint_keras_acc.lsp.uris import path_of, same, uri_of
from lint_keras_acc.source import UNNAMED


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/train.py", "/home/me/train.py"),
        ("file:///home/my%20models/na%C3%AFve%231.py", "/home/my models/naïve#1.py"),
        ("file:///home/what?/a#b.py", "/home/what?/a#b.py"),
        ("file://localhost/a.py", "/a.py"),
        ("FILE:///a.py", "/a.py"),
        ("file:/a.py", "/a.py"),
        ("file:///c%3A/a.py", "/c:/a.py"),
        ("untitled:Untitled-1", UNNAMED),
        ("untitled:/home/me/new.py", UNNAMED),
        ("vscode-notebook-cell:/home/me/a.ipynb#W0sZmlsZQ%3D%3D", UNNAMED),
        ("git:/home/me/a.py?ref", UNNAMED),
        ("", UNNAMED),
        ("a.py", UNNAMED),
        # What no library for addresses takes.
        ("untitled://[/a.py", UNNAMED),
        ("file:", UNNAMED),
        ("file://", UNNAMED),
        ("file:///home/\ud800.py", "/home/\udced\udca0\udc80.py"),
    ],
)
def test_paths(uri: str, path: str) -> None:
    assert path_of(uri, windows=False) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/me/train.py", "C:\\Users\\me\\train.py"),
        ("file:///C:/Users/me/my%20model.py", "C:\\Users\\me\\my model.py"),
        ("file://server/share/train.py", "\\\\server\\share\\train.py"),
        ("untitled:Untitled-1", UNNAMED),
    ],
)
def test_paths_of_windows(uri: str, path: str) -> None:
    assert path_of(uri, windows=True) == path


@pytest.mark.parametrize("name", ["a b.py", "naïve.py", "50%.py", "a#b?.py", "\udcff.py", "日本.py"])
def test_a_file_is_found_again(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    assert path_of(uri_of(path)) == path


def test_spellings_of_one_uri() -> None:
    assert same("file:///c%3A/a.py") == same("file:///c:/a.py")
