"""Scores the linter against compile calls that people have labelled.

    python benchmarks/labels.py ROOT LABELS.jsonl...

ROOT holds the repositories in folders named `owner+name`. A label file has one JSON object a line, of one of
two kinds. A compile call: repo, path, blob, cell, line; the facts that its program determines (outputs, loss,
metrics, labels); and findings with code, severity and certainty ('certain' or 'arguable'). Or a program (it
has `program`): repo, path, the codes that are expected (one with a question mark is arguable), and whether
that is decidable.

    missed   a certain finding of a rule that exists is not reported
    false    an error or warning is reported that no label names: to be judged by reading the program
    facts    of the values that are labelled, how many are resolved alike, and which are resolved otherwise
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from measuring import Row, arguments, blob_hash, read_rows

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source, program_sites
from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.losses import canonical_loss
from lint_keras_acc.keras_api.metrics import canonical_metric
from lint_keras_acc.rules import all_rules
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import read_source

SETTINGS = Settings(hints=True)
LABELS = {"same as input": "input"}

Possibilities = tuple[CompileSite, ...]


@dataclass
class Score:
    """What was counted, and the lines that say more."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def fact(self, where: str, kind: str, wanted: object, got: object) -> None:
        """Compare a labelled value with the resolved one."""
        self.counts[f"{kind} labelled"] += 1
        if got is None:
            self.lines.append(f"unresolved {kind}: {where}: {wanted!r}")
        elif got == wanted:
            self.counts[f"{kind} resolved"] += 1
        else:
            self.counts[f"{kind} wrong"] += 1
            self.lines.append(f"WRONG {kind}: {where}: {got!r} instead of {wanted!r}")


@dataclass(frozen=True)
class Linted:
    """What the linter makes of one file."""

    blob: str
    findings: Sequence[Finding]
    calls: Sequence[Possibilities]


@cache
def linted(repository: str, path: str) -> Linted:
    """Lint a file of a repository, once. Raises OSError if it is not there."""
    path, settings = str(Path(repository, path)), replace(SETTINGS, project_root=repository)
    source = read_source(path, Path(path).read_bytes())
    report = lint_source(source, settings)
    programs, _ = source.programs()
    calls = [call for program in programs for call in program_sites(program, settings)]
    assert not report.failures, report.failures
    return Linted(blob_hash(source.data), report.findings, calls)


def delivered(codes: Iterable[str]) -> set[str]:
    """Those of the codes for which there is a rule."""
    return set(codes) & {rule.code for rule in all_rules()}


def is_alarm(finding: Finding) -> bool:
    """Whether it is more than a hint."""
    return finding.severity is not Severity.HINT


# --- compile calls ----------------------------------------------------------------------------------------


def score_call(row: Row, root: Path, score: Score) -> None:
    """Compare one labelled compile call with what the linter says of it."""
    where = f"{row['repo']}/{row['path']}:{row['cell']}:{row['line']}"
    file = linted(str(root / row["repo"]), row["path"])
    if row.get("blob") not in (None, file.blob):
        score.counts["other version"] += 1
        score.lines.append(f"other version of the file: {where}")
        return
    score.counts["calls"] += 1
    calls = [call for call in file.calls if _covers(call[0], row)]
    if not calls:
        score.lines.append(f"compile call not seen: {where}")
    here = [finding for finding in file.findings if calls and finding.site == calls[0][0].span]
    _score_findings(row, here, where, score)
    for kind, wanted, read in labelled_facts(row):
        score.fact(where, kind, wanted, _agreed(map(read, calls[0])) if calls else None)


def _covers(site: CompileSite, row: Row) -> bool:
    cell, line = row["cell"], row["line"]
    return site.span.cell == cell and line in range(site.span.line, site.span.end_line + 1)


def _score_findings(row: Row, here: Sequence[Finding], where: str, score: Score) -> None:
    reported = {finding.code: finding.severity.value for finding in here}
    labels = row["findings"]
    certain = [label for label in labels if label["certainty"] == "certain" and delivered([label["code"]])]
    for label in certain:
        kind = "hints" if label["severity"] == "hint" else "alarms"
        score.counts[f"certain {kind}"] += 1
        if label["code"] in reported:
            score.counts[f"certain {kind} found"] += 1
            if kind == "alarms" and reported[label["code"]] == "hint":
                score.counts["certain alarms found as hints"] += 1
                score.lines.append(f"only a hint: {where}: {label['code']}")
        else:
            score.lines.append(f"MISSED: {where}: {label['code']} {label['severity']}: {label['why']}")
    known = {label["code"] for label in labels}
    for finding in here:
        if is_alarm(finding) and finding.code not in known:
            score.counts["false alarms (to be judged)"] += 1
            score.lines.append(f"FALSE?: {where}: {finding.code} {finding.severity.value}: {finding.message}")


Read = Callable[[CompileSite], object]


