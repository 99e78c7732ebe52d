"""JSON within bounds, and values of the types that are expected: whatever else stands there is unknown."""

from __future__ import annotations

import json
import keyword
import math
import re
from collections.abc import Mapping, Sequence

from lint_keras_acc.reading.outputs import Shape

# The configuration of a model with thousands of layers has a few megabytes.
MAX_TEXT = 16 * 2**20
_MAX_NAME = 200
_MAX_NUMBER = 2**53
_MAX_AXES = 32
_MAX_ITEMS = 64


class JSONError(ValueError):
    """A text that is not taken. The message is the end of a sentence about it."""


def parse_object(text: str | bytes) -> Mapping[str, object]:
    """The JSON object in a text.

    Raises JSONError where it is too long, nested too deeply, no JSON, no object, or says a key twice.
    """
    if len(text) > MAX_TEXT:
        raise JSONError(f"is longer than {MAX_TEXT // 2**20} MB")
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except JSONError:
        raise
    except RecursionError:
        raise JSONError("is nested too deeply") from None
    except ValueError:  # also of text that is no Unicode, and of integers of thousands of digits
        raise JSONError("is no JSON") from None
    if not isinstance(value, dict):
        raise JSONError("is no JSON object")
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise JSONError("has an object with the same key twice")
    return found


# --- values -------------------------------------------------------------------------------------------------


def as_mapping(value: object) -> Mapping[str, object]:
    """An object of JSON; an empty one for all else."""
    return value if isinstance(value, dict) else {}


def as_sequence(value: object) -> Sequence[object]:
    """A list of JSON, a serialized tuple; an empty one for all else."""
    if isinstance(value, dict) and value.get("class_name") == "__tuple__":
        value = value.get("items")
    return value if isinstance(value, list) else ()


def as_name(value: object) -> str | None:
    """A text that may be a name: not empty, and of no more than 200 characters."""
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_NAME else None


def as_index(value: object) -> int | None:
    """A whole number from 0 on."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= _MAX_NUMBER else None


def as_shape(value: object) -> Shape | None:
    """The shape of a tensor with the batch axis."""
    sizes = as_sequence(value)
    if not sizes or len(sizes) > _MAX_AXES:
        return None
    if any(size is not None and as_index(size) is None for size in sizes):
        return None
    return tuple(as_index(size) for size in sizes)


def as_constant(value: object) -> object | None:
    """A constant of Python or a tuple of them, none of them endless; None for all else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if len(value) <= _MAX_NAME else None
    if isinstance(value, int):
        return value if abs(value) <= _MAX_NUMBER else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    items = as_sequence(value)
    if not items or len(items) > _MAX_ITEMS:
        return None
    constants = tuple(as_constant(item) for item in items)
    return constants if all(item is not None for item in constants) else None


# --- names --------------------------------------------------------------------------------------------------


def as_identifier(name: str) -> str:
    """The name of a class or function of the user's own, without its package, as Python writes names."""
    name = re.sub(r"\W", "_", name.rpartition(">")[2])
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"_{name}"


def is_module_of_keras(module: object) -> bool:
    """Whether a class or function of this module is Keras's own."""
    return isinstance(module, str) and module.partition(".")[0] in ("keras", "tf_keras", "builtins")
