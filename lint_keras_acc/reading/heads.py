"""Which loss and which metrics belong to which output of a model, and what 'accuracy' runs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.resolvers import Choice
from lint_keras_acc.records import record
from lint_keras_acc.sites import Fact, Head, Labels, Loss, LossArgument, Metric, MetricsArgument, Output


@record(frozen=True)
class Losses:
    """The loss argument: one for all outputs, one each, by name, or nothing to tell."""

    single: Loss | None = None
    listed: tuple[Loss | None, ...] | None = None
    named: tuple[tuple[str, Loss | None], ...] | None = None
    argument: LossArgument = field(default_factory=LossArgument)

    def every(self) -> tuple[Loss, ...]:
        pairs = self.named or ()
        found = (self.single, *(self.listed or ()), *(loss for _, loss in pairs))
        return tuple(loss for loss in found if loss is not None)

    def at(self, name: str | None, index: int, count: int, known: bool) -> Loss | None:
        """The loss of one of `count` outputs (`known` to be all); None where it cannot be matched."""
        if self.single is not None:
            return self.single
        if self.listed is not None:
            if count == 1 and len(self.listed) == 1:
                return self.listed[0]
            return self.listed[index] if len(self.listed) == count and known else None
        if self.named is not None:
            if count == 1 and len(self.named) == 1 and known:
                return self.named[0][1]
            return next((loss for key, loss in self.named if key == name and name is not None), None)
        return None


@record(frozen=True)
class Metrics:
    """The metrics argument: a flat list, a list each, by output name; `complete` if nothing was left out."""

    argument: MetricsArgument
    flat: tuple[Metric | None, ...] | None = None
    nested: tuple[tuple[Metric, ...], ...] | None = None
    named: tuple[tuple[str, tuple[Metric, ...]], ...] | None = None
    complete: bool = True

    def every(self) -> tuple[Metric, ...]:
        found = [metric for metric in self.flat or () if metric is not None]
        for group in self.nested or ():
            found.extend(group)
        for _, group in self.named or ():
            found.extend(group)
        return tuple(found)

    def at(self, name: str | None, index: int, count: int, dialect: Dialect) -> tuple[Metric, ...]:
        """The metrics of one of `count` outputs."""
        if self.flat is not None:
            if count == 1 or dialect.spreads_flat_metrics:
                return tuple(metric for metric in self.flat if metric is not None)
            metric = self.flat[index] if len(self.flat) == count else None
            return (metric,) if metric is not None else ()
        if self.nested is not None:
            if count == 1:
                return tuple(metric for nested in self.nested for metric in nested)
            return self.nested[index] if len(self.nested) == count else ()
        if self.named is not None:
            if count == 1 and len(self.named) == 1:
                return self.named[0][1]
            return next((found for key, found in self.named if key == name and name is not None), ())
        return ()


def read_heads(
    dialect: Dialect,
    outputs: Sequence[Output],
    outputs_known: bool,
    losses: Losses,
    metrics: Sequence[Metrics],
    labels: Sequence[Labels],
) -> tuple[Head, ...]:
    """Each output with its loss, its metrics (their kernels and log keys filled in) and its labels."""
    heads = []
    count = len(outputs)
    for index, (output, told) in enumerate(zip(outputs, labels, strict=True)):
        mine = _counted(told, output)
        loss = losses.at(output.name, index, count, outputs_known)
        own = tuple(
            _finished(metric, output, loss, mine, group.argument.name == "weighted_metrics", count, dialect)
            for group in metrics
            for metric in group.at(output.name, index, count, dialect)
        )
        heads.append(Head(output, loss, own, mine))
    return tuple(heads)


def every_metric(heads: Sequence[Head], metrics: Sequence[Metrics]) -> tuple[Metric, ...]:
    """The metrics of all outputs; as they were read, where none can be matched to an output."""
    matched = tuple(metric for head in heads for metric in head.metrics)
    return matched or tuple(metric for group in metrics for metric in group.every())


def _counted(labels: Labels, output: Output) -> Labels:
    """Labels of one unit: ids of an unknown number of classes may be 0 and 1 there, or more."""
    if labels.encoding.value == "integer" and not labels.classes.known and output.units.value == 1:
        return replace(labels, encoding=Fact())
    return labels


def _finished(
    metric: Metric, output: Output, loss: Loss | None, labels: Labels, weighted: bool, count: int, dialect: Dialect
) -> Metric:
    """A metric with the kernel that it runs on this output, and its log key."""
    kernel, key = metric.kernel, metric.key
    if metric.form == "string" and metric.written:
        if dialect.resolves_accuracy(metric.written) and not kernel.known:
            kernel = Fact(accuracy_kernel(dialect, output, loss, labels))
        key = dialect.log_key(metric.written, "string", weighted=weighted)
    log_key = key if count == 1 else f"{output.name}_{key}" if output.name and key else None
    return replace(metric, kernel=kernel, key=key, log_key=log_key, weighted=weighted)


def accuracy_kernel(dialect: Dialect, output: Output, loss: Loss | None, labels: Labels) -> str | None:
    """What the string 'accuracy' runs at this output; None where that cannot be known."""
    return accuracy_choice(dialect, output, loss, labels).kernel


def accuracy_choice(dialect: Dialect, output: Output, loss: Loss | None, labels: Labels) -> Choice:
    """What the string 'accuracy' runs at this output, and on what ground."""
    return dialect.accuracy_choice(
        loss.name.value if loss else None,
        loss.form if loss else "unknown",
        output.units.value,
        labels.encoding.value,
        labels.rank.value,
        labels.width.value,
        output.rank.value,
    )
