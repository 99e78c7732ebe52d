"""Which files to lint: Python files and notebooks, without those that git or the user leave out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lint_keras_acc.config import Settings, ignore_spec, path_matches

SUFFIXES = (".py", ".ipynb", ".pyw")
DEFAULT_EXCLUDES = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        ".tox",
        ".nox",
        ".eggs",
        ".ipynb_checkpoints",
        "__pycache__",
        "node_modules",
    }
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", "build", "dist"}
)


class FoundFile(NamedTuple):
    """A file to lint; `named` is True where the user named it."""

    path: str
    named: bool


class _Ignore(NamedTuple):
    """The patterns of one .gitignore file; paths are relative to its directory, whose length is `base`."""

    spec: Any
    base: int


def discover(paths: Iterable[str], settings: Settings) -> Iterator[FoundFile]:
    """Each file once, in order; a path that is no directory is taken for a file that the user named."""
    seen: set[str] = set()
    for path in paths:
        found = _walk(path, settings) if os.path.isdir(path) else [FoundFile(path, True)]
        for file in found:
            key = os.path.normpath(file.path)
            if key not in seen:
                seen.add(key)
                yield file


def _walk(start: str, settings: Settings) -> Iterator[FoundFile]:
    excluded_names = DEFAULT_EXCLUDES if settings.exclude is None else frozenset()
    excluded = (settings.exclude or ()) + settings.extend_exclude
    prefix = "" if start in (".", "./") else start
    absolute = os.path.abspath(start)
    pending: list[tuple[str, str, tuple[_Ignore, ...]]] = [(prefix, absolute, _ignores_above(absolute))]
    while pending:
        shown, directory, ignores = pending.pop()
        entries = _entries(directory)
        if entries is None:
            yield FoundFile(shown or start, True)  # reading it will tell why
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names and directory != absolute:
            continue
        if ".gitignore" in names:
            ignores = (*ignores, *_ignores_in(directory))
        below = []
        for entry in entries:
            name = entry.name
            is_directory = entry.is_dir(follow_symlinks=False)
            if not is_directory and not name.endswith(SUFFIXES):
                continue
            if is_directory and name in excluded_names:
                continue
            path = f"{directory}/{name}"
            if ignores and _is_ignored(path, is_directory, ignores):
                continue
            if excluded and path_matches(excluded, settings.root, path + "/" * is_directory):
                continue
            shown_path = os.path.join(shown, name)
            if is_directory:
                below.append((shown_path, path, ignores))
            elif _may_be_file(entry):
                yield FoundFile(shown_path, False)
        pending += reversed(below)


def _entries(directory: str) -> list[os.DirEntry[str]] | None:
    try:
        with os.scandir(directory) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return None


def _may_be_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return True  # a link to itself, say: reading it will tell


def _ignores_above(directory: str) -> tuple[_Ignore, ...]:
    """What git ignores because of files above `directory`; nothing where the directory is ignored itself."""
    above = []
    current = directory
    while not os.path.lexists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return ()  # not in a repository
        above.append(parent)
        current = parent
    ignores = _ignores_in(current, os.path.join(".git", "info", "exclude"))
    for parent in reversed(above):
        ignores += _ignores_in(parent)
    inside = directory[len(current) + 1 :].split("/") if directory != current else []
    path = current
    for part in inside:
        path = f"{path}/{part}"
        if _is_ignored(path, True, tuple(ignore for ignore in ignores if len(path) > ignore.base)):
            return ()
    return ignores


def _ignores_in(directory: str, name: str = ".gitignore") -> tuple[_Ignore, ...]:
    try:
        with open(os.path.join(directory, name), encoding="utf-8-sig", errors="replace") as file:
            lines = tuple(file.read().splitlines())
    except OSError:
        return ()
    try:
        return (_Ignore(ignore_spec(lines), len(directory.rstrip("/")) + 1),)
    except ValueError:
        return ()  # a pattern that git would not understand either


def _is_ignored(path: str, is_directory: bool, ignores: tuple[_Ignore, ...]) -> bool:
    """What the nearest file with an opinion says."""
    for ignore in reversed(ignores):
        relative = path[ignore.base :] + "/" * is_directory
        verdict = ignore.spec.check_file(relative).include
        if verdict is not None:
            return bool(verdict)
    return False
