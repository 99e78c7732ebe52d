"""The one way in: gate, parse, sites, rules, selection, `# noqa`; then findings in order."""

from __future__ import annotations

import ast
import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from time import thread_time
from typing import TYPE_CHECKING

from lint_keras_acc.agreement import agreed, agreed_reads, at_home, watched_spans, wherever_watched
from lint_keras_acc.config import Settings
from lint_keras_acc.discovery import FoundFile, discover
from lint_keras_acc.findings import Finding, Severity, Span
from lint_keras_acc.saved.files import is_saved_model
from lint_keras_acc.source import Program, Source, SourceError, may_compile, read_bytes, read_source

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from lint_keras_acc.keras_api.dialects import Dialect
    from lint_keras_acc.sites import CompileSite

# Below this many files with compile calls a second process costs more than it saves.
_FILES_PER_PROCESS = 16


@dataclass(frozen=True)
class Failure:
    """A defect of the linter itself, met at one file."""

    path: str
    message: str

    @classmethod
    def of(cls, path: str, where: str, error: Exception) -> Failure:
        """An exception in one line, with the place in our source that raised it."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace else ""
        reason = " ".join(str(error).split())
        return cls(path, f"{where}: {type(error).__name__}: {reason}{place}")

    def __str__(self) -> str:
        return f"{self.path}: internal error: {self.message}"


@dataclass(frozen=True)
class Report:
    """What is said of one file: its findings, what of it could not be read, and where the linter failed.

    `untold` are the hints of selected rules that are off, `silenced` what a comment in the file silences, `known` what
    a baseline knows, and `calls` the compile calls with their possibilities. Of a saved model: `refused` is why it is
    not read, `notes` is what else there is to say, and `portrait` the code that its findings point into.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    errors: tuple[SourceError, ...] = ()
    failures: tuple[Failure, ...] = ()
    untold: tuple[Finding, ...] = ()
    refused: tuple[SourceError, ...] = ()
    notes: tuple[str, ...] = ()
    portrait: str = ""
    silenced: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    calls: tuple[tuple[CompileSite, ...], ...] = field(default=(), compare=False, repr=False)

    @property
    def says_something(self) -> bool:
        return bool(self.findings or self.errors or self.failures or self.refused or self.notes)


def lint_paths(
    paths: Iterable[str],
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
    *,
    with_calls: bool = False,
) -> Iterator[Report]:
    """Reports on the files at and below `paths` that hold a compile call or cannot be read, in order.

    `progress` is told how many of how many such files are done. The reports have their `calls` only where that is asked
    for.
    """
    work = files_to_lint(paths, settings)
    for done, report in enumerate(_lint_files(work, settings, with_calls=with_calls), start=1):
        if progress is not None:
            progress(done, len(work))
        yield report


def files_to_lint(paths: Iterable[str], settings: Settings) -> list[FoundFile]:
    """The files at and below `paths` that hold a compile call, are named, or cannot be read."""
    return [file for file in discover(paths, settings) if _is_worth_linting(file, settings)]


def lint_file(path: str, settings: Settings, *, named: bool = False) -> Report:
    """The report on one file; of one that is named it is also told where it is no Python. It may be a saved model."""
    if named and is_saved_model(path):
        return lint_saved(path, settings)
    try:
        source = read_source(path)
    except SourceError as error:
        return Report(path, errors=(error,))
    except Exception as error:
        run = _Run(path, settings)
        run.fail("reading the file", error)
        return run.report()
    return lint_source(source, settings, named=named)


def lint_source(source: Source, settings: Settings, *, named: bool = False) -> Report:
    """The report on a source, `# noqa` comments honoured. One that is `named` is parsed whatever is in it."""
    may_find = may_compile(source.data)
    if not (may_find or named or _asks_for_comments(source.data, settings)):
        return Report(source.path)
    run = _Run(source.path, settings)
    try:
        with _collecting_later():
            return _lint_source(source, run, may_find=may_find, named=named)
    except Exception as error:
        run.fail("reading the file", error)
        return run.report()


