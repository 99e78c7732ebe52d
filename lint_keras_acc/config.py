"""Settings: what a run looks for, from `[tool.lint-keras-acc]` in pyproject.toml and the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lint_keras_acc.keras_api.dialects import Dialect

SECTION = "lint-keras-acc"
# What `check` writes; all other commands write the first two.
OUTPUT_FORMATS = ("text", "json", "concise", "json-lines", "sarif", "github", "gitlab", "junit")
COMMON_FORMATS = OUTPUT_FORMATS[:2]
# The rule that is off unless it is asked for by itself, since what it looks at are comments, not models.
UNUSED_NOQA = "KAC901"


class ConfigError(Exception):
    """A setting that cannot be understood. The message is for the user."""


@dataclass(frozen=True)
class Settings:
    """How to lint. The fields are the keys of `[tool.lint-keras-acc]`, with underscores.

    select, extend_select, ignore: rules by code, prefix or name; of several that apply the most exact wins.
    hints:    whether hints are told. dialect: the Keras generation to lint for; None to find it out.
    exclude, extend_exclude, per_file_ignores: patterns as in a .gitignore file, relative to `root`.
    force_exclude: whether those leave out paths that the user names, too.
    root:     the directory of the pyproject.toml.
    project_pins: whether the versions that a project pins tell the dialect.
    baseline: the path of the file with the findings that are known; None or '' for none.
    project_root: the directory whose modules are followed where a program imports them; None for the nearest
              one above the program that has a pyproject.toml, a setup.cfg or a .git.
    no_project: whether no other file is read for a program.
    time_limit: seconds of processor time after which reading a file is given up.
    """

    select: tuple[str, ...] = ("KAC",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    hints: bool = False
    dialect: Dialect | None = None
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    output_format: str = "text"
    fix: bool = False
    unsafe_fixes: bool = False
    statistics: bool = False
    exit_zero: bool = False
    jobs: int | None = None
    root: str = "."
    project_pins: bool = True
    baseline: str | None = None
    project_root: str | None = None
    no_project: bool = False
    time_limit: int = 20

    def selects(self, code: str, path: str) -> bool:
        """Whether findings of this rule are told for this file."""
        return code in selected_codes(self.select, self.extend_select, self.ignore) and not any(
            code in codes_of(selectors) and path_matches((pattern,), self.root, path)
            for pattern, selectors in self.per_file_ignores
        )

    def tells_hints(self, code: str) -> bool:
        """Whether hints of this rule are told: all are, or it is selected by itself and has nothing else."""
        if self.hints:
            return True
        wanted = self.select + self.extend_select
        return code in hinting_codes() and _exactness(code, wanted) == len(code)

    @property
    def reports_unused_noqa(self) -> bool:
        """Whether comments are told that silence nothing: where that rule is selected by itself."""
        wanted = self.select + self.extend_select
        return wanted != ("KAC",) and _exactness(UNUSED_NOQA, wanted) > _exactness(UNUSED_NOQA, ("KAC", *self.ignore))

    def check_selectors(self) -> None:
        """Raise ConfigError for a selector that no rule answers to, and where all of them select nothing."""
        named = [*self.select, *self.extend_select, *self.ignore]
        for _, selectors in self.per_file_ignores:
            named += selectors
        if named == ["KAC"]:
            return
        codes_of(tuple(named))
        if not selected_codes(self.select, self.extend_select, self.ignore):
            raise ConfigError("no rule is selected")


# --- selectors --------------------------------------------------------------------------------------------


@cache
def selected_codes(select: tuple[str, ...], extend_select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
    """The codes that are selected: the most exact selector decides, `ignore` among equals."""
    wanted, unwanted = select + extend_select, ignore
    return frozenset(code for code in codes_of(wanted) if _exactness(code, wanted) > max(_exactness(code, unwanted), 0))


def _exactness(code: str, selectors: Iterable[str]) -> int:
    """How many characters of `code` the most exact selector fixes; a name fixes all."""
    return max((_length(selector) for selector in selectors if code in codes_of((selector,))), default=-1)


def _length(selector: str) -> int:
    return len(selector) if selector.upper().startswith("KAC") else len("KAC000")


@cache
def codes_of(selectors: tuple[str, ...]) -> frozenset[str]:
    """The codes that a code, a prefix of codes or a rule's name stands for. Raises ConfigError."""
    from lint_keras_acc.rules import rule_names

    found: set[str] = set()
    for selector in selectors:
        codes = {
            code
            for code, name in rule_names().items()
            if selector and (code.startswith(selector.upper()) or name == selector.lower())
        }
        if not codes:
            known = [name for rule in rule_names().items() for name in rule]
            raise ConfigError(f"unknown rule {selector!r}{did_you_mean(selector, known)}")
        found |= codes
    return frozenset(found)


