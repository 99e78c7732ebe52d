"""Reads the loss and metrics arguments of a compile call: from values to the words of `sites.py`."""

from __future__ import annotations

import ast
from dataclasses import replace

from lint_keras_acc.findings import Span
from lint_keras_acc.infer.frames import Call, Thunk
from lint_keras_acc.infer.syntax import is_written
from lint_keras_acc.infer.values import (
    Constant,
    Instance,
    Mapping,
    Sequence,
    Symbol,
    Unknown,
    Value,
)
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.reading.heads import Losses, Metrics
from lint_keras_acc.reading.words import fixed_kernel, named_loss, string_metric
from lint_keras_acc.sites import Argument, Fact, Loss, LossArgument, LossForm, Metric, MetricsArgument, MetricsForm
from lint_keras_acc.source import SpanOf

_KERAS_MODULES = (
    "keras.losses.",
    "keras.metrics.",
    "tensorflow.losses.",
    "tensorflow.metrics.",
    "keras.ops.",
)


# `losses.Reduction` of TensorFlow's Keras, in its canonical spelling.
_REDUCTIONS = {f"keras.losses.{name}": name.lower() for name in ("AUTO", "NONE", "SUM", "SUM_OVER_BATCH_SIZE")}


def keras_name(path: str) -> str | None:
    """The last part of the path of something in keras.losses or keras.metrics; None for anything else."""
    return path.rpartition(".")[2] if path.startswith(_KERAS_MODULES) else None


def span_of(value: Value, default: ast.AST, spans: SpanOf) -> Span:
    return spans(value.node if is_written(value.node) else default)


def written_arguments(call: Call, parameters: tuple[str, ...], spans: SpanOf) -> tuple[Argument, ...]:
    """The arguments of a call under the names of the parameters; those that cannot be told are left out."""
    found = []
    for position, given in enumerate(call.positional() or ()):
        name = parameters[position] if position < len(parameters) else f"#{position}"
        found.append(_argument(name, given, call, position, spans))
    for name, given in call.keywords()[0].items():
        found.append(_argument(name, given, call, None, spans))
    return tuple(found)


def all_told(call: Call) -> bool:
    """No argument of the call hides behind an unknown `*` or `**`."""
    return call.positional() is not None and call.keywords()[1]


def _argument(name: str, given: Value | Thunk, call: Call, position: int | None, spans: SpanOf) -> Argument:
    value = call.evaluator.force(given)
    span = spans(given.node) if isinstance(given, Thunk) else span_of(value, call.node, spans)
    given_none = isinstance(value, Constant) and value.value is None
    return Argument(name, span, _constant(value), given_none, position)


def _constant(value: Value) -> object | None:
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Symbol):
        return _REDUCTIONS.get(value.path)
    if isinstance(value, Sequence) and not value.open:
        items = tuple(_constant(item) for item in value.items)
        return items if all(item is not None for item in items) else None
    return None


# --- losses -------------------------------------------------------------------------------------------------


def read_loss(value: Value, node: ast.AST, spans: SpanOf) -> Loss | None:
    """One loss; None for a written None."""
    span = span_of(value, node, spans)
    if isinstance(value, Constant):
        if value.value is None:
            return None
        if not isinstance(value.value, str):
            return Loss(Fact(), "unknown", span)
        return named_loss(value.value, "string", span)
    if isinstance(value, Symbol):
        name = keras_name(value.path)
        canonical = canonical_loss(name) if name else None
        if name is None or canonical is None:
            return Loss(Fact(), "custom", span, value.path)
        return named_loss(name, "class" if LOSSES[canonical].class_name == name else "function", span)
    if isinstance(value, Instance):
        name = keras_name(value.path)
        canonical = canonical_loss(name) if name else None
        if name is None or canonical is None or LOSSES[canonical].class_name != name:
            return Loss(Fact(), "custom", span, value.path)
        return _loss_instance(value, name, canonical, span, spans)
    if isinstance(value, Unknown):
        return Loss(Fact(), "unknown", span)
    return Loss(Fact(), "custom", span)


