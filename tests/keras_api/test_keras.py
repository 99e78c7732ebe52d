"""The tables against an installed Keras 3. Needs the extra `keras`; run with `python -m pytest -m keras`.

The backend is jax unless the environment variable KERAS_BACKEND names another.
"""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from lint_keras_acc.keras_api.activations import ACTIVATIONS, canonical_activation
from lint_keras_acc.keras_api.applications import APPLICATIONS
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.layers import LAYERS, LayerInfo
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.keras_api.strings import LOSS_STRINGS, METRIC_STRINGS

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    pytest.importorskip("numpy")
    os.environ.setdefault("KERAS_BACKEND", "jax")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import keras
        except ImportError as error:
            pytest.skip(f"keras cannot be imported: {error}")
    if not hasattr(keras, "ops"):
        pytest.skip("needs Keras 3")
    return keras  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def installed(keras: ModuleType) -> Dialect:
    major, minor = keras.__version__.split(".")[:2]
    return Dialect("keras", (int(major), int(minor)))


def classes(module: ModuleType) -> dict[str, type]:
    return {name: value for name, value in vars(module).items() if inspect.isclass(value)}


def functions(module: ModuleType) -> list[str]:
    helpers = {"get", "serialize", "deserialize"}
    return [name for name, value in vars(module).items() if inspect.isfunction(value) and name not in helpers]


def parameters(callable_: Callable[..., object]) -> tuple[str, ...]:
    skipped = ("self", "y_true", "y_pred", "kwargs", "args")
    return tuple(name for name in inspect.signature(callable_).parameters if name not in skipped)


def resolves(get: Callable[[str], object], name: str) -> bool:
    """Whether Keras finds something by this name; a class that wants arguments cannot be used as a string."""
    try:
        get(name)
    except (ValueError, TypeError):
        return False
    return True


# --- names --------------------------------------------------------------------------------------------------


def all_aliases(keras: ModuleType, package: str) -> list[str]:
    source = __import__(f"keras.src.{package}", fromlist=["ALL_OBJECTS_DICT"])
    return list(source.ALL_OBJECTS_DICT)


def test_loss_strings(keras: ModuleType, installed: Dialect) -> None:
    base_classes = {"Loss", "LossFunctionWrapper"}
    names = {*all_aliases(keras, "losses"), *LOSS_STRINGS, "cce", "rmse"} - base_classes
    known = {name for name in names if resolves(keras.losses.get, name)}
    assert {name for name in names if installed.resolves_loss(name)} == known
    assert {name for name in known if canonical_loss(name) is None} == set()


def test_metric_strings(keras: ModuleType, installed: Dialect) -> None:
    base_classes = {"Metric", "MeanMetricWrapper", "metric", "mean_metric_wrapper"}
    resolved_by_shape = {"acc", "ACC", "Acc"}
    names = {*all_aliases(keras, "metrics"), *METRIC_STRINGS, "ce", "huber", "rmse"} - base_classes
    known = {name for name in names if resolves(keras.metrics.get, name)} | resolved_by_shape
    names |= resolved_by_shape
    assert {name for name in names if installed.resolves_metric(name)} == known
    assert {name for name in known if canonical_metric(name) is None} == set()


def test_activation_names(keras: ModuleType) -> None:
    names = {*all_aliases(keras, "activations"), *functions(keras.activations)}
    assert {name for name in names if canonical_activation(name) is None} == set()
    older = {"thresholded_relu", "prelu"}
    assert {name for name in ACTIVATIONS if not resolves(keras.activations.get, name)} == older


WITHOUT_A_RANGE_TO_TEST = {
    "glu": "halves the axis",
    "threshold": "wants arguments",
    "sparsemax": "Keras 3.15 returns rows of zeros for some inputs",
}


