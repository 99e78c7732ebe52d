"""Findings as workflow commands, which GitHub shows as annotations of the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Severity, Span
from lint_keras_acc.render import one_line, place, unicode_only, where
from lint_keras_acc.render.told import Kind, ToldFile

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def annotation_lines(file: ToldFile) -> Iterator[str]:
    """A line for each finding, and for each reason why the file was not read."""
    for told in file.findings:
        finding = told.finding
        places = [f"\n{place(related.span)}: {one_line(related.message)}" for related in finding.related]
        in_cell = "" if finding.span.cell is None else f"{where(finding.span.cell, finding.span.line)}: "
        message = in_cell + one_line(finding.message) + "".join(places)
        title = f"{finding.code} {finding.name}"
        yield _command(_COMMANDS[finding.severity], file.path, told.span, title, message)
    for remark in file.remarks:
        command = "notice" if remark.kind is Kind.NOTE else "error"
        yield _command(command, file.path, remark.span, f"lint-keras-acc: {remark.kind.value}", remark.message)


def _command(command: str, path: str, span: Span | None, title: str, message: str) -> str:
    properties = {"title": title, "file": path}
    if span is not None:
        properties["line"] = str(span.line)
        properties["endLine"] = str(span.end_line)
        if span.line == span.end_line:  # GitHub takes columns within one line only
            properties["col"] = str(span.column)
            properties["endColumn"] = str(span.end_column)
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {given}::{_data(message)}"


def _data(text: str) -> str:
    return unicode_only(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
