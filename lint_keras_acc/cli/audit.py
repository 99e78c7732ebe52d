"""`lint-keras-acc audit`: what a saved model prints on data, and should."""

from __future__ import annotations

import argparse
import sys

from lint_keras_acc.cli.arguments import given_options
from lint_keras_acc.cli.console import CLEAN, FOUND, fail, terminal_takes_colour
from lint_keras_acc.config import Settings, override


def run(options: argparse.Namespace) -> int:
    settings = override(Settings(), given_options(options))
    settings.check_selectors()
    try:
        from lint_keras_acc.runtime.command import CommandError, audit_files

        if options.plot:
            from lint_keras_acc.runtime.render.plot import save_plot
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == "lint_keras_acc":
            raise
        extra = "plot" if options.plot else "runtime"
        return fail(f"{missing} is not installed: pip install 'lint-keras-acc[{extra}]'")
    try:
        result = audit_files(options, settings)
    except CommandError as error:
        return fail(str(error))
    if options.output_format == "json":
        from lint_keras_acc.runtime.render.json import audit_json

        print(audit_json(result))
    else:
        from lint_keras_acc.runtime.render.text import audit_text

        colour = sys.stdout.isatty() and terminal_takes_colour() if options.color is None else options.color
        print(audit_text(result, colour=colour), end="")
    if options.plot:
        try:
            save_plot(result, options.plot)
        except (OSError, ValueError) as error:
            return fail(f"{options.plot}: cannot be written: {getattr(error, 'strerror', None) or error}")
    has_findings = result.findings or result.disagreements or result.failure
    return FOUND if has_findings and not settings.exit_zero else CLEAN
