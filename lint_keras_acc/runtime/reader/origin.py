"""Whose a class or function is, and which Keras is running."""

from __future__ import annotations

import sys
from typing import Any, get_args

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime.semantics import Backend

_KERAS = ("keras", "tf_keras", "tensorflow")


class ReaderError(ValueError):
    """A model that cannot be read: it is not one of Keras, or not compiled."""


def root_of(value: Any) -> str:
    """The package that a class or function comes from ('keras')."""
    return str(getattr(value, "__module__", None) or "").partition(".")[0]


def is_of_keras(cls: type) -> bool:
    """A class that Keras itself brings."""
    return root_of(cls) in _KERAS


def keras_of(model: object) -> str:
    """The package that makes an object a Keras model: 'keras', 'tf_keras' or 'tensorflow'.

    Raises ReaderError for anything else.
    """
    for cls in type(model).__mro__:
        if cls.__name__ in ("Model", "Sequential", "Functional") and is_of_keras(cls):
            return root_of(cls)
    raise ReaderError(f"an object of the class {type(model).__name__} is no Keras model")


def dialect_of(model: object) -> Dialect:
    """The Keras generation that a model runs in: package and version as they are installed.

    `v1_mode`: eager execution is disabled, and the old training loop of TensorFlow 1 runs (tf.keras, tf_keras);
    `v1_keys`: all of TensorFlow 2's behaviour is (`disable_v2_behavior`).
    Raises ReaderError where `model` is no Keras model.
    """
    package = keras_of(model)
    version = _version(package)
    if package == "keras" and version >= (3, 0):
        return Dialect("keras", version, origin="installed")
    old_loop = any(cls.__module__.endswith("training_v1") for cls in type(model).__mro__)
    family: Any = "tf_keras" if package == "tf_keras" else "tf.keras"
    return Dialect(family, version, v1_mode=old_loop, origin="installed", v1_keys=old_loop and not _is_tf2())


def backend_of(model: object) -> Backend:
    """What computes a model: 'tensorflow', 'jax', 'torch' or 'numpy'. Keras up to 2.15 and tf_keras: TensorFlow.

    Raises ReaderError where `model` is no Keras model, or its backend is none of these.
    """
    if not dialect_of(model).is_keras3:
        return "tensorflow"
    name: Backend = sys.modules["keras"].config.backend()
    if name not in get_args(Backend):
        raise ReaderError(f"the backend {name} of Keras is not known")
    return name


def _version(package: str) -> tuple[int, int]:
    major, minor = sys.modules[package].__version__.split(".")[:2]
    return int(major), int(minor)


def _is_tf2() -> bool:
    tf2 = sys.modules.get("tensorflow.python.tf2")
    return tf2 is None or bool(tf2.enabled())
