"""The accuracies of the Keras that this process imports, on NumPy arrays. Imported by workers alone."""

from __future__ import annotations

import os
from typing import Any, Protocol

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from tests.runtime.agreement.backends import Installation
from tests.runtime.agreement.batches import SPARSE, TOP_K, Batch, Trial

Array = NDArray[Any]

FUNCTIONS = {
    "binary_accuracy": "binary_accuracy",
    "categorical_accuracy": "categorical_accuracy",
    "sparse_categorical_accuracy": "sparse_categorical_accuracy",
    "top_k_categorical_accuracy": "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy": "sparse_top_k_categorical_accuracy",
}
CLASSES = {
    "binary_accuracy": "BinaryAccuracy",
    "categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
    "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
    "exact_match": "Accuracy",
}


class Keras(Protocol):
    version: str

    def held(self, array: Array) -> Array:
        """The array with the numbers that this installation sees in it.

        JAX has neither float64 nor int64 unless asked for; and where TensorFlow and JAX compare float32, float64 and
        bfloat16, subnormal numbers are zeros (of their sign), for the processor is told so.
        """
        ...

    def scores(self, trial: Trial, batch: Batch) -> Array:
        """What each element or row of the batch scores."""
        ...

    def result(self, trial: Trial) -> float:
        """What the metric says after all batches of the trial, with their weights and masks."""
        ...


def load(installation: Installation) -> Keras:
    return TfKeras() if installation == "tf_keras" else Keras3(installation)


def without_subnormals(array: Array) -> Array:
    if str(array.dtype) not in ("float32", "float64", "bfloat16"):
        return array
    tiny = ml_dtypes.finfo(array.dtype).tiny
    return np.where(np.abs(array) < tiny, np.copysign(np.zeros_like(array), array), array)


def options(trial: Trial) -> dict[str, Any]:
    if trial.kernel in TOP_K:
        return {"k": trial.k}
    return {"threshold": trial.threshold} if trial.kernel == "binary_accuracy" else {}


class Keras3:
    """The package keras, on the backend that KERAS_BACKEND names."""

    def __init__(self, backend: str) -> None:
        assert os.environ["KERAS_BACKEND"] == backend
        import keras

        if backend == "torch":
            import torch

            torch.set_num_threads(1)
        self.keras, self.backend, self.version = keras, backend, keras.__version__

    def tensor(self, array: Array) -> Any:
        ops = self.keras.ops
        if array.dtype == ml_dtypes.bfloat16:
            return ops.cast(ops.convert_to_tensor(array.astype("float32")), "bfloat16")
        return ops.convert_to_tensor(array)

    def held(self, array: Array) -> Array:
        if self.backend == "jax":
            narrow = {"float64": "float32", "int64": "int32"}.get(str(array.dtype))
            array = array.astype(narrow) if narrow else array
        return array if self.backend == "torch" else without_subnormals(array)

    def scores(self, trial: Trial, batch: Batch) -> Array:
        from keras.src.metrics.accuracy_metrics import accuracy

        function = accuracy
        if trial.kernel in FUNCTIONS:
            function = getattr(self.keras.metrics, FUNCTIONS[trial.kernel])
        scored = function(self.tensor(batch.y_true), self.tensor(batch.y_pred), **options(trial))
        return np.asarray(self.keras.ops.convert_to_numpy(scored))

    def result(self, trial: Trial) -> float:
        from keras.src import backend

        metric = getattr(self.keras.metrics, CLASSES[trial.kernel])(**options(trial))
        for batch in trial.batches:
            y_pred = self.tensor(batch.y_pred)
            if batch.mask is not None:
                backend.set_keras_mask(y_pred, self.tensor(batch.mask))
            weights = None if batch.sample_weight is None else self.tensor(batch.sample_weight)
            metric.update_state(self.tensor(batch.y_true), y_pred, sample_weight=weights)
        return float(metric.result())


class TfKeras:
    """The package tf_keras. Its metrics cast labels and predictions to float32 before anything else.

    Labels, weights and masks come to a metric as `Model.compile` hands them on (engine/compile_utils.py).
    """

    def __init__(self) -> None:
        import tensorflow
        import tf_keras

        self.tf, self.keras, self.version = tensorflow, tf_keras, tf_keras.__version__

    def held(self, array: Array) -> Array:
        return without_subnormals(array)

    def metric(self, trial: Trial) -> Any:
        return getattr(self.keras.metrics, CLASSES[trial.kernel])(**options(trial))

    def arrays(self, batch: Batch) -> tuple[Any, Any]:
        from tf_keras.src.engine.compile_utils import match_dtype_and_rank

        y_true, y_pred = self.tf.constant(batch.y_true), self.tf.constant(batch.y_pred)
        y_true, y_pred, _ = match_dtype_and_rank(y_true, y_pred, None)
        return y_true, y_pred

    def scores(self, trial: Trial, batch: Batch) -> Array:
        """What the metric's function gives for what the metric hands to it, without the axis of labels (B, 1)."""
        metric = self.metric(trial)
        function, scored = metric._fn, []

        @self.tf.autograph.experimental.do_not_convert
        def remember(*arguments: Any, **keywords: Any) -> Any:
            scored.append(function(*arguments, **keywords))
            return scored[-1]

        metric._fn = remember
        metric.update_state(*self.arrays(batch))
        scores = np.asarray(scored[0])
        return scores[..., 0] if trial.kernel in SPARSE and scores.ndim == batch.y_pred.ndim else scores

    def result(self, trial: Trial) -> float:
        from tf_keras.src.utils import losses_utils

        metric = self.metric(trial)
        for batch in trial.batches:
            y_true, y_pred = self.arrays(batch)
            weights = None if batch.sample_weight is None else self.tf.constant(batch.sample_weight)
            if weights is not None and weights.shape.rank == 1 and y_pred.shape.rank == 2:
                weights = weights[:, None]
            if batch.mask is not None:
                mask = self.tf.constant(batch.mask)
                weights = losses_utils.apply_mask(self.tf.cast(y_pred, "float32"), weights, mask)
            metric.update_state(y_true, y_pred, sample_weight=weights)
        return float(metric.result())
