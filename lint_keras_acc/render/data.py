"""A finding as plain data, for formats and tables: what has been found, where, and what the fix changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lint_keras_acc.findings import Edit, Finding, Fix, Span

Data = dict[str, Any]


def finding_data(finding: Finding, edits: Sequence[Edit] | None) -> Data:
    """All that is said of a finding. It has no fix where `edits` is None: one that cannot be carried out is none."""
    return {
        "path": finding.span.path,
        "cell": finding.span.cell,
        **stretch(finding.span),
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "related": [
            {
                "path": related.span.path,
                "cell": related.span.cell,
                **stretch(related.span),
                "message": related.message,
            }
            for related in finding.related
        ],
        "site": {"cell": finding.site.cell, "line": finding.site.line},
        "fix": None if finding.fix is None or edits is None else _fix(finding.fix, edits),
    }


def _fix(fix: Fix, edits: Sequence[Edit]) -> Data:
    return {
        "title": fix.title,
        "applicability": fix.applicability.value,
        "edits": [{"cell": edit.span.cell, **stretch(edit.span), "content": edit.content} for edit in edits],
    }


def stretch(span: Span) -> dict[str, int]:
    """Lines and columns, which count from 1; the end column is exclusive."""
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
