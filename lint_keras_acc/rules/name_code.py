"""What is meant by a name that Keras does not know, and code for it that triggers no other rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.keras_api.strings import LOSS_STRINGS, METRIC_STRINGS
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    has_units,
    is_independent,
    is_logits,
    keras_words,
    labels_are,
    loss_family,
    loss_name,
    units,
)
from lint_keras_acc.rules.metric_code import class_code, honest_kernel
from lint_keras_acc.sites import CompileSite, Head, Metric

# Names of no version, as `_plain` makes them, and the canonical name that is meant.
_LOSS_MEANINGS = {
    "cce": "categorical_crossentropy",
    "scce": "sparse_categorical_crossentropy",
    "l1": "mean_absolute_error",
    "l2": "mean_squared_error",
}
_METRIC_MEANINGS = {
    "f1": "f1_score",
    "f1measure": "f1_score",
    "rmse": "root_mean_squared_error",
    "rootmeansquareerror": "root_mean_squared_error",
    "r2": "r2_score",
    "rsquared": "r2_score",
    "iou": "mean_io_u",
    "miou": "mean_io_u",
    "meaniou": "mean_io_u",
    "rocauc": "auc",
    "auroc": "auc",
}


def is_of_keras(name: str) -> bool:
    """The name is one of Keras in some version, means one or is a slip of one: it is nobody's own."""
    plain, known = _plain(name), {*LOSS_STRINGS, *METRIC_STRINGS, "accuracy", "crossentropy"}
    is_known = canonical_loss(name) is not None or canonical_metric(name) is not None or name == "loss"
    return is_known or plain in _LOSS_MEANINGS or plain in _METRIC_MEANINGS or _nearest(name, known) is not None


