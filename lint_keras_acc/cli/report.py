"""`lint-keras-acc report`: one HTML page about a whole repository or course."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lint_keras_acc.cli.arguments import settings_of
from lint_keras_acc.cli.console import (
    CLEAN,
    FAILED,
    STDIN,
    fail,
    readable_paths,
    say,
    say_if_nothing_is_there,
    write,
)
from lint_keras_acc.cli.sources import Sources

if TYPE_CHECKING:
    from lint_keras_acc.config import Settings
    from lint_keras_acc.engine import Report


def run(options: argparse.Namespace) -> int:
    """Lint, and write the page; the exit status is 0 whatever is found."""
    from lint_keras_acc.render.report import report_page, survey_of
    from lint_keras_acc.render.text import counted

    settings = settings_of(options)
    if STDIN in options.paths:
        return fail("a report is about files: standard input has none")
    existing = readable_paths(options.paths)
    if not existing:
        return FAILED
    sources = Sources()
    reports = list(_reports(existing, settings, sources))
    if not reports:
        say_if_nothing_is_there(existing, settings)
    command = shlex.join(["lint-keras-acc", "check", "--fix", *existing])
    surveyed = survey_of(options.title or _title(existing), command, existing, reports)
    page = report_page(surveyed, sources)
    if options.output == STDIN:
        write(page.html.encode("utf-8", "replace"))
    else:
        _write_file(options.output, page.html.encode("utf-8", "replace"))
        findings, files = counted(len(surveyed.findings), "finding"), counted(len(surveyed.files), "file")
        say(f"wrote {options.output}: {findings} in {files}")
    failures = [*(failure for report, _ in reports for failure in report.failures), *page.failures]
    for failure in failures:
        say(str(failure))
    return FAILED if failures or len(existing) < len(options.paths) else CLEAN


def _reports(paths: Sequence[str], settings: Settings, sources: Sources) -> Iterator[tuple[Report, int]]:
    """The report on each file that says something or compiles a model, and how many findings the baseline knows."""
    from lint_keras_acc.baseline import read_baseline
    from lint_keras_acc.engine import lint_paths
    from lint_keras_acc.render.progress import Progress
    from lint_keras_acc.source import read_source

    baseline = read_baseline(settings.baseline) if settings.baseline else None
    with Progress(sys.stderr) as progress:
        for report in lint_paths(paths, settings, progress.show, with_calls=True):
            if report.portrait:
                sources.keep(read_source(report.path, report.portrait.encode("utf-8", "replace")))
            everything = len(report.findings)
            if baseline is not None:
                report = baseline.left(report, partial(sources.programs, report.path))
            if report.says_something or report.calls or report.untold:
                yield report, everything - len(report.findings)


def _title(paths: Sequence[str]) -> str:
    """What the page is about: the name of a directory or file."""
    from lint_keras_acc.render.report.survey import common_directory

    place = os.path.abspath(paths[0]) if len(paths) == 1 else common_directory(paths)
    return os.path.basename(place) or place


def _write_file(path: str, data: bytes) -> None:
    """Put the page there at once, so that nobody sees half of it. Raises OSError."""
    from lint_keras_acc.fixes import write_atomically

    write_atomically(path, data)
