"""Findings as JSON: one list of them, or a line each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from lint_keras_acc.findings import Edit, Finding
from lint_keras_acc.render.data import finding_data


def findings_json(findings: Iterable[tuple[Finding, Sequence[Edit] | None]]) -> str:
    """A JSON list of findings. Each comes with the edits of its fix, None where it has no fix."""
    return json.dumps([finding_data(finding, edits) for finding, edits in findings], indent=2)


def finding_json(finding: Finding, edits: Sequence[Edit] | None) -> str:
    """One finding on one line."""
    return json.dumps(finding_data(finding, edits))
