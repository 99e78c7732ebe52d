"""Reads, lints and renders every Python file and notebook of any tree: never an exception, one line a defect.

    python benchmarks/crash.py PATH...

Every file is parsed, also those without a compile call. A file that cannot be read gives one clear line;
anything else that goes wrong is a failure, and the status is 1. Tells the slowest files.
"""

from __future__ import annotations

import sys
import time
import traceback
import warnings
from pathlib import Path

from measuring import arguments, files_below, per_second, show_progress

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import Report, lint_source
from lint_keras_acc.render.json import findings_json
from lint_keras_acc.render.text import excerpt, plain
from lint_keras_acc.source import Source, SourceError, read_source

SETTINGS = Settings(hints=True)


def errors_in(path: Path) -> list[SourceError]:
    """Read, lint and render a file; what of it is no Python. Whatever else is wrong with it is raised."""
    try:
        source = read_source(str(path))
    except SourceError as error:
        return [error]
    _, errors = source.programs()
    report = lint_source(source, SETTINGS)
    if report.failures:
        raise AssertionError(str(report.failures[0]))
    render(report, source)
    return errors


def render(report: Report, source: Source) -> None:
    """Write the findings in all formats."""
    for finding in report.findings:
        lines = source.cell_text(finding.span.cell).splitlines()
        list(plain(finding))
        list(excerpt(finding, lambda span, lines=lines: (lines + [""] * span.line)[span.line - 1]))  # type: ignore[misc]
    findings_json((finding, None) for finding in report.findings)


def main() -> int:
    """Go through the files."""
    parser = arguments(__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--quiet", action="store_true", help="do not list the files that cannot be read")
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    paths = list(files_below(options.paths, (".py", ".pyw", ".ipynb")))
    show = show_progress(len(paths), "files")
    unreadable: list[SourceError] = []
    failed = 0
    slowest: list[tuple[float, Path]] = []
    start = time.perf_counter()
    for done, path in enumerate(paths, start=1):
        began = time.perf_counter()
        try:
            unreadable += errors_in(path)
        except Exception:
            failed += 1
            print(f"FAILED {path}")
            traceback.print_exc(limit=-6, file=sys.stdout)
        slowest = sorted([*slowest, (time.perf_counter() - began, path)], reverse=True)[:5]
        show(done)
    seconds = time.perf_counter() - start
    for error in unreadable:
        if len(str(error).splitlines()) != 1 or not error.message:
            failed += 1
            print(f"FAILED not one clear line: {str(error)!r}")
        elif not options.quiet:
            print(error)
    print(f"files: {per_second(len(paths), seconds)}; unreadable: {len(unreadable)}; failed: {failed}")
    for seconds, path in slowest:
        print(f"  slow: {path}: {seconds * 1000:.0f} ms")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
