"""What is called honest is the honest figure: computed by the kernels, against the task that the labels show."""

from __future__ import annotations

import random
from itertools import product

import pytest

np = pytest.importorskip("numpy")

from lint_keras_acc.config import Settings  # noqa: E402
from lint_keras_acc.engine import lint_source  # noqa: E402
from lint_keras_acc.keras_api.dialects import parse_dialect  # noqa: E402
from lint_keras_acc.runtime.semantics import semantics, tally  # noqa: E402
from lint_keras_acc.sites import Metric  # noqa: E402
from lint_keras_acc.source import read_source  # noqa: E402
from lint_keras_acc.verdicts import site_findings, verdict  # noqa: E402
from tests.oracle.cells import LABELS, LOSSES, METRICS, OUTPUTS, Cell, Labels, Loss, Output, program, scores  # noqa: E402
from tests.oracle.tasks import activated, honest  # noqa: E402

DIALECT = parse_dialect("keras-3")
SEMANTICS = semantics(DIALECT)
ACCURACIES = [metric for metric in METRICS if metric.measures in ("accuracy", "top 2")]
BATCHES = range(3)


def figure(kernel: str, metric: Metric, cell: Cell, batch: int) -> float:
    """What the kernel counts in a batch."""
    threshold = metric.argument("threshold")
    cut = threshold.value if threshold is not None and isinstance(threshold.value, float) else 0.5
    outputs = activated(cell.output, scores(cell.labels, cell.output, batch).astype("float64")).astype("float32")
    return tally(kernel, SEMANTICS, threshold=cut, k=2).update(cell.labels.array, outputs).result()


def misjudged(labels: Labels, output: Output, loss: Loss) -> tuple[list[str], int]:
    """The accuracies of one program that are called honest and are not, and how many are called so."""
    text = program(labels, output, loss, ACCURACIES, "keras")
    ((site,),) = lint_source(read_source("program.py", text.encode()), Settings(dialect=DIALECT)).calls
    findings = site_findings(site)
    wrong, count = [], 0
    for written, metric in zip(ACCURACIES, site.heads[0].metrics, strict=True):
        told = verdict(site, 0, metric, findings)
        if told.standing not in ("honest", "conditional") or told.kernel is None:
            continue
        count += 1
        cell = Cell(labels, output, loss, written)
        for batch in BATCHES:
            wanted = honest(cell, scores(labels, output, batch))
            if wanted is None or not np.isclose(figure(told.kernel, metric, cell, batch), np.mean(wanted)):
                wrong.append(f"{written.code}: {told.because}")
    return wrong, count


@pytest.mark.slow
def test_what_is_called_honest_is_the_honest_figure() -> None:
    programs = list(product(LABELS, OUTPUTS, LOSSES))
    told = {case: misjudged(*case) for case in random.Random(5).sample(programs, len(programs) // 8)}
    assert {case: wrong for case, (wrong, _) in told.items() if wrong} == {}
    assert sum(count for _, count in told.values()) > 40