def labelled_facts(row: Row) -> Iterator[tuple[str, object, Read]]:
    """Each value that a row determines: its kind, what it is, and how to read it from a compile site."""
    for index, output in enumerate(row["outputs"] or []):
        if output["units"] is not None:
            yield "units", output["units"], _output(index, lambda site, i: site.heads[i].output.units.value)
        activation = canonical_activation(output["activation"] or "") or output["activation"]
        if activation not in (None, "unknown"):
            yield (
                "activation",
                activation,
                _output(index, lambda site, i: site.heads[i].output.activation.name.value),
            )
    for index, loss in enumerate(row["loss"] or []):
        if loss["name"] in (None, "custom", "unknown"):
            continue
        name = canonical_loss(loss["name"]) or loss["name"]
        yield "loss", name, _loss(index, lambda site, i: site.losses[i].name.value)
        if loss["from_logits"] is not None:
            yield (
                "from_logits",
                loss["from_logits"],
                _loss(index, lambda site, i: site.losses[i].from_logits.value),
            )
    metrics = row["metrics"]
    if metrics is not None and not any(mark in metric for metric in metrics for mark in ("custom", ":", ".")):
        names = [canonical_metric(metric.split("(")[0]) or metric for metric in metrics]
        yield "metrics", names, _metrics
    if row["labels"] not in (None, "unknown"):
        yield "labels", LABELS.get(row["labels"], row["labels"]), _labels


def _output(index: int, read: Callable[[CompileSite, int], object]) -> Read:
    return lambda site: read(site, index) if index < len(site.heads) else None


def _loss(index: int, read: Callable[[CompileSite, int], object]) -> Read:
    return lambda site: read(site, index) if index < len(site.losses) else None


def _metrics(site: CompileSite) -> object:
    names = [metric.name.value for metric in site.metrics]
    return names if site.metrics_known and None not in names else None


def _labels(site: CompileSite) -> object:
    return site.heads[0].labels.encoding.value if site.heads else None


def _agreed(values: Iterable[object]) -> object:
    """The value, if all possibilities have the same."""
    found = list(values)
    return found[0] if found and all(value == found[0] for value in found) else None


# --- programs ---------------------------------------------------------------------------------------------


def score_program(row: Row, root: Path, score: Score) -> None:
    """Compare one labelled program: found if any expected code is reported, at any severity."""
    file = linted(str(root / row["repo"]), row["path"])
    kind = row["decidable"].split(":")[0].split(" ")[0]
    expected = {code.rstrip("?") for code in row["expected"]}
    reported = {finding.code for finding in file.findings}
    alarms = sorted({finding.code for finding in file.findings if is_alarm(finding)})
    score.counts[f"{kind}: programs"] += 1
    if kind == "not":
        score.counts["not: with alarms"] += bool(alarms)
        if alarms:
            score.lines.append(f"FALSE: {row['program']}: {', '.join(alarms)}")
        return
    if kind == "static":
        score.counts["static: found"] += bool(expected & reported)
        if not expected & reported:
            told = ", ".join(sorted(reported)) or "nothing"
            score.lines.append(f"MISSED: {row['program']}: {', '.join(sorted(expected))}; reported: {told}")
    for code in alarms:
        if code not in expected:
            score.lines.append(f"also: {row['program']} ({kind}): {code}")


# --- files ------------------------------------------------------------------------------------------------


def score_file(path: Path, root: Path) -> Score:
    """Compare all rows of a label file."""
    score = Score()
    for row in read_rows(path):
        try:
            (score_program if "program" in row else score_call)(row, root, score)
        except FileNotFoundError:
            score.counts["files missing"] += 1
            score.lines.append(f"missing: {row['repo']}/{row['path']}")
    return score


def tell(score: Score, *, verbose: bool) -> None:
    """Print the counts, and the lines that say more."""
    for line in score.lines:
        if verbose or not line.startswith(("unresolved", "also")):
            print(f"  {line}")
    for name, count in sorted(score.counts.items()):
        if not name.endswith((" labelled", " resolved", " wrong")):
            print(f"  {name}: {count}")
    kinds = sorted(name.removesuffix(" labelled") for name in score.counts if name.endswith(" labelled"))
    sums: Counter[str] = Counter()
    for kind in [*kinds, *(["all facts"] if kinds else [])]:
        part = (
            sums
            if kind == "all facts"
            else {state: score.counts[f"{kind} {state}"] for state in ("labelled", "resolved", "wrong")}
        )
        if part is not sums:
            sums.update(part)
        share = 100 * part["resolved"] / max(part["labelled"], 1)
        print(f"  {kind}: {part['resolved']} of {part['labelled']} ({share:.1f} %), {part['wrong']} wrong")


def main() -> int:
    """Score every file of labels."""
    parser = arguments(__doc__)
    parser.add_argument("root", type=Path, metavar="ROOT")
    parser.add_argument("labels", type=Path, nargs="+", metavar="LABELS.jsonl")
    parser.add_argument("--verbose", action="store_true", help="also what is unresolved, and other findings")
    options = parser.parse_args()
    for path in options.labels:
        start = time.perf_counter()
        score = score_file(path, options.root)
        print(f"{path} ({time.perf_counter() - start:.1f} s)")
        tell(score, verbose=options.verbose)
    return 0


if __name__ == "__main__":
    sys.exit(main())
