"""Which accuracy the string 'accuracy' (or 'acc') runs on given shapes, and why, in words.

It rests on the table that the linter's rules use, `Dialect.accuracy_choice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.resolvers import CATEGORICAL, SPARSE, Choice, Ground
from lint_keras_acc.sites import Form

Shape = Sequence[int | None]

# Losses that combine labels and predictions element by element, so that their shapes must broadcast.
_ELEMENTWISE = frozenset(
    {name for name, info in LOSSES.items() if info.family in ("regression", "hinge")}
    | {"binary_crossentropy", "kl_divergence", "poisson"}
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What 'accuracy' stands for.

    kernel: 'binary_accuracy', 'categorical_accuracy' or 'sparse_categorical_accuracy'; None where the call
            raises before anything is resolved, or where nothing can be told.
    reason: why, in one line without a full stop.
    """

    kernel: str | None
    reason: str


def resolve(
    dialect: Dialect,
    loss: str | None,
    y_true_shape: Shape | None,
    y_pred_shape: Shape,
    *,
    loss_form: Form = "string",
) -> Resolution:
    """Which accuracy `metrics=['accuracy']` runs in this Keras for this loss and these shapes.

    loss:         its name in any spelling that a Keras knows ('mse', 'binary_crossentropy', 'BinaryCrossentropy');
                  None where it is not known.
    y_true_shape: shape of the labels with the batch axis, e.g. (32, 1); None for an axis (or for the whole) that
                  is not known.
    y_pred_shape: shape of the predictions with the batch axis, e.g. (None, 10).
    loss_form:    'string', 'function', 'class' or 'instance' of Keras's own, 'custom' for a callable of the user's
                  own: the generations that look at the loss recognise it by identity.

    Raises ValueError for predictions or labels without any axis.

    The rules are those of `Model.compile` (Keras 1.0 to 2.2, keras/engine/training.py),
    `training_utils.get_metric_function` (Keras 2.3, tf.keras up to 2.1, and later in the old training loop),
    `compile_utils.MetricsContainer._get_metric_object` (tf.keras from 2.2 on, tf_keras) and
    `trainers.compile_utils.get_metric` (Keras 3). All 735 recorded runs of 36 versions in which these were reached
    come out.
    """
    if not y_pred_shape or (y_true_shape is not None and not y_true_shape):
        raise ValueError("labels and predictions need at least the batch axis")
    name = canonical_loss(loss) if loss else None
    if loss_form in ("string", "function", "class", "instance") and name is None:
        loss_form = "custom" if loss else "unknown"
    if y_true_shape is not None and not dialect.resolves_by_loss:
        clash = _clash(dialect, name, tuple(y_true_shape), tuple(y_pred_shape))
        if clash:
            return Resolution(None, clash)
    choice = dialect.accuracy_choice(
        name,
        loss_form,
        y_pred_shape[-1],
        None,
        label_rank=len(y_true_shape) if y_true_shape is not None else None,
        label_width=y_true_shape[-1] if y_true_shape is not None else None,
        output_rank=len(y_pred_shape),
    )
    return Resolution(choice.kernel, _reason(dialect, choice, name, y_pred_shape))


def ground_words(choice: Choice, loss: str | None) -> str:
    """On what ground an accuracy is chosen under this loss (its canonical name), in words."""
    return _GROUNDS[choice.ground].format(loss=loss or "the loss")


def counting_words(dialect: Dialect, kernel: str, *, threshold: float = 0.5) -> str:
    """What counts as right in 'binary_accuracy', 'categorical_accuracy' or 'sparse_categorical_accuracy'."""
    if kernel == SPARSE:
        return "the position of the largest prediction is compared with the label"
    if kernel == CATEGORICAL:
        return "the position of the largest prediction is compared with that of the largest label"
    if dialect.rounds_predictions and threshold == 0.5:
        return "predictions are rounded, so that those above 0.5 count as 1 and those from 1.5 on as 2 or more"
    return f"predictions above {threshold:g} count as 1"


# --- the reason in words ------------------------------------------------------------------------------------

_BY_LOSS = "this generation looks at the loss"
_BY_SHAPES = "this generation looks at the shapes, not at the loss"

