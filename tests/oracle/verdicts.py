"""What the rules say of each cell, and whether it is what Keras showed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.source import read_source
from tests.oracle.cells import (
    LABELS,
    LOSSES,
    METRICS,
    OUTPUTS,
    Cell,
    Labels,
    Loss,
    Output,
    program,
    scores,
)
from tests.oracle.measuring import Value, is_number, key
from tests.oracle.tasks import honest, intended

Array = Any
# 'right' is the honest or intended number; 'constant' is one that is the same whatever the model says.
State = Literal["right", "wrong", "nan", "constant", "raises"]
Speech = Literal["speaks", "hints", "silent"]
Side = Literal["metric", "loss"]


@dataclass(frozen=True)
class Said:
    """The findings about the loss (KAC2xx, KAC3xx) and about one metric (KAC1xx): codes, hints apart."""

    codes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def speech(self) -> Speech:
        return "speaks" if self.codes else "hints" if self.hints else "silent"


@dataclass(frozen=True)
class Verdict:
    """One side of a cell: what Keras showed and what the rules say. `of_loss` is the other side, None for the loss."""

    side: Side
    cell: Cell
    backend: str
    state: State
    said: Said
    of_loss: Verdict | None = None

    @property
    def agrees(self) -> bool:
        """A finding where something is wrong, none where nothing is. A hint is none, and allowed everywhere."""
        return (self.said.speech == "speaks") == (self.state != "right")


# --- what the rules say -------------------------------------------------------------------------------------


@cache
def said(labels: Labels, output: Output, loss: Loss, package: str = "keras") -> tuple[Said, tuple[Said, ...]]:
    """Of the loss, and of each of METRICS, from one program that has them all."""
    text = program(labels, output, loss, list(METRICS), package)
    findings = lint(text, package)
    entries = _entries(text, output.units)
    of_metrics = [
        [finding for finding in findings if finding.code < "KAC2" and start <= finding.span.column < end]
        for start, end in entries
    ]
    return _said(finding for finding in findings if finding.code >= "KAC2"), tuple(_said(found) for found in of_metrics)


def said_of_cell(cell: Cell, package: str = "keras") -> tuple[Said, Said]:
    """Of the loss and the metric of one cell, from a program of its own."""
    findings = lint(program(cell.labels, cell.output, cell.loss, [cell.metric], package), package)
    return (
        _said(finding for finding in findings if finding.code >= "KAC2"),
        _said(finding for finding in findings if finding.code < "KAC2"),
    )


def lint(text: str, package: str) -> list[Finding]:
    """The findings of KAC1xx to KAC3xx in a program, hints included."""
    dialect = parse_dialect("tf_keras-2" if package == "tf_keras" else "keras-3")
    report = lint_source(read_source("program.py", text.encode()), Settings(hints=True, dialect=dialect))
    assert not report.errors, report.errors
    assert not report.failures, report.failures
    return [finding for finding in report.findings if finding.code < "KAC4"]


def _entries(text: str, units: int) -> list[tuple[int, int]]:
    """From which column to which each metric stands in the line of the compile call, 1-based."""
    line = next(line for line in text.splitlines() if ".compile(" in line)
    column = line.index("metrics=[") + len("metrics=[") + 1
    entries = []
    for metric in METRICS:
        end = column + len(metric.text(units))
        assert line[column - 1 : end - 1] == metric.text(units)
        entries.append((column, end))
        column = end + len(", ")
    return entries


def _said(findings: Iterable[Finding]) -> Said:
    found = list(findings)
    return Said(
        tuple(sorted({finding.code for finding in found if finding.severity is not Severity.HINT})),
        tuple(sorted({finding.code for finding in found if finding.severity is Severity.HINT})),
    )


# --- what Keras showed --------------------------------------------------------------------------------------


def state_of_loss(labels: Labels, output: Output, loss: Loss, values: Sequence[Value]) -> State:
    """Of the value in each batch: what the loss is beside what is intended."""
    if isinstance(values[-1], str):
        return "raises"
    if not all(is_number(value) for value in values):
        return "nan"
    wanted = [intended(labels, output, loss, scores(labels, output, batch)) for batch in range(len(values))]
    if same(values, [values[0]] * len(values)):
        return "constant"
    return "right" if same(values, wanted) else "wrong"


def state_of_metric(cell: Cell, values: Sequence[Value]) -> State:
    """Of the figure in each batch: one that is not the honest figure is enough for 'wrong'."""
    if isinstance(values[-1], str):
        return "raises"
    wanted = [honest(cell, scores(cell.labels, cell.output, batch)) for batch in range(len(values))]
    if same(values, wanted):
        return "right"
    return "wrong" if all(is_number(value) for value in values) else "nan"


def same(values: Sequence[Any], wanted: Sequence[Any], *, tolerance: float = 1e-4, equal_nan: bool = False) -> bool:
    """Equal but for single precision, in all batches."""
    return all(
        other is not None
        and np.shape(value) == np.shape(other)
        and np.allclose(value, other, rtol=tolerance, atol=1e-5, equal_nan=equal_nan)
        for value, other in zip(values, wanted, strict=True)
    )


# --- the comparison -----------------------------------------------------------------------------------------


def verdicts(backend: str, found: dict[str, Any]) -> Iterator[Verdict]:
    """Each loss on each output and all labels; then each metric, unless the loss raises and nothing is printed."""
    package = "tf_keras" if backend == "tf_keras" else "keras"
    for labels in LABELS:
        for output in OUTPUTS:
            for loss in LOSSES:
                said_of_loss, of_metrics = said(labels, output, loss, package)
                state = state_of_loss(labels, output, loss, found["losses"][key(labels, output, loss)])
                of_loss = Verdict("loss", Cell(labels, output, loss, METRICS[0]), backend, state, said_of_loss)
                yield of_loss
                if state == "raises":
                    continue
                for metric, of_metric in zip(METRICS, of_metrics, strict=True):
                    cell = Cell(labels, output, loss, metric)
                    values = found["metrics"][key(labels, output, metric)]
                    yield Verdict("metric", cell, backend, state_of_metric(cell, values), of_metric, of_loss)
