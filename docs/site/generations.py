"""What each generation of Keras makes of a program: the linter asked once for every version that it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Severity
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import read_source

_NEWEST = DEFAULT.version[1]

# The versions of each line, the newest line first; tf_keras runs the code of the last tf.keras.
_LINES: dict[str, tuple[Dialect, ...]] = {
    "Keras": tuple(Dialect("keras", (3, minor)) for minor in range(_NEWEST + 1)),
    "tf.keras": (
        *(Dialect("tf.keras", (1, minor)) for minor in (13, 14, 15)),
        *(Dialect("tf.keras", (2, minor)) for minor in range(16)),
    ),
    "Keras before 2.4": tuple(
        Dialect("keras", version) for version in ((1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (2, 3))
    ),
}


@dataclass(frozen=True)
class Verdict:
    """What a version makes of a program: which accuracy runs, and what the linter says (severity, message)."""

    accuracy: str
    findings: tuple[tuple[Severity, str], ...]


def verdicts(program: str, settings: Settings) -> list[tuple[str, Verdict]]:
    """Each verdict with the versions that have it ("Keras 3.6 to 3.15, tf.keras 2.2 to 2.15"), the newest first.

    Where all agree, they are "all".
    """
    versions: dict[Verdict, list[str]] = {}
    for line, dialects in _LINES.items():
        for first, last, verdict in reversed(list(_stretches(dialects, program, settings))):
            versions.setdefault(verdict, []).append(_range(line, first, last))
    if len(versions) == 1:
        return [("all", verdict) for verdict in versions]
    return [(", ".join(ranges), verdict) for verdict, ranges in versions.items()]


def _stretches(
    dialects: tuple[Dialect, ...], program: str, settings: Settings
) -> Iterator[tuple[Dialect, Dialect, Verdict]]:
    """The first and the last of neighbouring versions that agree."""
    first = last = dialects[0]
    verdict = _verdict(program, settings, first)
    for dialect in dialects[1:]:
        now = _verdict(program, settings, dialect)
        if now != verdict:
            yield first, last, verdict
            first, verdict = dialect, now
        last = dialect
    yield first, last, verdict


def _range(line: str, first: Dialect, last: Dialect) -> str:
    package = line.removesuffix(" before 2.4")
    (from_major, from_minor), (to_major, to_minor) = first.version, last.version
    if first == last:
        return f"{package} {from_major}.{from_minor}"
    return f"{package} {from_major}.{from_minor} to {to_major}.{to_minor}"


def _verdict(program: str, settings: Settings, dialect: Dialect) -> Verdict:
    settings = replace(settings, dialect=replace(dialect, origin="configuration"))
    report = lint_source(read_source("example.py", program.encode()), settings)
    told = tuple((finding.severity, _without_version(finding.message, dialect)) for finding in report.findings)
    return Verdict(_accuracy(report.calls), told)


def _without_version(message: str, dialect: Dialect) -> str:
    """A message that names the version it is about, in words that are the same for its neighbours."""
    major, minor = dialect.version
    return re.sub(rf"\b(Keras|TensorFlow) {major}\.{minor}\b(?! to| on| and)", "this version", message)


def _accuracy(calls: tuple[tuple[CompileSite, ...], ...]) -> str:
    """The kernels that the string 'accuracy' runs, one for each output; empty where the program does not have it."""
    kernels = {
        metric.kernel.value or "not known"
        for possibilities in calls
        for site in possibilities
        for head in site.heads
        for metric in head.metrics
        if metric.name.value == "accuracy" and metric.form == "string"
    }
    return ", ".join(sorted(kernels))