def _lint_source(source: Source, run: _Run, *, may_find: bool, named: bool) -> Report:
    programs, errors = source.programs()
    findings = [finding for program in programs for finding in run.findings(program)] if may_find else []
    settings = run.settings
    silenced: list[Finding] = []
    if findings or _asks_for_comments(source.data, settings):
        from lint_keras_acc.suppressions import Suppressions

        suppressions = Suppressions(source)
        findings, silenced = suppressions.divided(findings)
        if settings.reports_unused_noqa and not (errors or run.errors or run.failures):
            findings += suppressions.unused(settings)
    report = run.report(findings, errors if may_find or named else ())
    return replace(report, silenced=run.report(silenced).findings) if silenced else report


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Look for no garbage meanwhile: nearly all that is made for one file is in use until it is done."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _asks_for_comments(data: bytes, settings: Settings) -> bool:
    """Whether there may be comments to judge, and somebody wants to know."""
    return b"KAC" in data and settings.reports_unused_noqa


def lint_saved(path: str, settings: Settings) -> Report:
    """The report on a saved model. Its findings have no fixes: it is the program that is to be repaired."""
    run = _Run(path, settings)
    try:
        calls, report = saved_sites(path)
        findings = [replace(finding, fix=None) for possibilities in calls for finding in run.findings_of(possibilities)]
        run.calls = calls
    except Exception as error:
        run.fail("reading the saved model", error)
        return run.report()
    return replace(run.report(findings), refused=report.refused, notes=report.notes, portrait=report.portrait)


def lint_tree(path: str, tree: ast.Module, lines: Sequence[str], settings: Settings) -> Report:
    """The report on a tree that somebody else has parsed, and who treats `# noqa` himself."""
    if not may_compile("".join(lines).encode("utf-8", "replace")):
        return Report(path)
    run = _Run(path, settings)
    with _collecting_later():
        findings = run.findings(Program.from_tree(path, tree, lines))
    return run.report(findings)


def program_sites(program: Program, settings: Settings, deadline: float = inf) -> Iterator[tuple[CompileSite, ...]]:
    """For each compile call of the program, in order, its possibilities.

    Raises `lint_keras_acc.infer.OutOfTime` beyond the deadline, on the clock of `time.thread_time`.
    """
    from lint_keras_acc.infer import Modules, compile_sites

    modules = None if settings.no_project else Modules.around(program, settings.project_root)
    yield from compile_sites(program, dialect_for(program.path, settings), modules, deadline)


def file_sites(
    path: str, settings: Settings, data: bytes | None = None
) -> tuple[list[tuple[CompileSite, ...]], Report]:
    """The compile calls in a file, each with its possibilities, and what went wrong in reading them."""
    run = _Run(path, settings)
    calls: list[tuple[CompileSite, ...]] = []
    errors: list[SourceError] = []
    try:
        if data is None and is_saved_model(path):
            return saved_sites(path)
        source = read_source(path, data)
        programs, errors = source.programs() if may_compile(source.data) else ([], [])
        for program in programs:
            with run.in_time():
                calls += program_sites(program, settings, run.deadline)
    except SourceError as error:
        errors = [error]
    except Exception as error:
        run.fail("the inference", error)
    return calls, run.report(errors=errors)


def saved_sites(path: str) -> tuple[list[tuple[CompileSite, ...]], Report]:
    """The compile call of a saved model, if it has one, and what else there is to say of the file."""
    from lint_keras_acc.saved.models import SavedError, read_saved

    try:
        model = read_saved(path)
    except SavedError as error:
        return [], Report(path, refused=(SourceError(path, None, None, error.message),))
    if model.site is None:
        return [], Report(
            path, notes=(f"{path}: was saved without a compile configuration: there is nothing to check",)
        )
    return [(model.site,)], Report(path, portrait=model.text)


def dialect_for(path: str, settings: Settings) -> Dialect | None:
    """The dialect that is configured, or that the project of the file pins."""
    if settings.dialect is not None or not settings.project_pins:
        return settings.dialect
    from lint_keras_acc.project import project_dialect

    return project_dialect(os.path.dirname(path) or ".")


# --- one program ------------------------------------------------------------------------------------------


