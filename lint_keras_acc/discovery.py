"""Which files to lint: Python files and notebooks, without those that git or the user leave out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lint_keras_acc.config import Settings, ignore_spec, path_matches
from lint_keras_acc.source import SUFFIXES

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
    """Each file once, in order, whatever its names; a path that is no directory is a file that is named.

    What the user names is linted though it is excluded, unless `force_exclude` is set.
    """
    seen: set[str] = set()
    for path in paths:
        if settings.force_exclude and is_excluded(path, settings):
            continue
        named = (FoundFile(path, True), os.path.realpath(path))
        for file, real_path in _walk(path, settings) if os.path.isdir(path) else (named,):
            if real_path not in seen:
                seen.add(real_path)
                yield file


def is_excluded(path: str, settings: Settings) -> bool:
    """Whether the settings leave out a path, or a directory that it is in."""
    absolute, is_directory = os.path.abspath(path), os.path.isdir(path)
    if _patterns_match(_patterns(settings), settings, absolute + "/" * is_directory):
        return True
    relative = os.path.relpath(absolute, settings.root)
    directories = relative.split(os.sep) if is_directory else relative.split(os.sep)[:-1]
    return ".." not in directories and not _excluded_names(settings).isdisjoint(directories)


def _excluded_names(settings: Settings) -> frozenset[str]:
    return DEFAULT_EXCLUDES if settings.exclude is None else frozenset()


def _patterns(settings: Settings) -> tuple[str, ...]:
    return (settings.exclude or ()) + settings.extend_exclude


def _patterns_match(patterns: tuple[str, ...], settings: Settings, path: str) -> bool:
    return path.rstrip("/") != os.path.abspath(settings.root) and path_matches(patterns, settings.root, path)


def _walk(start: str, settings: Settings) -> Iterator[tuple[FoundFile, str]]:
    """The files below a directory, each with its path after all links."""
    excluded_names = _excluded_names(settings)
    prefix = "" if start in (".", "./") else start
    absolute, real_start = os.path.abspath(start), os.path.realpath(start)
    # A pattern for the very directory that is named would leave out all that is in it.
    excluded = tuple(
        pattern for pattern in _patterns(settings) if not _patterns_match((pattern,), settings, absolute + "/")
    )
    pending: list[tuple[str, str, tuple[_Ignore, ...]]] = [(prefix, absolute, _ignores_above(absolute))]
    while pending:
        shown, directory, ignores = pending.pop()
        entries = _entries(directory)
        if entries is None:
            yield FoundFile(shown or start, True), directory  # reading it will tell why
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
                real_path = os.path.realpath(path) if entry.is_symlink() else real_start + path[len(absolute) :]
                yield FoundFile(shown_path, False), real_path
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