@cache
def hinting_codes() -> frozenset[str]:
    """The rules whose own severity is hint."""
    from lint_keras_acc.findings import Severity
    from lint_keras_acc.rules import all_rules

    return frozenset(rule.code for rule in all_rules() if rule.severity is Severity.HINT)


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing where nothing is near."""
    from difflib import get_close_matches

    by_key = {name.lower(): name for name in known}
    nearest = get_close_matches(wrong.lower(), by_key, n=1)
    return f"; did you mean {by_key[nearest[0]]!r}?" if nearest else ""


# --- patterns ---------------------------------------------------------------------------------------------


def path_matches(patterns: tuple[str, ...], root: str, path: str) -> bool:
    """Whether a path (of a directory: ending in a slash) matches a pattern, relative to `root`."""
    if not patterns:
        return False
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    if path.endswith("/"):
        relative += "/"
    return not relative.startswith("../") and ignore_spec(patterns).match_file(relative)


@cache
def ignore_spec(patterns: tuple[str, ...]) -> Any:
    """A compiled list of patterns as in a .gitignore file."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


# --- pyproject.toml ---------------------------------------------------------------------------------------


def find_settings(start: str) -> Settings:
    """The settings of the nearest pyproject.toml upwards of `start` that has our section."""
    directory = os.path.abspath(start)
    while True:
        path = os.path.join(directory, "pyproject.toml")
        if os.path.isfile(path):
            section = _section(path)
            if section is not None:
                return settings_from(section, path)
        parent = os.path.dirname(directory)
        if parent == directory:
            return Settings()
        directory = parent


def read_settings(path: str) -> Settings:
    """The settings in the file at `path`, where our section must be. Raises ConfigError."""
    if not os.path.isfile(path):
        raise ConfigError(f"{path}: no such file")
    section = _section(path)
    if section is None:
        raise ConfigError(f"{path}: has no section [tool.{SECTION}]")
    return settings_from(section, path)


def _section(path: str) -> Mapping[str, object] | None:
    try:
        with open(path, "rb") as file:
            data = file.read()
        if SECTION.encode() not in data:
            return None
        document = parse_toml(data.decode())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    tool = document.get("tool")
    section = tool.get(SECTION) if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigError(f"{path}: [tool.{SECTION}] must be a table")
    return section


def parse_toml(text: str) -> dict[str, object]:
    """A TOML document. Raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def settings_from(section: Mapping[str, object], path: str) -> Settings:
    """Settings of a section that was read from `path`. Raises ConfigError for what is no setting."""
    root = os.path.dirname(os.path.abspath(path))
    values: dict[str, Any] = {"root": root}
    for key, value in section.items():
        read = _READERS.get(key)
        if read is None:
            raise ConfigError(f"{path}: unknown setting {key!r}{did_you_mean(key, _READERS)}")
        try:
            values[key.replace("-", "_")] = read(value)
        except (ValueError, ConfigError) as error:
            raise ConfigError(f"{path}: {key}: {error}") from None
    for name in ("baseline", "project_root"):
        if values.get(name):
            values[name] = os.path.join(root, values[name])
    return Settings(**values)


def override(settings: Settings, given: Mapping[str, Any]) -> Settings:
    """Settings with what the command line gives. Rules selected there forget the file's choice of rules."""
    known = {field.name for field in fields(Settings)}
    values = {name: value for name, value in given.items() if name in known and value is not None}
    if "select" in values:
        settings = replace(settings, extend_select=(), ignore=())
    return replace(settings, **values)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"must be true or false, not {value!r}")


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise ValueError(f"must be a whole number of 1 or more, not {value!r}")


def _directory(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError(f"must be the path of a directory, not {value!r}")


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError(f"must be a list of strings, not {value!r}")


def _selectors(value: object) -> tuple[str, ...]:
    selectors = _strings(value)
    if set(selectors) - {"KAC"}:
        codes_of(selectors)
    return selectors


def _selectors_by_pattern(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table from patterns to lists of rules, not {value!r}")
    ignores: list[tuple[str, tuple[str, ...]]] = []
    for pattern, selectors in value.items():
        try:
            ignores.append((pattern, _selectors(selectors)))
        except (ValueError, ConfigError) as error:
            raise ValueError(f"{pattern!r}: {error}") from None
    return tuple(ignores)


def _path(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError(f"must be the path of a file, not {value!r}")


def _dialect(value: object) -> Dialect:
    if isinstance(value, str):
        from lint_keras_acc.keras_api.dialects import parse_dialect

        return parse_dialect(value)
    raise ValueError(f"must be a string such as 'keras-3', not {value!r}")


def _output_format(value: object) -> str:
    if isinstance(value, str) and value in OUTPUT_FORMATS:
        return value
    raise ValueError(f"must be one of {', '.join(OUTPUT_FORMATS)}, not {value!r}")


_READERS: dict[str, Callable[[object], object]] = {
    "select": _selectors,
    "extend-select": _selectors,
    "ignore": _selectors,
    "hints": _boolean,
    "dialect": _dialect,
    "exclude": _strings,
    "extend-exclude": _strings,
    "force-exclude": _boolean,
    "per-file-ignores": _selectors_by_pattern,
    "output-format": _output_format,
    "fix": _boolean,
    "unsafe-fixes": _boolean,
    "statistics": _boolean,
    "exit-zero": _boolean,
    "jobs": _count,
    "project-pins": _boolean,
    "baseline": _path,
    "project-root": _directory,
    "no-project": _boolean,
    "time-limit": _count,
}
