"""How `check` tells what it finds: file by file in formats that are made of lines, else in one piece at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from lint_keras_acc.cli.console import CLEAN, FAILED, FOUND, say

if TYPE_CHECKING:
    from lint_keras_acc.cli.sources import Sources
    from lint_keras_acc.engine import Report
    from lint_keras_acc.findings import Edit, Finding
    from lint_keras_acc.render.told import ToldFile

# The formats that say of every compile call what all others say of each place once.
_OF_EVERY_CALL = ("json", "json-lines")


class Teller:
    """Tells the reports of one run in one format, and keeps the findings and the exit status that they mean."""

    def __init__(self, output_format: str, sources: Sources, *, excerpts: bool, colour: bool) -> None:
        self.findings: list[Finding] = []
        self.status = CLEAN
        self.output: TextIO = sys.stdout
        self._format = output_format
        self._sources = sources
        self._excerpts = excerpts
        self._colour = colour
        self._files: list[ToldFile] = []
        self._with_edits: list[tuple[Finding, tuple[Edit, ...] | None]] = []
        if output_format == "github":
            _write_utf8(sys.stdout)

    def tell(self, report: Report, *, quiet: bool = False) -> None:
        """Tell of one file; what is wrong with it on standard error, and that only where `quiet`."""
        from lint_keras_acc.engine import each_place_once

        for trouble in (*report.failures, *report.errors, *report.refused, *report.notes):
            say(str(trouble))
        if report.failures or report.refused:
            self.status = FAILED
        elif report.errors:
            self.status = self.status or FOUND
        findings = report.findings if self._format in _OF_EVERY_CALL else tuple(each_place_once(report.findings))
        self.findings += findings
        if not quiet:
            self._tell(report, findings)

    def tell_unreadable(self, path: str, reason: str) -> None:
        """Tell of a path at which nothing can be linted, of which standard error has been told already."""
        from lint_keras_acc.render.told import Kind, Remark, ToldFile

        self.status = FAILED
        self._tell_file(ToldFile(path, remarks=(Remark(Kind.UNREADABLE, reason),)))

    def finish(self, status: int) -> None:
        """Print what is told in one piece, of a run that ends with this status. It is valid whatever has happened."""
        if self._format == "json":
            from lint_keras_acc.render.json import findings_json

            self._print([findings_json(self._with_edits)])
        elif self._format == "gitlab":
            from lint_keras_acc.render.gitlab import code_quality

            self._print([code_quality(self._files)])
        elif self._format == "junit":
            from lint_keras_acc.render.junit import test_report

            self._print([test_report(self._files)])
        elif self._format == "sarif":
            from lint_keras_acc.render.sarif import sarif_log

            self._print([sarif_log(self._files, status, successful=status != FAILED)])

    # --- file by file ---------------------------------------------------------------------------------------

    def _tell(self, report: Report, findings: Sequence[Finding]) -> None:
        if self._format == "text":
            self._print(self._text(report, findings))
        elif self._format == "json":
            self._with_edits += [(finding, self._edits(finding)) for finding in findings]
        elif self._format == "json-lines":
            from lint_keras_acc.render.json import finding_json

            self._print(finding_json(finding, self._edits(finding)) for finding in findings)
        else:
            from lint_keras_acc.cli.told_files import told_file

            with_edits = self._edits if self._format == "sarif" else None
            self._tell_file(told_file(report, findings, self._sources, with_edits))

    def _text(self, report: Report, findings: Iterable[Finding]) -> Iterator[str]:
        from lint_keras_acc.render.text import excerpt, plain, without_colour

        # A reader cannot look up the lines of a saved model that plain findings name.
        line_text = self._sources.line if report.portrait else None
        for finding in findings:
            for line in excerpt(finding, self._sources.line) if self._excerpts else plain(finding, line_text):
                yield line if self._colour else without_colour(line)

    def _tell_file(self, file: ToldFile) -> None:
        if self._format == "concise":
            from lint_keras_acc.render.concise import concise_lines

            self._print(concise_lines(file))
        elif self._format == "github":
            from lint_keras_acc.render.github import annotation_lines

            self._print(annotation_lines(file))
        else:
            self._files.append(file)

    def _edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        from lint_keras_acc.engine import Failure

        try:
            return self._sources.edits(finding)
        except Exception as error:
            say(str(Failure.of(finding.span.path, "the repair", error)))
            self.status = FAILED
            return None

    def _print(self, lines: Iterable[str]) -> None:
        """At once, so that even a run that is killed leaves whole lines."""
        text = "".join(f"{line}\n" for line in lines)
        if text:
            self.output.write(text)
            self.output.flush()


def _write_utf8(stream: TextIO) -> None:
    """Whatever the encoding of this machine, GitHub reads UTF-8."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
