"""Metrics of every Keras generation: one name for each, its family, its parameters.

Parameter lists are those of the newest Keras 3, in positional order.
"""

from __future__ import annotations

from typing import Literal

from lint_keras_acc.records import record

Family = Literal["accuracy", "threshold", "auc", "f1", "iou", "crossentropy", "regression", "hinge", "other"]


@record(frozen=True)
class MetricInfo:
    """A metric under its canonical name.

    class_name:       its class in keras.metrics, None where it has none.
    family:           'accuracy' (also top-k), 'threshold' (precision, recall, their ...At... forms,
                      true_positives and kin), 'auc', 'f1', 'iou', 'crossentropy', 'regression', 'hinge' or
                      'other'.
    class_parameters: of the class, without self.
    function:         there is a function `keras.metrics.<name>` (in some generation).
    default_name:     the name of an instance that is given none, and so its log key.
    """

    name: str
    class_name: str | None
    family: Family
    class_parameters: tuple[str, ...]
    function: bool
    default_name: str


def _metric(
    name: str,
    class_name: str | None,
    family: Family,
    parameters: str = "name dtype",
    *,
    function: bool = False,
    default_name: str | None = None,
) -> MetricInfo:
    own = tuple(parameters.split()) if class_name else ()
    return MetricInfo(name, class_name, family, own, function, default_name or name)


def _function(name: str, class_name: str, family: Family, parameters: str = "name dtype") -> MetricInfo:
    return _metric(name, class_name, family, parameters, function=True)


_THRESHOLDS = "thresholds name dtype"
_PRECISION = "thresholds top_k class_id name dtype"
_AT = "num_thresholds class_id name dtype"
_IOU = "name dtype ignore_class sparse_y_true sparse_y_pred axis"
_ONE_HOT_IOU = "name dtype ignore_class sparse_y_pred axis"

