"""Findings as a Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from lint_keras_acc.findings import Severity, Span
from lint_keras_acc.render import one_line, unicode_only, where
from lint_keras_acc.render.told import Kind, ToldFile
from lint_keras_acc.rules import rule_page

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.HINT: "info"}


def code_quality(files: Iterable[ToldFile]) -> str:
    """A JSON list of all findings, and of the files that were not read."""
    return json.dumps([issue for file in files for issue in _issues(file)], indent=2)


def _issues(file: ToldFile) -> Iterator[dict[str, object]]:
    for told in file.findings:
        finding = told.finding
        in_cell = "" if finding.span.cell is None else f" ({where(finding.span.cell, finding.span.line)})"
        yield {
            **_issue(
                finding.code,
                f"{finding.code}: {one_line(finding.message)}{in_cell}",
                _SEVERITIES[finding.severity],
                told.identity,
                file.path,
                told.span,
            ),
            "content": {"body": f"{finding.name}: {rule_page(finding.code)}"},
        }
    for remark in file.remarks:
        if remark.kind is not Kind.NOTE:
            identity = hashlib.sha256(f"{file.path}\n{remark.message}".encode("utf-8", "surrogatepass")).hexdigest()
            description = f"{remark.kind.value}: {one_line(remark.message)}"
            yield _issue(remark.kind.value, description, "blocker", identity, file.path, remark.span)


def _issue(
    name: str, description: str, severity: str, identity: str, path: str, span: Span | None
) -> dict[str, object]:
    return {
        "type": "issue",
        "check_name": name,
        "description": unicode_only(description),
        "categories": ["Bug Risk"],
        "severity": severity,
        "fingerprint": identity,
        "location": {"path": unicode_only(path), "lines": _lines(span)},
    }


def _lines(span: Span | None) -> dict[str, int]:
    """GitLab wants a line in any case."""
    return {"begin": 1} if span is None else {"begin": span.line, "end": span.end_line}
