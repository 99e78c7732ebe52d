"""What the rules of batches (KAC6xx) share: the heads that a batch was seen of, and words for what it showed."""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.rules.common import readable_heads
from lint_keras_acc.sites import CompileSite, Head, Metric, Observed


def observed_heads(site: CompileSite) -> Iterator[tuple[int, Head, Observed]]:
    """The heads of which a batch was seen; none where the program's own training code decides what the loss means."""
    for index, head in readable_heads(site):
        if head.observed is not None:
            yield index, head, head.observed


def metrics_that_run(head: Head, *kernels: str) -> Iterator[Metric]:
    """The metrics of an output that run one of these kernels."""
    return (metric for metric in head.metrics if metric.kernel.value in kernels)


def share(count: int, of: int, noun: str) -> str:
    """'3 of 32 labels', 'all 32 labels', 'the only label'."""
    if of == 1:
        return f"the only {noun}"
    return f"all {of} {noun}s" if count == of else f"{count} of {of} {noun}s"


def enumeration(words: list[str]) -> str:
    """'1', '1 and 2', '1, 2 and 3'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
