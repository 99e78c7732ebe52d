"""The values that inference computes with. Frozen; Unknown is one of them, never a guess.

`node` is the expression where the value was read: the evidence, turned into a Span at the end.
"""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING

from lint_keras_acc.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_keras_acc.infer.frames import Call, Frame
    from lint_keras_acc.infer.modules import Place
    from lint_keras_acc.infer.scopes import Event, FunctionNode
    from lint_keras_acc.sites import Step


@record(frozen=True)
class Value:
    """Something that an expression may evaluate to."""

    node: ast.AST | None = field(default=None, compare=False, kw_only=True)

    def at(self, node: ast.AST) -> Value:
        """The same value, as it is read at an expression."""
        kind = type(self)
        same = object.__new__(kind)
        fields: tuple[str, ...] = kind.__match_args__
        for name in fields:
            setattr(same, name, getattr(self, name))
        same.node = node  # type: ignore[misc]
        return same


@record(frozen=True)
class Unknown(Value):
    """Not to be known from the source."""


UNKNOWN = Unknown()


@record(frozen=True)
class Gap(Unknown):
    """Stands in an open Sequence for any number of unknown items: what comes behind it is known from the end."""


@record(frozen=True)
class Constant(Value):
    """A Python constant: str, bytes, int, float, complex, bool, None or Ellipsis."""

    value: object


@record(frozen=True)
class Sequence(Value):
    """A list, tuple or set. `open`: it has further, unknown items, at the end or where a Gap stands."""

    kind: str
    items: tuple[Value, ...]
    open: bool = False


@record(frozen=True)
class Alike(Sequence):
    """A list that a loop fills, each round with an item like the last one: the same kind of data."""


@record(frozen=True)
class Options(Value):
    """One of several values, which the world decides when it is asked for; `key` says what is decided."""

    items: tuple[Value, ...]
    key: tuple[object, ...]


@record(frozen=True)
class Mapping(Value):
    """A dict. `open`: it has further, unknown items."""

    items: tuple[tuple[Value, Value], ...]
    open: bool = False

    def get(self, key: str) -> Value | None:
        for name, value in reversed(self.items):
            if isinstance(name, Constant) and name.value == key:
                return value
        return None

    def overlaid(self) -> Mapping:
        """The dict once unknown items are put over it: any of its values may be another."""
        return Mapping(tuple((name, UNKNOWN) for name, _ in self.items), open=True)


@record(frozen=True)
class Symbol(Value):
    """A name of a library, canonically spelled: `keras.layers.Dense`, `numpy.eye`.

    Every spelling of Keras (tf.keras, tensorflow.python.keras, tf_keras, keras.api, ...) becomes `keras`.
    """

    path: str


@record(frozen=True)
class Imported(Value):
    """A module of the project."""

    place: Place


@record(frozen=True, eq=False)
class Function(Value):
    """A function or lambda of the program.

    `receiver` is bound to its first parameter; `wrapped` is the function that a decorator made it of.
    """

    definition: FunctionNode
    frame: Frame
    receiver: Value | None = None
    wrapped: Function | None = None

    def layers(self) -> Iterator[Function]:
        """The function and those that its decorators were given, the outermost first."""
        function: Function | None = self
        while function is not None:
            yield function
            function = function.wrapped


@record(frozen=True, eq=False)
class LocalClass(Value):
    """A class of the program. changes: assignments to its attributes from outside, oldest first."""

    definition: ast.ClassDef
    frame: Frame
    changes: tuple[tuple[Event, Frame], ...] = ()


@record(frozen=True, eq=False)
class LocalObject(Value):
    """An object of a class of the program; `call` is the call that made it, None for `self` of an unknown caller.

    changes: assignments to its attributes from outside of its class, oldest first.
    """

    cls: LocalClass
    call: Call | None = None
    changes: tuple[tuple[Event, Frame], ...] = ()


@record(frozen=True, eq=False)
class Instance(Value):
    """What a call of a library's class or function returns, where no table knows more: `LabelEncoder()`."""

    path: str
    call: Call


@record(frozen=True, eq=False)
class Method(Value):
    """A method of a value, not yet called."""

    owner: Value
    name: str


@record(frozen=True, eq=False)
class Layer(Value):
    """A layer: the class that it is made of, in the spelling of keras.layers, and the call that makes it.

    `cls` is the class where it is the program's own.
    """

    kind: str
    call: Call
    cls: LocalClass | None = None


@record(frozen=True, eq=False)
class Tensor(Value):
    """A symbolic tensor: what `maker` (a Layer, a Model or the path of a function) returns for `call`.

    `index` picks one output of several.
    """

    maker: Value
    call: Call | None
    index: int | None = None


@record(frozen=True, eq=False)
class Model(Value):
    """A Keras model.

    kind: 'sequential', 'functional', 'subclass', 'application', 'unknown'.
    call: the call that made it. changes: method calls and assignments on its name since then, oldest first.
    """

    kind: str
    call: Call | None
    cls: LocalClass | None = None
    name: str = ""
    changes: tuple[tuple[Event, Frame], ...] = ()


@record(frozen=True, eq=False)
class Prediction(Value):
    """What `call` of predict, or of the model itself, returns, and what has been done to it since (see sites.Step)."""

    call: Call
    steps: tuple[Step, ...] = ()

    def then(self, step: Step) -> Prediction:
        return Prediction(self.call, (*self.steps, step))


@record(frozen=True)
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


@record(frozen=True)
class Dataset(Value):
    """Something that yields (x, y[, weights]): a tf.data pipeline, a generator, a directory iterator."""

    features: Value
    labels: Value
