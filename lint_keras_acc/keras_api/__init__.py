"""What Keras does, as tables: for every generation that people still write for."""

from __future__ import annotations

from lint_keras_acc.keras_api.activations import ACTIVATIONS, ActivationInfo, canonical_activation
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect, dialect_of_requirement, parse_dialect
from lint_keras_acc.keras_api.losses import LOSSES, LossInfo, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, MetricInfo, canonical_metric

__all__ = [
    "ACTIVATIONS",
    "DEFAULT",
    "LOSSES",
    "METRICS",
    "ActivationInfo",
    "Dialect",
    "LossInfo",
    "MetricInfo",
    "canonical_activation",
    "canonical_loss",
    "canonical_metric",
    "dialect_of_requirement",
    "parse_dialect",
]
