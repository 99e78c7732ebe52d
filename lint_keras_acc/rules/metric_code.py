"""Metrics in words, and code for the metric that should stand in the place of another under the same key."""

from __future__ import annotations

import re

from lint_keras_acc.findings import Applicability, Fix, Replace, SetArgument
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    fix_applicability,
    is_independent,
    is_shared,
    labels_are,
    loss_family,
    loss_name,
    metric_key,
    takes_probabilities,
    units,
)
from lint_keras_acc.sites import CompileSite, Head, Metric

# Instances of these families that are given no name get a program-wide suffix: 'auc', 'auc_1', ...
SUFFIXED_FAMILIES = frozenset({"threshold", "auc", "iou"})


def metric_family(metric: Metric) -> str | None:
    """'accuracy' (top-k too), 'threshold', 'auc', 'f1', 'iou', 'crossentropy', 'regression', ..."""
    name = metric.name.value
    return METRICS[name].family if name in METRICS else None


def metric_words(metric: Metric) -> str:
    """The metric as it was written: "'acc'", "BinaryAccuracy()"."""
    written = metric.written or metric.name.value or "this metric"
    if metric.form == "string":
        return repr(written)
    return f"{written}()" if metric.form == "instance" else written


def code_words(code: str) -> str:
    """Repair code as a message shows it: `{keras.metrics.AUC}(curve='PR')` is "AUC(curve='PR')".

    Functions keep their modules: `{keras.losses.huber}` is not the string 'huber'.
    """
    return re.sub(r"\{([\w.]+)\}", r"\1", re.sub(r"\{[\w.]*?(\w+)\}\(", r"\1(", code))


def has_metric_classes(dialect: Dialect) -> bool:
    """`keras.metrics.BinaryAccuracy` and its kin exist: from Keras 2.3 and TensorFlow 1.13 on."""
    return dialect.version >= ((2, 3) if dialect.line == "standalone" else (1, 13))


def class_code(site: CompileSite, name: str, metric: Metric, *arguments: str) -> str | None:
    """Code for an instance of the metric `name` that logs under the key that `metric` has now.

    None in a dialect without metric classes, or where the metric has no class.
    """
    info = METRICS[name]
    if info.class_name is None or not has_metric_classes(site.dialect):
        return None
    key = metric_key(metric)
    is_default = key == info.default_name and info.family not in SUFFIXED_FAMILIES
    named = () if key is None or is_default else (f"name={key!r}",)
    dtype = metric.argument("dtype")
    typed = (f"dtype={dtype.value!r}",) if dtype and isinstance(dtype.value, str) else ()
    return f"{{keras.metrics.{info.class_name}}}({', '.join((*arguments, *named, *typed))})"


def binary_accuracy_code(site: CompileSite, head: Head, metric: Metric) -> str | None:
    """BinaryAccuracy in the place of `metric`, cut at 0 on logits and margins; None where that is refused.

    None too under a loss that takes a linear output for probabilities: once that is repaired with a
    sigmoid, a cut at 0 would let every prediction pass. Under a regression loss the output comes near the
    labels themselves, 0 and 1, and the cut stays halfway.
    """
    if activation_name(head) != "linear" or loss_family(head) == "regression":
        return class_code(site, "binary_accuracy", metric)
    return None if takes_probabilities(head) else zero_threshold_code(site, metric)


def zero_threshold_code(site: CompileSite, metric: Metric) -> str | None:
    """BinaryAccuracy that cuts at 0, in the place of `metric`; None where that is refused."""
    if not site.dialect.accepts_zero_threshold:
        return None
    return class_code(site, "binary_accuracy", metric, "threshold=0.0")


def cut_at_zero(site: CompileSite, metric: Metric) -> Fix | None:
    """Let `metric`, which runs binary_accuracy, cut at 0; None where that is refused."""
    if metric.form != "instance":
        return replace_metric(site, metric, zero_threshold_code(site, metric))
    if zero_threshold_code(site, metric) is None or is_shared(site, metric):
        return None
    repair = SetArgument(metric.span, "threshold", "0.0")
    return Fix("Set threshold=0.0", fix_applicability(site, metric.span), (repair,))


