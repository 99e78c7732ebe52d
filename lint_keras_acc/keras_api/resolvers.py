"""What the string 'accuracy' becomes, and on what ground: the rule of the loss and the rule of the shapes.

Keras has had these two. Up to 2.3 (in TensorFlow: up to 2.1, and later in the old training loop) the output's
last axis and the identity of the loss decide when the model is compiled; since then the shapes of the first
batch of labels and predictions do, and the loss is not looked at. `Dialect.accuracy_choice` knows which rule
holds where.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from lint_keras_acc.keras_api.losses import LOSSES

Ground = Literal[
    "one unit",
    "binary loss",
    "sparse loss",
    "other loss",
    "custom loss",
    "unrecognised instance",
    "several units",
    "fewer axes",
    "single column",
    "same axes",
    "encoding",
    "fitting loss",
    "loss unknown",
    "units unknown",
    "labels unknown",
]


class Choice(NamedTuple):
    """The accuracy that runs, by its canonical name (None: it cannot be known), and the ground for it."""

    kernel: str | None
    ground: Ground


BINARY, CATEGORICAL, SPARSE = "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"

ONE_UNIT = Choice(BINARY, "one unit")
SEVERAL_UNITS = Choice(CATEGORICAL, "several units")
UNITS_UNKNOWN = Choice(None, "units unknown")
_BINARY_LOSS = Choice(BINARY, "binary loss")
_SPARSE_LOSS = Choice(SPARSE, "sparse loss")
_OTHER_LOSS = Choice(CATEGORICAL, "other loss")
_CUSTOM_LOSS = Choice(CATEGORICAL, "custom loss")
_UNRECOGNISED_INSTANCE = Choice(CATEGORICAL, "unrecognised instance")
_LOSS_UNKNOWN = Choice(None, "loss unknown")
_FEWER_AXES = Choice(SPARSE, "fewer axes")
_SINGLE_COLUMN = Choice(SPARSE, "single column")
_SAME_AXES = Choice(CATEGORICAL, "same axes")
_INTEGER_LABELS = Choice(SPARSE, "encoding")
_HOT_LABELS = Choice(CATEGORICAL, "encoding")
_LABELS_UNKNOWN = Choice(None, "labels unknown")
_OF_FITTING_LABELS = {
    "binary": Choice(CATEGORICAL, "fitting loss"),
    "categorical": Choice(CATEGORICAL, "fitting loss"),
    "sparse": Choice(SPARSE, "fitting loss"),
}


def by_loss(
    loss: str | None, loss_form: str, units: int | None, *, recognises_instances: bool, has_binary_rule: bool
) -> Choice:
    """The rule of the loss, for an output of several units or an unknown number of them.

    Binary cross-entropy, sparse cross-entropy, anything else. The loss is recognised by identity: a focal,
    wrapped or custom loss is 'anything else', and so is an instance where instances are not recognised.
    """
    if loss_form in ("unknown", "absent") or (loss is None and loss_form != "custom"):
        return _LOSS_UNKNOWN
    if loss_form == "custom":
        return UNITS_UNKNOWN if units is None else _CUSTOM_LOSS
    if loss_form == "instance" and not recognises_instances:
        return UNITS_UNKNOWN if units is None else _UNRECOGNISED_INSTANCE
    if loss == "binary_crossentropy" and has_binary_rule:
        return _BINARY_LOSS
    if units is None:
        return UNITS_UNKNOWN
    return _SPARSE_LOSS if loss == "sparse_categorical_crossentropy" else _OTHER_LOSS


def by_labels(
    loss: str | None,
    encoding: str | None,
    label_rank: int | None,
    label_width: int | None,
    output_rank: int | None,
) -> Choice:
    """The rule of the shapes, for an output of several units.

    Sparse if the labels have fewer axes than the output or a last axis of 1, else categorical. Measured on
    tf.keras 2.2 to 2.15, tf_keras 2.21 and Keras 3.0 to 3.15. Where the shape of the labels is not known,
    their encoding tells it, and where that is not known either, that they fit the loss.
    """
    if label_rank == 1 and output_rank != 1:
        return _FEWER_AXES
    if label_width == 1:
        return _SINGLE_COLUMN
    if label_rank is not None and output_rank is not None:
        if label_rank < output_rank:
            return _FEWER_AXES
        if label_width is not None:
            return _SAME_AXES
    if encoding in ("integer", "binary"):
        return _INTEGER_LABELS
    if encoding in ("one-hot", "multi-hot", "input"):
        return _HOT_LABELS
    return _of_fitting_labels(loss)


def _of_fitting_labels(loss: str | None) -> Choice:
    """What the labels' shape decides where nothing is known of them but that they fit the loss.

    Sparse cross-entropies reject one-hot labels, the others integer ones (measured; binary cross-entropy over
    several units broadcasts integers on TensorFlow 2.2 to 2.15, which is no accuracy of any kind).
    """
    family = LOSSES[loss].family if loss in LOSSES else ""
    return _OF_FITTING_LABELS.get(family, _LABELS_UNKNOWN)
