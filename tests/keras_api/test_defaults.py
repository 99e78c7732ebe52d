"""The table of default arguments against the Keras that is installed."""

from __future__ import annotations

import inspect
import warnings

import pytest

from lint_keras_acc.keras_api.defaults import REQUIRED, default_of
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.keras_api.metrics import METRICS

CLASSES = [("losses", info.class_name) for info in LOSSES.values() if info.class_name]
CLASSES += [("metrics", info.class_name) for info in METRICS.values() if info.class_name]


@pytest.mark.keras
@pytest.mark.parametrize("package", ["keras", "tf_keras"])
def test_defaults_are_those_of_keras(package: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras = pytest.importorskip(package)
    compared = 0
    for module, name in CLASSES:
        made = getattr(getattr(keras, module), name, None)
        parameters = inspect.signature(made).parameters.values() if made else ()
        for one in parameters:
            if one.name in ("name", "dtype", "reduction") or one.kind is one.VAR_KEYWORD:
                continue
            default = REQUIRED if one.default is one.empty else one.default
            assert default_of(name, one.name) == default, f"{module}.{name}({one.name})"
            compared += 1
    assert compared > 50