def test_activation_ranges(keras: ModuleType) -> None:
    import numpy as np

    inputs = np.array([[-30.0, -2.0, -0.5, 0.0], [0.3, 1.0, 4.0, 30.0], [-1.0, -1.0, 2.0, 2.0]], "float32")
    for name, info in ACTIVATIONS.items():
        if name in WITHOUT_A_RANGE_TO_TEST or not resolves(keras.activations.get, name):
            continue
        activation = keras.activations.get(name)
        low, high, sums = ranges(np.asarray(activation(inputs)))
        expected = {
            "simplex": low >= 0 and np.allclose(sums, 1),
            "unit": low >= 0 and high <= 1 and not np.allclose(sums, 1),
            "symmetric": -1 <= low < 0 and high <= 1,
            "nonnegative": low >= 0 and high > 1,
            "log": high <= 0 and low < -1,
            "unbounded": low < 0 and high > 1,
        }
        assert [range_ for range_, holds in expected.items() if holds and range_ == info.range], name


def ranges(outputs: Any) -> tuple[float, float, Any]:
    return float(outputs.min()), float(outputs.max()), outputs.sum(-1)


def test_loss_parameters(keras: ModuleType) -> None:
    exported = set(classes(keras.losses)) - {"Loss"}
    known = {info.class_name: info for info in LOSSES.values() if info.class_name}
    assert set(known) == exported
    assert {name: info.class_parameters for name, info in known.items()} == {
        name: parameters(getattr(keras.losses, name).__init__) for name in known
    }
    assert {name: LOSSES[name].function_parameters for name in functions(keras.losses)} == {
        name: parameters(getattr(keras.losses, name)) for name in functions(keras.losses)
    }
    takes_logits = {name for name, class_ in classes(keras.losses).items() if "from_logits" in parameters(class_)}
    assert {info.class_name for info in LOSSES.values() if info.has_from_logits} == takes_logits


def test_metric_parameters(keras: ModuleType) -> None:
    exported = set(classes(keras.metrics)) - {"Metric"}
    known = {info.class_name: info for info in METRICS.values() if info.class_name}
    assert set(known) - exported == {"MeanTensor", "MeanRelativeError"}
    assert {name: known[name].class_parameters for name in exported} == {
        name: parameters(getattr(keras.metrics, name).__init__) for name in exported
    }
    names = [canonical_metric(name) for name in functions(keras.metrics)]
    assert [name for name in names if name is None or not METRICS[name].function] == []


REQUIRED = {
    "num_classes": 3,
    "target_class_ids": [0],
    "recall": 0.5,
    "precision": 0.5,
    "specificity": 0.5,
    "sensitivity": 0.5,
}


def test_log_keys_of_instances(keras: ModuleType, installed: Dialect) -> None:
    for name, class_ in classes(keras.metrics).items():
        if name in ("Metric", "MeanMetricWrapper"):
            continue
        signature = inspect.signature(class_).parameters
        required = {key: value for key, value in REQUIRED.items() if key in signature}
        keras.backend.clear_session()
        assert installed.log_key(name, "instance") == class_(**required).name


# --- compile ------------------------------------------------------------------------------------------------


def test_compile_parameters(keras: ModuleType, installed: Dialect) -> None:
    for model in (keras.Model, keras.Sequential):
        assert installed.compile_parameters(None) == parameters(model.compile)


KERNEL_CASES = [
    ("binary_crossentropy", 1, "binary", (8,)),
    ("mse", 1, "continuous", (8, 1)),
    ("sparse_categorical_crossentropy", 3, "integer", (8,)),
    ("sparse_categorical_crossentropy", 3, "integer", (8, 1)),
    ("sparse_categorical_crossentropy", 3, None, (8,)),
    ("categorical_crossentropy", 3, "one-hot", (8, 3)),
    ("categorical_crossentropy", 3, None, (8, 3)),
    ("binary_crossentropy", 3, "multi-hot", (8, 3)),
    ("binary_crossentropy", 3, None, (8, 3)),
    ("mse", 3, "one-hot", (8, 3)),
    ("mse", 3, "integer", (8, 1)),
    ("mse", 3, "input", (8, 3)),
    ("crossentropy", 3, "integer", (8,)),
    ("crossentropy", 3, "one-hot", (8, 3)),
]


def evaluated(keras: ModuleType, units: int, labels: tuple[int, ...], **compiled: Any) -> Any:
    import numpy as np

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="sigmoid")])
    model.compile(**compiled)
    logs = model.evaluate(np.ones((8, 4)), np.zeros(labels), batch_size=8, verbose=0, return_dict=True)
    return model, logs


def made_metrics(model: Any) -> list[Any]:
    return [metric for metric in model.metrics[1].metrics if metric.name != "loss"]


