"""`lint-keras-acc check`: lint, repair, silence, and tell."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lint_keras_acc.cli.arguments import settings_of
from lint_keras_acc.cli.console import (
    CLEAN,
    FAILED,
    FOUND,
    STDIN,
    fail,
    readable_paths,
    say,
    say_if_nothing_is_there,
    terminal_takes_colour,
    why_unreadable,
    write,
)
from lint_keras_acc.cli.sources import Sources
from lint_keras_acc.cli.telling import Teller
from lint_keras_acc.config import UNUSED_NOQA, Settings
from lint_keras_acc.render import place

if TYPE_CHECKING:
    from lint_keras_acc.baseline import Baseline
    from lint_keras_acc.engine import Report
    from lint_keras_acc.findings import Finding
    from lint_keras_acc.source import Source


def run(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    if STDIN in options.paths and len(options.paths) > 1:
        return fail("standard input cannot be linted together with files")
    wrong = _wrong_together(options, settings)
    if wrong:
        return fail(wrong)
    excerpts: bool = sys.stdout.isatty() if options.color is None else options.color
    colour = excerpts and (options.color or terminal_takes_colour())
    checking = CheckRun(
        settings,
        diff=options.diff,
        add_noqa=options.add_noqa,
        write_baseline=options.write_baseline,
        excerpts=excerpts,
        colour=colour,
    )
    if options.paths == [STDIN]:
        from lint_keras_acc.source import UNNAMED

        path = options.stdin_filename or UNNAMED
        return checking.finish(checking.standard_input(path), [path])
    return checking.finish(checking.files(options.paths), options.paths)


def _wrong_together(options: argparse.Namespace, settings: Settings) -> str | None:
    """What is wrong with options that do not go together."""
    if options.unsafe_fixes and not (settings.fix or options.diff):
        return "--unsafe-fixes goes with --fix or --diff"
    if not options.write_baseline:
        return None
    if options.diff or options.add_noqa:
        return f"--write-baseline does not go with {'--diff' if options.diff else '--add-noqa'}"
    if options.paths == [STDIN] and not options.stdin_filename:
        return "--write-baseline needs to know what standard input is called: --stdin-filename"
    return None


class CheckRun:
    """One run of `check`: it repairs where it is asked to, tells what it finds, and keeps its exit status."""

    def __init__(
        self,
        settings: Settings,
        *,
        diff: bool,
        add_noqa: bool,
        write_baseline: str | None,
        excerpts: bool,
        colour: bool,
    ) -> None:
        self._settings = settings
        self._diff = diff
        self._adds_noqa = add_noqa
        self._writes_baseline = write_baseline is not None
        self._baseline = _baseline(settings.baseline, write_baseline)
        self._excerpts = excerpts
        self._colour = colour
        self._repaired = 0
        self._silenced = 0
        self._looked = False
        self._sources = Sources()
        self._teller = Teller(settings.output_format, self._sources, excerpts=excerpts, colour=colour)

    def files(self, paths: Sequence[str]) -> Iterator[Report]:
        """The reports on files and directories, repaired where that is asked for."""
        from lint_keras_acc.engine import lint_paths
        from lint_keras_acc.render.progress import Progress

        existing = readable_paths(paths)
        for path in paths:
            reason = why_unreadable(path)
            if reason is not None:
                self._teller.tell_unreadable(path, reason)
        told = False
        with Progress(sys.stderr) as progress:
            for report in lint_paths(existing, self._settings, progress.show):
                told = True
                if report.says_something:
                    progress.clear()
                if report.portrait:
                    yield self._left(self._saved(report))
                    continue
                is_changed = self._adds_noqa and report.findings
                if is_changed or (self._repairs and any(finding.fix for finding in report.findings)):
                    yield self._changed_file(report)
                else:
                    yield self._left(report)
        if not told:
            say_if_nothing_is_there(existing, self._settings)

    def _saved(self, report: Report) -> Report:
        """The report on a saved model, which stays as it is; its findings point into its portrait."""
        from lint_keras_acc.source import read_source

        self._sources.keep(read_source(report.path, report.portrait.encode("utf-8", "replace")))
        if not report.findings or not (self._repairs or self._adds_noqa):
            return report
        note = f"{report.path}: a saved model is not changed: repair the program that compiles it, and save it again"
        return replace(report, notes=(*report.notes, note))

    def standard_input(self, path: str) -> Iterator[Report]:
        """The report on standard input; with `--fix` the repaired program goes to standard output."""
        from lint_keras_acc.discovery import is_excluded
        from lint_keras_acc.engine import Report
        from lint_keras_acc.source import SourceError, read_source

        data = sys.stdin.buffer.read()
        if self._settings.force_exclude and is_excluded(path, self._settings):
            if self._writes_program:
                write(data)
            return
        try:
            source = read_source(path, data)
        except SourceError as error:
            yield Report(path, errors=(error,))
        else:
            if self._repairs or self._adds_noqa:
                report, data = self._change(source)
                if self._diff:
                    self._show_diff(source, data)
            else:
                report = self._lint(source)
                self._sources.keep(source)
            if self._writes_program:
                self._teller.output = sys.stderr
            yield report
        if self._writes_program:
            write(data)

    def finish(self, reports: Iterable[Report], linted: Sequence[str]) -> int:
        """Tell the reports on what was found in and below the paths `linted`; the exit status."""
        teller = self._teller
        done = False
        try:
            for report in map(self._recorded, reports):
                self._looked = True
                teller.tell(report, quiet=self._diff)
            done = True
        finally:
            if not self._diff:
                teller.finish(self._status() if done else FAILED)
        self._tell_summary(teller.findings)
        self._keep_baseline(linted)
        return self._status()

    def _status(self) -> int:
        """The exit status, as far as the run has come."""
        found = self._teller.findings or (self._diff and (self._repaired or self._silenced))
        status = self._teller.status or (FOUND if found else CLEAN)
        return CLEAN if self._settings.exit_zero and status == FOUND else status

    # --- repairs --------------------------------------------------------------------------------------------

    @property
    def _repairs(self) -> bool:
        return self._settings.fix or (self._diff and not self._adds_noqa)

    @property
    def _writes_program(self) -> bool:
        return (self._settings.fix or self._adds_noqa) and not self._diff

    def _lint(self, source: Source) -> Report:
        from lint_keras_acc.engine import lint_source

        return self._left(lint_source(source, self._settings, named=True), source)

    def _changed_file(self, report: Report) -> Report:
        from lint_keras_acc.engine import Failure
        from lint_keras_acc.fixes import write_atomically
        from lint_keras_acc.source import SourceError, read_source

        repaired, silenced = self._repaired, self._silenced
        try:
            source = read_source(report.path)
            new_report, data = self._change(source)
            if not self._diff:
                write_atomically(report.path, data)
        except (OSError, SourceError) as error:
            self._repaired, self._silenced = repaired, silenced
            reason = error.message if isinstance(error, SourceError) else error.strerror
            failed = SourceError(report.path, None, None, f"was not fixed: {reason}")
            return replace(report, errors=(*report.errors, failed))
        except Exception as error:
            failure = Failure.of(report.path, "the repair", error)
            return replace(report, failures=(*report.failures, failure))
        if self._diff:
            self._show_diff(source, data)
        return new_report

    def _change(self, source: Source) -> tuple[Report, bytes]:
        """What is left to report of a file after all that is to be done with it, and its bytes then."""
        if self._repairs:
            source = self._repair(source)
        if self._adds_noqa:
            source = self._silence(source)
        self._sources.keep(source)
        return self._lint(source), source.data

    def _repair(self, source: Source) -> Source:
        from lint_keras_acc.fixes import fix_source
        from lint_keras_acc.source import read_source

        result = fix_source(source, lambda changed: self._lint(changed).findings, self._settings.unsafe_fixes)
        self._repaired += len(result.applied)
        for skipped in result.skipped:
            say(f"{place(skipped.finding.span)}: {skipped.finding.code} was not fixed: {skipped.reason}")
        return read_source(source.path, result.data)

    def _silence(self, source: Source) -> Source:
        from lint_keras_acc.silencing import silenced
        from lint_keras_acc.source import read_source

        data, lines = silenced(source, self._silenceable(source))
        self._silenced += lines
        changed = read_source(source.path, data)
        for finding in self._silenceable(changed):
            say(f"{place(finding.span)}: {finding.code} was not silenced: no comment there would count")
        return changed

    def _silenceable(self, source: Source) -> list[Finding]:
        return [finding for finding in self._lint(source).findings if finding.code != UNUSED_NOQA]

    def _show_diff(self, source: Source, data: bytes) -> None:
        from lint_keras_acc.fixes import unified_diff
        from lint_keras_acc.render.text import coloured_diff

        diff = unified_diff(source, data)
        write((coloured_diff(diff) if self._colour else diff).encode("utf-8", "replace"))

    # --- what is known --------------------------------------------------------------------------------------

    def _left(self, report: Report, source: Source | None = None) -> Report:
        """The report without what the baseline knows."""
        if self._baseline is None or self._writes_baseline:
            return report
        return self._baseline.left(report, lambda: self._sources.programs(report.path, source))

    def _recorded(self, report: Report) -> Report:
        """The report without what is going to be known, which is kept in mind."""
        if self._baseline is None or not self._writes_baseline:
            return report
        self._baseline.left(report, lambda: self._sources.programs(report.path))
        left = tuple(item for item in report.findings if item.code == UNUSED_NOQA)
        return replace(report, findings=left, known=tuple(item for item in report.findings if item not in left))

    def _keep_baseline(self, linted: Sequence[str]) -> None:
        """Write the baseline, or say how much of it is of the past."""
        from lint_keras_acc.render.text import counted

        if self._baseline is None or self._diff:
            return
        linted = [path for path in linted if os.path.exists(path) or STDIN in (path, *linted)]
        stale = self._baseline.stale(linted, self._settings)
        if self._writes_baseline:
            entries = self._baseline.renewed(linted, self._settings)
            self._baseline.write(entries)
            gone = f", {len(stale)} of before dropped" if stale else ""
            say(f"wrote {counted(len(entries), 'known finding')} to {self._baseline.path}{gone}")
        elif stale:
            count = "1 entry matches" if len(stale) == 1 else f"{len(stale)} entries match"
            say(f"{count} nothing any more in {self._baseline.path}; --write-baseline drops what is stale")

    # --- telling --------------------------------------------------------------------------------------------

    def _tell_summary(self, findings: Sequence[Finding]) -> None:
        from lint_keras_acc.render.text import counted, statistics, summary

        if self._settings.statistics:
            stream = self._teller.output if self._settings.output_format == "text" and not self._diff else sys.stderr
            for line in statistics(findings):
                print(line, file=stream)
        if self._repaired:
            say(f"{'would fix' if self._diff else 'fixed'} {counted(self._repaired, 'finding')}")
        if self._silenced:
            say(f"{'would add' if self._diff else 'added'} noqa comments to {counted(self._silenced, 'line')}")
        if self._excerpts and self._settings.output_format == "text":
            if findings:
                print(summary(findings), file=sys.stderr)
                print(f"More about a rule: lint-keras-acc explain {findings[0].code}", file=sys.stderr)
            elif self._teller.status == CLEAN and not (self._diff or self._writes_baseline):
                print(self._all_is_well(), file=sys.stderr)

    def _all_is_well(self) -> str:
        """For a reader at a terminal, to whom silence does not say whether anything was looked at."""
        if not self._looked:
            return "No compile call to check."
        new = "new " if self._baseline else ""
        left = " left" if self._repaired or self._silenced else ""
        return f"No {new}findings{left}."


def _baseline(read: str | None, written: str | None) -> Baseline | None:
    """The baseline that is read, or that is written anew. Raises ConfigError."""
    if not (read or written):
        return None
    from lint_keras_acc.baseline import read_baseline

    return read_baseline(written or read or "", missing_ok=bool(written))
