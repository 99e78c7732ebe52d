"""What Keras does, as tables: for every generation that people still write for."""

from __future__ import annotations

from lint_keras_acc.keras_api.activations import ACTIVATIONS, ActivationInfo, canonical_activation
from lint_keras_acc.keras_api.applications import APPLICATIONS, ApplicationInfo
from lint_keras_acc.keras_api.datasets import DATASETS, DatasetInfo
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect, dialect_of_requirement, parse_dialect
from lint_keras_acc.keras_api.layers import LAYERS, LayerInfo, layer
from lint_keras_acc.keras_api.losses import LOSSES, LossInfo, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, MetricInfo, canonical_metric

__all__ = [
    "ACTIVATIONS",
    "APPLICATIONS",
    "DATASETS",
    "DEFAULT",
    "LAYERS",
    "LOSSES",
    "METRICS",
    "ActivationInfo",
    "ApplicationInfo",
    "DatasetInfo",
    "Dialect",
    "LayerInfo",
    "LossInfo",
    "MetricInfo",
    "canonical_activation",
    "canonical_loss",
    "canonical_metric",
    "dialect_of_requirement",
    "layer",
    "parse_dialect",
]
