"""The settings of each file: those of the nearest pyproject.toml, overridden by what the editor says."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

from lint_keras_acc.config import ConfigError, Settings, find_settings, override, settings_from
from lint_keras_acc.source import UNNAMED

SECTION = "lint-keras-acc"


class _Signature(NamedTuple):
    """What changes whenever a file does."""

    path: str
    modified: int
    size: int


class _Kept(NamedTuple):
    signature: tuple[_Signature, ...]
    settings: Settings


class SettingsOfFiles:
    """Settings by directory, read again when a pyproject.toml changes: editors need not watch them for us.

    A file that cannot be understood is told once for each of its versions; until it is mended the settings are those
    that it had before, or the defaults.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()
        self._root = "."
        self._given: Mapping[str, Any] = {}
        self._kept: dict[str, _Kept] = {}

    def start_at(self, root: str | None) -> None:
        """Where documents are that have no file."""
        self._root = root or "."

    def give(self, given: object) -> None:
        """Take what the editor is configured with: the keys of `[tool.lint-keras-acc]`."""
        if given is None:
            given = {}
        if isinstance(given, dict) and isinstance(given.get(SECTION), dict):
            given = given[SECTION]
        try:
            if not isinstance(given, dict):
                raise ConfigError(f"settings must be an object, not {given!r}")
            read = settings_from(given, os.path.join(self._root, "the editor's settings"))
            read.check_selectors()
        except ConfigError as error:
            self._tell_once(str(error))
            return
        names = {name.replace("-", "_") for name in given}
        self._given = {field.name: getattr(read, field.name) for field in fields(Settings) if field.name in names}

    def of(self, path: str) -> Settings:
        """How to lint the file at `path`."""
        directory = self._root if path == UNNAMED else os.path.dirname(os.path.abspath(path))
        signature = tuple(_signatures(directory))
        kept = self._kept.get(directory)
        if kept is None or kept.signature != signature:
            kept = self._kept[directory] = _Kept(signature, self._read(directory, kept))
        return override(kept.settings, self._given)

    def _read(self, directory: str, former: _Kept | None) -> Settings:
        try:
            settings = find_settings(directory)
            settings.check_selectors()
        except ConfigError as error:
            self._tell_once(str(error))
            return former.settings if former is not None else Settings()
        return replace(settings, fix=False, unsafe_fixes=False)

    def _tell_once(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)


def _signatures(directory: str) -> list[_Signature]:
    """Of each pyproject.toml from a directory upwards."""
    found = []
    while True:
        path = os.path.join(directory, "pyproject.toml")
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            pass
        else:
            found.append(_Signature(path, status.st_mtime_ns, status.st_size))
        parent = os.path.dirname(directory)
        if parent == directory:
            return found
        directory = parent
