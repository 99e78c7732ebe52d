"""The command `lint-keras-acc`: check, audit, explain, rules, sites."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from lint_keras_acc import __version__
from lint_keras_acc.config import (
    OUTPUT_FORMATS,
    UNUSED_NOQA,
    ConfigError,
    Settings,
    find_settings,
    override,
    read_settings,
)
from lint_keras_acc.render import place

if TYPE_CHECKING:
    from lint_keras_acc.baseline import Baseline
    from lint_keras_acc.engine import Report
    from lint_keras_acc.findings import Edit, Finding, Span
    from lint_keras_acc.keras_api.dialects import Dialect
    from lint_keras_acc.render.text import LineText
    from lint_keras_acc.sites import CompileSite
    from lint_keras_acc.source import Program, Source

CLEAN, FOUND, FAILED = 0, 1, 2
STDIN = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Its status: 0 clean, 1 something was found, 2 wrong use or a defect of ours."""
    _never_fail_to_print()
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except ConfigError as error:
        return _fail(str(error))
    except BrokenPipeError:
        _drop_output()
        return FOUND
    except OSError as error:
        _drop_output()
        return _fail(f"cannot read or write: {error.strerror or error}")
    except KeyboardInterrupt:
        _say("interrupted")
        return 128 + 2
    except Exception:
        import traceback

        traceback.print_exc()
        return _fail("internal error; please report it")
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


def _say(message: str) -> None:
    print(f"lint-keras-acc: {message}", file=sys.stderr)


def _fail(message: str) -> int:
    _say(message)
    return FAILED


# --- arguments --------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, where argparse shows the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lint-keras-acc",
        description="Says when a Keras model's accuracy, or its loss, is not what its author thinks.",
    )
    parser.add_argument("--version", action="version", version=f"lint-keras-acc {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="lint files, notebooks, saved models and directories")
    check.set_defaults(run=_check)
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
    _add_adoption(check)
    check.add_argument("--output-format", choices=OUTPUT_FORMATS, help="text (default) or json")
    check.add_argument("--statistics", action="store_true", default=None, help="count the findings by rule")
    check.add_argument("-j", "--jobs", type=_positive, help="number of processes (default: as fits the work)")
    _add_colour(check)

    _add_audit(commands.add_parser("audit", help="show what accuracy a saved model prints on data, and should"))

    sites = commands.add_parser("sites", help="show what the linter sees at each compile call")
    sites.set_defaults(run=_sites)
    _add_input(sites)
    sites.add_argument("--output-format", choices=OUTPUT_FORMATS, help="text (default) or json")

    explain = commands.add_parser("explain", help="explain a rule")
    explain.set_defaults(run=_explain)
    explain.add_argument("rule", metavar="CODE|NAME")

    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(run=_rules)
    rules.add_argument("--output-format", choices=OUTPUT_FORMATS, default="text", help="text (default) or json")
    return parser


def _add_adoption(check: argparse.ArgumentParser) -> None:
    check.add_argument("--add-noqa", action="store_true", help="silence each finding by a comment on its line")
    check.add_argument(
        "--report-unused-noqa", action="store_true", help="tell '# noqa: KAC...' comments that silence nothing"
    )
    baseline = check.add_mutually_exclusive_group()
    baseline.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file knows")
    baseline.add_argument(
        "--no-baseline", action="store_const", const="", dest="baseline", help="tell the findings that are known too"
    )
    baseline.add_argument(
        "--write-baseline", metavar="FILE", help="put the findings into this file, to be known from now on"
    )


def _add_audit(audit: argparse.ArgumentParser) -> None:
    audit.set_defaults(run=_audit)
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
    audit.add_argument("--output-format", choices=OUTPUT_FORMATS, default="text", help="text (default) or json")
    audit.add_argument("--plot", metavar="FILE.png", help="also draw the figures against the baseline")
    _add_selection(audit)
    _add_colour(audit)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    for name, help_text in (
        ("--select", "the rules to apply (codes, prefixes of codes, names)"),
        ("--extend-select", "rules to apply besides"),
        ("--ignore", "rules to leave out"),
    ):
        parser.add_argument(name, action="append", metavar="RULES", help=help_text + "; separated by commas")
    parser.add_argument("--hints", action="store_true", default=None, help="tell hints too")
    parser.add_argument("--exit-zero", action="store_true", default=None, help="exit 0 even with findings")


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="default: . ; - for stdin")
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


