"""The settings of each file: those of the nearest pyproject.toml, overridden by what the editor says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lint_keras_acc.baseline import Baseline, read_baseline
from lint_keras_acc.config import ConfigError, Settings, find_settings, override, settings_from
from lint_keras_acc.source import UNNAMED

SECTION = "lint-keras-acc"
# What editors keep below that name for themselves: how they start the server.
_OF_THE_EDITOR = frozenset({"path", "interpreter", "arguments", "trace"})


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

    A file that cannot be understood is told once for each of its mistakes; until it is mended the settings are those
    that it had before, or the defaults.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()
        self._root = "."
        self._started_with: Mapping[str, Any] = {}
        self._given: Mapping[str, Any] = {}
        self._kept: dict[str, _Kept] = {}
        self._baselines: dict[str, tuple[_Signature | None, Baseline | None]] = {}

    def start_at(self, root: str | None) -> None:
        """Where documents are that have no file."""
        self._root = root or "."

    def start_with(self, options: object) -> None:
        """Take what the editor has started the server with: it goes for whatever `give` says nothing of."""
        self._started_with = self._understood(options, self._started_with)

    def give(self, given: object) -> bool:
        """Take what the editor is configured with now, instead of what it was before; whether that is anything else."""
        former, self._given = self._given, self._understood(given, self._given)
        return self._given != former

    def of(self, path: str) -> Settings:
        """How to lint the file at `path`."""
        directory = self._root if path == UNNAMED else os.path.dirname(os.path.abspath(path))
        signature = tuple(_signatures(directory))
        kept = self._kept.get(directory)
        if kept is None or kept.signature != signature:
            kept = self._kept[directory] = _Kept(signature, self._read(directory, kept))
        return override(kept.settings, {**self._started_with, **self._given})

    def baseline(self, settings: Settings) -> Baseline | None:
        """The findings that are known in a project, read again when their file changes."""
        path = settings.baseline
        if not path:
            return None
        signature = _signature(path)
        kept = self._baselines.get(path)
        if kept is None or kept[0] != signature:
            try:
                kept = signature, read_baseline(path)
            except ConfigError as error:
                self._tell_once(str(error))
                kept = signature, None
            self._baselines[path] = kept
        return kept[1]

    def _understood(self, given: object, former: Mapping[str, Any]) -> Mapping[str, Any]:
        """The keys of `[tool.lint-keras-acc]`, perhaps below that name; the former ones where there is a mistake."""
        if isinstance(given, dict) and SECTION in given:
            given = given[SECTION]
        if given is None or given == []:  # an empty table of Lua is a list
            return {}
        try:
            if not isinstance(given, dict):
                raise ConfigError(f"the editor's settings must be an object, not {given!r}")
            section = {key: value for key, value in given.items() if key not in _OF_THE_EDITOR and value is not None}
            settings = settings_from(section, os.path.join(self._root, "the editor's settings"))
            settings.check_selectors()
        except ConfigError as error:
            self._tell_once(str(error))
            return former
        return {name: getattr(settings, name) for name in (key.replace("-", "_") for key in section)}

    def _read(self, directory: str, former: _Kept | None) -> Settings:
        try:
            settings = find_settings(directory)
            settings.check_selectors()
        except ConfigError as error:
            self._tell_once(str(error))
            return former.settings if former is not None else Settings()
        return settings

    def _tell_once(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)


def _signatures(directory: str) -> Iterator[_Signature]:
    """Of each pyproject.toml from a directory upwards."""
    while True:
        signature = _signature(os.path.join(directory, "pyproject.toml"))
        if signature is not None:
            yield signature
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        directory = parent


def _signature(path: str) -> _Signature | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return _Signature(path, status.st_mtime_ns, status.st_size)
