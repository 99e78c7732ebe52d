"""What the arguments of losses and metrics are where none are written: those of Keras 3.15, by their signatures.

tf_keras 2.21 has the same. `reduction`, `name` and `dtype` are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

REQUIRED = object()

_DEFAULTS: Mapping[str, object] = {
    "alpha": 0.25,
    "apply_class_balancing": False,
    "average": None,
    "axis": -1,
    "beta": 1.0,
    "class_aggregation": "uniform_average",
    "class_id": None,
    "curve": "ROC",
    "delta": 1.0,
    "from_logits": False,
    "from_sorted_ids": False,
    "gamma": 2.0,
    "ignore_class": None,
    "k": 5,
    "label_smoothing": 0,
    "label_weights": None,
    "margin": 0.4,
    "multi_label": False,
    "num_labels": None,
    "num_regressors": 0,
    "num_thresholds": 200,
    "q": 0.5,
    "remove_diagonal": True,
    "shape": None,
    "sparse_y_pred": True,
    "sparse_y_true": True,
    "summation_method": "interpolation",
    "threshold": None,
    "thresholds": None,
    "top_k": None,
}
_OF_ONE_CLASS: Mapping[tuple[str, str], object] = {
    ("BinaryAccuracy", "threshold"): 0.5,
    ("BinaryIoU", "target_class_ids"): (0, 1),
    ("BinaryIoU", "threshold"): 0.5,
    ("Circle", "gamma"): 80.0,
    ("Dice", "axis"): None,
    ("OneHotIoU", "sparse_y_pred"): False,
    ("OneHotMeanIoU", "sparse_y_pred"): False,
    ("Tversky", "alpha"): 0.5,
    ("Tversky", "axis"): None,
    ("Tversky", "beta"): 0.5,
}


def default_of(class_name: str, parameter: str) -> object:
    """The default of a parameter of a loss or metric class; `REQUIRED` where it has none."""
    return _OF_ONE_CLASS.get((class_name, parameter), _DEFAULTS.get(parameter, REQUIRED))
