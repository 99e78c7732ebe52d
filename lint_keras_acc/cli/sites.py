"""`lint-keras-acc sites`: what the linter sees at each compile call."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from lint_keras_acc.cli.arguments import settings_of
from lint_keras_acc.cli.console import CLEAN, FAILED, FOUND, STDIN, readable_paths, say, say_if_nothing_is_there

if TYPE_CHECKING:
    from lint_keras_acc.sites import CompileSite


def run(options: argparse.Namespace) -> int:
    from lint_keras_acc.engine import file_sites, files_to_lint
    from lint_keras_acc.render.sites import portrait_text, sites_json, sites_text
    from lint_keras_acc.source import UNNAMED

    settings = settings_of(options)
    data: bytes | None = None
    if options.paths == [STDIN]:
        existing, data = [options.stdin_filename or UNNAMED], sys.stdin.buffer.read()
        paths = existing
    else:
        existing = readable_paths(options.paths)
        paths = [file.path for file in files_to_lint(existing, settings)]
        if not paths:
            say_if_nothing_is_there(existing, settings)
    status = CLEAN if len(existing) == len(options.paths) else FAILED
    calls: list[tuple[CompileSite, ...]] = []
    for path in paths:
        found, report = file_sites(path, settings, data)
        for message in (*report.errors, *report.failures, *report.refused, *report.notes):
            say(str(message))
        status = max(status, FAILED if report.failures or report.refused else FOUND if report.errors else CLEAN)
        calls += found
        if settings.output_format != "json":
            for possibilities in found:
                for line in (*sites_text(possibilities), *portrait_text(report.portrait)):
                    print(line)
    if settings.output_format == "json":
        print(sites_json(calls))
    return status
