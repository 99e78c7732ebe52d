"""From the values that a fit gets to what the program says of its labels."""

from __future__ import annotations

from dataclasses import replace

from lint_keras_acc.infer import arrays
from lint_keras_acc.infer.syntax import is_written
from lint_keras_acc.infer.uses import Data, Use, data_of, same_expression, validation_of
from lint_keras_acc.infer.values import Array, Mapping, Sequence, Value
from lint_keras_acc.sites import Fact, Labels
from lint_keras_acc.source import SpanOf


def labels_of_uses(uses: list[Use], names: list[str | None], spans: SpanOf) -> list[Labels]:
    """The labels of each output (given by its name), as all fits agree on them.

    Where nothing is known of what the fits get, as all their validation data agree, else all evaluations.
    """
    trainings = [use for use in uses if use.measures and use.trains]
    evaluations = [use for use in uses if use.measures and not use.trains]
    sources = (
        (_labels_of_use(use, names, spans) for use in trainings),
        (_labels_of_data(validation_of(use), names, spans) for use in trainings),
        (_labels_of_use(use, names, spans) for use in evaluations),
    )
    chosen: list[list[Labels]] = []
    for source in sources:
        told = list(source)
        chosen = chosen or told
        if any(one.encoding.known for labels in told for one in labels):
            chosen = told
            break
    if not chosen:
        return [Labels() for _ in names]
    return [agreed([labels[index] for labels in chosen]) for index in range(len(names))]


def _labels_of_use(use: Use, names: list[str | None], spans: SpanOf) -> list[Labels]:
    if len(names) == 1 and same_expression(use):
        node = use.call.node
        return [Labels(encoding=Fact("input", spans(node)))]
    return _labels_of_data(data_of(use), names, spans)


def _labels_of_data(data: Data, names: list[str | None], spans: SpanOf) -> list[Labels]:
    features, labels = data
    if labels is None:
        return [Labels() for _ in names]
    if len(names) > 1:
        return _split(labels, features, names, spans)
    if isinstance(labels, Mapping) and len(labels.items) == 1:
        labels = labels.items[0][1]
    if isinstance(labels, Sequence) and any(isinstance(item, Array) for item in labels.items):
        return [Labels()]  # arrays for several outputs, of which only one is known
    return [read_labels(labels, features, spans)]


def _split(labels: Value, features: Value | None, names: list[str | None], spans: SpanOf) -> list[Labels]:
    """The labels of several outputs, given as a list or by name."""
    if isinstance(labels, Sequence) and len(labels.items) == len(names) and not labels.open:
        return [read_labels(item, features, spans) for item in labels.items]
    if isinstance(labels, Mapping):
        found = [labels.get(name) if name else None for name in names]
        return [read_labels(item, features, spans) if item is not None else Labels() for item in found]
    return [Labels() for _ in names]


def read_labels(value: Value, features: Value | None, spans: SpanOf) -> Labels:
    """One value as labels; nothing known where it is no array."""
    if isinstance(value, Sequence) and not value.open:
        array = arrays.of_sequence(value)
        value = replace(array, node=value.node) if isinstance(array, Array) else array
    if not isinstance(value, Array):
        return Labels()
    span = spans(value.node) if is_written(value.node) else None
    encoding = value.encoding
    same = isinstance(features, Array) and bool(value.origin) and value.origin <= features.origin
    if same and encoding in (None, "continuous"):
        encoding = "input"
    return Labels(
        encoding=Fact(encoding, span) if encoding else Fact(),  # type: ignore[arg-type]
        classes=Fact(value.classes, span),
        width=Fact(value.width, span),
        rank=Fact(value.rank, span),
        low=Fact(value.low, span),
        high=Fact(value.high, span),
        bounded=Fact(value.bounded, span),
        subset=value.subset,
        random=value.random,
    )


def agreed(told: list[Labels]) -> Labels:
    """What all of them say alike; an encoding that only some know is taken from those."""
    known = [labels for labels in told if labels.encoding.known]
    if not known:
        return told[0] if len(told) == 1 else Labels()
    first = known[0]
    if any(labels.encoding.value != first.encoding.value for labels in known):
        return Labels()
    if any(labels.classes.value != first.classes.value for labels in known):
        first = replace(first, classes=Fact())
    if any(labels.rank.value != first.rank.value or labels.width.value != first.width.value for labels in known):
        first = replace(first, rank=Fact(), width=Fact())
    return first
