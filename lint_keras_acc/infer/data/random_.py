"""numpy.random: what its functions and its generators make."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from lint_keras_acc.infer.data.facts import (
    Literal,
    Shape,
    array_of,
    integer,
    made_by,
    number,
    plain,
    rows,
    shape_facts,
    shape_of,
)
from lint_keras_acc.infer.data.numpy_ import is_none
from lint_keras_acc.infer.data.operators import encoding_facts
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Value

Known = Callable[[Call], Value]


def random_integers(call: Call, inclusive: bool = False) -> Value:
    """`np.random.randint(low, high, size)`"""
    low, high = call.argument(0, "low"), call.argument(1, "high")
    shape = shape_of(call.argument(2, "size", "shape"))
    if high is None or is_none(high):
        first, last = 0, integer(low)
    else:
        first, last = integer(low), integer(high)  # type: ignore[assignment]
    if call.argument(2, "size", "shape") is None:
        return UNKNOWN
    if inclusive and last is not None:
        last += 1
    return random_classes(first, last, shape, call)


def random_classes(first: int | None, stop: int | None, shape: Shape | None, call: Call) -> Array:
    made = Array(random=True, origin=made_by(call), **shape_facts(shape))
    if first is None or stop is None or stop - first < 2:
        return made
    limited = plain(made, bounded=(first, stop - 1))
    if first != 0:
        return limited
    column = shape is not None and len(shape) > 0 and (len(shape) == 1 or shape[-1] == 1)
    if stop == 2:
        several = shape is not None and len(shape) == 2 and (shape[-1] or 0) > 1
        encoding = "binary" if column else "multi-hot" if several else None
        return plain(limited, encoding=encoding, classes=2 if encoding == "binary" else None)
    if column:
        return plain(limited, encoding="integer", classes=stop)
    return limited


def random_units(call: Call) -> Value:
    """`np.random.rand(2, 3)`: numbers in [0, 1)."""
    if not call.node.args:
        return UNKNOWN
    sizes = [integer(call.argument(position)) for position in range(len(call.node.args))]
    return _units(tuple(sizes), call)


def random_sample(call: Call) -> Value:
    """`np.random.random((2, 3))`"""
    size = call.argument(0, "size", "shape")
    return UNKNOWN if size is None else _units(shape_of(size), call)


def _units(shape: Shape | None, call: Call, low: float = 0.0, high: float = 1.0) -> Array:
    return Array(
        "continuous",
        bounded=(low, high),
        random=True,
        origin=made_by(call),
        **shape_facts(shape),
    )


def random_uniform(call: Call) -> Value:
    low, high = call.argument(0, "low"), call.argument(1, "high")
    size = call.argument(2, "size")
    if size is None:
        return UNKNOWN
    first = 0.0 if low is None else number(low)
    last = 1.0 if high is None else number(high)
    made = _units(shape_of(size), call)
    return plain(made, bounded=None if first is None or last is None else (first, last))


def random_normal(call: Call) -> Value:
    """`np.random.normal(loc, scale, size)`"""
    size = call.argument(2, "size")
    if size is None:
        return UNKNOWN
    mean, scale = call.argument(0, "loc"), call.argument(1, "scale")
    return normal(shape_of(size), 0.0 if mean is None else number(mean), 1.0 if scale is None else number(scale), call)


def random_standard_normal(call: Call) -> Value:
    """`np.random.randn(2, 3)`"""
    if not call.node.args:
        return UNKNOWN
    sizes = [integer(call.argument(position)) for position in range(len(call.node.args))]
    return normal(tuple(sizes), 0.0, 1.0, call)


def random_standard_normal_sized(call: Call) -> Value:
    size = call.argument(0, "size")
    return UNKNOWN if size is None else normal(shape_of(size), 0.0, 1.0, call)


def normal(shape: Shape | None, mean: float | None, scale: float | None, call: Call) -> Array:
    """Normal numbers; many of them surely reach a standard deviation to both sides."""
    made = Array("continuous", random=True, origin=made_by(call), **shape_facts(shape))
    count = math.prod(size or 1 for size in shape) if shape else 0
    if mean is None or scale is None or count < 30:
        return made
    return plain(made, low=mean - scale, high=mean + scale)


def random_continuous(call: Call) -> Value:
    """`np.random.beta(a, b, size)` and its kin."""
    size = call.argument(None, "size")
    if size is None:
        return UNKNOWN
    return Array("continuous", random=True, origin=made_by(call), **shape_facts(shape_of(size)))


def random_choice(call: Call) -> Value:
    """`np.random.choice(a, size)`: values of `a`, or ids below it."""
    source, size = call.argument(0, "a"), call.argument(1, "size")
    if size is None:
        return UNKNOWN
    shape = shape_of(size)
    count = integer(source) if isinstance(source, Constant) else None
    if count is not None:
        return random_classes(0, count, shape, call)
    made = array_of(source)
    if isinstance(made, Literal) and made.rank == 1 and call.argument(3, "p") is None:
        values = frozenset(made.column)
        if shape is not None and len(shape) == 1:
            return Array(random=True, origin=made_by(call), **encoding_facts(values), **shape_facts(shape))
    return Array(random=True, origin=made_by(call), **shape_facts(shape))


def random_permutation(call: Call) -> Value:
    source = call.argument(0, "x")
    made = array_of(source)
    return Array(rank=1, origin=made_by(call)) if made is None else rows(made, id(call.node))


# Functions of numpy.random and methods of its generators.
RANDOM: dict[str, Known] = {
    **dict.fromkeys(
        ("beta", "exponential", "gamma", "laplace", "logistic", "lognormal", "multivariate_normal"),
        random_continuous,
    ),
    "choice": random_choice,
    "integers": random_integers,
    "normal": random_normal,
    "permutation": random_permutation,
    "rand": random_units,
    "randint": random_integers,
    "randn": random_standard_normal,
    "random": random_sample,
    "random_integers": partial(random_integers, inclusive=True),
    "random_sample": random_sample,
    "ranf": random_sample,
    "sample": random_sample,
    "standard_normal": random_standard_normal_sized,
    "uniform": random_uniform,
}

KNOWN: dict[str, Known] = {f"numpy.random.{name}": function for name, function in RANDOM.items()}

GENERATORS = frozenset({"numpy.random.RandomState", "numpy.random.default_rng", "numpy.random.Generator"})