def binary_accuracy_advice(site: CompileSite, head: Head, code: str | None) -> str:
    """Advice to write `binary_accuracy_code`, or what there is to do where that is refused."""
    if code:
        return f"write {code_words(code)}"
    if activation_name(head) != "linear":
        return "write 'binary_accuracy', and read that log key"
    if site.dialect.accepts_zero_threshold:
        return "end the model in a sigmoid"
    return "Keras 3.0 to 3.4 refuse threshold=0.0, so upgrade or end the model in a sigmoid"


def honest_kernel(head: Head) -> str | None:
    """The accuracy that measures the task of this output; None where that is not known."""
    family = loss_family(head)
    if units(head) == 1:
        is_binary = activation_range(head) == "unit" or (activation_name(head) == "linear" and family == "binary")
        return "binary_accuracy" if is_binary and family not in ("categorical", "sparse") else None
    if labels_are(head, "one-hot"):
        return "categorical_accuracy"
    if labels_are(head, "multi-hot") or (is_independent(head) and family == "binary"):
        return "binary_accuracy"
    if family == "sparse" or labels_are(head, "integer"):
        return "sparse_categorical_accuracy"
    return "categorical_accuracy" if family == "categorical" else None


def honest_accuracy_code(site: CompileSite, head: Head, metric: Metric) -> str | None:
    """Code for the accuracy that measures the task, in the place of `metric`; None where that is not known.

    It is the string 'accuracy' where this dialect runs the right kernel for it under the right key.
    """
    kernel = honest_kernel(head)
    if kernel is None:
        return None
    key = metric_key(metric)
    if key and not _must_cut_at_zero(head, kernel) and _resolves_to(site, head, key, kernel):
        return repr(key)
    if kernel == "binary_accuracy":
        return binary_accuracy_code(site, head, metric)
    return class_code(site, kernel, metric)


def _must_cut_at_zero(head: Head, kernel: str) -> bool:
    return kernel == "binary_accuracy" and activation_name(head) == "linear" and loss_family(head) != "regression"


def _resolves_to(site: CompileSite, head: Head, key: str, kernel: str) -> bool:
    """`key` as a metric string is logged under itself and runs `kernel` on this output."""
    dialect, labels = site.dialect, head.labels
    if not dialect.resolves_accuracy(key) or dialect.log_key(key, "string") != key or head.loss is None:
        return False
    runs = dialect.accuracy_kernel(
        loss_name(head),
        head.loss.form,
        units(head),
        labels.encoding.value,
        labels.rank.value,
        labels.width.value,
        head.output.rank.value,
    )
    return runs == kernel


def replace_metric(
    site: CompileSite,
    metric: Metric,
    code: str | None,
    *,
    unsafe: bool = False,
    new_key: str | None = None,
    loses_key: bool = False,
    counts_change: bool = False,
) -> Fix | None:
    """Put `code` in the place of `metric`; None without code, or where other outputs have the same metric.

    Safe, unless `unsafe` or something else in the program may depend on what changes. What is read of this
    model's logs under a key that is lost is read under `new_key` instead.
    """
    if code is None or is_shared(site, metric):
        return None
    lost = metric if loses_key else None
    applicability = fix_applicability(site, metric.span, lost_key=lost, counts_change=counts_change)
    return Fix(
        f"Replace {metric_words(metric)} by {code_words(code)}",
        Applicability.UNSAFE if unsafe else applicability,
        (Replace(metric.span, code), *renamed_reads(site, metric, new_key)),
    )


def key_as_string(site: CompileSite, metric: Metric, name: str) -> str | None:
    """The log key that the string `name` has in the place of `metric`; None where that is not known."""
    key = site.dialect.log_key(name, "string")
    if key is None or metric.key is None or metric.log_key is None:
        return None
    return metric.log_key.removesuffix(metric.key) + key


def renamed_reads(site: CompileSite, metric: Metric, new_key: str | None) -> tuple[Replace, ...]:
    """Read `new_key` wherever the logs of this model are read under the key of `metric`."""
    old_key = metric.log_key
    if old_key is None or new_key is None:
        return ()
    new_keys = {old_key: new_key, f"val_{old_key}": f"val_{new_key}"}
    places = {read.span: new_keys[read.key] for read in site.uses.history_reads if read.key in new_keys}
    return tuple(Replace(span, repr(key)) for span, key in places.items())