def _settings(options: argparse.Namespace) -> Settings:
    """The settings of the files, overridden by the command line. Raises ConfigError."""
    given = _given(options)
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


def _given(options: argparse.Namespace) -> dict[str, Any]:
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
    paths = [options.stdin_filename or "." if path == STDIN else path for path in options.paths]
    places = [os.path.abspath(path) for path in paths]
    try:
        return os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in places])
    except ValueError:  # on several drives
        return os.getcwd()


# --- check ------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    settings = _settings(options)
    if STDIN in options.paths and len(options.paths) > 1:
        return _fail("standard input cannot be linted together with files")
    wrong = _wrong_together(options, settings)
    if wrong:
        return _fail(wrong)
    excerpts: bool = sys.stdout.isatty() if options.color is None else options.color
    colour = excerpts and (options.color or _terminal_takes_colour())
    run = CheckRun(
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
        return run.finish(run.standard_input(path), [path])
    return run.finish(run.files(options.paths), options.paths)


def _wrong_together(options: argparse.Namespace, settings: Settings) -> str | None:
    """What is wrong with options that do not go together."""
    if not options.write_baseline:
        return None
    if options.diff or options.add_noqa:
        return f"--write-baseline does not go with {'--diff' if options.diff else '--add-noqa'}"
    if options.paths == [STDIN] and not options.stdin_filename:
        return "--write-baseline needs to know what standard input is called: --stdin-filename"
    return None


def _terminal_takes_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


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
        self._status = CLEAN
        self._repaired = 0
        self._silenced = 0
        self._sources = Sources()
        self._output = sys.stdout

    def files(self, paths: Sequence[str]) -> Iterator[Report]:
        """The reports on files and directories, repaired where that is asked for."""
        from lint_keras_acc.engine import lint_paths
        from lint_keras_acc.render.progress import Progress

        existing = readable_paths(paths)
        if len(existing) < len(paths):
            self._status = FAILED
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
                _write(data)
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
                self._output = sys.stderr
            yield report
        if self._writes_program:
            _write(data)

    def finish(self, reports: Iterable[Report], linted: Sequence[str]) -> int:
        """Tell the reports on what was found in and below the paths `linted`; the exit status."""
        from lint_keras_acc.engine import each_place_once

        told: list[Finding] = []
        for report in map(self._recorded, reports):
            for failure in report.failures:
                _say(str(failure))
                self._status = FAILED
            for error in report.errors:
                _say(str(error))
                self._status = self._status or FOUND
            for refusal in report.refused:
                _say(str(refusal))
                self._status = FAILED
            for note in report.notes:
                _say(note)
            in_json = self._settings.output_format == "json"
            findings = report.findings if in_json else each_place_once(report.findings)
            told += findings
            if not in_json and not self._diff:
                self._tell_findings(findings, self._sources.line if report.portrait else None)
        if self._settings.output_format == "json" and not self._diff:
            from lint_keras_acc.render.json import findings_json

            self._print(findings_json([(finding, self._edits(finding)) for finding in told]))
        self._tell_summary(told)
        self._keep_baseline(linted)
        if self._status == CLEAN and (told or (self._diff and (self._repaired or self._silenced))):
            self._status = FOUND
        return CLEAN if self._settings.exit_zero and self._status == FOUND else self._status

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
            _say(f"{place(skipped.finding.span)}: {skipped.finding.code} was not fixed: {skipped.reason}")
        return read_source(source.path, result.data)

    def _silence(self, source: Source) -> Source:
        from lint_keras_acc.silencing import silenced
        from lint_keras_acc.source import read_source

        data, lines = silenced(source, self._silenceable(source))
        self._silenced += lines
        changed = read_source(source.path, data)
        for finding in self._silenceable(changed):
            _say(f"{place(finding.span)}: {finding.code} was not silenced: no comment there would count")
        return changed

    def _silenceable(self, source: Source) -> list[Finding]:
        return [finding for finding in self._lint(source).findings if finding.code != UNUSED_NOQA]

    def _show_diff(self, source: Source, data: bytes) -> None:
        from lint_keras_acc.fixes import unified_diff
        from lint_keras_acc.render.text import coloured_diff

        diff = unified_diff(source, data)
        _write((coloured_diff(diff) if self._colour else diff).encode("utf-8", "replace"))

    def _edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        from lint_keras_acc.engine import Failure

        try:
            return self._sources.edits(finding)
        except Exception as error:
            _say(str(Failure.of(finding.span.path, "the repair", error)))
            self._status = FAILED
            return None

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
        return replace(report, findings=tuple(item for item in report.findings if item.code == UNUSED_NOQA))

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
            _say(f"wrote {counted(len(entries), 'known finding')} to {self._baseline.path}{gone}")
        elif stale:
            count = "1 entry matches" if len(stale) == 1 else f"{len(stale)} entries match"
            _say(f"{count} nothing any more in {self._baseline.path}; --write-baseline drops what is stale")

    # --- telling --------------------------------------------------------------------------------------------

    def _tell_findings(self, findings: Iterable[Finding], line_text: LineText | None) -> None:
        """`line_text` is given where the reader cannot look up the lines that plain findings name."""
        from lint_keras_acc.render.text import excerpt, plain, without_colour

        for finding in findings:
            for line in excerpt(finding, self._sources.line) if self._excerpts else plain(finding, line_text):
                self._print(line if self._colour else without_colour(line))

    def _tell_summary(self, findings: Sequence[Finding]) -> None:
        from lint_keras_acc.render.text import counted, statistics, summary

        if self._settings.statistics:
            stream = self._output if self._settings.output_format == "text" and not self._diff else sys.stderr
            for line in statistics(findings):
                print(line, file=stream)
        if self._repaired:
            _say(f"{'would fix' if self._diff else 'fixed'} {counted(self._repaired, 'finding')}")
        if self._silenced:
            _say(f"{'would add' if self._diff else 'added'} noqa comments to {counted(self._silenced, 'line')}")
        if self._excerpts and findings and self._settings.output_format == "text":
            print(summary(findings), file=sys.stderr)

    def _print(self, text: str) -> None:
        print(text, file=self._output)


def _baseline(read: str | None, written: str | None) -> Baseline | None:
    """The baseline that is read, or that is written anew. Raises ConfigError."""
    if not (read or written):
        return None
    from lint_keras_acc.baseline import read_baseline

    return read_baseline(written or read or "", missing_ok=bool(written))


def readable_paths(paths: Iterable[str]) -> list[str]:
    """The paths of files and directories; what does not exist, and pipes and devices, are told."""
    readable = []
    for path in paths:
        if os.path.isfile(path) or os.path.isdir(path):
            readable.append(path)
        elif os.path.exists(path):
            _say(f"{path}: is neither a file nor a directory")
        else:
            _say(f"{path}: no such file or directory")
    return readable


def say_if_nothing_is_there(paths: Sequence[str], settings: Settings) -> None:
    """Say that nothing is linted under `paths`, where that is so."""
    from lint_keras_acc.discovery import discover

    if paths and next(discover(paths, settings), None) is None:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        _say(f"no Python files or notebooks under {paths[0]}{more}")


def _write(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class Sources:
    """The files that findings are in, read again only where their text is asked for."""

    def __init__(self) -> None:
        self._sources: dict[str, Source | None] = {}
        self._programs: dict[str, list[Program]] = {}

    def keep(self, source: Source) -> None:
        """Take `source` for the file of its path."""
        self._sources[source.path] = source
        self._programs.pop(source.path, None)

    def programs(self, path: str, source: Source | None = None) -> list[Program]:
        """The programs of a file, or of `source` in its place; none where it cannot be read."""
        source = source or self._source(path)
        return source.programs()[0] if source else []

    def line(self, span: Span) -> str:
        """The line where a span begins; '' where it cannot be read."""
        from lint_keras_acc.source import split_lines

        source = self._source(span.path)
        lines = split_lines(source.cell_text(span.cell)) if source else []
        return lines[span.line - 1] if span.line <= len(lines) else ""

    def edits(self, finding: Finding) -> tuple[Edit, ...] | None:
        """The edits of the fix of a finding; None where it has none or its fix cannot be carried out."""
        if finding.fix is None:
            return None
        from lint_keras_acc.fixes import edits_in

        path = finding.span.path
        source = self._source(path)
        if source is None:
            return None
        if path not in self._programs:
            self._programs[path] = source.programs()[0]
        return edits_in(source, self._programs[path], finding.fix)

    def _source(self, path: str) -> Source | None:
        from lint_keras_acc.source import SourceError, read_source

        if path not in self._sources:
            try:
                self._sources[path] = read_source(path)
            except SourceError:
                self._sources[path] = None
        return self._sources[path]


# --- audit ------------------------------------------------------------------------------------------------


def _audit(options: argparse.Namespace) -> int:
    settings = override(Settings(), _given(options))
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
        return _fail(f"{missing} is not installed: pip install 'lint-keras-acc[{extra}]'")
    try:
        result = audit_files(options, settings)
    except CommandError as error:
        return _fail(str(error))
    if options.output_format == "json":
        from lint_keras_acc.runtime.render.json import audit_json

        print(audit_json(result))
    else:
        from lint_keras_acc.runtime.render.text import audit_text

        colour = sys.stdout.isatty() and _terminal_takes_colour() if options.color is None else options.color
        print(audit_text(result, colour=colour), end="")
    if options.plot:
        try:
            save_plot(result, options.plot)
        except (OSError, ValueError) as error:
            return _fail(f"{options.plot}: cannot be written: {getattr(error, 'strerror', None) or error}")
    has_findings = result.findings or result.disagreements or result.failure
    return FOUND if has_findings and not settings.exit_zero else CLEAN


# --- sites ------------------------------------------------------------------------------------------------


def _sites(options: argparse.Namespace) -> int:
    from lint_keras_acc.engine import file_sites, files_to_lint
    from lint_keras_acc.render.sites import portrait_text, sites_json, sites_text
    from lint_keras_acc.source import UNNAMED

    settings = _settings(options)
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
            _say(str(message))
        status = max(status, FAILED if report.failures or report.refused else FOUND if report.errors else CLEAN)
        calls += found
        if settings.output_format == "text":
            for possibilities in found:
                for line in (*sites_text(possibilities), *portrait_text(report.portrait)):
                    print(line)
    if settings.output_format == "json":
        print(sites_json(calls))
    return status


# --- rules ------------------------------------------------------------------------------------------------


def _explain(options: argparse.Namespace) -> int:
    from lint_keras_acc.config import did_you_mean
    from lint_keras_acc.rules import all_rules

    wanted: str = options.rule
    for rule in all_rules():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            print(f"{rule.code} {rule.name} ({rule.severity.value})\n\n{rule.documentation.strip()}")
            return CLEAN
    known = [name for rule in all_rules() for name in (rule.code, rule.name)]
    return _fail(f"unknown rule {wanted!r}{did_you_mean(wanted, known)}")


def _rules(options: argparse.Namespace) -> int:
    from lint_keras_acc.render.rules import rules_json, rules_text
    from lint_keras_acc.rules import all_rules

    if options.output_format == "json":
        print(rules_json(all_rules()))
    else:
        for line in rules_text(all_rules()):
            print(line)
    return CLEAN
