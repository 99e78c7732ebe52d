"""Findings, and what could not be read, as diagnostics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from attrs import asdict
from lsprotocol import types

from lint_keras_acc.engine import each_place_once
from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.documents import Text
from lint_keras_acc.lsp.uris import same
from lint_keras_acc.rules import rule_page
from lint_keras_acc.source import SourceError

SOURCE = "lint-keras-acc"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}


@dataclass(frozen=True)
class Shown:
    """What the client can take of a diagnostic: all, but for what it says that it cannot."""

    related: bool = True
    links: bool = True
    data: bool = True

    @classmethod
    def by(cls, client: types.ClientCapabilities) -> Shown:
        """What a client says of itself, of diagnostics that it is sent or else of those that it asks for."""
        able = client.text_document and (client.text_document.publish_diagnostics or client.text_document.diagnostic)
        return cls(
            getattr(able, "related_information", None) is not False,
            getattr(able, "code_description_support", None) is not False,
            getattr(able, "data_support", None) is not False,
        )


def diagnostics(checked: Checked, shown: Shown, *, with_edits: bool) -> dict[str, list[types.Diagnostic]]:
    """What is told of each text of the document, by its URI; those without any diagnostic are there too.

    `with_edits` says whether there is time to work out what the fixes change.
    """
    told: dict[str, list[types.Diagnostic]] = {text.uri: [] for text in checked.document.texts}
    for finding in each_place_once(checked.report.findings):
        location = checked.location(finding.span)
        if location is not None and location.uri in told:
            told[location.uri].append(_of_finding(checked, finding, location.range, shown, with_edits))
    for error in checked.report.errors:
        for uri, diagnostic in _of_error(checked, error):
            told[uri].append(diagnostic)
    return told


def pulled(
    told: dict[str, list[types.Diagnostic]], uri: str, previous: str | None
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """What a client is answered that asks for the diagnostics of one text."""
    items = next((items for one, items in told.items() if same(one) == same(uri)), [])
    content = json.dumps([asdict(item) for item in items], default=str)
    identity = blake2s(content.encode(), digest_size=16).hexdigest()
    if identity == previous:
        return types.RelatedUnchangedDocumentDiagnosticReport(identity)
    return types.RelatedFullDocumentDiagnosticReport(items, result_id=identity)


def _of_finding(
    checked: Checked, finding: Finding, place: types.Range, shown: Shown, with_edits: bool
) -> types.Diagnostic:
    related = list(_related(checked, finding)) if shown.related else None
    return types.Diagnostic(
        place,
        finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(rule_page(finding.code)) if shown.links else None,
        source=SOURCE,
        related_information=related or None,
        data=_data(checked, finding, with_edits) if shown.data else None,
    )


def _related(checked: Checked, finding: Finding) -> Iterator[types.DiagnosticRelatedInformation]:
    for place in finding.related:
        location = checked.location(place.span)
        if location is not None:
            yield types.DiagnosticRelatedInformation(location, place.message)


def _data(checked: Checked, finding: Finding, with_edits: bool) -> dict[str, Any]:
    """What comes back with a request for actions, and what programs that read diagnostics can apply themselves."""
    data: dict[str, Any] = {"name": finding.name}
    if finding.fix is not None:
        fix: dict[str, Any] = {"title": finding.fix.title, "applicability": finding.fix.applicability.value}
        data["fix"] = fix
        edits = checked.edits(finding) if with_edits else None
        if edits:
            fix["edits"] = [_edit(*change) for change in map(checked.text_edit, edits) if change is not None]
    return data


def _edit(text: Text, change: types.TextEdit) -> dict[str, Any]:
    start, end = change.range.start, change.range.end
    return {
        "uri": text.uri,
        "range": {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        },
        "newText": change.new_text,
    }


def _of_error(checked: Checked, error: SourceError) -> Iterator[tuple[str, types.Diagnostic]]:
    """Why a text is not linted. It is told softly: that it is no Python, other servers shout already."""
    text = checked.document.text_of(error.cell)
    if text is None or error.path != checked.document.path:
        return
    line = min((error.line or 1) - 1, len(text.lines) - 1)
    end = checked.units.length(text.lines[line])
    place = types.Range(types.Position(line, 0), types.Position(line, end))
    message = f"not checked: {error.message}"
    yield (
        text.uri,
        types.Diagnostic(place, message, severity=types.DiagnosticSeverity.Information, source=SOURCE),
    )