@pytest.mark.parametrize(("loss", "units", "encoding", "labels"), KERNEL_CASES)
def test_accuracy_kernel(
    keras: ModuleType,
    installed: Dialect,
    loss: str,
    units: int,
    encoding: str | None,
    labels: tuple[int, ...],
) -> None:
    model, _ = evaluated(keras, units, labels, loss=loss, metrics=["accuracy"])
    (metric,) = made_metrics(model)
    expected = canonical_metric(type(metric).__name__)
    assert installed.accuracy_kernel(canonical_loss(loss), "string", units, encoding) == expected
    with_shapes = installed.accuracy_kernel(
        canonical_loss(loss), "string", units, None, len(labels), labels[-1] if len(labels) > 1 else None, 2
    )
    assert with_shapes == expected


@pytest.mark.parametrize("name", ["accuracy", "acc", "ACC", "mse", "AUC", "auc", "BinaryAccuracy", "Precision"])
def test_log_keys_of_strings(keras: ModuleType, installed: Dialect, name: str) -> None:
    _, logs = evaluated(keras, 1, (8, 1), loss="binary_crossentropy", metrics=[name])
    assert set(logs) == {"loss", installed.log_key(name, "string")}


def test_log_keys_of_functions_and_classes(keras: ModuleType, installed: Dialect) -> None:
    def myMetric(y_true: Any, y_pred: Any) -> Any:
        return keras.ops.mean(y_pred)

    keras.backend.clear_session()
    metrics = [myMetric, keras.metrics.binary_accuracy, keras.metrics.Precision]
    _, logs = evaluated(keras, 1, (8, 1), loss="binary_crossentropy", metrics=metrics)
    keys = [installed.log_key("myMetric", "function"), installed.log_key("binary_accuracy", "function")]
    assert set(logs) == {"loss", *keys, installed.log_key("Precision", "class")}


def test_forms_of_the_metrics_argument(keras: ModuleType, installed: Dialect) -> None:
    def accepts(**compiled: Any) -> bool:
        try:
            evaluated(keras, 1, (8, 1), loss="mse", **compiled)
        except (ValueError, TypeError):
            return False
        return True

    assert accepts(metrics="accuracy") == installed.accepts_bare_metrics
    assert accepts(metrics=("accuracy",)) == installed.accepts_tuple_metrics
    assert accepts(metrics={"other": "accuracy"}) == installed.accepts_any_metrics_key
    assert accepts(metrics=["accuracy", "accuracy"]) == (not installed.raises_on_duplicate_metrics)


def test_recompiling(keras: ModuleType, installed: Dialect) -> None:
    model, _ = evaluated(keras, 1, (8, 1), loss="mse", metrics=["accuracy"])
    model.compile(loss="mse")
    import numpy as np

    logs = model.evaluate(np.ones((8, 4)), np.zeros((8, 1)), verbose=0, return_dict=True)
    assert ("accuracy" in logs) == installed.keeps_metrics_on_recompile


def test_thresholds(keras: ModuleType, installed: Dialect) -> None:
    assert resolves(lambda _: keras.metrics.BinaryAccuracy(threshold=0.0), "") == installed.accepts_zero_threshold
    assert resolves(lambda _: keras.metrics.Precision(thresholds=0.0), "") == installed.accepts_zero_thresholds
    assert resolves(lambda _: keras.metrics.AUC(from_logits=True), "") == installed.auc_takes_from_logits
    assert hasattr(keras.metrics, "BinaryIoU") == installed.has_binary_iou
    assert hasattr(keras.metrics, "F1Score") == installed.has_f1_score