def _loss_instance(value: Instance, name: str, canonical: str, span: Span, spans: SpanOf) -> Loss:
    info = LOSSES[canonical]
    arguments = written_arguments(value.call, info.class_parameters, spans)
    logits = Fact(False)
    if info.has_from_logits:
        given = value.call.argument(info.class_parameters.index("from_logits"), "from_logits")
        if given is not None:
            known = given.value if isinstance(given, Constant) else None
            logits = Fact() if known is None else Fact(bool(known), span_of(given, value.call.node, spans))
    return named_loss(name, "instance", span, logits, arguments)


def read_losses(value: Value | None, node: ast.AST, spans: SpanOf) -> Losses:
    """`loss=`; `node` is the argument's own expression."""
    if value is None:
        return Losses(argument=LossArgument("absent"))
    span = span_of(value, node, spans)
    if isinstance(value, Sequence) and value.kind in ("list", "tuple"):
        nones = any(_is_none(item) for item in value.items)
        argument = LossArgument(value.kind, span, (), _length(value), nones)  # type: ignore[arg-type]
        return Losses(listed=tuple(read_loss(item, node, spans) for item in value.items), argument=argument)
    if isinstance(value, Mapping):
        pairs = tuple(
            (key.value, read_loss(item, node, spans))
            for key, item in value.items
            if isinstance(key, Constant) and isinstance(key.value, str)
        )
        nones = any(_is_none(item) for _, item in value.items)
        return Losses(
            named=pairs, argument=LossArgument("dict", span, _keys(value, node, spans), _length(value), nones)
        )
    if _is_none(value):
        return Losses(argument=LossArgument("none", span))
    form: LossForm = "unknown" if isinstance(value, Unknown) else "single"
    return Losses(single=read_loss(value, node, spans), argument=LossArgument(form, span))


def _is_none(value: Value) -> bool:
    return isinstance(value, Constant) and value.value is None


def _length(value: Sequence | Mapping) -> int | None:
    """How many entries there are; None where some are unknown or two may be one."""
    if isinstance(value, Sequence):
        return None if value.open else len(value.items)
    keys = {key.value for key, _ in value.items if isinstance(key, Constant)}
    return None if value.open or len(keys) < len(value.items) else len(keys)


def _keys(value: Mapping, node: ast.AST, spans: SpanOf) -> tuple[Fact[str], ...]:
    """The keys that are strings, each where it is written."""
    return tuple(
        Fact(key.value, span_of(key, node, spans))
        for key, _ in value.items
        if isinstance(key, Constant) and isinstance(key.value, str)
    )


# --- metrics ------------------------------------------------------------------------------------------------


def read_metric(value: Value, node: ast.AST, dialect: Dialect, spans: SpanOf, in_list: bool) -> Metric | None:
    """One metric; None for a written None."""
    span = span_of(value, node, spans)
    if isinstance(value, Constant):
        if value.value is None:
            return None
        if not isinstance(value.value, str):
            return Metric(Fact(), "unknown", span, in_list=in_list)
        return string_metric(value.value, span, dialect, in_list)
    if isinstance(value, Symbol):
        name = keras_name(value.path)
        canonical = canonical_metric(name) if name else None
        if name is None or canonical is None:
            return Metric(Fact(), "custom", span, value.path, in_list=in_list)
        form = "class" if METRICS[canonical].class_name == name else "function"
        key = dialect.log_key(name, form)
        kernel = fixed_kernel(canonical, True)
        return Metric(Fact(canonical, span), form, span, name, Fact(kernel), key, in_list=in_list)  # type: ignore[arg-type]
    if isinstance(value, Instance):
        return _metric_instance(value, span, dialect, spans, in_list)
    if isinstance(value, Unknown):
        return Metric(Fact(), "unknown", span, in_list=in_list)
    key = getattr(getattr(value, "definition", None), "name", None)
    return Metric(Fact(), "custom", span, key, key=key, in_list=in_list)


