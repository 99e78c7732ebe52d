"""One spelling for the names of libraries: `keras` for Keras, wherever it lives, and `tensorflow`."""

from __future__ import annotations

from functools import lru_cache

# Longest first: a prefix is replaced once.
_PREFIXES = (
    ("bert4keras.backend.keras", "keras"),
    ("bert4keras.backend.K", "keras.backend"),
    ("keras_bert.backend.keras", "keras"),
    ("toolkit4nlp.backend.keras", "keras"),
    ("toolkit4nlp.backend.K", "keras.backend"),
    ("tensorflow.compat.v1.keras", "keras"),
    ("tensorflow.compat.v2.keras", "keras"),
    ("tensorflow.contrib.keras.api.keras", "keras"),
    ("tensorflow.contrib.keras.python.keras", "keras"),
    ("tensorflow.contrib.keras", "keras"),
    ("tensorflow.python.keras.api._v1.keras", "keras"),
    ("tensorflow.python.keras.api._v2.keras", "keras"),
    ("tensorflow.python.keras.api", "keras"),
    ("tensorflow.python.keras", "keras"),
    ("tensorflow._api.v2.v2.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tensorflow_core.keras", "keras"),
    ("tensorflow_core.python.keras", "keras"),
    ("tf_keras", "keras"),
    ("keras.api._v2.keras", "keras"),
    ("keras.api._v1.keras", "keras"),
    ("keras.api", "keras"),
    ("keras._tf_keras.keras", "keras"),
    ("keras.src", "keras"),
    ("keras_core", "keras"),
    ("tensorflow.compat.v1", "tensorflow"),
    ("tensorflow.compat.v2", "tensorflow"),
)

_MODELS = frozenset({"Sequential", "Model", "Functional", "Input"})


@lru_cache(maxsize=4096)
def canonical_path(path: str) -> str:
    """The one spelling of a qualified name.

    >>> canonical_path("tensorflow.keras.layers.Dense")
    'keras.layers.Dense'
    >>> canonical_path("keras.layers.core.dense.Dense")
    'keras.layers.Dense'
    """
    for prefix, replacement in _PREFIXES:
        if path == prefix or path.startswith(prefix + "."):
            path = replacement + path[len(prefix) :]
            break
    parts = path.split(".")
    if parts[0] != "keras" or len(parts) < 2:
        return path
    if parts[-1] in _MODELS:
        return f"keras.{parts[-1]}"
    if len(parts) > 3 and parts[1] in ("layers", "losses", "metrics", "activations", "callbacks"):
        return f"keras.{parts[1]}.{parts[-1]}"
    if parts[1] == "objectives":
        parts[1] = "losses"
        return ".".join(parts)
    if parts[1] == "utils" and len(parts) > 2:
        return f"keras.utils.{parts[-1]}"
    return path


def is_keras_path(path: str) -> bool:
    return path == "keras" or path.startswith("keras.")
