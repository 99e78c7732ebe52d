"""The values that inference computes with. Frozen; Unknown is one of them, never a guess.

`node` is the expression where the value was read: the evidence, turned into a Span at the end.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_keras_acc.infer.program import Scope


@dataclass(frozen=True)
class Value:
    """Something that an expression may evaluate to."""

    node: ast.AST | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True)
class Unknown(Value):
    """Not to be known from the source."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Constant(Value):
    """A Python constant: str, bytes, int, float, complex, bool, None or Ellipsis."""

    value: object


@dataclass(frozen=True)
class Sequence(Value):
    """A list, tuple or set. `open`: it has further, unknown items."""

    kind: str
    items: tuple[Value, ...]
    open: bool = False


@dataclass(frozen=True)
class Mapping(Value):
    """A dict. `open`: it has further, unknown items."""

    items: tuple[tuple[Value, Value], ...]
    open: bool = False

    def get(self, key: str) -> Value | None:
        for name, value in reversed(self.items):
            if isinstance(name, Constant) and name.value == key:
                return value
        return None


@dataclass(frozen=True)
class Symbol(Value):
    """A name of a library, canonically spelled: `keras.layers.Dense`, `numpy.eye`.

    Every spelling of Keras (tf.keras, tensorflow.python.keras, tf_keras, keras.api, ...) becomes `keras`.
    """

    path: str


@dataclass(frozen=True)
class Function(Value):
    """A function or lambda of the program. `receiver` is bound to its first parameter."""

    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda = field(compare=False)
    scope: Scope = field(compare=False)
    identity: int
    receiver: Value | None = None


@dataclass(frozen=True)
class LocalClass(Value):
    """A class of the program."""

    definition: ast.ClassDef = field(compare=False)
    scope: Scope = field(compare=False)
    identity: int


@dataclass(frozen=True)
class Instance(Value):
    """What a call of a library's class returns, where no table knows more: `LabelEncoder()`.

    `arguments` are by name where they are keywords and by '0', '1', ... where they are positional.
    """

    path: str
    arguments: tuple[tuple[str, Value], ...] = ()

    def argument(self, position: int, name: str) -> Value | None:
        found = dict(self.arguments)
        return found.get(name, found.get(str(position)))


@dataclass(frozen=True)
class Array(Value):
    """An array, tensor, data frame or series of data: what is known of its numbers.

    encoding: 'one-hot', 'integer', 'binary', 'multi-hot', 'continuous', or None where it is unknown.
    classes:  the number of distinct classes (ids, columns of a one-hot), None if unknown.
    rank:     number of axes with the batch axis. width: size of the last axis where rank >= 2.
    low/high: values known to be reached; bounded: limits that no value leaves.
    subset:   rows were chosen by value, so `classes` is an upper bound.
    random:   made by a random generator.
    origin:   identities of the data that it was computed from element by element (so that `fit(x + noise, x)`
              is seen as reconstruction): (id of the node, path through unpacking).
    length:   number of rows where it is known.
    """

    encoding: str | None = None
    classes: int | None = None
    rank: int | None = None
    width: int | None = None
    low: float | None = None
    high: float | None = None
    bounded: tuple[float, float] | None = None
    subset: bool = False
    random: bool = False
    origin: frozenset[tuple[int, tuple[int, ...]]] = frozenset()
    length: int | None = None


@dataclass(frozen=True)
class Dataset(Value):
    """Something that yields (x, y[, weights]) batches or elements: a tf.data pipeline, a generator, a directory iterator."""

    features: Value
    labels: Value


# A table of knowledge maps a qualified name to a function of the call. `Call` is in evaluate.py.
Knower = Callable[..., Value]
