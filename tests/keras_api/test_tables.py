from __future__ import annotations

import pytest

from lint_keras_acc.keras_api.activations import ACTIVATIONS, canonical_activation
from lint_keras_acc.keras_api.applications import APPLICATIONS
from lint_keras_acc.keras_api.datasets import DATASETS
from lint_keras_acc.keras_api.layers import LAYERS, layer
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.keras_api.strings import LOSS_STRINGS, METRIC_STRINGS


@pytest.mark.parametrize("table", [ACTIVATIONS, APPLICATIONS, LAYERS, LOSSES, METRICS])
def test_keys_are_names(table: dict[str, object]) -> None:
    assert [key for key, info in table.items() if getattr(info, "name") != key] == []  # noqa: B009


def test_canonical_names_are_fixed_points() -> None:
    assert [name for name in ACTIVATIONS if canonical_activation(name) != name] == []
    assert [name for name in LOSSES if canonical_loss(name) != name] == []
    assert [name for name in METRICS if canonical_metric(name) != name] == []


def test_classes_lead_to_their_names() -> None:
    assert [info for info in LOSSES.values() if info.class_name and canonical_loss(info.class_name) != info.name] == []
    assert [
        info for info in METRICS.values() if info.class_name and canonical_metric(info.class_name) != info.name
    ] == []


def test_every_known_string_has_a_canonical_name() -> None:
    assert [name for name in LOSS_STRINGS if canonical_loss(name) is None] == []
    assert [name for name in METRIC_STRINGS if canonical_metric(name) is None] == []


@pytest.mark.parametrize(
    ("name", "canonical", "range_"),
    [
        ("swish", "silu", "unbounded"),
        ("Softmax", "softmax", "simplex"),
        ("LeakyReLU", "leaky_relu", "unbounded"),
        ("ReLU", "relu", "nonnegative"),
        ("hard_sigmoid", "hard_sigmoid", "unit"),
        ("tanh", "tanh", "symmetric"),
        ("log_softmax", "log_softmax", "log"),
        ("linear", "linear", "unbounded"),
    ],
)
def test_activations(name: str, canonical: str, range_: str) -> None:
    assert canonical_activation(name) == canonical
    assert ACTIVATIONS[canonical].range == range_


@pytest.mark.parametrize(
    ("name", "canonical", "family"),
    [
        ("bce", "binary_crossentropy", "binary"),
        ("BinaryFocalCrossentropy", "binary_focal_crossentropy", "binary"),
        ("CategoricalFocalCrossentropy", "categorical_focal_crossentropy", "categorical"),
        ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", "sparse"),
        ("MSE", "mean_squared_error", "regression"),
        ("huber_loss", "huber", "regression"),
        ("logcosh", "log_cosh", "regression"),
        ("cosine_proximity", "cosine_similarity", "regression"),
        ("kullback_leibler_divergence", "kl_divergence", "other"),
        ("Hinge", "hinge", "hinge"),
        ("ce", "crossentropy", "other"),
        ("poisson", "poisson", "other"),
    ],
)
def test_losses(name: str, canonical: str, family: str) -> None:
    assert canonical_loss(name) == canonical
    assert LOSSES[canonical].family == family


def test_the_first_positional_argument_of_a_cross_entropy_class_is_from_logits() -> None:
    first = {name: info.class_parameters[0] for name, info in LOSSES.items() if info.class_name}
    assert [name for name, parameter in first.items() if parameter == "from_logits"] == [
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
    ]


