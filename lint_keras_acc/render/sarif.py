"""Findings as a log of SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from lint_keras_acc import DOCUMENTATION, __version__
from lint_keras_acc.findings import Edit, Severity, Span
from lint_keras_acc.render import one_line, place, relative_below, unicode_only
from lint_keras_acc.render.told import Kind, Remark, Suppression, Told, ToldFile
from lint_keras_acc.rules import Rule, all_rules, rule_names, rule_page

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "recommendation"}
_JUSTIFICATIONS = {Suppression.NOQA: "a # noqa comment", Suppression.BASELINE: "known to the baseline"}
_NOTIFICATIONS = {Kind.UNREADABLE: "error", Kind.INTERNAL_ERROR: "error", Kind.NOTE: "note"}
# What URIs are relative to: the directory in which the command runs, wherever that is.
_BASE = "%SRCROOT%"

Json = dict[str, object]


def sarif_log(files: Iterable[ToldFile], status: int, *, successful: bool = True) -> str:
    """The log of one run that ends with this exit status; `successful` unless it broke off or the linter failed."""
    files = list(files)
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "invocations": [_invocation(files, status, successful)],
                "originalUriBaseIds": {_BASE: {"description": {"text": "The directory in which the linter ran."}}},
                "columnKind": "unicodeCodePoints",
                "newlineSequences": ["\r\n", "\n", "\r"],
                "results": [_result(file, told) for file in files for told in (*file.findings, *file.suppressed)],
            }
        ],
    }
    return json.dumps(log, indent=2)


# --- the linter ---------------------------------------------------------------------------------------------


def _driver() -> Json:
    return {
        "name": "lint-keras-acc",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": DOCUMENTATION,
        "rules": [_rule(rule) for rule in all_rules()],
    }


def _rule(rule: Rule) -> Json:
    text = rule.documentation.strip().removeprefix(rule.title).strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.sections.get("What it does", rule.title).split())},
        "help": {"text": text, "markdown": text},
        "helpUri": rule_page(rule.code),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["keras", "correctness"], "problem.severity": _PROBLEMS[rule.severity]},
    }


def _invocation(files: Iterable[ToldFile], status: int, successful: bool) -> Json:
    return {
        "executionSuccessful": successful,
        "exitCode": status,
        "toolExecutionNotifications": [_notification(file.path, remark) for file in files for remark in file.remarks],
    }


def _notification(path: str, remark: Remark) -> Json:
    return {
        "level": _NOTIFICATIONS[remark.kind],
        "message": _message(remark.message),
        "locations": [{"physicalLocation": _physical(path, remark.span)}],
    }


def _message(text: str) -> Json:
    """A text without what SARIF takes for a link, which a program could have put there."""
    return {"text": unicode_only(one_line(text)).replace("](", "] (")}


# --- findings -----------------------------------------------------------------------------------------------


def _result(file: ToldFile, told: Told) -> Json:
    finding = told.finding
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": _rule_index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [_location(finding.span, told.span)],
        "partialFingerprints": {"contentIdentity/v1": told.identity},
    }
    if finding.related:
        pairs = zip(finding.related, told.related, strict=True)
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(related.span, span),
                "message": _message(related.message),
            }
            for number, (related, span) in enumerate(pairs)
        ]
    if told.edits and finding.fix is not None:
        result["fixes"] = [
            {
                "description": _message(finding.fix.title),
                "artifactChanges": list(_changes(told.edits)),
                "properties": {"applicability": finding.fix.applicability.value},
            }
        ]
    if told.suppression is not None:
        kind = told.suppression
        result["suppressions"] = [{"kind": kind.value, "justification": _JUSTIFICATIONS[kind]}]
    return result


def _rule_index(code: str) -> int:
    return list(rule_names()).index(code)


def _location(span: Span, in_file: Span | None) -> Json:
    """A place, and its name where the file counts lines otherwise: in a cell, or in the portrait of a saved model."""
    location: Json = {"physicalLocation": _physical(span.path, in_file)}
    if span.cell is not None:
        location["logicalLocations"] = [{"name": f"cell {span.cell}", "fullyQualifiedName": place(span)}]
    elif in_file is None:
        name = f"line {span.line} of the portrait"
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": place(span)}]
    return location


def _physical(path: str, span: Span | None) -> Json:
    location: Json = {"artifactLocation": _artifact(path)}
    return location if span is None else {**location, "region": _region(span)}


def _changes(edits: Iterable[Edit]) -> Iterator[Json]:
    for path in dict.fromkeys(edit.span.path for edit in edits):
        yield {
            "artifactLocation": _artifact(path),
            "replacements": [
                {"deletedRegion": _region(edit.span), "insertedContent": {"text": unicode_only(edit.content)}}
                for edit in edits
                if edit.span.path == path
            ],
        }


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(path: str) -> Json:
    """A path below this directory relative to it, so that a log means the same elsewhere; any other as a whole."""
    below = relative_below(path)
    if below is None:
        return {"uri": Path(os.path.abspath(path)).as_uri()}
    return {"uri": quote(os.fsencode(below)), "uriBaseId": _BASE}
