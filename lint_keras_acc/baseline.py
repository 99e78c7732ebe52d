"""Baselines: the findings that a project lives with for now, known by what they say of which text and not by line."""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from lint_keras_acc.config import UNUSED_NOQA, ConfigError, Settings
from lint_keras_acc.findings import Finding, Span
from lint_keras_acc.source import SUFFIXES, Program

if TYPE_CHECKING:
    from lint_keras_acc.engine import Report

VERSION = 1
# What says that a JSON file is one of ours; its value is the version.
_MARK = "lint-keras-acc-baseline"
_LONGEST_TEXT = 300

Place = tuple[str, Span]
Programs = Callable[[], Sequence[Program]]


class Entry(NamedTuple):
    """One known finding. The fields are in the order in which a file is sorted.

    path:    of the linted file, relative to the directory of the baseline, with slashes.
    text:    the argument found fault with, in its call, or the statement; free of layout, quotes and comments.
    scope:   the functions and classes around it, `Trainer.build`; '' for none.
    ordinal: 1 for the first of several findings that are equal in all that, in the order of the file.
    """

    path: str
    code: str
    text: str
    scope: str
    ordinal: int


@dataclass
class Baseline:
    """The entries of a baseline file, and which of them the files that were linted so far still have."""

    path: str
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    _found: dict[str, list[Entry]] = field(default_factory=dict)
    _current: dict[str, list[Entry]] = field(default_factory=dict)
    _unread: set[str] = field(default_factory=set)

    def left(self, report: Report, programs: Programs) -> Report:
        """The report without its known findings. A later report on the same file takes the place of this one."""
        path = self._relative(report.path)
        everything = [item for item in (*report.findings, *report.untold) if item.code != UNUSED_NOQA]
        entries = _entries_of(path, everything, programs()) if everything else {}
        known = _matched(entries, self.entries.get(path, ()))
        told = {_place(finding) for finding in report.findings}
        self._found[path] = list(known.values())
        self._current[path] = [
            known.get(place, entry) if place not in told else entry
            for place, entry in entries.items()
            if place in told or place in known
        ]
        if report.errors or report.failures or report.refused:
            self._unread.add(path)
        left = tuple(item for item in report.findings if _place(item) not in known)
        return replace(report, findings=left, known=tuple(item for item in report.findings if _place(item) in known))

    def stale(self, linted: Iterable[str], settings: Settings) -> list[Entry]:
        """The entries that match nothing any more, of those that linting the paths `linted` could have found."""
        places = [os.path.realpath(path) for path in linted]
        return [
            entry
            for path, entries in self.entries.items()
            if path not in self._unread and _is_below(self._absolute(path), places)
            for entry in entries
            if entry not in self._found.get(path, ()) and _is_judged(entry.code, self._absolute(path), settings)
        ]

    def renewed(self, linted: Iterable[str], settings: Settings) -> list[Entry]:
        """The entries for what was found now, and those of before on which linting `linted` says nothing."""
        stale = set(self.stale(linted, settings))
        now = {entry for entries in self._current.values() for entry in entries}
        found = {entry for entries in self._found.values() for entry in entries}
        before = {entry for entries in self.entries.values() for entry in entries}
        return sorted(now | (before - stale - found))

    def write(self, entries: Iterable[Entry]) -> None:
        """Put these entries into the file, at once. Raises OSError."""
        from lint_keras_acc.fixes import write_atomically

        write_atomically(self.path, _written(entries).encode())

    def _relative(self, path: str) -> str:
        real_path = os.path.realpath(path)
        with suppress(ValueError):  # on another drive
            real_path = os.path.relpath(real_path, self._root)
        return real_path.replace(os.sep, "/")

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._root, path))

    @property
    def _root(self) -> str:
        return os.path.dirname(os.path.realpath(self.path))


def _is_below(path: str, places: Iterable[str]) -> bool:
    """Whether linting these places lints a file: what is no program, as a saved model, only where it is named."""
    in_directories = path.endswith(SUFFIXES)
    return any(path == place or (in_directories and path.startswith(os.path.join(place, ""))) for place in places)


def _is_judged(code: str, path: str, settings: Settings) -> bool:
    """Whether this run could have found it: the rule is selected there, or does not exist any more."""
    from lint_keras_acc.rules import rule_names

    return code not in rule_names() or settings.selects(code, path)


# --- matching ---------------------------------------------------------------------------------------------


def _place(finding: Finding) -> Place:
    return finding.code, finding.span


def identities(path: str, findings: Iterable[Finding], programs: Sequence[Program]) -> dict[Place, str]:
    """For each place a name that stays the same as long as the baseline would know its finding again.

    `path` is what the file is called wherever the names are compared.
    """
    entries = _entries_of(path, findings, programs)
    return {place: _hashed(json.dumps(entry)) for place, entry in entries.items()}