_GROUNDS: dict[Ground, str] = {
    "one unit": "one output unit",
    "binary loss": f"binary cross-entropy ({_BY_LOSS})",
    "sparse loss": f"sparse categorical cross-entropy ({_BY_LOSS})",
    "other loss": f"several output units, and {{loss}} is no loss that would decide otherwise ({_BY_LOSS})",
    "custom loss": f"several output units, and a loss that Keras does not know ({_BY_LOSS}, by identity)",
    "unrecognised instance": f"several output units ({_BY_LOSS}, but does not recognise it as an instance)",
    "several units": "several output units (this version looks at nothing else)",
    "fewer axes": f"labels have fewer axes than the predictions ({_BY_SHAPES})",
    "single column": f"labels have one column and the predictions several ({_BY_SHAPES})",
    "same axes": f"labels have as many axes as the predictions, and several columns ({_BY_SHAPES})",
    "encoding": f"labels are encoded so that their shape is known ({_BY_SHAPES})",
    "fitting loss": f"labels must have the shape that {{loss}} takes ({_BY_SHAPES})",
    "loss unknown": f"several output units, and the loss is not known ({_BY_LOSS})",
    "units unknown": "the number of output units is not known",
    "labels unknown": f"the shape of the labels is not known ({_BY_SHAPES})",
}


def _reason(dialect: Dialect, choice: Choice, loss: str | None, y_pred: Shape) -> str:
    ground = ground_words(choice, loss)
    if len(y_pred) == 1:
        ground = f"the predictions have no axis of units, so that the batch is taken for it; {ground}"
    if choice.kernel is None:
        return ground
    reason = f"{ground}: {choice.kernel.replace('_', ' ')}, {counting_words(dialect, choice.kernel)}"
    if choice.kernel == SPARSE and dialect.flattens_sparse_labels and len(y_pred) > 2:
        return f"{reason}; it raises on these shapes, because this version flattens the labels"
    return reason


# --- shapes that no loss takes ------------------------------------------------------------------------------


def _clash(dialect: Dialect, loss: str | None, y_true: tuple[int | None, ...], y_pred: tuple[int | None, ...]) -> str:
    """Why the loss raises on these shapes, before the metric is made; empty where it does not, or may not.

    Measured on tf.keras 2.2, 2.4 and 2.15, tf_keras 2.21 and Keras 3.15 on three backends.
    """
    labels, predictions = _written(y_true), _written(y_pred)
    if not dialect.is_keras3 and len(y_true) == 1:
        y_true = (*y_true, 1)
    if loss == "sparse_categorical_crossentropy":
        if len(y_true) == len(y_pred) - 1 > 1 and y_pred[-1] == 1:
            y_pred = y_pred[:-1]  # Every loss drops such an axis first; the steps then stand where the classes were.
        ids = y_true[:-1] if len(y_true) == len(y_pred) and y_true[-1] in (1, None) else y_true
        if _are_equal(ids, y_pred[:-1]):
            return ""
        return f"the call raises: {loss} takes one class id for each row, not {labels} against {predictions}"
    if len(y_true) == len(y_pred) - 1 and y_pred[-1] == 1:
        y_true = (*y_true, 1)
    elif len(y_true) == len(y_pred) + 1 and y_true[-1] == 1:
        y_true = y_true[:-1]
    must_be_equal = loss == "categorical_crossentropy" or (loss == "binary_crossentropy" and dialect.is_keras3)
    if must_be_equal and not _are_equal(y_true, y_pred):
        return f"the call raises: {loss} takes labels of the predictions' shape, not {labels} against {predictions}"
    if loss in _ELEMENTWISE and not _broadcast(y_true, y_pred):
        return f"the call raises: {loss} cannot broadcast labels {labels} against predictions {predictions}"
    return ""


def _written(shape: Shape) -> str:
    return f"({', '.join('?' if size is None else str(size) for size in shape)}{',' if len(shape) == 1 else ''})"


def _are_equal(first: Shape, second: Shape) -> bool:
    """The shapes are, or may be, the same."""
    return len(first) == len(second) and all(
        one is None or other is None or one == other for one, other in zip(first, second, strict=True)
    )


def _broadcast(first: Shape, second: Shape) -> bool:
    """The shapes can, or may, be broadcast against each other."""
    pairs = zip(reversed(first), reversed(second), strict=False)
    return all(one is None or other is None or one == other or 1 in (one, other) for one, other in pairs)
