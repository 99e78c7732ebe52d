"""What an editor asks about a place: hover and code actions, in the words of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Applicability, Edit, Finding, Span
from lint_keras_acc.lsp.actions import FIX_ALL, FIX_ALL_TITLE, QUICK_FIX, Action, fix_all, is_asked_for, quick_fixes
from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.hover import hover
from lint_keras_acc.source import Source

CODE_ACTIONS = types.CodeActionOptions(
    [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll, FIX_ALL], resolve_provider=True
)


@dataclass(frozen=True)
class Asked:
    """What the client can do with an answer.

    markdown: it would rather have Markdown than plain text. versions: it applies edits to the version that they are
    meant for and to no other. resolves: it asks for the edits of an action when they are needed.
    """

    markdown: bool = False
    versions: bool = False
    resolves: bool = False

    @classmethod
    def by(cls, client: types.ClientCapabilities) -> Asked:
        """What a client says of itself."""
        document = client.text_document
        formats = (document and document.hover and document.hover.content_format) or [types.MarkupKind.PlainText]
        edit = client.workspace and client.workspace.workspace_edit
        resolve = document and document.code_action and document.code_action.resolve_support
        return cls(
            formats[0] == types.MarkupKind.Markdown,
            bool(edit and edit.document_changes),
            bool(resolve and "edit" in resolve.properties and document and _keeps_data(document)),
        )


def _keeps_data(document: types.TextDocumentClientCapabilities) -> bool:
    return bool(document.code_action and document.code_action.data_support)


# --- hover ------------------------------------------------------------------------------------------------


def hover_at(checked: Checked, params: types.HoverParams, asked: Asked) -> types.Hover | None:
    """What there is to say of the place that the cursor is at."""
    place = checked.place(params.text_document.uri, params.position)
    found = place and hover(checked.programs, checked.report, place, markdown=asked.markdown)
    location = found and checked.location(found.span)
    if not found or not location:
        return None
    kind = types.MarkupKind.Markdown if asked.markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, found.text), location.range)


# --- code actions -----------------------------------------------------------------------------------------


def actions_at(checked: Checked, params: types.CodeActionParams, asked: Asked) -> list[types.CodeAction]:
    """What can be done about the findings in a stretch of text, and on the whole document."""
    span = _span(checked, params.text_document.uri, params.range)
    if span is None:
        return []
    only, findings = params.context.only, checked.report.findings
    told = []
    if is_asked_for(QUICK_FIX, only):
        for action in quick_fixes(checked.source, findings, span):
            told.append(_code_action(checked, action, asked, params.context.diagnostics))
    if is_asked_for(FIX_ALL, only) and _has_safe_fix(findings) and (only is not None or told):
        uri = params.text_document.uri
        if asked.resolves:
            told.append(types.CodeAction(FIX_ALL_TITLE, FIX_ALL, data={"uri": uri}))
        else:
            everything = _fix_all(checked)
            told += [] if everything is None else [_code_action(checked, everything, asked, ())]
    return told


def resolved(checked: Checked, action: types.CodeAction, asked: Asked) -> types.CodeAction:
    """An action that was told without its edits, with them."""
    everything = _fix_all(checked)
    if everything is not None:
        action.edit = _workspace_edit(checked, everything.edits, asked)
    return action


def uri_of_action(action: types.CodeAction) -> str | None:
    """The document of an action that waits for its edits."""
    data: Any = action.data
    uri = data.get("uri") if isinstance(data, dict) else None
    return uri if isinstance(uri, str) and action.edit is None else None


def _span(checked: Checked, uri: str, asked: types.Range) -> Span | None:
    start, end = checked.place(uri, asked.start), checked.place(uri, asked.end)
    if start is None or end is None:
        return None
    return Span(checked.source.path, start.cell, start.line, start.column, end.line, end.column)


def _has_safe_fix(findings: Iterable[Finding]) -> bool:
    return any(finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in findings)


def _fix_all(checked: Checked) -> Action | None:
    def lint(source: Source) -> Sequence[Finding]:
        return lint_source(source, checked.settings).findings

    return fix_all(checked.source, lint)


def _code_action(
    checked: Checked, action: Action, asked: Asked, diagnostics: Sequence[types.Diagnostic]
) -> types.CodeAction:
    return types.CodeAction(
        action.title,
        action.kind,
        diagnostics=list(_repaired(checked, action, diagnostics)) or None,
        is_preferred=action.preferred or None,
        edit=_workspace_edit(checked, action.edits, asked),
    )


def _repaired(checked: Checked, action: Action, diagnostics: Sequence[types.Diagnostic]) -> Iterator[types.Diagnostic]:
    """The diagnostics of the editor's that are gone after an action."""
    for finding in action.findings:
        location = checked.location(finding.span)
        for diagnostic in diagnostics:
            if location is not None and (diagnostic.code, diagnostic.range) == (finding.code, location.range):
                yield diagnostic


def _workspace_edit(checked: Checked, edits: Iterable[Edit], asked: Asked) -> types.WorkspaceEdit:
    changes: dict[str, list[types.TextEdit]] = {}
    versions: dict[str, int | None] = {}
    for edit in edits:
        found = checked.text_edit(edit)
        if found is not None:
            text, change = found
            changes.setdefault(text.uri, []).append(change)
            versions[text.uri] = text.version
    if not asked.versions:
        return types.WorkspaceEdit(changes)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), list(of_text))
            for uri, of_text in changes.items()
        ]
    )
