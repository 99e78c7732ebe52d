"""The command `lint-keras-acc`: check, report, audit, explain, rules, server, sites."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from lint_keras_acc.cli import audit, check, report, rules, server, sites
from lint_keras_acc.cli.arguments import command_parser
from lint_keras_acc.cli.console import CLEAN, FAILED, FOUND, fail, say
from lint_keras_acc.config import ConfigError

__all__ = ["CLEAN", "FAILED", "FOUND", "main"]

_COMMANDS = {
    "check": check.run,
    "report": report.run,
    "audit": audit.run,
    "explain": rules.explain,
    "rules": rules.run,
    "server": server.run,
    "sites": sites.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Its status: 0 clean, 1 something was found, 2 wrong use or a defect of ours."""
    _never_fail_to_print()
    parser = command_parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return FAILED
    try:
        status = _COMMANDS[options.command](options)
        sys.stdout.flush()
    except ConfigError as error:
        return fail(str(error))
    except BrokenPipeError:
        _drop_output()
        return FOUND
    except OSError as error:
        _drop_output()
        where = f"{error.filename}: " if error.filename else ""
        return fail(f"{where}cannot read or write: {error.strerror or error}")
    except KeyboardInterrupt:
        say("interrupted")
        return 128 + 2
    except Exception:
        import traceback

        traceback.print_exc()
        return fail("internal error; please report it")
    return status


def _never_fail_to_print() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Let what Python flushes at exit go nowhere if nobody takes it: no reader is left, or a disk is full."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
