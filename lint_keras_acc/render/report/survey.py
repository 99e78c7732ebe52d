"""What was found in a repository or course, as the page tells it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from lint_keras_acc.engine import Report
from lint_keras_acc.findings import Applicability, Edit, Finding, Severity, Span
from lint_keras_acc.render import relative_below, where
from lint_keras_acc.sites import CompileSite

Call = tuple[CompileSite, ...]


class Texts(Protocol):
    """The files that findings are in."""

    def text(self, path: str, cell: int | None) -> str:
        """The text that the lines of a file, or of a cell in it, count in; '' where it cannot be read."""

    def edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        """The edits of the fix of a finding; None where it has none or it cannot be carried out."""


@dataclass(frozen=True)
class FileSurvey:
    """One file: what there is to say of it, each finding with its number on the page.

    known: how many findings a baseline has left out.
    """

    name: str
    number: int
    report: Report
    findings: tuple[tuple[int, Finding], ...]
    known: int = 0

    def of_call(self, call: Call) -> list[tuple[int, Finding]]:
        """The findings of one compile call."""
        return [(number, finding) for number, finding in self.findings if finding.site == call[0].span]

    @property
    def of_no_call(self) -> list[tuple[int, Finding]]:
        """Findings that are about no compile call, as those of comments."""
        spans = {call[0].span for call in self.report.calls}
        return [(number, finding) for number, finding in self.findings if finding.site not in spans]

    @property
    def unread(self) -> list[tuple[str, str]]:
        """What could not be read, or not be linted: where, and why."""
        report = self.report
        messages = [(where(error.cell, error.line), error.message) for error in (*report.errors, *report.refused)]
        return messages + [("", f"internal error: {failure.message}") for failure in report.failures]

    @property
    def notes(self) -> list[str]:
        """What else there is to say."""
        return [note.removeprefix(f"{self.report.path}: ") for note in self.report.notes]


@dataclass(frozen=True)
class Survey:
    """All files that compile a model, were named, or could not be read, in the order of their names.

    command: what repairs what is safe to repair.
    """

    title: str
    command: str
    root: str
    files: tuple[FileSurvey, ...]

    def name(self, path: str) -> str:
        """What the page calls a file: its path below the directory that the page is about."""
        return shown_path(path, self.root)

    def place(self, span: Span, home: str | None = None) -> str:
        """`model.py, line 3`; without the file where that is `home`."""
        in_file = where(span.cell, span.line)
        return in_file if span.path == home else f"{self.name(span.path)}, {in_file}"

    @property
    def findings(self) -> list[Finding]:
        """All findings, in the order of the page."""
        return [finding for file in self.files for _, finding in file.findings]

    @property
    def calls(self) -> list[Call]:
        """All compile calls, in the order of the page."""
        return [call for file in self.files for call in file.report.calls]

    @property
    def calls_with_findings(self) -> int:
        """How many compile calls have a finding."""
        return sum(bool(file.of_call(call)) for file in self.files for call in file.report.calls)

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def repairs(self, applicability: Applicability) -> int:
        """How many findings have such a fix."""
        fixes = [finding.fix for finding in self.findings if finding.fix is not None]
        return sum(fix.applicability is applicability for fix in fixes)


def survey_of(title: str, command: str, paths: Iterable[str], reports: Iterable[tuple[Report, int]]) -> Survey:
    """The survey of what linting `paths` gave: each report with the number of findings that a baseline left out."""
    from lint_keras_acc.engine import each_place_once

    root = common_directory(paths)
    named = sorted(
        ((shown_path(report.path, root), report, known) for report, known in reports),
        key=lambda item: natural_order(item[0]),
    )
    files = []
    numbers = count(1)
    for number, (name, report, known) in enumerate(named, start=1):
        findings = tuple((next(numbers), finding) for finding in each_place_once(report.findings))
        files.append(FileSurvey(name, number, report, findings, known))
    return Survey(title, command, root, tuple(files))


def common_directory(paths: Iterable[str]) -> str:
    """The directory that all these files and directories are in, or that is the only one of them."""
    places = [os.path.abspath(path) for path in paths]
    directories = [place if os.path.isdir(place) else os.path.dirname(place) for place in places]
    try:
        return os.path.commonpath(directories)
    except ValueError:  # on several drives, or none at all
        return os.getcwd()


def shown_path(path: str, root: str) -> str:
    """A path below `root`, with slashes; as it is where it is elsewhere."""
    return relative_below(path, root) or path


def natural_order(path: str) -> list[tuple[int, int, str]]:
    """A key by which week2 comes before week10, and the files of a directory before its directories' own."""
    parts = path.split("/")
    key: list[tuple[int, int, str]] = []
    for depth, part in enumerate(parts):
        key.append((1 if depth < len(parts) - 1 else 0, 0, ""))
        for piece in re.findall(r"[0-9]+|[^0-9]+", part.lower()):
            key.append((2, int(piece), "") if piece.isascii() and piece.isdigit() else (3, 0, piece))
    return [*key, (0, 0, path)]