METRICS: dict[str, MetricInfo] = {
    info.name: info
    for info in (
        _function("accuracy", "Accuracy", "accuracy"),
        _function("binary_accuracy", "BinaryAccuracy", "accuracy", "name dtype threshold"),
        _function("categorical_accuracy", "CategoricalAccuracy", "accuracy"),
        _function("sparse_categorical_accuracy", "SparseCategoricalAccuracy", "accuracy"),
        _function("top_k_categorical_accuracy", "TopKCategoricalAccuracy", "accuracy", "k name dtype"),
        _function(
            "sparse_top_k_categorical_accuracy",
            "SparseTopKCategoricalAccuracy",
            "accuracy",
            "k name dtype from_sorted_ids",
        ),
        _metric(
            "auc",
            "AUC",
            "auc",
            "num_thresholds curve summation_method name dtype thresholds multi_label num_labels "
            "label_weights from_logits",
        ),
        _metric("precision", "Precision", "threshold", _PRECISION, function=True),
        _metric("recall", "Recall", "threshold", _PRECISION, function=True),
        _metric("precision_at_recall", "PrecisionAtRecall", "threshold", f"recall {_AT}"),
        _metric("recall_at_precision", "RecallAtPrecision", "threshold", f"precision {_AT}"),
        _metric("sensitivity_at_specificity", "SensitivityAtSpecificity", "threshold", f"specificity {_AT}"),
        _metric("specificity_at_sensitivity", "SpecificityAtSensitivity", "threshold", f"sensitivity {_AT}"),
        _metric("true_positives", "TruePositives", "threshold", _THRESHOLDS),
        _metric("true_negatives", "TrueNegatives", "threshold", _THRESHOLDS),
        _metric("false_positives", "FalsePositives", "threshold", _THRESHOLDS),
        _metric("false_negatives", "FalseNegatives", "threshold", _THRESHOLDS),
        _metric("f1_score", "F1Score", "f1", "average threshold name dtype"),
        _metric("fbeta_score", "FBetaScore", "f1", "average beta threshold name dtype", function=True),
        _metric("binary_io_u", "BinaryIoU", "iou", "target_class_ids threshold name dtype"),
        _metric("io_u", "IoU", "iou", f"num_classes target_class_ids {_IOU}"),
        _metric("mean_io_u", "MeanIoU", "iou", f"num_classes {_IOU}"),
        _metric("one_hot_io_u", "OneHotIoU", "iou", f"num_classes target_class_ids {_ONE_HOT_IOU}"),
        _metric("one_hot_mean_io_u", "OneHotMeanIoU", "iou", f"num_classes {_ONE_HOT_IOU}"),
        _function(
            "binary_crossentropy",
            "BinaryCrossentropy",
            "crossentropy",
            "name dtype from_logits label_smoothing",
        ),
        _function(
            "categorical_crossentropy",
            "CategoricalCrossentropy",
            "crossentropy",
            "name dtype from_logits label_smoothing axis",
        ),
        _function(
            "sparse_categorical_crossentropy",
            "SparseCategoricalCrossentropy",
            "crossentropy",
            "name dtype from_logits ignore_class axis",
        ),
        _metric("binary_focal_crossentropy", None, "crossentropy", function=True),
        _metric("categorical_focal_crossentropy", None, "crossentropy", function=True),
        _metric("crossentropy", None, "crossentropy"),
        _function("mean_squared_error", "MeanSquaredError", "regression"),
        _metric("root_mean_squared_error", "RootMeanSquaredError", "regression"),
        _function("mean_absolute_error", "MeanAbsoluteError", "regression"),
        _function("mean_absolute_percentage_error", "MeanAbsolutePercentageError", "regression"),
        _function("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", "regression"),
        _metric("huber", None, "regression", function=True),
        _metric("log_cosh_error", "LogCoshError", "regression", function=True, default_name="logcosh"),
        _function("cosine_similarity", "CosineSimilarity", "regression", "name dtype axis"),
        _metric("r2_score", "R2Score", "regression", "class_aggregation num_regressors name dtype"),
        _function("pearson_correlation", "PearsonCorrelation", "regression", "name dtype axis"),
        _function("concordance_correlation", "ConcordanceCorrelation", "regression", "name dtype axis"),
        _metric("mean_relative_error", "MeanRelativeError", "regression", "normalizer name dtype"),
        _function("hinge", "Hinge", "hinge"),
        _function("squared_hinge", "SquaredHinge", "hinge"),
        _function("categorical_hinge", "CategoricalHinge", "hinge"),
        _function("poisson", "Poisson", "other"),
        _function("kl_divergence", "KLDivergence", "other"),
        _metric("matthews_correlation", None, "other", function=True),
        _metric("mean", "Mean", "other"),
        _metric("sum", "Sum", "other"),
        _metric("mean_tensor", "MeanTensor", "other", "name dtype shape"),
        _metric("mean_metric_wrapper", "MeanMetricWrapper", "other", "fn name dtype"),
    )
}

_ALIASES = {
    **{info.class_name: info.name for info in METRICS.values() if info.class_name},
    **dict.fromkeys(("acc", "ACC", "Acc"), "accuracy"),
    **dict.fromkeys(("bce", "BCE"), "binary_crossentropy"),
    **dict.fromkeys(("mse", "MSE"), "mean_squared_error"),
    **dict.fromkeys(("mae", "MAE"), "mean_absolute_error"),
    **dict.fromkeys(("mape", "MAPE"), "mean_absolute_percentage_error"),
    **dict.fromkeys(("msle", "MSLE"), "mean_squared_logarithmic_error"),
    **dict.fromkeys(("kld", "KLD", "kullback_leibler_divergence"), "kl_divergence"),
    **dict.fromkeys(("cosine", "cosine_proximity", "CosineProximity"), "cosine_similarity"),
    **dict.fromkeys(("log_cosh", "logcosh"), "log_cosh_error"),
    "ce": "crossentropy",
    "f_beta_score": "fbeta_score",
    **dict.fromkeys(("fmeasure", "f1score", "fscore"), "f1_score"),
}


def canonical_metric(name: str) -> str | None:
    """The canonical name of a metric string, function or class of any generation; None if there is none.

    Whether a dialect knows the name as a string is `Dialect.resolves_metric`'s to say.
    """
    name = _ALIASES.get(name, name)
    return name if name in METRICS else None