def knowing_generation(written: str, resolves: Callable[[Dialect, str], bool]) -> str | None:
    """The newest generation that resolves the name, in words: 'Keras 3', 'TensorFlow up to 2.15', ..."""
    if resolves(DEFAULT, written):
        return keras_words(DEFAULT)
    minors = [minor for minor in range(16) if resolves(Dialect("tf.keras", (2, minor)), written)]
    if minors:
        return f"TensorFlow {f'2.{minors[0]}' if minors[0] else 'up'} to 2.{minors[-1]}"
    older = (Dialect("tf.keras", (1, 15)), Dialect("keras", (2, 3)), Dialect("keras", (1, 2)))
    return next((keras_words(dialect) for dialect in older if resolves(dialect, written)), None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


# --- losses -------------------------------------------------------------------------------------------------


def loss_code(dialect: Dialect, written: str, heads: Iterable[Head]) -> str | None:
    """The string that an unknown loss string means; None if unclear, or wrong for one of the outputs."""
    name = _meant_loss(dialect, written)
    canonical = canonical_loss(name) if name else None
    if canonical is None or not all(_suits(head, canonical) for head in heads):
        return None
    return repr(name)


def _meant_loss(dialect: Dialect, written: str) -> str | None:
    known = [name for name in LOSS_STRINGS if dialect.resolves_loss(name)]
    meant = _LOSS_MEANINGS.get(_plain(written)) or canonical_loss(written)
    if meant:
        same = [name for name in known if canonical_loss(name) == meant]
        return meant if meant in same else same[0] if same else None
    is_metric = _plain(written) in _METRIC_MEANINGS or canonical_metric(written) is not None
    return None if is_metric else _nearest(written, known)


def _suits(head: Head, canonical: str) -> bool:
    """The loss takes what this output gives, as far as it is known."""
    family, range_ = LOSSES[canonical].family, activation_range(head)
    if family == "binary":
        return range_ in (None, "unit")
    if family in ("categorical", "sparse"):
        return range_ in (None, "simplex") and units(head) != 1
    return True


# --- metrics ------------------------------------------------------------------------------------------------


def metric_code(site: CompileSite, metric: Metric, head: Head | None) -> str | None:
    """Code for what is meant by an unknown metric string, under the key that it would have had."""
    written = metric.written or ""
    meant = _METRIC_MEANINGS.get(_plain(written)) or canonical_metric(written)
    if meant:
        return _code_of(site, metric, head, meant)
    known = [name for name in (*METRIC_STRINGS, "accuracy") if site.dialect.resolves_metric(name)]
    nearest = _nearest(written, known)
    canonical = canonical_metric(nearest) if nearest else None
    if nearest is None or canonical is None:
        return None
    if METRICS[canonical].family == "accuracy":
        return repr(nearest) if head and _is_honest(site, head, canonical) else None
    suits = head is not None and _subtracts(canonical) and not _has_integer_labels(head)
    return repr(nearest) if suits else None


def _subtracts(canonical: str) -> bool:
    """The metric compares labels and predictions of one shape, whatever they mean."""
    return METRICS[canonical].family == "regression" or canonical == "kl_divergence"


def _has_integer_labels(head: Head) -> bool:
    return loss_family(head) == "sparse" or (labels_are(head, "integer") and units(head) != 1)


def _nearest(written: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    by_plain = {_plain(name): name for name in reversed([*known])}
    found = get_close_matches(_plain(written), by_plain, 1, 0.8)
    return by_plain[found[0]] if found else None


def _is_honest(site: CompileSite, head: Head, canonical: str) -> bool:
    """An accuracy of this name measures the task of this output."""
    wanted = honest_kernel(head)
    if wanted is None or (wanted == "binary_accuracy" and activation_name(head) == "linear"):
        return False
    by_shape = canonical == "accuracy" and (units(head) == 1 or wanted != "binary_accuracy")
    return by_shape or canonical == wanted


def _code_of(site: CompileSite, metric: Metric, head: Head | None, meant: str) -> str | None:
    if head is None or (_subtracts(meant) and _has_integer_labels(head)):
        return None
    if _subtracts(meant) and meant != "r2_score":
        if meant == "huber":
            return "{keras.losses.huber}" if site.dialect.is_keras3 else None
        return class_code(site, meant, metric)
    arguments = _arguments(site, head, meant)
    if arguments is None:
        return None
    name = {"crossentropy": loss_name(head) or meant, "mean_io_u": _iou_name(head)}.get(meant, meant)
    return class_code(site, name, metric, *arguments) if name in METRICS else None


def _iou_name(head: Head) -> str:
    return "binary_io_u" if units(head) == 1 else "mean_io_u"


def _arguments(site: CompileSite, head: Head, meant: str) -> tuple[str, ...] | None:
    """The arguments that make the metric right at this output; None where none do, or it is not known."""
    family = METRICS[meant].family
    if family == "crossentropy":
        return _crossentropy_arguments(head, meant)
    if meant == "r2_score":
        return () if site.dialect.has_f1_score and head.labels.rank.value != 1 else None
    if family == "f1":
        return _f1_arguments(head) if site.dialect.has_f1_score else None
    if family == "iou":
        return _iou_arguments(head) if site.dialect.has_binary_iou else None
    if loss_family(head) != "binary" or not is_independent(head):
        return None
    if not is_logits(head):
        return ()
    if family == "auc":
        return ("from_logits=True",) if site.dialect.auc_takes_from_logits else None
    return ("thresholds=0.0",) if family == "threshold" and site.dialect.accepts_zero_thresholds else None


def _crossentropy_arguments(head: Head, meant: str) -> tuple[str, ...] | None:
    if meant not in ("crossentropy", loss_name(head)):
        return None
    if is_logits(head):
        return ("from_logits=True",)
    return () if activation_range(head) in ("unit", "simplex") else None


def _f1_arguments(head: Head) -> tuple[str, ...] | None:
    is_sigmoid = activation_range(head) == "unit" and loss_family(head) == "binary"
    if units(head) == 1:
        return ("threshold=0.5",) if is_sigmoid and head.labels.rank.value != 1 else None
    if not has_units(head, 2):
        return None
    if is_sigmoid:
        return ("average='macro'", "threshold=0.5")
    return ("average='macro'",) if loss_family(head) == "categorical" else None


def _iou_arguments(head: Head) -> tuple[str, ...] | None:
    if units(head) == 1:
        return () if activation_range(head) == "unit" else None
    if not has_units(head, 2) or not (activation_range(head) == "simplex" or is_logits(head)):
        return None
    if loss_family(head) == "sparse" or labels_are(head, "integer"):
        return (f"num_classes={units(head)}", "sparse_y_pred=False")
    if loss_family(head) == "categorical" or labels_are(head, "one-hot"):
        return (f"num_classes={units(head)}", "sparse_y_true=False", "sparse_y_pred=False")
    return None