class _Run:
    """The work on one file, and the failures met on the way."""

    def __init__(self, path: str, settings: Settings) -> None:
        self._path = path
        self.settings = settings
        self.deadline = thread_time() + settings.time_limit
        self.errors: list[SourceError] = []
        self.failures: list[Failure] = []
        self.calls: list[tuple[CompileSite, ...]] = []

    def report(self, findings: Iterable[Finding] = (), errors: Iterable[SourceError] = ()) -> Report:
        """The findings in order, with these errors and all that was met on the way."""
        told: list[Finding] = []
        untold: list[Finding] = []
        for finding in findings:
            (told if self._is_told(finding) else untold).append(finding)
        return Report(
            self._path,
            _in_order(told),
            (*errors, *self.errors),
            tuple(self.failures),
            _in_order(untold),
            calls=tuple(self.calls),
        )

    def findings(self, program: Program) -> list[Finding]:
        """Findings that are selected, hints that are off among them, each place and code once for a compile call."""
        found: dict[tuple[str, Span, Span], Finding] = {}
        watched: Counter[Span] = Counter()
        try:
            with self.in_time():
                for possibilities in program_sites(program, self.settings, self.deadline):
                    self.calls.append(possibilities)
                    watched.update(watched_spans(possibilities))
                    for finding in self.findings_of(possibilities):
                        found.setdefault((finding.code, finding.span, finding.site), finding)
        except Exception as error:
            self.fail("the inference", error)
        return [at_home(finding) for finding in wherever_watched(found.values(), watched)]

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Keep in mind that the file has taken too long, once, and go on with what there is."""
        from lint_keras_acc.infer import OutOfTime

        try:
            yield
        except OutOfTime:
            reason = f"takes longer than {self.settings.time_limit} seconds: not all of it was checked"
            self.errors = [SourceError(self._path, None, None, reason)]

    def findings_of(self, possibilities: Sequence[CompileSite]) -> list[Finding]:
        """Those of one compile call."""
        from lint_keras_acc.rules import source_rules
        from lint_keras_acc.rules.precedence import check

        checked = [
            check(site, source_rules(), lambda rule, error: self.fail(rule.code, error)) for site in possibilities
        ]
        told = (*agreed(checked), *agreed_reads(possibilities, checked))
        return [finding for finding in told if self.settings.selects(finding.code, self._path)]

    def _is_told(self, finding: Finding) -> bool:
        return finding.severity is not Severity.HINT or self.settings.tells_hints(finding.code)

    def fail(self, where: str, error: Exception) -> None:
        """Keep in mind a defect of ours, or a program that is too deep for us, once."""
        if isinstance(error, RecursionError):
            self.errors = [SourceError(self._path, None, None, "is nested too deeply to be followed")]
            return
        failure = Failure.of(self._path, where, error)
        if failure not in self.failures:
            self.failures.append(failure)


def each_place_once(findings: Iterable[Finding]) -> list[Finding]:
    """For people: what two compile calls share is told of the first of them only."""
    told: dict[tuple[str, Span], Finding] = {}
    for finding in findings:
        told.setdefault((finding.code, finding.span), finding)
    return list(told.values())


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    def place(finding: Finding) -> tuple[int, int, int, str]:
        span = finding.span
        return -1 if span.cell is None else span.cell, span.line, span.column, finding.code

    return tuple(sorted(findings, key=place))


# --- many files -------------------------------------------------------------------------------------------


def _is_worth_linting(file: FoundFile, settings: Settings) -> bool:
    """Files that are named are read whole, so that one that is no text or no Python is told."""
    if file.named:
        return True
    try:
        data = read_bytes(file.path)
        return may_compile(data) or _asks_for_comments(data, settings)
    except SourceError:
        return True


def _lint_files(files: Sequence[FoundFile], settings: Settings, *, with_calls: bool) -> Iterator[Report]:
    processes = settings.jobs or min(os.cpu_count() or 1, len(files) // _FILES_PER_PROCESS)
    if processes <= 1 or len(files) <= 1:
        for file in files:
            yield _lint_found(file, settings, with_calls=with_calls)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from functools import partial

    done = 0
    with ProcessPoolExecutor(processes, _fresh_processes(), _leave_interrupts_to_the_parent) as executor:
        lint = partial(_lint_found, settings=settings, with_calls=with_calls)
        try:
            for report in executor.map(lint, files, chunksize=4):
                done += 1
                yield report
        except BrokenProcessPool:
            for file in files[done:]:
                yield Report(file.path, failures=(Failure(file.path, "a worker process died"),))


def _fresh_processes() -> BaseContext:
    """Processes that share nothing with this one: whoever calls the engine may have threads, which a fork breaks."""
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _lint_found(file: FoundFile, settings: Settings, *, with_calls: bool) -> Report:
    report = lint_file(file.path, settings, named=file.named)
    return report if with_calls else replace(report, calls=())


def _leave_interrupts_to_the_parent() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
