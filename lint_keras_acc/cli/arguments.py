"""The arguments of the commands, and the settings that they override."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from lint_keras_acc import __version__
from lint_keras_acc.cli.console import FAILED, STDIN
from lint_keras_acc.config import (
    COMMON_FORMATS,
    OUTPUT_FORMATS,
    UNUSED_NOQA,
    Settings,
    find_settings,
    override,
    read_settings,
)

if TYPE_CHECKING:
    from lint_keras_acc.keras_api.dialects import Dialect


_LAST_PORT = 65535


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, where argparse shows the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message} (see {self.prog} --help)\n")


def command_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lint-keras-acc",
        description="Says when a Keras model's accuracy, or its loss, is not what its author thinks.",
    )
    parser.add_argument("--version", action="version", version=f"lint-keras-acc {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    check = commands.add_parser("check", help="lint files, notebooks, saved models and directories")
    _add_input(check)
    check.add_argument("--fix", action="store_true", default=None, help="repair what is safe to repair")
    check.add_argument(
        "--unsafe-fixes",
        action="store_true",
        default=None,
        help="with --fix or --diff: also repair what changes the training or a key that is read",
    )
    check.add_argument(
        "--diff", action="store_true", help="show what --fix or --add-noqa would change, and change nothing"
    )
    _add_selection(check)
    _add_exit_zero(check)
    _add_adoption(check)
    check.add_argument(
        "--output-format",
        choices=OUTPUT_FORMATS,
        metavar="FORMAT",
        help=f"one of {', '.join(OUTPUT_FORMATS)} (default: text)",
    )
    check.add_argument("--statistics", action="store_true", default=None, help="count the findings by rule")
    _add_jobs(check)
    _add_colour(check)

    _add_report(commands.add_parser("report", help="write a page about a whole repository or course"))
    _add_audit(commands.add_parser("audit", help="show what accuracy a saved model prints on data, and should"))

    sites = commands.add_parser("sites", help="show what the linter sees at each compile call")
    _add_input(sites)
    sites.add_argument("--output-format", choices=COMMON_FORMATS, help="text (default) or json")

    explain = commands.add_parser("explain", help="explain a rule")
    explain.add_argument(
        "rule", metavar="CODE|NAME", help="as KAC102, or accuracy-on-multi-label; KAC1 lists the rules that begin so"
    )

    rules = commands.add_parser("rules", help="list the rules")
    rules.add_argument("--output-format", choices=COMMON_FORMATS, default="text", help="text (default) or json")

    _add_server(commands.add_parser("server", help="the language server, for editors"))
    return parser


def _add_server(server: argparse.ArgumentParser) -> None:
    server.add_argument("--stdio", action="store_true", help="speak on standard input and output (default)")
    server.add_argument("--tcp", action="store_true", help="wait for one client on a port of this machine")
    server.add_argument("--host", help="127.0.0.1 (default), ::1 or localhost")
    server.add_argument("--port", type=_port, help="default: a free one, told on standard error")


def _add_adoption(check: argparse.ArgumentParser) -> None:
    check.add_argument("--add-noqa", action="store_true", help="silence each finding by a comment on its line")
    check.add_argument(
        "--report-unused-noqa", action="store_true", help="tell '# noqa: KAC...' comments that silence nothing"
    )
    baseline = check.add_mutually_exclusive_group()
    _add_known(baseline)
    baseline.add_argument(
        "--write-baseline", metavar="FILE", help="put the findings into this file, to be known from now on"
    )


def _add_known(baseline: argparse._MutuallyExclusiveGroup) -> None:
    baseline.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file knows")
    baseline.add_argument(
        "--no-baseline", action="store_const", const="", dest="baseline", help="tell the findings that are known too"
    )


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-j", "--jobs", type=_positive, help="number of processes (default: as fits the work)")


def _add_report(report: argparse.ArgumentParser) -> None:
    _add_input(report, stdin=False)
    report.add_argument(
        "-o", "--output", required=True, metavar="FILE.html", help="where to write the page; - for stdout"
    )
    report.add_argument("--title", metavar="TEXT", help="the heading of the page (default: the name of the directory)")
    _add_selection(report)
    _add_known(report.add_mutually_exclusive_group())
    _add_jobs(report)


def _add_audit(audit: argparse.ArgumentParser) -> None:
    audit.add_argument("model", metavar="MODEL", help="a .keras or .h5 file, or a SavedModel directory")
    audit.add_argument("--data", required=True, metavar="FILE.npz", help="the arrays to evaluate the model on")
    audit.add_argument("--x", action="append", metavar="NAME", help="the array of an input (default: x); repeatable")
    audit.add_argument("--y", action="append", metavar="NAME", help="the labels of an output (default: y); repeatable")
    audit.add_argument("--sample-weight", metavar="NAME", help="the array of sample weights (default: none)")
    audit.add_argument("--batch-size", type=_positive, default=32, metavar="N", help="rows in a batch (default: 32)")
    audit.add_argument(
        "--keras",
        choices=("keras", "tf_keras"),
        help="what to load the model with (default: what the file says it was saved by)",
    )
    audit.add_argument("--output-format", choices=COMMON_FORMATS, default="text", help="text (default) or json")
    audit.add_argument("--plot", metavar="FILE.png", help="also draw the figures against the baseline")
    _add_selection(audit)
    _add_exit_zero(audit)
    _add_colour(audit)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    for name, help_text in (
        ("--select", "the rules to apply (codes, prefixes of codes, names)"),
        ("--extend-select", "rules to apply besides"),
        ("--ignore", "rules to leave out"),
    ):
        parser.add_argument(name, action="append", metavar="RULES", help=help_text + "; separated by commas")
    parser.add_argument("--hints", action="store_true", default=None, help="tell hints too")


def _add_exit_zero(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--exit-zero", action="store_true", default=None, help="exit 0 even with findings")


def _add_input(parser: argparse.ArgumentParser, *, stdin: bool = True) -> None:
    default = "default: . ; - for stdin" if stdin else "default: ."
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help=default)
    if stdin:
        parser.add_argument("--stdin-filename", metavar="PATH", help="what the program on standard input is called")
    parser.add_argument(
        "--dialect",
        "--keras-dialect",
        type=_dialect,
        help="Keras generation to lint for, e.g. keras-3, tf.keras-2.4, keras-2.2",
    )
    parser.add_argument(
        "--force-exclude",
        action="store_true",
        default=None,
        help="leave out what is excluded though it is named",
    )
    project = parser.add_mutually_exclusive_group()
    project.add_argument(
        "--project-root",
        type=_directory,
        metavar="DIR",
        help="follow imports of modules below DIR (default: the nearest directory above the file that has a "
        "pyproject.toml, setup.cfg or .git)",
    )
    project.add_argument(
        "--no-project", action="store_true", default=None, help="follow no imports: read no other file"
    )
    parser.add_argument(
        "--time-limit", type=_positive, metavar="SECONDS", help="give up a file that takes longer (default: 20)"
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--config", metavar="PATH", help="the pyproject.toml to read the settings from")
    source.add_argument("--isolated", action="store_true", help="read no settings from any file")


def _add_colour(parser: argparse.ArgumentParser) -> None:
    colour = parser.add_mutually_exclusive_group()
    colour.add_argument("--color", action="store_true", default=None, help="show excerpts in colour anywhere")
    colour.add_argument("--no-color", action="store_false", dest="color", help="show plain lines anywhere")


def _dialect(text: str) -> Dialect:
    from lint_keras_acc.keras_api.dialects import parse_dialect

    try:
        return parse_dialect(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _directory(text: str) -> str:
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"no such directory: {text!r}")
    return text


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of 1 or more, not {text!r}")
    return number


def _port(text: str) -> int:
    number = _positive(text)
    if number > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"must be at most {_LAST_PORT}, not {text!r}")
    return number


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings of the files, overridden by the command line. Raises ConfigError."""
    given = given_options(options)
    if options.config:
        settings = read_settings(options.config)
    elif options.isolated:
        settings = Settings()
    else:
        settings = find_settings(_start(options))
    settings = override(settings, given)
    if given.get("report_unused_noqa"):
        settings = replace(settings, extend_select=(*settings.extend_select, UNUSED_NOQA))
    settings.check_selectors()
    return settings


def given_options(options: argparse.Namespace) -> dict[str, Any]:
    """The options, with lists of rules cut at their commas."""
    given: dict[str, Any] = dict(vars(options))
    for name in ("select", "extend_select", "ignore"):
        lists = given.get(name)
        if lists is not None:
            selectors = ",".join(lists).split(",")
            given[name] = tuple(selector.strip() for selector in selectors if selector.strip())
    return given


def _start(options: argparse.Namespace) -> str:
    """The directory that all paths are in, where the search for settings starts."""
    stdin = given_options(options).get("stdin_filename") or "."
    paths = [stdin if path == STDIN else path for path in options.paths]
    places = [os.path.abspath(path) for path in paths]
    try:
        return os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in places])
    except ValueError:  # on several drives
        return os.getcwd()
