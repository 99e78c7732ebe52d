"""Which strings `loss=` and `metrics=` know, from which to which version of each line of Keras."""

from __future__ import annotations

from typing import NamedTuple

Version = tuple[int, int]
Span = tuple[Version, Version]


class Spans(NamedTuple):
    """From which to which version of each line something exists; None: in none."""

    standalone: Span | None = None
    tensorflow: Span | None = None
    keras3: Span | None = None


def since(major: int, minor: int) -> Span:
    return (major, minor), (99, 0)


def until(major: int, minor: int) -> Span:
    return (0, 0), (major, minor)


ALWAYS = ((0, 0), (99, 0))

_REGRESSION = (
    "mean_squared_error mse MSE mean_absolute_error mae MAE mean_absolute_percentage_error mape MAPE "
    "mean_squared_logarithmic_error msle MSLE"
)
_SHARED_CLASSES = (
    "BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy MeanSquaredError "
    "MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError CosineSimilarity Hinge "
    "SquaredHinge CategoricalHinge KLDivergence Poisson"
)

# Strings that `loss=` knows, except Keras 3's 'crossentropy'. Class names were looked up before TensorFlow
# 2.2 too, but what was found could not be used: the class itself, without an instance.
_LOSSES: tuple[tuple[Spans, str], ...] = (
    (
        Spans(ALWAYS, ALWAYS, ALWAYS),
        f"{_REGRESSION} binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy kld "
        "KLD hinge squared_hinge poisson",
    ),
    (Spans(since(2, 0), ALWAYS, ALWAYS), "categorical_hinge"),
    (Spans(ALWAYS, ALWAYS), "kullback_leibler_divergence"),
    (Spans(since(2, 0), ALWAYS), "logcosh"),
    (Spans(ALWAYS, until(1, 15)), "cosine_proximity"),
    (Spans(ALWAYS, until(1, 14)), "cosine"),
    (Spans(since(2, 3), since(1, 14), ALWAYS), "cosine_similarity"),
    (Spans(since(2, 3), since(1, 14)), "huber_loss"),
    (Spans(None, since(2, 1), ALWAYS), "bce BCE"),
    (Spans(None, since(2, 4), ALWAYS), "huber kl_divergence log_cosh"),
    (Spans(None, since(2, 2), ALWAYS), f"{_SHARED_CLASSES} Huber LogCosh"),
    (Spans(None, since(2, 8), since(3, 2)), "binary_focal_crossentropy BinaryFocalCrossentropy"),
    (
        Spans(None, since(2, 13), since(3, 2)),
        "categorical_focal_crossentropy CategoricalFocalCrossentropy",
    ),
    (Spans(None, None, since(3, 2)), "dice Dice"),
    (Spans(None, None, since(3, 3)), "tversky Tversky"),
    (Spans(None, None, since(3, 4)), "ctc CTC"),
    (Spans(None, None, since(3, 7)), "circle Circle"),
)

# Strings that `metrics=` knows, except those that a dialect resolves by the shapes or the loss.
_METRICS: tuple[tuple[Spans, str], ...] = (
    (
        Spans(ALWAYS, ALWAYS, ALWAYS),
        f"{_REGRESSION} binary_accuracy categorical_accuracy sparse_categorical_accuracy "
        "top_k_categorical_accuracy binary_crossentropy categorical_crossentropy "
        "sparse_categorical_crossentropy hinge squared_hinge poisson",
    ),
    (Spans(since(2, 0), ALWAYS, ALWAYS), "sparse_top_k_categorical_accuracy"),
    (Spans(ALWAYS, ALWAYS), "kullback_leibler_divergence cosine_proximity"),
    (Spans(since(2, 0), ALWAYS), "logcosh"),
    (Spans(ALWAYS, until(1, 14)), "cosine"),
    (Spans(since(2, 3), since(1, 14), ALWAYS), "cosine_similarity categorical_hinge"),
    (Spans(None, since(2, 4)), "log_cosh"),
    (Spans(None, ((2, 1), (2, 14)), ALWAYS), "bce BCE"),
    (Spans(until(1, 99), None, ALWAYS), "precision recall"),
    (Spans(until(1, 99)), "fmeasure fbeta_score fscore f1score matthews_correlation"),
    (
        Spans(None, since(1, 14), ALWAYS),
        f"{_SHARED_CLASSES} BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy "
        "TopKCategoricalAccuracy SparseTopKCategoricalAccuracy AUC Precision Recall TruePositives "
        "TrueNegatives FalsePositives FalseNegatives RootMeanSquaredError LogCoshError Mean Sum",
    ),
    (Spans(None, since(1, 14)), "MeanTensor"),
    (Spans(None, since(2, 8), ALWAYS), "BinaryIoU"),
    (Spans(None, since(2, 13), ALWAYS), "F1Score FBetaScore R2Score"),
    (
        Spans(None, None, ALWAYS),
        "auc true_positives true_negatives false_positives false_negatives f1_score f_beta_score r2_score "
        "binary_io_u root_mean_squared_error kl_divergence log_cosh_error mean sum",
    ),
    (
        Spans(None, None, since(3, 7)),
        "pearson_correlation concordance_correlation PearsonCorrelation ConcordanceCorrelation",
    ),
)


def _by_name(table: tuple[tuple[Spans, str], ...]) -> dict[str, Spans]:
    return {name: spans for spans, names in table for name in names.split()}


LOSS_STRINGS: dict[str, Spans] = _by_name(_LOSSES)
METRIC_STRINGS: dict[str, Spans] = _by_name(_METRICS)
