"""What several rules ask of a read of predictions: whose output it reads, and which axes are left there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lint_keras_acc.findings import Related
from lint_keras_acc.rules.common import place
from lint_keras_acc.sites import CompileSite, Head, PredictionRead, Step


class OutputRead(NamedTuple):
    """A read of predictions of one output: the index of the output, and the steps behind its choice."""

    read: PredictionRead
    output: int
    head: Head
    steps: tuple[Step, ...]

    @property
    def source_place(self) -> Related | None:
        return place(self.read.source, "the predictions come from here")


def output_reads(site: CompileSite, *kinds: str) -> Iterator[OutputRead]:
    """The reads of these kinds whose output is known; none where the program's own code may make the predictions."""
    if site.custom_training:
        return
    for read in site.uses.predictions:
        if read.kind in kinds:
            yield from _of_output(site, read)


def _of_output(site: CompileSite, read: PredictionRead) -> Iterator[OutputRead]:
    if len(site.heads) == 1:
        yield OutputRead(read, 0, site.heads[0], read.steps)
        return
    index = read.steps[0] if read.steps else None
    if site.outputs_known and isinstance(index, int) and 0 <= index < len(site.heads):
        yield OutputRead(read, index, site.heads[index], read.steps[1:])


def is_over_last_axis(read: OutputRead) -> bool:
    """The argmax runs over the last axis of the output, and over no other."""
    if not read.read.axis_known or any(not isinstance(step, int) and step != "item" for step in read.steps):
        return False
    rank, taken, axis = read.head.output.rank.value, len(read.steps), read.read.axis
    if rank is None:
        return axis == -1 and taken < 2
    left = rank - taken
    return left >= 1 and (axis in (-1, left - 1) or (axis is None and left == 1))
