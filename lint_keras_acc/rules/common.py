"""What several rules ask of a compile site: predicates of an output, places, words, and what a fix may keep.

Everything here answers for what is known: a predicate of something unknown is False, a name of it None.
"""

from __future__ import annotations

from collections.abc import Iterable

from lint_keras_acc.findings import Applicability, Related, Span
from lint_keras_acc.keras_api.activations import ACTIVATIONS
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.sites import Activation, CompileSite, Encoding, Head, Metric

# --- which heads to look at ---------------------------------------------------------------------------------


def readable_heads(site: CompileSite) -> Iterable[tuple[int, Head]]:
    """The heads with their index; none where the program's own training code decides what the loss means."""
    return () if site.custom_training else enumerate(site.heads)


# --- the loss -----------------------------------------------------------------------------------------------


def loss_name(head: Head) -> str | None:
    return head.loss.name.value if head.loss else None


def loss_family(head: Head) -> str | None:
    """'binary', 'categorical', 'sparse', 'regression', 'hinge' or 'other'.

    The string 'crossentropy' of Keras 3, which goes by the shapes, is the binary one at a single unit.
    """
    name = loss_name(head)
    if name == "crossentropy" and units(head) == 1:
        return "binary"
    return LOSSES[name].family if name in LOSSES else None


def is_cross_entropy(head: Head) -> bool:
    """Binary, categorical or sparse, focal forms included."""
    return loss_family(head) in ("binary", "categorical", "sparse")


def takes_logits(head: Head) -> bool:
    """The loss is told that it receives logits."""
    return head.loss is not None and head.loss.from_logits.value is True


def takes_probabilities(head: Head) -> bool:
    """The loss has a `from_logits`, known to be False ('crossentropy' can only have the default)."""
    return head.loss is not None and (head.loss.from_logits.value is False or loss_name(head) == "crossentropy")


def classes_are_last(head: Head) -> bool:
    """The loss finds the classes on the last axis, whose size `units` is."""
    axis = head.loss.argument("axis") if head.loss else None
    return axis is None or _is_last_axis(axis.value, head)


def _is_last_axis(axis: object, head: Head) -> bool:
    rank = head.output.rank.value
    return axis == -1 or (rank is not None and axis == rank - 1)


# --- the output ---------------------------------------------------------------------------------------------


def units(head: Head) -> int | None:
    return head.output.units.value


def has_units(head: Head, at_least: int) -> bool:
    """The size of the last axis is known, and is `at_least` this."""
    return (units(head) or 0) >= at_least


def final_activation(head: Head) -> Activation:
    """The activation that shapes the output: the last one but for `Activation('linear', dtype='float32')`."""
    output = head.output
    last = output.activation
    if not output.inner or last.name.value != "linear":
        return last
    return next((one for one in output.inner if one.name.value != "linear"), last)


def activation_name(head: Head) -> str | None:
    """The activation of the output, 'linear' where there is none; None where the user's own code made it."""
    made_elsewhere = head.output.custom or head.output.integers
    return None if made_elsewhere else final_activation(head).name.value


def activation_range(head: Head) -> str | None:
    """'simplex', 'unit', 'symmetric', 'nonnegative', 'log' or 'unbounded'."""
    name = activation_name(head)
    return ACTIVATIONS[name].range if name in ACTIVATIONS else None


def activation_is_over_units(head: Head) -> bool:
    """The activation, if it is a softmax, runs over the last axis, whose size `units` is."""
    return _is_last_axis(final_activation(head).axis.value, head)


def is_logits(head: Head) -> bool:
    """No activation on the output, and a loss that is told so: a logits output as the rules define it."""
    return activation_name(head) == "linear" and takes_logits(head)


def is_independent(head: Head) -> bool:
    """Every unit is a yes/no of its own: sigmoid units, or logits under binary cross-entropy."""
    return activation_range(head) == "unit" or (is_logits(head) and loss_family(head) == "binary")


# --- the labels ---------------------------------------------------------------------------------------------


def labels_are(head: Head, *encodings: Encoding) -> bool:
    """The encoding of the labels is known, and is one of these."""
    return head.labels.encoding.value in encodings


# What binary cross-entropy does with one class id for several units.
ONE_ID_FOR_ALL = "Keras 3 raises at the first batch, TensorFlow 2.2 to 2.15 compares every output with the id"


def has_one_id_per_row(head: Head) -> bool:
    """The labels are one class id per row; ids in a matrix may be a target of their own for each unit."""
    if not labels_are(head, "integer", "binary") or units(head) == 1:
        return False
    if (head.labels.width.value or 1) == 1:
        return True
    labels, output = head.labels.rank.value, head.output.rank.value
    return labels is not None and output is not None and labels < output


