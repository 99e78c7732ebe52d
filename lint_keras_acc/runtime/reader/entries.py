"""The losses and metrics that a live model was compiled with, in plain data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from lint_keras_acc.keras_api.dialects import may_be_numbered
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.reading.compiled import Entry, Tree, entry_of_wrapper
from lint_keras_acc.reading.words import is_loss_of_keras, is_metric_of_keras
from lint_keras_acc.runtime.reader.origin import is_of_keras, root_of

# Arguments that say nothing of what is computed.
_SILENT = frozenset({"dtype", "kwargs", "args", "mesh"})


def loss_entry(value: Any, output: str | None = None) -> Entry | None:
    """A loss as it was given to compile."""
    return _entry(value, "losses", is_loss_of_keras, output)


def metric_entry(value: Any, output: str | None = None) -> Entry | None:
    """A metric as it was given to compile. `output`: the output that its name was prefixed with by Keras 2."""
    return _wrapped(value, output) or _entry(value, "metrics", is_metric_of_keras, output)


def _wrapped(value: Any, output: str | None) -> Entry | None:
    """What stood in compile where Keras 2 has loaded the metric that it had resolved a string to."""
    function = getattr(getattr(value, "_fn", None), "__name__", "")
    if type(value).__name__ != "MeanMetricWrapper" or not is_of_keras(type(value)):
        return None
    return entry_of_wrapper(function, _name(value, output))


def entry_tree(value: Any, entry: Callable[[Any, str | None], Entry | None], outputs: tuple[str, ...] = ()) -> Tree:
    """An argument of compile with its lists, tuples, sets and dicts, and an Entry for each loss or metric.

    `outputs`: the names of the model's outputs.
    """
    return _tree(value, entry, outputs, None)


def _tree(
    value: Any, entry: Callable[[Any, str | None], Entry | None], outputs: tuple[str, ...], output: str | None
) -> Tree:
    if isinstance(value, Mapping):
        return {str(key): _tree(item, entry, outputs, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        names = outputs if output is None and len(outputs) == len(value) else [output] * len(value)
        items = [_tree(item, entry, outputs, name) for item, name in zip(value, names, strict=True)]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, set | frozenset):
        return frozenset(_tree(item, entry, outputs, output) for item in value)
    return entry(value, output)


def _entry(value: Any, module: str, is_known: Callable[[str, bool], bool], output: str | None) -> Entry | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Entry("string", value)
    is_object = not isinstance(value, type) and not inspect.isroutine(value) and not hasattr(value, "__name__")
    cls_or_function = type(value) if is_object else value
    name = cls_or_function.__name__
    is_class = isinstance(cls_or_function, type)
    if root_of(cls_or_function) not in ("keras", "tf_keras", "tensorflow") or not is_known(name, is_class):
        return Entry("custom", name, key=_name(value, output) if is_object else None, called=is_object)
    module = "losses" if ".losses" in cls_or_function.__module__ else module
    if not is_object:
        return Entry("class" if is_class else "function", name, module)
    key = _name(value, output)
    return Entry("instance", name, module, _arguments(value, key), key)


def _name(value: Any, output: str | None) -> str | None:
    """The name of a loss or metric. Keras 2 puts that of the output before a metric's own."""
    name = getattr(value, "name", None)
    if not isinstance(name, str):
        return None
    is_prefixed = output is not None and is_of_keras(type(value)) and root_of(type(value)) != "keras"
    return name.removeprefix(f"{output}_") if is_prefixed else name


# --- arguments of instances ---------------------------------------------------------------------------------


def _arguments(value: Any, key: str | None) -> tuple[tuple[str, object], ...]:
    """What an instance of a Keras class was made with, but for defaults."""
    config = _config(value)
    found: list[tuple[str, object]] = []
    for name, default in _parameters(type(value)):
        if name in _SILENT or name not in config or name == "name":
            continue
        given = _plain(config[name])
        if default is inspect.Parameter.empty or given != _plain(default):
            found.append((name, given))
    default_name = _default_name(type(value))
    if key is not None and default_name is not None and not may_be_numbered(key, default_name):
        found.append(("name", key))
    return tuple(found)


def _config(value: Any) -> dict[str, Any]:
    """The arguments of a loss or metric by name: `get_config`, and what it leaves out (Keras 3: `delta` of Huber)."""
    config = dict(getattr(value, "_fn_kwargs", None) or {})
    config.update(value.get_config())
    return config


def _parameters(cls: Callable[..., object]) -> tuple[tuple[str, object], ...]:
    parameters = inspect.signature(cls).parameters.values()
    return tuple((one.name, one.default) for one in parameters)


def _default_name(cls: type) -> str | None:
    """The name that an instance has where none is given (several of some classes are numbered)."""
    default = dict(_parameters(cls)).get("name")
    if isinstance(default, str):
        return default
    canonical = canonical_metric(cls.__name__)
    return METRICS[canonical].default_name if canonical else None


def _plain(value: Any) -> object:
    """Lists and tuples alike (Keras keeps some as lists of its own); all else as it is."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
