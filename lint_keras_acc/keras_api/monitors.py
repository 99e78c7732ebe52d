"""In which direction a metric is better, and which one a callback takes that is told none (`mode='auto'`)."""

from __future__ import annotations

from typing import Literal

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS

Direction = Literal["min", "max"]

_RISING_FAMILIES = frozenset({"accuracy", "threshold", "auc", "f1", "iou"})
_FALLING_FAMILIES = frozenset({"crossentropy", "hinge", "regression"})
_RISING = frozenset({"cosine_similarity", "r2_score", "pearson_correlation", "concordance_correlation"})
_FALLING = frozenset({"poisson", "kl_divergence", "false_positives", "false_negatives"})
# Classes of keras.metrics that do not tell Keras 3 their direction (`_direction`). Measured: Keras 3.15.
_WITHOUT_DIRECTION = frozenset(
    {"true_positives", "true_negatives", "false_positives", "false_negatives", "mean", "sum", "mean_tensor"}
)


def better(metric: str) -> Direction | None:
    """Whether a metric, by its canonical name, is better when it rises or falls; None where that is open."""
    if metric in _RISING:
        return "max"
    if metric in _FALLING:
        return "min"
    family = METRICS[metric].family
    if family in _RISING_FAMILIES:
        return "max"
    return "min" if family in _FALLING_FAMILIES else None


def asks_the_metric(dialect: Dialect, callback: str) -> bool:
    """In mode 'auto' the callback looks for the metric of that name and raises where it tells no direction.

    Keras 3: EarlyStopping in every version, the others from 3.11 on (keras/src/callbacks/monitor_callback.py). They
    compare the names of the metric objects, which have no prefix of an output.
    """
    return dialect.is_keras3 and (callback == "EarlyStopping" or dialect.version >= (3, 11))


def tells_direction(metric: str, form: str, written: str | None) -> bool:
    """Keras 3 finds a direction in this metric. Measured: Keras 3.15.

    Classes and strings have one but for counts and means; of functions only those that are losses too.
    """
    if form == "function":
        return canonical_loss(written or "") is not None
    return metric not in _WITHOUT_DIRECTION


def by_name(dialect: Dialect, callback: str, key: str) -> Direction:
    """The direction that mode 'auto' takes from the words of the key, everywhere but where it asks the metric.

    EarlyStopping rises with 'acc' anywhere (Keras to 2.3, TensorFlow to 2.6), later with 'acc', 'accuracy' or 'auc' at
    the end; the others rise with 'acc' anywhere, or 'fmeasure' at the beginning (keras/callbacks.py).
    """
    at_the_end = dialect.family != "keras" and dialect.version >= (2, 7)
    if callback == "EarlyStopping" and at_the_end:
        return "max" if key.endswith(("acc", "accuracy", "auc")) else "min"
    return "max" if "acc" in key or key.startswith("fmeasure") else "min"
