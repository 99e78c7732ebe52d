"""The loss and metrics that a model was compiled with, from plain descriptions to the words of `sites.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from lint_keras_acc.findings import Span
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.reading.heads import Losses, Metrics
from lint_keras_acc.reading.portrait import Writer, Written, constant, literal, write_call
from lint_keras_acc.reading.words import fixed_kernel, named_loss, string_metric
from lint_keras_acc.records import record
from lint_keras_acc.sites import (
    Argument,
    Fact,
    Form,
    Loss,
    LossArgument,
    LossForm,
    Metric,
    MetricsArgument,
    MetricsForm,
)

_LONG_LINE = 88
_INDENT = 4 * " "


@record(frozen=True)
class Entry:
    """A loss or a metric, as it was given to `compile`.

    form:      'string', 'function', 'class' or 'instance' of what Keras has; 'custom' for the user's own.
    name:      the string itself; else the name of the function or class.
    module:    'losses' or 'metrics': where Keras has it.
    arguments: of an instance: those that differ from their defaults, as constants or `portrait.Code`.
    key:       the name of an instance, which is its log key.
    called:    of the user's own: an object of a class (then it is written as a call of that).
    """

    form: Form
    name: str
    module: str = ""
    arguments: tuple[tuple[str, object], ...] = ()
    key: str | None = None
    called: bool = False

    @property
    def is_lambda(self) -> bool:
        return self.form == "custom" and not self.name.isidentifier()


# What stands in an argument of `compile`: an Entry, None, or lists, tuples, sets and dicts of them.
Tree = object


def every_entry(tree: Tree) -> list[Entry]:
    """All entries of an argument, in order."""
    if isinstance(tree, Mapping):
        return [entry for item in tree.values() for entry in every_entry(item)]
    if isinstance(tree, list | tuple | set | frozenset):
        return [entry for item in tree for entry in every_entry(item)]
    return [tree] if isinstance(tree, Entry) else []


def entry_of_wrapper(function: str, key: str | None) -> Entry | None:
    """What stood in compile where Keras 2 keeps a MeanMetricWrapper of this function under this name.

    Measured on tf_keras 2.21: 'accuracy' comes back from .h5 and SavedModel as MeanMetricWrapper(categorical_accuracy).
    """
    canonical = canonical_metric(function)
    if canonical is None:
        return None
    if key is not None and key in ("accuracy", "acc", function):
        return Entry("string", key)
    class_name = METRICS[canonical].class_name
    return Entry("instance", class_name, "metrics", (("name", key),), key) if class_name else None


# --- writing ------------------------------------------------------------------------------------------------


def _write_entry(writer: Writer, entry: Entry) -> Written:
    if entry.form == "string":
        return Written(writer.write(repr(entry.name)))
    if entry.is_lambda:
        return Written(writer.write("lambda y_true, y_pred: ..."))
    name = entry.name if entry.form == "custom" else f"keras.{entry.module}.{entry.name}"
    if entry.form == "instance" or entry.called:
        return write_call(writer, name, entry.arguments)
    return Written(writer.write(name))


def _brackets(tree: Tree) -> str:
    if isinstance(tree, set | frozenset):
        return "{}"
    return "[]" if isinstance(tree, list) else "()"


class _Tree:
    """The spans of an argument that has been written: its own and those of its entries, in order."""

    def __init__(self, writer: Writer, tree: Tree) -> None:
        self.writer = writer
        self.written: list[Written] = []
        self.key_spans: dict[str, Span] = {}  # of the outermost dict
        start = writer.here()
        self._write(tree, _INDENT)
        self.span = writer.since(start)
        self._next = iter(self.written)

    def keys(self, tree: Mapping[object, Tree]) -> tuple[Fact[str], ...]:
        """The keys of the argument, each where it was written."""
        return tuple(Fact(str(key), self.key_spans[str(key)]) for key in tree)

    def next(self) -> Written:
        return next(self._next)

    def _write(self, tree: Tree, indent: str) -> None:
        if isinstance(tree, Entry):
            self.written.append(_write_entry(self.writer, tree))
        elif isinstance(tree, Mapping):
            pairs = [(literal(key), item) for key, item in tree.items()]
            starts = self._write_items(pairs, "{}", indent, broken=len(pairs) > 1)
            if indent == _INDENT:
                self.key_spans = {str(key): span for key, span in zip(tree, starts, strict=True)}
        elif isinstance(tree, list | tuple | set | frozenset):
            pairs = [("", item) for item in tree]
            self._write_items(pairs, _brackets(tree), indent, broken=_width(tree) > _LONG_LINE)
        else:
            self.writer.write(literal(tree))

    def _write_items(self, pairs: list[tuple[str, object]], brackets: str, indent: str, broken: bool) -> list[Span]:
        """Write items behind their keys; where the keys stand."""
        keys: list[Span] = []
        inner = f"{indent}{_INDENT}"
        self.writer.write(brackets[0])
        for index, (label, item) in enumerate(pairs):
            if broken:
                self.writer.write(f"\n{inner}")
            elif index:
                self.writer.write(", ")
            keys.append(self.writer.write(label))
            if label:
                self.writer.write(": ")
            self._write(item, inner)
            if broken or (brackets == "()" and len(pairs) == 1):
                self.writer.write(",")
        self.writer.write(f"\n{indent}{brackets[1]}" if broken else brackets[1])
        return keys


def _width(tree: Tree) -> int:
    """About how many columns the entries of an argument take."""
    return sum(len(_python(entry)) + 2 for entry in every_entry(tree))


def _python(entry: Entry) -> str:
    scratch = Writer("")
    _write_entry(scratch, entry)
    return scratch.text


# --- losses -------------------------------------------------------------------------------------------------


def write_losses(writer: Writer, tree: Tree) -> Losses:
    """Write the loss argument, and say what it is."""
    written = _Tree(writer, tree)
    if isinstance(tree, Mapping):
        argument = LossArgument(
            "dict", written.span, written.keys(tree), len(tree), any(item is None for item in tree.values())
        )
        return Losses(named=tuple((str(key), _loss(item, written)) for key, item in tree.items()), argument=argument)
    if isinstance(tree, list | tuple):
        form: LossForm = "list" if isinstance(tree, list) else "tuple"
        argument = LossArgument(form, written.span, (), len(tree), any(item is None for item in tree))
        return Losses(listed=tuple(_loss(item, written) for item in tree), argument=argument)
    form = "single" if isinstance(tree, Entry) else "none" if tree is None else "unknown"
    return Losses(single=_loss(tree, written), argument=LossArgument(form, written.span))


def no_loss() -> Losses:
    """The argument is not there."""
    return Losses(argument=LossArgument("absent"))


def _loss(tree: Tree, written: _Tree) -> Loss | None:
    found = every_entry(tree)
    if not found:
        return None
    losses = [_loss_of(entry, written.next()) for entry in found]
    if isinstance(tree, Entry):
        return losses[0]
    return Loss(Fact(), "unknown", losses[0].span)  # several for one output


def _loss_of(entry: Entry, written: Written) -> Loss:
    span = written.call
    canonical = canonical_loss(entry.name)
    if entry.form == "custom" or (entry.form != "string" and canonical is None):
        return Loss(Fact(), "custom", span, entry.name)
    arguments = _arguments(entry, written)
    given = next((argument for argument in arguments if argument.name == "from_logits"), None)
    logits = Fact(False)
    if given is not None:
        logits = Fact(None if given.value is None else bool(given.value), given.span)
    return named_loss(entry.name, entry.form, span, logits, arguments)


def _arguments(entry: Entry, written: Written) -> tuple[Argument, ...]:
    return tuple(
        Argument(name, written.arguments[name], constant(value), value is None) for name, value in entry.arguments
    )


# --- metrics ------------------------------------------------------------------------------------------------


def write_metrics(
    writer: Writer, name: Literal["metrics", "weighted_metrics"], tree: Tree, dialect: Dialect
) -> Metrics:
    """Write `metrics=` or `weighted_metrics=`, and say what it is."""
    written = _Tree(writer, tree)
    argument = _metrics_argument(name, tree, written)

    def group(item: Tree) -> tuple[Metric, ...]:
        in_list = not isinstance(item, Entry)
        return tuple(_metric(entry, written.next(), dialect, in_list) for entry in every_entry(item))

    if isinstance(tree, Mapping):
        return Metrics(argument, named=tuple((str(key), group(item)) for key, item in tree.items()))
    if isinstance(tree, list | tuple | set | frozenset):
        if any(isinstance(item, list | tuple | Mapping) for item in tree):
            return Metrics(argument, nested=tuple(group(item) for item in tree))
        flat = tuple(
            _metric(item, written.next(), dialect, in_list=True) if isinstance(item, Entry) else None for item in tree
        )
        return Metrics(argument, flat=flat)
    if isinstance(tree, Entry):
        return Metrics(argument, flat=(_metric(tree, written.next(), dialect, in_list=False),))
    return Metrics(argument)


def _metrics_argument(name: Literal["metrics", "weighted_metrics"], tree: Tree, written: _Tree) -> MetricsArgument:
    form = metrics_form(tree)
    if isinstance(tree, Mapping):
        return MetricsArgument(name, form, written.span, keys=written.keys(tree), length=len(tree))
    if isinstance(tree, list | tuple):
        nested = any(not isinstance(item, Entry) for item in tree)
        return MetricsArgument(name, form, written.span, length=len(tree), nested=nested)
    return MetricsArgument(name, form, written.span)


def no_metrics(name: Literal["metrics", "weighted_metrics"]) -> Metrics:
    """The argument is not there."""
    return Metrics(MetricsArgument(name, "absent"))


def metrics_form(tree: Tree) -> MetricsForm:
    """How an argument of metrics was written."""
    if isinstance(tree, Mapping):
        return "dict"
    if isinstance(tree, set | frozenset):
        return "set"
    if isinstance(tree, list | tuple):
        return "list" if isinstance(tree, list) else "tuple"
    if isinstance(tree, Entry):
        return tree.form if tree.form in get_args(MetricsForm) else "unknown"  # type: ignore[return-value]
    return "none" if tree is None else "unknown"


def _metric(entry: Entry, written: Written, dialect: Dialect, in_list: bool) -> Metric:
    span = written.call
    canonical = canonical_metric(entry.name)
    if entry.form == "string":
        return string_metric(entry.name, span, dialect, in_list)
    if entry.form == "custom" or canonical is None:
        key = entry.key if entry.called else dialect.log_key(entry.name, "function")
        return Metric(Fact(), "custom", span, entry.name, key=key, in_list=in_list)
    key = entry.key or dialect.log_key(entry.name, entry.form)
    return Metric(
        Fact(canonical, span),
        entry.form,
        span,
        entry.name,
        Fact(fixed_kernel(canonical, True)),
        key,
        arguments=_arguments(entry, written),
        in_list=in_list,
    )
