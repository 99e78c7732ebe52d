"""What the linter says of a corpus of repositories, and how that differs from what was judged.

    python benchmarks/corpus.py ROOT [--output findings.jsonl]

ROOT holds one folder for each repository, named `owner+name`. Each error and warning is written as one JSON
object a line: repository, path, blob (git's hash of the file), cell, line, code, severity. They are compared
with the judged findings of judged.jsonl, which have a verdict ('right', 'wrong' or 'arguable') and a reason
(why) besides:

    new      found, and not judged yet
    gone     judged, and not found any more
    wrong    judged wrong, and still found

Only judged findings of files that are there, with the same bytes, are compared. Status 1 if there is any of
the three (where of those that are gone only the right ones count).
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from measuring import Row, arguments, blob_hash, per_second, read_rows, show_progress

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import files_to_lint, lint_file
from lint_keras_acc.findings import Severity

JUDGED = Path(__file__).with_name("judged.jsonl")
PLACE = ("repository", "path", "blob", "cell", "line", "code")


class Corpus:
    """Checked-out repositories, and what was met while linting them."""

    def __init__(self, root: Path, wanted: Iterable[str], *, hints: bool) -> None:
        wanted = set(wanted)
        self.repositories = sorted(
            path for path in root.iterdir() if path.is_dir() and (not wanted or path.name in wanted)
        )
        self.blobs: dict[tuple[str, str], str] = {}
        self.unreadable: list[str] = []
        self.failures: list[str] = []
        self._settings = Settings(hints=hints)

    def findings(self) -> Iterator[Row]:
        """The findings of all repositories in order."""
        show = show_progress(len(self.repositories), "repositories")
        for done, repository in enumerate(self.repositories, start=1):
            for file in files_to_lint([str(repository)], self._settings):
                yield from self._findings_in(repository, Path(file.path))
            show(done)

    def _findings_in(self, repository: Path, file: Path) -> Iterator[Row]:
        path = file.relative_to(repository).as_posix()
        blob = self.blobs[repository.name, path] = blob_hash(file.read_bytes())
        report = lint_file(str(file), replace(self._settings, project_root=str(repository)))
        self.unreadable += [str(error) for error in report.errors]
        self.failures += [str(failure) for failure in report.failures]
        for finding in report.findings:
            yield {
                "repository": repository.name,
                "path": path,
                "blob": blob,
                "cell": finding.span.cell,
                "line": finding.span.line,
                "code": finding.code,
                "severity": finding.severity.value,
                "message": finding.message,
            }


def place(row: Row) -> tuple[object, ...]:
    """What makes two findings the same."""
    return tuple(row[name] for name in PLACE)


def _is_still_wrong(row: Row, judged: Row | None) -> bool:
    """It was judged wrong, and is no mere hint since."""
    if judged is None or judged["verdict"] != "wrong":
        return False
    return row["severity"] in (judged["severity"], Severity.ERROR.value, Severity.WARNING.value)


def told(row: Row) -> str:
    """A finding on one line."""
    cell = "" if row["cell"] is None else f":cell {row['cell']}"
    text = f"{row['repository']}/{row['path']}{cell}:{row['line']}: {row['code']} {row['severity']}"
    why = row.get("why") or row.get("message")
    return f"{text}: {why}" if why else text


def compare(found: list[Row], judged: list[Row], corpus: Corpus) -> bool:
    """Tell how the findings differ from those that were judged; whether they do."""
    known = {place(row): row for row in judged}
    here = {place(row) for row in found}
    new = [row for row in found if place(row) not in known]
    comparable = [
        row
        for row in judged
        if corpus.blobs.get((row["repository"], row["path"])) == row["blob"] and row["severity"] != Severity.HINT.value
    ]
    gone = [row for row in comparable if place(row) not in here]
    wrong = [known[place(row)] for row in found if _is_still_wrong(row, known.get(place(row)))]
    for title, rows in (("new", new), ("gone", gone), ("wrong", wrong)):
        print(f"{title}: {len(rows)}")
        for row in rows:
            verdict = f"[{row['verdict']}] " if title == "gone" else ""
            print(f"  {verdict}{told(row)}")
    verdicts = Counter(
        judgement["verdict"]
        for row in found
        if (judgement := known.get(place(row))) and (judgement["verdict"] != "wrong" or _is_still_wrong(row, judgement))
    )
    decided = verdicts["right"] + verdicts["wrong"]
    if decided:
        share = 100 * verdicts["right"] / decided
        arguable = verdicts["arguable"]
        print(f"judged and found: {verdicts['right']} of {decided} right ({share:.1f} %), {arguable} arguable")
    return bool(new or wrong or any(row["verdict"] == "right" for row in gone))


def main() -> int:
    """Lint, write, compare."""
    parser = arguments(__doc__)
    parser.add_argument("root", type=Path, metavar="ROOT")
    parser.add_argument("--repository", action="append", default=[], help="only this one; may be repeated")
    parser.add_argument("--output", type=Path, help="where to write the findings, one JSON object a line")
    parser.add_argument("--judged", type=Path, default=JUDGED, help="the judged findings")
    parser.add_argument("--hints", action="store_true", help="hints too")
    options = parser.parse_args()

    corpus = Corpus(options.root, options.repository, hints=options.hints)
    start = time.perf_counter()
    found = list(corpus.findings())
    seconds = time.perf_counter() - start
    if options.output:
        options.output.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    print(f"repositories: {len(corpus.repositories)}; files: {per_second(len(corpus.blobs), seconds)}")
    print(f"findings: {len(found)}; unreadable: {len(corpus.unreadable)}; failures: {len(corpus.failures)}")
    for code, count in sorted(Counter(row["code"] for row in found).items()):
        print(f"  {code} {count}")
    for failure in corpus.failures:
        print(failure)
    judged = read_rows(options.judged) if options.judged.exists() else []
    differs = compare(found, judged, corpus)
    return 1 if differs or corpus.failures else 0


if __name__ == "__main__":
    sys.exit(main())