def test_missing_monitor(keras: ModuleType, installed: Dialect) -> None:
    import numpy as np

    model, _ = evaluated(keras, 1, (8, 1), loss="mse", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(monitor="val_acc")
    data = (np.ones((8, 4)), np.zeros((8, 1)))
    try:
        model.fit(*data, validation_data=data, callbacks=[stop], verbose=0)
    except NotImplementedError:
        pytest.skip("this backend cannot fit")
    except ValueError as error:
        raised = "val_acc" in str(error)
    else:
        raised = False
    assert raised == installed.raises_on_missing_monitor


# --- layers -------------------------------------------------------------------------------------------------

NOT_LAYERS = {"InputSpec"}
OLDER_NAMES = (
    "AbstractRNNCell AtrousConv1D AtrousConv2D AtrousConvolution1D AtrousConvolution2D "
    "BatchNormalizationV1 BatchNormalizationV2 CuDNNGRU CuDNNLSTM Deconv2D Deconv3D Deconvolution2D "
    "Deconvolution3D DenseFeatures Highway LocallyConnected1D LocallyConnected2D MaxoutDense Merge "
    "merge ParametricSoftplus RandomHeight RandomWidth SReLU SyncBatchNormalization ThresholdedReLU "
    "TimeDistributedDense"
)
OLDER_LAYERS = set(OLDER_NAMES.split())


def test_every_exported_layer_is_known(keras: ModuleType) -> None:
    exported = set(classes(keras.layers)) - NOT_LAYERS
    assert exported - set(LAYERS) == set()
    assert {*functions(keras.layers)} - set(LAYERS) == set()
    assert OLDER_LAYERS & set(vars(keras.layers)) == set()
    assert OLDER_LAYERS - set(LAYERS) == set()


def test_layer_parameters(keras: ModuleType) -> None:
    for name, class_ in classes(keras.layers).items():
        if name in NOT_LAYERS:
            continue
        info, taken = LAYERS[name], parameters(class_.__init__)
        if info.units:
            assert taken[info.units_position or 0] in info.units, name
        if info.activation:
            assert taken.index(info.activation) in info.activation_positions, name
        if info.inner:
            assert taken[0] == info.inner, name
        assert info.channels == ("data_format" in taken) or info.effect in ("keep", "flatten", "unknown"), name


def test_default_activations(keras: ModuleType) -> None:
    for name, class_ in classes(keras.layers).items():
        info = LAYERS.get(name)
        if not info or not info.activation or info.effect == "activation":
            continue
        default = inspect.signature(class_.__init__).parameters["activation"].default or "linear"
        assert default == info.default_activation, name


SIZE = 32
ARGUMENTS: dict[str, Any] = {
    "units": 5,
    "filters": 5,
    "kernel_size": 2,
    "pool_size": 2,
    "output_size": 2,
    "rate": 0.5,
    "stddev": 0.5,
    "height": 4,
    "width": 4,
    "input_dim": 9,
    "output_dim": 5,
    "n": 3,
    "factor": 0.2,
    "height_factor": 0.2,
    "width_factor": 0.2,
    "activation": "tanh",
    "scale": 2.0,
}
SPECIAL_ARGUMENTS: dict[str, dict[str, Any]] = {"RandomPosterization": {"factor": 4}}
RANKS = {"1D": 3, "2D": 4, "3D": 5}
IMAGES = (
    "Random",
    "Center",
    "Resizing",
    "Au",
    "Contrast",
    "CutMix",
    "Equal",
    "MixUp",
    "RandAugment",
    "Solar",
)


def input_shape(name: str) -> tuple[int | None, ...]:
    """With one axis of examples, axes of 8 steps or pixels, and one of features or channels."""
    if name.startswith(IMAGES):
        return None, 8, 8, 3
    rank = next((rank for dimensions, rank in RANKS.items() if dimensions in name), 2)
    if name.startswith("ConvLSTM"):
        rank += 1
    if name in ("LSTM", "GRU", "SimpleRNN"):
        rank = 3
    return None, *[8] * (rank - 2), SIZE


def built(class_: type) -> Any:
    """An instance with values for the parameters that have no default."""
    arguments = SPECIAL_ARGUMENTS.get(class_.__name__, {})
    required = [
        name
        for name, parameter in inspect.signature(class_).parameters.items()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    return class_(**{name: arguments.get(name, ARGUMENTS[name]) for name in required})


GENERIC_EFFECTS = (
    "units",
    "keep",
    "pool",
    "pool_global",
    "recurrent",
    "embedding",
    "depthwise",
    "flatten",
    "activation",
)
GENERIC_LAYERS = sorted(
    name
    for name, info in LAYERS.items()
    if info.effect in GENERIC_EFFECTS
    and name not in {"EinsumDense", "RNN", "LSTMCell", "GRUCell", "SimpleRNNCell", *OLDER_LAYERS}
)


def predicted(info: LayerInfo, shape: tuple[int | None, ...]) -> tuple[int, int | None]:
    """Rank and last axis of the output of a layer that `built` made."""
    ranks = {"same": len(shape), "two": 2, "one_more": len(shape) + 1, "sequences": len(shape) - 1}
    if info.effect in ("units", "recurrent", "embedding"):
        return ranks[info.rank], 5
    if info.effect == "flatten":
        size = 1
        for axis in shape[1:]:
            size *= axis or 1
        return ranks[info.rank], size
    return ranks[info.rank], shape[-1]


@pytest.mark.parametrize("name", GENERIC_LAYERS)
def test_effect_on_shape(keras: ModuleType, name: str) -> None:
    class_ = getattr(keras.layers, name, None)
    if class_ is None:
        pytest.skip(f"this Keras has no {name}")
    shape = input_shape(name)
    output = built(class_)(keras.Input(shape[1:]))
    assert (len(output.shape), output.shape[-1]) == predicted(LAYERS[name], shape)


def shapes_of_wrappers(keras: ModuleType) -> Iterator[tuple[str, Any, tuple[int | None, ...]]]:
    layers, steps = keras.layers, keras.Input((7, SIZE))
    yield "TimeDistributed", layers.TimeDistributed(layers.Dense(5))(steps), (None, 7, 5)
    yield "Bidirectional", layers.Bidirectional(layers.LSTM(5))(steps), (None, 10)
    yield "Bidirectional", layers.Bidirectional(layers.LSTM(5), merge_mode="sum")(steps), (None, 5)
    yield "Bidirectional", layers.Bidirectional(layers.LSTM(5, return_sequences=True))(steps), (None, 7, 10)
    yield "RNN", layers.RNN(layers.LSTMCell(5))(steps), (None, 5)
    yield "SpectralNormalization", layers.SpectralNormalization(layers.Dense(5))(steps), (None, 7, 5)
    yield "LSTM", layers.LSTM(5, return_sequences=True)(steps), (None, 7, 5)
    yield "Reshape", layers.Reshape((SIZE, 7))(steps), (None, SIZE, 7)
    yield "EinsumDense", layers.EinsumDense("abc,cd->abd", (7, 5))(steps), (None, 7, 5)
    yield "Concatenate", layers.Concatenate()([steps, steps]), (None, 7, 2 * SIZE)
    yield "MultiHeadAttention", layers.MultiHeadAttention(2, 3)(steps, steps), (None, 7, SIZE)
    yield "MultiHeadAttention", layers.MultiHeadAttention(2, 3, output_shape=5)(steps, steps), (None, 7, 5)
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        yield name, getattr(layers, name)()([steps, steps]), (None, 7, SIZE)


def test_shapes_of_layers_that_take_layers_or_several_inputs(keras: ModuleType) -> None:
    for name, output, shape in shapes_of_wrappers(keras):
        assert tuple(output.shape) == shape, name


def test_weights(keras: ModuleType) -> None:
    for name in GENERIC_LAYERS:
        class_ = getattr(keras.layers, name, None)
        if class_ is None or name in ("Normalization", "Rescaling", "UnitNormalization"):
            continue
        made = built(class_)
        made(keras.Input(input_shape(name)[1:]))
        assert bool(made.trainable_weights) == LAYERS[name].weights, name


# --- applications -------------------------------------------------------------------------------------------


def test_applications(keras: ModuleType) -> None:
    exported = {name: getattr(keras.applications, name) for name in functions(keras.applications)}
    assert {name: parameters(function) for name, function in exported.items()} == {
        name: info.parameters for name, info in APPLICATIONS.items()
    }
    for name, function in exported.items():
        signature, info = inspect.signature(function).parameters, APPLICATIONS[name]
        assert signature["classes"].default == info.classes
        assert signature["classifier_activation"].default == info.activation
        assert function.__module__.endswith(info.module)


@pytest.mark.parametrize("name", ["VGG16", "MobileNet"])
def test_features_without_the_top(keras: ModuleType, name: str) -> None:
    model = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(32, 32, 3), pooling="avg")
    assert model.output_shape == (None, APPLICATIONS[name].features)