def _matched(found: dict[Place, Entry], known: Iterable[Entry]) -> dict[Place, Entry]:
    """For each place that is known, its entry: the very one, else one of the same text in another scope."""
    left = dict.fromkeys(known)
    matched = {place: entry for place, entry in found.items() if entry in left}
    for entry in matched.values():
        del left[entry]
    elsewhere: dict[tuple[str, str], list[Entry]] = {}
    for entry in reversed(left):
        elsewhere.setdefault((entry.code, entry.text), []).append(entry)
    for place, entry in found.items():
        others = elsewhere.get((entry.code, entry.text))
        if place not in matched and others:
            matched[place] = others.pop()
    return matched


def _entries_of(path: str, findings: Iterable[Finding], programs: Sequence[Program]) -> dict[Place, Entry]:
    """The entry for each place; findings of one rule at one place, made by several compile calls, share it."""
    entries: dict[Place, Entry] = {}
    counts: dict[Entry, int] = {}
    for finding in sorted(findings, key=lambda finding: (finding.span.cell or 0, finding.span)):
        place = _place(finding)
        if place in entries:
            continue
        text, scope = _content(finding.span, programs)
        first = Entry(path, finding.code, text, scope, 1)
        counts[first] = counts.get(first, 0) + 1
        entries[place] = first._replace(ordinal=counts[first])
    return entries


# --- content ----------------------------------------------------------------------------------------------


def _content(span: Span, programs: Sequence[Program]) -> tuple[str, str]:
    """The text that stands for a place, and the scope that it is in."""
    for program in programs:
        nodes = program.nodes_around(span)
        if nodes:
            return _shortened(_normal_text(nodes)), ".".join(_names(nodes))
    return "", ""


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _normal_text(nodes: Sequence[ast.AST]) -> str:
    try:
        for outer, inner in reversed(list(pairwise(nodes))):
            if isinstance(outer, ast.Call) and inner is not outer.func:
                return f"{_callee(outer.func)}({ast.unparse(inner)})"
            if isinstance(outer, ast.stmt):
                return ast.unparse(inner if hasattr(outer, "body") else outer)
        return ast.unparse(nodes[-1])
    except RecursionError:
        return "..."


def _callee(function: ast.expr) -> str:
    """`model.compile`; of what is called on anything but names the last name, `compile`."""
    names = []
    while isinstance(function, ast.Attribute):
        names.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        names.append(function.id)
    else:
        del names[1:]
    return ".".join(reversed(names))


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]}... sha256:{_hashed(text)}"


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- files ------------------------------------------------------------------------------------------------


def read_baseline(path: str, *, missing_ok: bool = False) -> Baseline:
    """The baseline in a file; an empty one where `missing_ok` and there is none. Raises ConfigError."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        if missing_ok:
            return Baseline(path)
        raise ConfigError(f"{path}: there is no such baseline; --write-baseline writes one") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else error
        raise ConfigError(f"{path}: is not a baseline: {reason}") from None
    entries: dict[str, list[Entry]] = {}
    for entry in _entries_in(path, document):
        entries.setdefault(entry.path, []).append(entry)
    return Baseline(path, entries)


def _entries_in(path: str, document: object) -> Iterator[Entry]:
    version = document.get(_MARK) if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ConfigError(f"{path}: is not a baseline of lint-keras-acc")
    if version > VERSION:
        raise ConfigError(
            f"{path}: is a baseline of version {version}, written by a newer lint-keras-acc; "
            f"this one reads version {VERSION}"
        )
    findings = document.get("findings")
    if not isinstance(findings, list):
        raise ConfigError(f"{path}: has no list of findings")
    for number, item in enumerate(findings, start=1):
        entry = _entry(item)
        if entry is None:
            raise ConfigError(f"{path}: finding {number} is not one: {json.dumps(item)[:80]}")
        yield entry


def _entry(item: object) -> Entry | None:
    if not isinstance(item, dict):
        return None
    words = [item.get(name) for name in ("path", "code", "text", "scope")]
    path, code, text, scope = (word if isinstance(word, str) else None for word in words)
    ordinal = item.get("ordinal", 1)
    if path is None or code is None or text is None or scope is None or not isinstance(ordinal, int):
        return None
    return Entry(path, code, text, scope, ordinal)


def _written(entries: Iterable[Entry]) -> str:
    """One line for each entry, so that a change of one finding changes one line."""
    lines = ",\n    ".join(json.dumps(_fields(entry)) for entry in entries)
    listed = f"[\n    {lines}\n  ]" if lines else "[]"
    return f'{{\n  "{_MARK}": {VERSION},\n  "findings": {listed}\n}}\n'


def _fields(entry: Entry) -> dict[str, object]:
    fields = entry._asdict()
    if entry.ordinal == 1:
        del fields["ordinal"]
    return fields
