"""Losses of every Keras generation: one name for each, its family, its parameters.

Parameter lists are those of the newest Keras 3, in positional order.
"""

from __future__ import annotations

from typing import Literal

from lint_keras_acc.records import record

Family = Literal["binary", "categorical", "sparse", "regression", "hinge", "other"]


@record(frozen=True)
class LossInfo:
    """A loss under its canonical name.

    class_name:          its class in keras.losses, None where it has none.
    family:              'binary', 'categorical' or 'sparse' for the cross-entropies and their focal forms,
                         'regression', 'hinge' or 'other'.
    has_from_logits:     the function and the class take from_logits (False by default).
    function_parameters: of the function, without y_true and y_pred; empty where it has none.
    class_parameters:    of the class, without self.
    """

    name: str
    class_name: str | None
    family: Family
    has_from_logits: bool
    function_parameters: tuple[str, ...]
    class_parameters: tuple[str, ...]


_COMMON = "reduction name dtype"


def _loss(
    name: str, class_name: str | None, family: Family, *, function: str = "", parameters: str = _COMMON
) -> LossInfo:
    return LossInfo(
        name,
        class_name,
        family,
        "from_logits" in parameters,
        tuple(function.split()),
        tuple(parameters.split()) if class_name else (),
    )


def _cross_entropy(name: str, class_name: str, family: Family, own: str) -> LossInfo:
    return _loss(name, class_name, family, function=own, parameters=f"{own} {_COMMON}")


LOSSES: dict[str, LossInfo] = {
    info.name: info
    for info in (
        _cross_entropy("binary_crossentropy", "BinaryCrossentropy", "binary", "from_logits label_smoothing axis"),
        _cross_entropy(
            "binary_focal_crossentropy",
            "BinaryFocalCrossentropy",
            "binary",
            "apply_class_balancing alpha gamma from_logits label_smoothing axis",
        ),
        _cross_entropy(
            "categorical_crossentropy",
            "CategoricalCrossentropy",
            "categorical",
            "from_logits label_smoothing axis",
        ),
        _cross_entropy(
            "categorical_focal_crossentropy",
            "CategoricalFocalCrossentropy",
            "categorical",
            "alpha gamma from_logits label_smoothing axis",
        ),
        _loss(
            "sparse_categorical_crossentropy",
            "SparseCategoricalCrossentropy",
            "sparse",
            function="from_logits ignore_class axis",
            parameters="from_logits ignore_class reduction axis name dtype",
        ),
        _cross_entropy("categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy", "sparse", "q"),
        _loss("mean_squared_error", "MeanSquaredError", "regression"),
        _loss("mean_absolute_error", "MeanAbsoluteError", "regression"),
        _loss("mean_absolute_percentage_error", "MeanAbsolutePercentageError", "regression"),
        _loss("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", "regression"),
        _loss("huber", "Huber", "regression", function="delta", parameters=f"delta {_COMMON}"),
        _loss("log_cosh", "LogCosh", "regression"),
        _loss(
            "cosine_similarity",
            "CosineSimilarity",
            "regression",
            function="axis",
            parameters=f"axis {_COMMON}",
        ),
        _loss("hinge", "Hinge", "hinge"),
        _loss("squared_hinge", "SquaredHinge", "hinge"),
        _loss("categorical_hinge", "CategoricalHinge", "hinge"),
        _loss("poisson", "Poisson", "other"),
        _loss("kl_divergence", "KLDivergence", "other"),
        _loss("dice", "Dice", "other", function="axis", parameters="reduction name axis dtype"),
        _loss(
            "tversky",
            "Tversky",
            "other",
            function="alpha beta axis",
            parameters="alpha beta reduction name axis dtype",
        ),
        _loss("ctc", "CTC", "other"),
        _loss(
            "circle",
            "Circle",
            "other",
            function="ref_labels ref_embeddings remove_diagonal gamma margin",
            parameters=f"gamma margin remove_diagonal {_COMMON}",
        ),
        _loss("crossentropy", None, "other"),
    )
}

_ALIASES = {
    **{info.class_name: info.name for info in LOSSES.values() if info.class_name},
    **dict.fromkeys(("bce", "BCE"), "binary_crossentropy"),
    **dict.fromkeys(("mse", "MSE"), "mean_squared_error"),
    **dict.fromkeys(("mae", "MAE"), "mean_absolute_error"),
    **dict.fromkeys(("mape", "MAPE"), "mean_absolute_percentage_error"),
    **dict.fromkeys(("msle", "MSLE"), "mean_squared_logarithmic_error"),
    **dict.fromkeys(("kld", "KLD", "kullback_leibler_divergence"), "kl_divergence"),
    "huber_loss": "huber",
    "logcosh": "log_cosh",
    **dict.fromkeys(("cosine", "cosine_proximity", "CosineProximity"), "cosine_similarity"),
    "ce": "crossentropy",
}


def canonical_loss(name: str) -> str | None:
    """The canonical name of a loss string, function or class of any generation; None if there is none."""
    name = _ALIASES.get(name, name)
    return name if name in LOSSES else None
