"""Findings as JSON: one list of them, or a line each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from lint_keras_acc.findings import Edit, Finding, Fix, Span


def findings_json(findings: Iterable[tuple[Finding, Sequence[Edit] | None]]) -> str:
    """A JSON list of findings. Each comes with the edits of its fix, None where it has no fix."""
    return json.dumps([_finding(finding, edits) for finding, edits in findings], indent=2)


def finding_json(finding: Finding, edits: Sequence[Edit] | None) -> str:
    """One finding on one line."""
    return json.dumps(_finding(finding, edits))


def _finding(finding: Finding, edits: Sequence[Edit] | None) -> dict[str, object]:
    return {
        "path": finding.span.path,
        "cell": finding.span.cell,
        **_stretch(finding.span),
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "related": [
            {
                "path": related.span.path,
                "cell": related.span.cell,
                "line": related.span.line,
                "column": related.span.column,
                "message": related.message,
            }
            for related in finding.related
        ],
        "site": {"cell": finding.site.cell, "line": finding.site.line},
        "fix": _fix(finding.fix, edits),
    }


def _fix(fix: Fix | None, edits: Sequence[Edit] | None) -> dict[str, object] | None:
    if fix is None or edits is None:
        return None
    return {
        "title": fix.title,
        "applicability": fix.applicability.value,
        "edits": [{**_stretch(edit.span), "content": edit.content} for edit in edits],
    }


def _stretch(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