@pytest.mark.parametrize(
    ("name", "canonical", "family", "first"),
    [
        ("acc", "accuracy", "accuracy", "name"),
        ("Accuracy", "accuracy", "accuracy", "name"),
        ("BinaryAccuracy", "binary_accuracy", "accuracy", "name"),
        ("TopKCategoricalAccuracy", "top_k_categorical_accuracy", "accuracy", "k"),
        ("AUC", "auc", "auc", "num_thresholds"),
        ("Precision", "precision", "threshold", "thresholds"),
        ("PrecisionAtRecall", "precision_at_recall", "threshold", "recall"),
        ("F1Score", "f1_score", "f1", "average"),
        ("MeanIoU", "mean_io_u", "iou", "num_classes"),
        ("logcosh", "log_cosh_error", "regression", "name"),
        ("RootMeanSquaredError", "root_mean_squared_error", "regression", "name"),
        ("BCE", "binary_crossentropy", "crossentropy", "name"),
    ],
)
def test_metrics(name: str, canonical: str, family: str, first: str) -> None:
    assert canonical_metric(name) == canonical
    assert (METRICS[canonical].family, METRICS[canonical].class_parameters[0]) == (family, first)


@pytest.mark.parametrize("name", ["my_loss", "Relu", "", "SOFTMAX", "tf.nn.relu"])
def test_unknown_names(name: str) -> None:
    assert canonical_activation(name) is None
    assert canonical_loss(name) is None
    assert canonical_metric(name) is None
    assert layer(name) is None


@pytest.mark.parametrize(
    ("name", "effect", "rank", "default_activation"),
    [
        ("Dense", "units", "same", "linear"),
        ("Convolution2D", "units", "same", "linear"),
        ("MaxoutDense", "units", "same", "linear"),
        ("LSTM", "recurrent", "sequences", "tanh"),
        ("CuDNNGRU", "recurrent", "sequences", "tanh"),
        ("Embedding", "embedding", "one_more", None),
        ("Flatten", "flatten", "two", None),
        ("GlobalAvgPool2D", "pool_global", "two", None),
        ("Softmax", "activation", "same", "softmax"),
        ("ThresholdedReLU", "activation", "same", "thresholded_relu"),
        ("merge", "merge", "unknown", None),
        ("concatenate", "concatenate", "same", None),
        ("Bidirectional", "wrapper", "unknown", None),
    ],
)
def test_layers(name: str, effect: str, rank: str, default_activation: str | None) -> None:
    info = layer(name)
    assert info is not None
    assert (info.effect, info.rank, info.default_activation) == (effect, rank, default_activation)


def test_default_activations_are_canonical() -> None:
    defaults = {info.default_activation for info in LAYERS.values()} - {None}
    assert {name for name in defaults if name not in ACTIVATIONS} == set()


@pytest.mark.parametrize("name", ["Dropout", "Flatten", "Activation", "Reshape", "Softmax", "MaxPooling2D"])
def test_layers_that_leave_two_activations_stacked(name: str) -> None:
    assert not LAYERS[name].weights


@pytest.mark.parametrize("name", ["Dense", "BatchNormalization", "PReLU", "LSTM", "Embedding", "Rescaling"])
def test_layers_that_part_two_activations(name: str) -> None:
    assert LAYERS[name].weights


def test_applications() -> None:
    assert APPLICATIONS["VGG16"].parameters[:3] == ("include_top", "weights", "input_tensor")
    assert APPLICATIONS["MobileNetV2"].parameters[:3] == ("input_shape", "alpha", "include_top")
    assert {info.classes for info in APPLICATIONS.values()} == {1000}
    assert {info.activation for info in APPLICATIONS.values()} == {"softmax"}


def test_datasets() -> None:
    assert (DATASETS["cifar10"].label_rank, DATASETS["cifar10"].label_width) == (2, 1)
    assert (DATASETS["mnist"].classes, DATASETS["mnist"].encoding) == (10, "integer")
    assert (DATASETS["imdb"].classes, DATASETS["imdb"].encoding) == (2, "binary")
    assert (DATASETS["fetch_covtype"].low, DATASETS["fetch_covtype"].high) == (1, 7)
    assert DATASETS["boston_housing"].encoding == "continuous"
    assert [name for name, info in DATASETS.items() if (info.classes is None) != (info.encoding == "continuous")] == []
