"""What the source reader and the live reader say of the same program."""

from __future__ import annotations

import warnings
from typing import Any

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Finding
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.runtime.reader import LiveModel
from lint_keras_acc.source import read_source


def of_source(text: str, dialect: Dialect, path: str = "program.py") -> list[Finding]:
    """The findings of the linter, hints included."""
    report = lint_source(read_source(path, text.encode()), Settings(hints=True, dialect=dialect, project_pins=False))
    assert not report.errors, report.errors
    assert not report.failures, report.failures
    return list(report.findings)


def of_live(live: LiveModel) -> list[Finding]:
    """The findings of the same rules at a live model."""
    return check(live.site, all_rules())


def once(findings: list[Finding]) -> list[Finding]:
    """As the linter tells them: each place and code once, though several outputs may share the place."""
    told: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        told.setdefault((finding.code, finding.span), finding)
    return list(told.values())


def words(findings: list[Finding]) -> list[tuple[str, str]]:
    """Codes and severities."""
    return sorted((finding.code, finding.severity.value) for finding in findings)


def run(text: str, scope: dict[str, Any] | None = None) -> dict[str, Any]:
    """The names that a program leaves behind."""
    scope = {} if scope is None else scope
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "<program>", "exec"), scope)
    return scope
