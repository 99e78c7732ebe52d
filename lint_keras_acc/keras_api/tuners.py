"""Keras Tuner: its classes that search (from `keras_tuner/src/tuners/` of 1.4)."""

from __future__ import annotations

PACKAGES = ("keras_tuner", "kerastuner")  # the second until 1.0.3

# `Tuner(oracle, hypermodel)`; all others are called with the hypermodel and the objective. A trial that does not log
# its objective fails with a KeyError, which the search reports before it goes on (`engine/base_tuner.py`).
TUNERS = ("RandomSearch", "Hyperband", "BayesianOptimization", "GridSearch", "Tuner")
