"""The Keras generation that a project pins in its own requirement, project and lock files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from lint_keras_acc.keras_api.dialects import Dialect, dialect_of_requirement

_NAME = r"(?P<name>keras|tf[-_.]keras|tensorflow(?:[-_.](?:cpu|gpu))?)"
_REQUIREMENT = re.compile(
    rf"[ \t]*{_NAME}[ \t]*(?:\[[^\]]*\])?[ \t]*\(?(?P<specifier>[=<>~!^][^;#\\)'\"]*)", re.IGNORECASE
)
_LISTED = re.compile(rf"^[ \t]*-?[ \t]*['\"]?(?={_NAME}\b)", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(rf"['\"](?={_NAME}\b)", re.IGNORECASE)
_OWN_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml", "environment.yaml")
_LOCK_FILES = ("uv.lock", "poetry.lock", "Pipfile.lock")


class Pin(NamedTuple):
    """What one line of a project's files says: `keras`, `==2.2.4`."""

    package: str
    specifier: str

    @property
    def is_exact(self) -> bool:
        return self.specifier.startswith("=") and "*" not in self.specifier


def project_dialect(directory: str) -> Dialect | None:
    """The dialect that the project around `directory` pins; None where it pins none, or several."""
    root = _project_root(os.path.abspath(directory))
    return None if root is None else _pinned_dialect(root)


def forget_pins() -> None:
    """Read the files of projects anew, for a process that outlives their changes."""
    _project_root.cache_clear()
    _pinned_dialect.cache_clear()


@cache
def _project_root(directory: str) -> str | None:
    """The nearest directory upwards that looks like the root of a project."""
    try:
        names = os.listdir(directory)
    except OSError:
        names = []
    if any(name in (*_OWN_FILES, *_LOCK_FILES, ".git") or _is_requirements_file(name) for name in names):
        return directory
    parent = os.path.dirname(directory)
    return None if parent == directory else _project_root(parent)


@cache
def _pinned_dialect(root: str) -> Dialect | None:
    """Keras speaks before TensorFlow, an exact version before a range; pins that differ say nothing."""
    pins = list(_pins(root))
    for of_keras in (True, False):
        for exact in (True, False):
            dialects = {
                dialect
                for pin in pins
                if (pin.package == "keras") is of_keras and pin.is_exact is exact
                for dialect in [dialect_of_requirement(pin.package, pin.specifier, "pinned")]
                if dialect is not None
            }
            if len(dialects) > 1:
                dialects = {replace(dialect, patch=None) for dialect in dialects}
            if dialects:
                return dialects.pop() if len(dialects) == 1 else None
    return None


def _pins(root: str) -> Iterator[Pin]:
    for name in sorted(os.listdir(root)):
        reader = _reader(name)
        if reader is None:
            continue
        try:
            with open(os.path.join(root, name), encoding="utf-8-sig", errors="replace") as file:
                text = file.read()
            yield from reader(text)
        except (OSError, ValueError, RecursionError):
            continue  # a file that cannot be read pins nothing; its own tools will complain


def _reader(name: str) -> Callable[[str], Iterator[Pin]] | None:
    if name in ("pyproject.toml", "Pipfile"):
        return _toml_pins
    if name in ("uv.lock", "poetry.lock"):
        return _locked_pins
    if name == "Pipfile.lock":
        return _json_pins
    if name == "setup.py":
        return _quoted_pins
    if name in _OWN_FILES or _is_requirements_file(name):
        return _listed_pins
    return None


def _is_requirements_file(name: str) -> bool:
    return name.startswith("requirements") and name.endswith((".txt", ".in"))


def _requirement(text: str, position: int = 0) -> Iterator[Pin]:
    found = _REQUIREMENT.match(text, position)
    if found:
        specifier = found["specifier"].split("\n")[0].split(" --")[0]
        yield _pin(found["name"], specifier)


def _pin(name: str, specifier: str) -> Pin:
    return Pin(re.sub(r"[-_.]+", "-", name.lower()), specifier.strip())


def _listed_pins(text: str) -> Iterator[Pin]:
    """One requirement a line, after a dash in a conda environment."""
    for place in _LISTED.finditer(text):
        yield from _requirement(text, place.end())


def _quoted_pins(text: str) -> Iterator[Pin]:
    for place in _QUOTED.finditer(text):
        yield from _requirement(text, place.end())


def _toml_pins(text: str) -> Iterator[Pin]:
    yield from _document_pins(_parse_toml(text))


def _json_pins(text: str) -> Iterator[Pin]:
    import json

    yield from _document_pins(json.loads(text))


def _locked_pins(text: str) -> Iterator[Pin]:
    packages = _parse_toml(text).get("package")
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and re.fullmatch(_NAME, str(package.get("name")), re.IGNORECASE):
            yield _pin(package["name"], f"=={package.get('version')}")


def _document_pins(document: object) -> Iterator[Pin]:
    """Requirements in lists of strings, and tables of names with versions, anywhere in the document."""
    if isinstance(document, str):
        yield from _requirement(document)
    elif isinstance(document, list):
        for item in document:
            yield from _document_pins(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            version = value.get("version") if isinstance(value, dict) else value
            if isinstance(version, str) and re.fullmatch(_NAME, name, re.IGNORECASE):
                yield _pin(name, version if version[:1] in "=<>~!^" else f"=={version}")
            elif not isinstance(value, str):
                yield from _document_pins(value)


def _parse_toml(text: str) -> dict[str, object]:
    from lint_keras_acc.config import parse_toml

    return parse_toml(text)