def is_regression_metric(metric: Metric) -> bool:
    name = metric.name.value
    return name in METRICS and METRICS[name].family == "regression"


def has_regression_evidence(head: Head) -> bool:
    """The labels are continuous, or another metric of this output is a regression metric.

    Random arrays only stand for data: the loss that is named says more of the task.
    """
    has_continuous_labels = labels_are(head, "continuous") and not head.labels.random
    return has_continuous_labels or any(is_regression_metric(metric) for metric in head.metrics)


# --- the dialect --------------------------------------------------------------------------------------------


def keras_words(dialect: Dialect) -> str:
    """The generation in words: 'Keras 3', 'Keras 2.2', 'TensorFlow 2.4', 'tf_keras'."""
    if dialect.is_keras3:
        return "Keras 3"
    if dialect.family == "tf_keras":
        return "tf_keras"
    name = "TensorFlow" if dialect.family == "tf.keras" else "Keras"
    return f"{name} {dialect.version[0]}.{dialect.version[1]}"


# --- places and words ---------------------------------------------------------------------------------------


def place(span: Span | None, message: str) -> Related | None:
    """A related place, or None where nobody wrote the thing."""
    return Related(span, message) if span else None


def output_words(head: Head) -> str:
    """The output in words: '12 independent sigmoid outputs', 'one linear output', '3 logits'."""
    count = units(head)
    name = activation_name(head) or ""
    if is_logits(head):
        return "one logit" if count == 1 else f"{count} logits" if count else "logits"
    kind = f"independent {name}" if activation_range(head) == "unit" else name
    if count == 1:
        return f"one {name} output" if name else "one output"
    return " ".join(word for word in (str(count) if count else "", kind, "outputs") if word)


def output_place(head: Head) -> Related | None:
    """Where the output is made: its activation if one was written, else its layer."""
    activation = final_activation(head)
    span = activation.name.span or activation.layer or head.output.layer
    return place(span, f"the model ends in {output_words(head)}")


def loss_place(head: Head) -> Related | None:
    loss = head.loss
    if loss is None:
        return None
    logits = " with from_logits=True" if loss.from_logits.value else ""
    return place(loss.span, f"the loss is {loss.name.value or loss.written or 'unknown'}{logits}")


def labels_place(head: Head) -> Related | None:
    labels = head.labels
    words = {"input": "the target is the input", "binary": "the labels are 0 or 1"}
    encoding = labels.encoding.value
    if encoding is None:
        return None
    return place(labels.encoding.span, words.get(encoding, f"the labels are {encoding}"))


# --- fixes --------------------------------------------------------------------------------------------------


def metric_key(metric: Metric) -> str | None:
    """The key in the logs: as it was read, else the string itself."""
    return metric.key or (metric.written if metric.form == "string" else None)


def is_inside(site: CompileSite, span: Span) -> bool:
    """`span` lies within the compile call."""
    outer = site.span
    if (outer.path, outer.cell) != (span.path, span.cell):
        return False
    begins = (outer.line, outer.column) <= (span.line, span.column)
    return begins and (span.end_line, span.end_column) <= (outer.end_line, outer.end_column)


def key_is_read(site: CompileSite, metric: Metric) -> bool:
    """Something may read the log key of `metric`: a monitor, a history, or code of another file."""
    keys = {key for key in (metric.log_key, metric_key(metric)) if key}
    if not keys or site.uses.history_escapes:
        return True
    return not site.uses.keys_read.isdisjoint(keys | {f"val_{key}" for key in keys})


def fix_applicability(
    site: CompileSite, span: Span, *, lost_key: Metric | None = None, counts_change: bool = False
) -> Applicability:
    """Safe, unless something else in the program may depend on what the fix changes.

    A fix of something outside the compile call may change another model too. `lost_key` is the metric whose
    log key goes away; `counts_change` says that `evaluate` returns more or fewer numbers than before.
    """
    depends = (
        not is_inside(site, span)
        or (lost_key is not None and key_is_read(site, lost_key))
        or (counts_change and (site.uses.evaluate_unpacked or site.uses.history_escapes))
    )
    return Applicability.UNSAFE if depends else Applicability.SAFE


def is_shared(site: CompileSite, metric: Metric) -> bool:
    """The same expression is a metric of several outputs, so that a fix for one would change the others."""
    return sum(metric.span == other.span for head in site.heads for other in head.metrics) > 1