def _metric_instance(value: Instance, span: Span, dialect: Dialect, spans: SpanOf, in_list: bool) -> Metric:
    name = keras_name(value.path)
    canonical = canonical_metric(name) if name else None
    if not all_told(value.call):
        return Metric(Fact(), "unknown", span, in_list=in_list)
    if name is None or canonical is None or METRICS[canonical].class_name != name:
        own = value.call.constant(None, "name")
        return Metric(Fact(), "custom", span, value.path, key=own if isinstance(own, str) else None, in_list=in_list)
    parameters = METRICS[canonical].class_parameters
    arguments = written_arguments(value.call, parameters, spans)
    position = parameters.index("name") if "name" in parameters else None
    given = value.call.argument(position, "name")
    key: str | None
    if given is None or (isinstance(given, Constant) and given.value is None):
        key = dialect.log_key(name, "instance")
    elif isinstance(given, Constant) and isinstance(given.value, str):
        key = given.value
    else:
        key = None
    return Metric(
        Fact(canonical, span),
        "instance",
        span,
        name,
        Fact(fixed_kernel(canonical, True)),
        key,
        arguments=arguments,
        in_list=in_list,
    )


def read_metrics(
    name: str, value: Value | None, node: ast.AST, position: int | None, dialect: Dialect, spans: SpanOf
) -> Metrics:
    """`metrics=` or `weighted_metrics=`: `name` says which, `node` is the argument's own expression."""
    form = _metrics_form(value)
    span = None if value is None else span_of(value, node, spans)
    argument = MetricsArgument(name, form, span, position)  # type: ignore[arg-type]
    if isinstance(value, Sequence):
        nested = any(isinstance(item, (Sequence, Mapping)) or _is_none(item) for item in value.items)
        argument = replace(argument, length=_length(value), nested=nested)
    elif isinstance(value, Mapping):
        argument = replace(argument, keys=_keys(value, node, spans), length=_length(value))
    if value is None or form == "none":
        return Metrics(argument)
    if isinstance(value, Sequence):
        if any(isinstance(item, (Sequence, Mapping)) for item in value.items):
            groups = tuple(_group(item, node, dialect, spans) for item in value.items)
            complete = not value.open and all(complete for _, complete in groups)
            return Metrics(argument, nested=tuple(group for group, _ in groups), complete=complete)
        flat = tuple(read_metric(item, node, dialect, spans, True) for item in value.items)
        return Metrics(argument, flat=flat, complete=not value.open and _all_told(flat))
    if isinstance(value, Mapping):
        named = []
        complete = not value.open
        for key, item in value.items:
            group, told = _group(item, node, dialect, spans)
            complete = complete and told and isinstance(key, Constant)
            if isinstance(key, Constant) and isinstance(key.value, str):
                named.append((key.value, group))
        return Metrics(argument, named=tuple(named), complete=complete)
    if form == "unknown":
        return Metrics(argument, complete=False)
    return Metrics(argument, flat=(read_metric(value, node, dialect, spans, False),))


def _group(value: Value, node: ast.AST, dialect: Dialect, spans: SpanOf) -> tuple[tuple[Metric, ...], bool]:
    """The metrics of one output, and whether they are all."""
    if isinstance(value, Sequence):
        found = [read_metric(item, node, dialect, spans, True) for item in value.items]
        return tuple(metric for metric in found if metric), not value.open and _all_told(found)
    metric = read_metric(value, node, dialect, spans, False)
    return ((metric,) if metric else ()), not isinstance(value, (Unknown, Mapping))


def _all_told(metrics: tuple[Metric | None, ...] | list[Metric | None]) -> bool:
    return all(metric is None or metric.form != "unknown" for metric in metrics)


def _metrics_form(value: Value | None) -> MetricsForm:
    if value is None:
        return "absent"
    if isinstance(value, Sequence):
        return value.kind if value.kind in ("list", "tuple", "set") else "unknown"  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return "dict"
    if isinstance(value, Constant):
        if value.value is None:
            return "none"
        return "string" if isinstance(value.value, str) else "unknown"
    if isinstance(value, Instance):
        of_tensorflow = value.path.startswith("tensorflow.metrics.") and value.path.rpartition(".")[2][:1].isupper()
        return "instance" if of_tensorflow or value.path.startswith("keras.metrics.") else "unknown"
    if isinstance(value, Symbol):
        return "function" if value.path.startswith(("keras.metrics.", "keras.losses.")) else "unknown"
    return "unknown"
