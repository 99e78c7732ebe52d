"""NumPy: what its functions make."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import partial

from lint_keras_acc.infer.data.facts import (
    Empty,
    Listed,
    Literal,
    Shape,
    Stacked,
    Statistic,
    argument_array,
    array_of,
    columns_of,
    common,
    derived,
    flattened,
    forgotten,
    integer,
    is_column,
    literal,
    literal_column,
    made_by,
    number,
    on_top,
    plain,
    reshaped,
    rows,
    shape_facts,
    shape_of,
    stacked_origin,
    with_inner_axis,
    with_last_axis,
    without_single_axes,
)
from lint_keras_acc.infer.data.operators import compared, elementwise, encoding_facts, filled, operation
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Sequence, Symbol, Value

Known = Callable[[Call], Value]

MAX_RANGE = 4096

# --- making arrays ------------------------------------------------------------------------------------------


def array(call: Call) -> Value:
    """`np.array(x)`: the same data."""
    value = call.argument(0, "object", "a", "x", "value", "data", "values")
    made = array_of(value)
    if made is None:
        return Array(origin=made_by(call))
    if isinstance(made, Listed):
        made = plain(made)
    if not made.origin:
        made = _with_origin(made, made_by(call))
    dtype = call.argument(None, "dtype") or call.argument(1, "dtype")
    return made if dtype is None else cast(made, dtype)


def _with_origin(made: Array, origin: frozenset[tuple[int, tuple[int, ...]]]) -> Array:
    if isinstance(made, Literal):
        return literal(made.table, made.rank or 1, Array(origin=origin, node=made.node))
    return plain(made, origin=origin)


def scalar_or_array(call: Call) -> Value:
    """`np.float32(x)`: of a constant, a constant."""
    value = call.argument(0)
    return value if isinstance(value, Constant) else array(call)


def fill(value: int | None, call: Call) -> Value:
    """`np.zeros(shape)`, `np.ones(shape)` and, with value None, `np.full(shape, value)`."""
    shape = shape_of(call.argument(0, "shape", "dims"))
    return _filled(value, call, shape, 1)


def fill_like(value: int | None, call: Call) -> Value:
    like = argument_array(call, 0, "a", "input", "x")
    return _filled(value, call, None, 1, like)


def _filled(value: int | None, call: Call, shape: Shape | None, position: int, like: Array | None = None) -> Value:
    given = number(call.argument(position, "fill_value", "value")) if value is None else value
    facts = {"rank": like.rank, "width": like.width, "length": like.length} if like else shape_facts(shape)
    made = Array(origin=made_by(call), **facts)
    return made if given is None else filled(given, made, made.origin)


def eye(call: Call) -> Value:
    """`np.eye(n)`: one-hot rows, of all classes in order."""
    size = call.argument(0, "N", "n", "num_rows", "size")
    columns = call.argument(1, "M", "num_columns", "m")
    classes = integer(columns if columns is not None and not is_none(columns) else size)
    if call.argument(2, "k", "batch_shape") is not None:
        return Array()
    return Array("one-hot", classes, 2, classes, 0, 1, (0, 1), length=integer(size))


def is_none(value: Value) -> bool:
    return isinstance(value, Constant) and value.value is None


def arange(call: Call) -> Value:
    bounds = [call.argument(position, name) for position, name in enumerate(("start", "stop", "step"))]
    numbers = [number(bound) if bound is not None else None for bound in bounds]
    given = sum(bound is not None for bound in bounds)
    if given == 0 or any(bound is not None and value is None for bound, value in zip(bounds, numbers, strict=True)):
        return Array(rank=1, origin=made_by(call))
    if bounds[1] is None:
        numbers = [0, numbers[0], numbers[2]]
    start, stop, step = numbers[0] or 0, numbers[1] or 0, 1 if numbers[2] is None else numbers[2]
    made = of_steps(start, stop, step, call)
    dtype = call.argument(3, "dtype")
    return made if dtype is None else cast(made, dtype)


def of_steps(start: float, stop: float, step: float, call: Call) -> Array:
    if step == 0 or abs(stop - start) > 1e12 * abs(step):
        return Array(rank=1)
    count = max(0, math.ceil((stop - start) / step))
    origin = made_by(call)
    if count <= MAX_RANGE:
        return literal_column([start + step * index for index in range(count)], Array(origin=origin))
    last = start + step * (count - 1)
    low, high = min(start, last), max(start, last)
    ids = start == 0 and step == 1
    return Array(
        None if ids else "continuous",
        rank=1,
        low=low,
        high=high,
        bounded=(low, high),
        origin=origin,
        length=count,
    )


def of_range(numbers: range) -> Array:
    """A range too long to be listed."""
    if len(numbers) <= MAX_RANGE:
        return literal_column(numbers)
    low, high = min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1])
    ids = numbers.start == 0 and numbers.step == 1
    return Array(None if ids else "continuous", rank=1, low=low, high=high, bounded=(low, high), length=len(numbers))


def linspace(call: Call) -> Value:
    start, stop = number(call.argument(0, "start")), number(call.argument(1, "stop"))
    count = call.argument(2, "num")
    length = 50 if count is None else integer(count)
    shape = shape_facts((length,))
    if call.argument(None, "retstep") is not None:
        return UNKNOWN
    if start is None or stop is None:
        return Array("continuous", origin=made_by(call), **shape)
    if length is not None and 2 <= length <= MAX_RANGE:
        step = (stop - start) / (length - 1)
        made = literal_column([start + step * index for index in range(length)], Array(origin=made_by(call)))
        if made.encoding is not None and made.encoding != "binary":
            return made
    low, high = min(start, stop), max(start, stop)
    return Array("continuous", None, low=low, high=high, bounded=(low, high), origin=made_by(call), **shape)


# --- shapes -------------------------------------------------------------------------------------------------


def reshape(call: Call) -> Value:
    return reshaped(argument_array(call, 0, "a", "tensor", "x"), shape_of(call.argument(1, "newshape", "shape")))


def ravel(call: Call) -> Value:
    return flattened(argument_array(call, 0, "a", "x"))


def squeeze(call: Call) -> Value:
    made = argument_array(call, 0, "a", "input", "x")
    return without_single_axes(made)


def expand_dims(call: Call) -> Value:
    made = argument_array(call, 0, "a", "input", "x")
    axis = integer(call.argument(1, "axis"))
    if axis is None:
        return forgotten(made, rank=None, width=None, length=None)
    if axis == -1 or (axis >= 0 and axis == made.rank):
        return with_last_axis(made)
    if axis == 0:
        return plain(made, rank=None if made.rank is None else made.rank + 1, width=_width_below(made), length=1)
    return with_inner_axis(made)


def _width_below(made: Array) -> int | None:
    return made.length if made.rank == 1 else made.width


def transposed(made: Array) -> Array:
    """`array.T`"""
    if made.rank == 1:
        return made
    if isinstance(made, Stacked):
        return columns_of(made.parts, derived(made.origin, "T"))
    if isinstance(made, Literal):
        return literal(zip(*made.table, strict=True), 2, made)
    kept = made.encoding == "continuous"
    result = plain(made, width=None, length=None) if kept else forgotten(made, width=None, length=None)
    if made.rank == 2:
        return plain(result, width=made.length, length=made.width, origin=derived(made.origin, "T"))
    return plain(result, origin=derived(made.origin, "T"))


def transpose(call: Call) -> Value:
    return transposed(argument_array(call, 0, "a", "x"))


# --- putting together ---------------------------------------------------------------------------------------


def _parts(call: Call) -> list[Array] | None:
    source = call.argument(0, "arrays", "tup", "values", "inputs", "xs")
    if not isinstance(source, Sequence) or source.open or not source.items:
        return None
    return [array_of(item) or Array() for item in source.items]


def concatenate(call: Call, axis: int | None = 0) -> Value:
    parts = _parts(call)
    if parts is None:
        return Array(origin=made_by(call))
    given = call.argument(1, "axis") if axis == 0 else None
    if given is not None:
        axis = integer(given)
    return joined(parts, axis)


def joined(parts: list[Array], axis: int | None) -> Array:
    """Arrays joined along an axis: rows below rows where it is 0."""
    origin = stacked_origin(parts)
    if axis == 0:
        both = common(parts)
        lengths = [part.length for part in parts]
        total = sum(length for length in lengths if length is not None) if None not in lengths else None
        exact = _all_numbers(parts)
        if exact is not None:
            return literal_column(exact, Array(origin=origin))
        return plain(both, length=total, origin=origin, node=both.node if both.encoding else None)
    continuous = all(part.encoding == "continuous" for part in parts)
    ranks = {part.rank for part in parts}
    rank = parts[0].rank if len(ranks) == 1 else None
    widths = [part.width for part in parts]
    last = axis == -1 or (rank is not None and axis == rank - 1)
    width = sum(width for width in widths if width is not None) if last and None not in widths else None
    return Array("continuous" if continuous else None, rank=rank, width=width, origin=origin, length=parts[0].length)


def _all_numbers(parts: list[Array]) -> list[float] | None:
    if not all(isinstance(part, Literal) and part.rank == 1 for part in parts):
        return None
    return [value for part in parts if isinstance(part, Literal) for value in part.column]


def stack(call: Call) -> Value:
    """`np.stack(arrays, axis)`"""
    parts = _parts(call)
    if parts is None:
        return Array(origin=made_by(call))
    axis = call.argument(1, "axis")
    if axis is None or integer(axis) == 0:
        return on_top(parts, stacked_origin(parts))
    origin = stacked_origin(parts)
    return columns_of(parts, origin) if integer(axis) in (-1, 1) else Array(origin=origin)


def column_stack(call: Call) -> Value:
    parts = _parts(call)
    return Array(origin=made_by(call)) if parts is None else columns_of(parts, stacked_origin(parts))


def vstack(call: Call) -> Value:
    parts = _parts(call)
    if parts is None:
        return Array(origin=made_by(call))
    if all(part.rank == 1 for part in parts):
        return on_top(parts, stacked_origin(parts))
    return joined(parts, 0)


def hstack(call: Call) -> Value:
    parts = _parts(call)
    if parts is None:
        return Array(origin=made_by(call))
    return joined(parts, 0 if all(part.rank == 1 for part in parts) else 1)


def append(call: Call) -> Value:
    first, second = argument_array(call, 0, "arr"), argument_array(call, 1, "values")
    axis = call.argument(2, "axis")
    if axis is None:
        return joined([first, second], 0) if first.rank == second.rank == 1 else Array(origin=made_by(call))
    return joined([first, second], integer(axis))


def repeat(call: Call) -> Value:
    made = argument_array(call, 0, "a", "x")
    axis = call.argument(2, "axis")
    if (axis is None and made.rank == 1) or integer(axis) == 0:
        return plain(made, length=None)
    return forgotten(made, rank=None, width=None, length=None)


def tile(call: Call) -> Value:
    made = argument_array(call, 0, "A", "x")
    times = shape_of(call.argument(1, "reps", "repeats"))
    if made.rank == 1 and times is not None and len(times) == 1:
        return plain(made, length=None)
    if times is not None and len(times) == 2 and times[1] == 1:
        return plain(made, rank=2, width=made.length if made.rank == 1 else made.width, length=None)
    return forgotten(made, rank=None, width=None, length=None)


# --- numbers ------------------------------------------------------------------------------------------------

_FUNCTIONS: dict[str, Callable[[float], float] | None] = {
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "log2": math.log2,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "square": lambda value: value * value,
    "abs": abs,
    "absolute": abs,
    "negative": lambda value: -value,
    "deg2rad": math.radians,
    "radians": math.radians,
    "nan_to_num": None,
    "cumsum": None,
}


def numeric(name: str, call: Call) -> Value:
    made = array_of(call.argument(0, "x", "a"))
    if made is None:
        return UNKNOWN
    return elementwise(made, name, _FUNCTIONS[name])


def wave(function: Callable[[float], float], call: Call) -> Value:
    """`np.sin(x)`, `np.cos(x)`: within [-1, 1], and nearly reaching both over a long stretch."""
    made = array_of(call.argument(0, "x", "a"))
    if made is None:
        return UNKNOWN
    result = elementwise(made, function.__name__, function)
    if isinstance(result, Literal):
        return result
    reaching = (
        made.low is not None
        and made.high is not None
        and made.high - made.low >= 2 * math.pi
        and (made.length or 0) >= 4 * (made.high - made.low) / math.pi
    )
    encoding = "continuous" if made.encoding == "continuous" or reaching else None
    low, high = (-0.5, 0.5) if reaching else (None, None)
    return plain(result, encoding=encoding, low=low, high=high, bounded=(-1.0, 1.0))


def hyperbolic(call: Call) -> Value:
    made = array_of(call.argument(0, "x", "a"))
    if made is None:
        return UNKNOWN
    result = elementwise(made, "tanh", math.tanh)
    return result if isinstance(result, Literal) else plain(result, bounded=(-1.0, 1.0))


def sign(call: Call) -> Value:
    made = array_of(call.argument(0, "x"))
    if made is None:
        return UNKNOWN
    return forgotten(made, bounded=(-1, 1), origin=derived(made.origin, "sign"))


def arithmetic(operator: type[ast.operator], call: Call) -> Value:
    """`np.add(x, y)` and its kin."""
    return operation(operator(), call.argument(0, "x1", "x") or UNKNOWN, call.argument(1, "x2", "y") or UNKNOWN)


def comparing(call: Call) -> Value:
    """`np.equal(x, y)`, `np.isin(x, y)` and their kin."""
    made = array_of(call.argument(0, "x1", "x", "element")) or array_of(call.argument(1, "x2", "y"))
    return UNKNOWN if made is None else compared(made)


def clip(call: Call) -> Value:
    made = array_of(call.argument(0, "a", "x", "t"))
    if made is None:
        return UNKNOWN
    return clipped(
        made,
        number(call.argument(1, "a_min", "min", "x_min", "clip_value_min")),
        number(call.argument(2, "a_max", "max", "x_max", "clip_value_max")),
    )


def clipped(made: Array, low: float | None, high: float | None) -> Array:
    """`np.clip(x, low, high)`"""
    result = elementwise(made, f"clip {low} {high}")
    bounded = None if low is None or high is None else (low, high)
    if made.bounded is not None and bounded is not None:
        bounded = (max(made.bounded[0], bounded[0]), min(made.bounded[1], bounded[1]))
    untouched = bounded is not None and bounded[0] <= 0 and bounded[1] >= 1
    if untouched and made.encoding in ("binary", "one-hot", "multi-hot"):
        return plain(made)
    return plain(result, bounded=bounded)


def rounded(call: Call) -> Value:
    made = array_of(call.argument(0, "a", "x"))
    return UNKNOWN if made is None else round_of(made)


def round_of(made: Array) -> Array:
    if made.encoding in ("integer", "binary", "one-hot", "multi-hot"):
        return plain(made)
    return forgotten(made, bounded=made.bounded, origin=derived(made.origin, "round"))


def argmax(call: Call) -> Value:
    made = array_of(call.argument(0, "a", "input", "x"))
    if made is None:
        return UNKNOWN
    return argmax_of(made, call.argument(1, "axis"))


def argmax_of(made: Array, axis: Value | None) -> Value:
    """The ids of the largest numbers: class ids where the axis is that of the classes."""
    last = integer(axis) if axis is not None else None
    classes = made.classes if made.encoding == "one-hot" else made.width
    if axis is None or (isinstance(axis, Constant) and axis.value is None):
        if made.rank == 1 and made.encoding == "one-hot":
            return _ids(made, made.classes or made.length, 0)
        return UNKNOWN
    if (
        last == -1
        or (last is not None and last == (made.rank or 0) - 1 and last > 0)
        or (last == 1 and made.rank is None)
    ):
        return _ids(made, classes, None if made.rank is None else made.rank - 1)
    return Array(origin=derived(made.origin, "argmax", last))


def _ids(made: Array, classes: int | None, rank: int | None) -> Array:
    encoding = "binary" if classes == 2 else "integer"
    if classes == 1 or made.encoding not in ("one-hot", None, "continuous", "multi-hot"):
        return Array(rank=rank, origin=derived(made.origin, "argmax"))
    return Array(
        encoding,
        classes,
        rank,
        subset=made.subset,
        random=made.random,
        origin=derived(made.origin, "argmax"),
        length=made.length if rank else None,
    )


def reduced(call: Call) -> Value:
    """`np.mean(x, axis)` and its kin: a scalar without an axis."""
    made = array_of(call.argument(0, "a", "x"))
    axis = call.argument(1, "axis")
    return UNKNOWN if made is None else reduced_of(made, axis)


def reduced_of(made: Array, axis: Value | None) -> Value:
    if axis is None or (isinstance(axis, Constant) and axis.value is None):
        return UNKNOWN
    rank = None if made.rank is None else made.rank - 1
    encoding = "continuous" if made.encoding == "continuous" else None
    return Array(encoding, rank=rank, origin=derived(made.origin, "reduced"))


def statistic(kind: str, call: Call) -> Value:
    """`np.min(x)`, `np.std(x, axis=0)`, `min(x)`"""
    made = array_of(call.argument(0, "a", "x", "input_tensor"))
    return UNKNOWN if made is None else statistic_of(made, kind, call.argument(1, "axis"))


def statistic_of(made: Array, kind: str, axis: Value | None) -> Value:
    """One number of all data, or one of every column."""
    whole = axis is None or (isinstance(axis, Constant) and axis.value is None)
    if whole and kind == "min" and _counts_from_zero(made):
        return Constant(0)
    if whole and kind == "min" and isinstance(made, Literal) and made.low is not None:
        return Constant(made.low)
    if not made.origin or not (whole or integer(axis) == 0):
        return reduced_of(made, axis)
    rank = 0 if whole else None if made.rank is None else max(made.rank - 1, 0)
    encoding = "continuous" if made.encoding == "continuous" else None
    return Statistic(encoding, rank=rank, origin=derived(made.origin, kind), kind=kind, of=made.origin)


def largest(call: Call) -> Value:
    """`np.max(y)`: of the class ids of a known data set, the last one."""
    made = array_of(call.argument(0, "a", "x"))
    return UNKNOWN if made is None else largest_of(made, call.argument(1, "axis"))


def largest_of(made: Array, axis: Value | None) -> Value:
    whole = axis is None or (isinstance(axis, Constant) and axis.value is None)
    if not whole:
        return statistic_of(made, "max", axis)
    if isinstance(made, Literal) and made.high is not None:
        return Constant(made.high)
    if _counts_from_zero(made) and made.classes:
        return Constant(made.classes - 1)
    return statistic_of(made, "max", axis)


def _counts_from_zero(made: Array) -> bool:
    """All class ids of a data set, of which the first is 0."""
    return made.encoding in ("integer", "binary") and not (made.subset or made.random or made.low)


def where(call: Call) -> Value:
    """`np.where(condition, 1, 0)`"""
    condition = array_of(call.argument(0, "condition", "cond"))
    first, second = call.argument(1, "x"), call.argument(2, "y")
    if first is None or second is None:
        return Sequence("tuple", (Array(rank=1, origin=made_by(call)),), open=True)
    origin = made_by(call)
    shape = {name: getattr(condition, name) for name in ("rank", "width", "length")} if condition else {}
    one, other = (
        number(first) if isinstance(first, Constant) else None,
        number(second) if isinstance(second, Constant) else None,
    )
    if one is None or other is None:
        return Array(origin=origin, **shape)
    values = frozenset({one, other})
    if condition is None or is_column(condition):
        return Array(origin=origin, **encoding_facts(values), **shape)
    return Array(origin=origin, bounded=(min(values), max(values)), **shape)


def unique(call: Call) -> Value:
    """`np.unique(x, return_inverse=True)`"""
    made = argument_array(call, 0, "ar")
    inverse = call.argument(None, "return_inverse")
    distinct = Array(rank=1, length=made.classes if not made.subset else None)
    if inverse is None:
        extras = (call.argument(None, "return_counts"), call.argument(None, "return_index"))
        return distinct if extras == (None, None) else Sequence("tuple", (distinct,), open=True)
    if not (isinstance(inverse, Constant) and inverse.value is True) or call.argument(None, "return_index") is not None:
        return UNKNOWN
    encoding = "binary" if made.classes == 2 and not made.subset else "integer"
    ids = Array(
        encoding,
        made.classes,
        made.rank if made.rank == 1 else None,
        subset=made.subset,
        origin=made_by(call),
    )
    return Sequence("tuple", (distinct, ids))


def same(call: Call) -> Value:
    """A function that returns its argument, or a copy of it."""
    made = array_of(call.argument(0, "a", "x", "input", "ary"))
    return Array(origin=made_by(call)) if made is None else made


def new_rows(call: Call) -> Value:
    """`np.flip(x)`, `np.roll(x)`, `np.sort(x)`: the same numbers elsewhere."""
    made = array_of(call.argument(0, "a", "m", "x", "arr"))
    if made is None:
        return UNKNOWN
    if made.encoding in ("one-hot", "multi-hot"):
        return forgotten(made, origin=made_by(call))
    return plain(made, origin=made_by(call))


def take(call: Call) -> Value:
    made = array_of(call.argument(0, "a", "params", "x"))
    if made is None:
        return UNKNOWN
    axis = call.argument(None, "axis")
    if axis is not None and integer(axis) != 0:
        return Array(origin=made_by(call))
    return rows(made, id(call.node), subset=True) if made.rank == 1 or axis is not None else Array(origin=made_by(call))


def delete(call: Call) -> Value:
    made = array_of(call.argument(0, "arr"))
    if made is None:
        return UNKNOWN
    if integer(call.argument(2, "axis")) == 0 or made.rank == 1:
        return rows(made, id(call.node), subset=True)
    return Array(origin=made_by(call))


def split(call: Call) -> Value:
    """`np.split(x, 3)`, `tf.split(x, [60, 20, 20])`: rows by rows."""
    made = array_of(call.argument(0, "ary", "value", "x"))
    how = call.argument(1, "indices_or_sections", "num_or_size_splits", "num_splits")
    axis = call.argument(2, "axis")
    if made is None or how is None or (axis is not None and integer(axis) != 0):
        return UNKNOWN
    some = rows(made, id(call.node))
    return Sequence("list", tuple(plain(some, origin=made_by(call, index)) for index in range(_sections(how, call))))


def _sections(how: Value, call: Call) -> int:
    """The number of parts: as many as sizes in TensorFlow, one more than places to cut in NumPy."""
    if isinstance(how, Sequence):
        by_size = any(keyword.arg == "num_or_size_splits" for keyword in call.node.keywords) or _is_tensorflow(call)
        return len(how.items) if by_size else len(how.items) + 1
    return min(max(integer(how) or 0, 0), 64)


def _is_tensorflow(call: Call) -> bool:
    function = call.evaluator.evaluate(call.node.func, call.frame, call.point)
    return isinstance(function, Symbol) and function.path.startswith("tensorflow.")


def empty(call: Call) -> Value:
    """`np.empty(shape)`: numbers come later."""
    shape = shape_of(call.argument(0, "shape"))
    return Empty(origin=made_by(call), **shape_facts(shape))


def read(call: Call) -> Value:
    """Something that reads data from outside."""
    return Array(origin=made_by(call))


def vectorized(call: Call) -> Value:
    """A numerical result of which nothing is known but that it is data."""
    return Array(origin=made_by(call))


# --- casts --------------------------------------------------------------------------------------------------

_FLOATS = ("float", "float16", "float32", "float64", "double", "half", "single", "bfloat16", "floatx")
_WORDS = ("str", "string", "category", "object", "U", "S", "unicode", "str_")


def dtype_name(dtype: Value | None) -> str | None:
    if isinstance(dtype, Constant) and isinstance(dtype.value, str):
        return dtype.value
    return dtype.path.rpartition(".")[2] if isinstance(dtype, Symbol) else None


def cast(made: Array, dtype: Value | None) -> Array:
    """`array.astype(dtype)`"""
    name = dtype_name(dtype)
    if name is not None and (name in _FLOATS or name.lower().startswith(("float", "<f", ">f", "f4", "f8"))):
        if isinstance(made, Literal) and made.encoding is None:
            return literal([tuple(map(float, row)) for row in made.table], made.rank or 1, made)
        return made
    if name is not None and name in _WORDS:
        return plain(made)
    if name in ("bool", "bool_", "bool8"):
        if made.encoding in ("binary", "multi-hot", "one-hot"):
            return made
        return compared(made)
    if made.encoding == "continuous":
        return forgotten(made, bounded=made.bounded, origin=derived(made.origin, "cast"))
    return made


def cast_call(call: Call) -> Value:
    """`tf.cast(x, dtype)`"""
    made = array_of(call.argument(0, "x"))
    return UNKNOWN if made is None else cast(made, call.argument(1, "dtype"))


KNOWN_NUMPY: dict[str, Known] = {
    "abs": partial(numeric, "abs"),
    "add": partial(arithmetic, ast.Add),
    "append": append,
    "arange": arange,
    "argmax": argmax,
    "argsort": vectorized,
    "around": rounded,
    "array": array,
    "asanyarray": array,
    "asarray": array,
    "ascontiguousarray": array,
    "asfarray": array,
    "atleast_1d": same,
    "atleast_2d": vectorized,
    "c_": vectorized,
    "clip": clip,
    "column_stack": column_stack,
    "concatenate": concatenate,
    "copy": same,
    "cos": partial(wave, math.cos),
    "delete": delete,
    "divide": partial(arithmetic, ast.Div),
    "dot": vectorized,
    "dstack": vectorized,
    "empty": empty,
    "equal": comparing,
    "expand_dims": expand_dims,
    "eye": eye,
    "flip": new_rows,
    "fliplr": vectorized,
    "flipud": new_rows,
    "float32": scalar_or_array,
    "float64": scalar_or_array,
    "full": partial(fill, None),
    "full_like": partial(fill_like, None),
    "genfromtxt": read,
    "greater": comparing,
    "greater_equal": comparing,
    "hstack": hstack,
    "identity": eye,
    "isin": comparing,
    "int32": scalar_or_array,
    "int64": scalar_or_array,
    "less": comparing,
    "less_equal": comparing,
    "linspace": linspace,
    "load": read,
    "loadtxt": read,
    "matmul": vectorized,
    "amax": largest,
    "amin": partial(statistic, "min"),
    "max": largest,
    "mean": partial(statistic, "mean"),
    "median": reduced,
    "min": partial(statistic, "min"),
    "moveaxis": vectorized,
    "multiply": partial(arithmetic, ast.Mult),
    "not_equal": comparing,
    "ones": partial(fill, 1),
    "ones_like": partial(fill_like, 1),
    "pad": vectorized,
    "power": partial(arithmetic, ast.Pow),
    "ptp": partial(statistic, "range"),
    "ravel": ravel,
    "repeat": repeat,
    "reshape": reshape,
    "roll": new_rows,
    "rint": rounded,
    "round": rounded,
    "round_": rounded,
    "sign": sign,
    "sin": partial(wave, math.sin),
    "sort": new_rows,
    "split": split,
    "array_split": split,
    "squeeze": squeeze,
    "stack": stack,
    "std": partial(statistic, "std"),
    "subtract": partial(arithmetic, ast.Sub),
    "sum": reduced,
    "swapaxes": vectorized,
    "take": take,
    "tanh": hyperbolic,
    "tile": tile,
    "transpose": transpose,
    "true_divide": partial(arithmetic, ast.Div),
    "uint8": scalar_or_array,
    "unique": unique,
    "vstack": vstack,
    "row_stack": vstack,
    "where": where,
    "zeros": partial(fill, 0),
    "zeros_like": partial(fill_like, 0),
    **{name: partial(numeric, name) for name in _FUNCTIONS},
}

KNOWN: dict[str, Known] = {
    "builtins.max": largest,
    "builtins.min": partial(statistic, "min"),
    **{f"numpy.{name}": function for name, function in KNOWN_NUMPY.items()},
    **{f"jax.numpy.{name}": function for name, function in KNOWN_NUMPY.items()},
    **{f"tensorflow.experimental.numpy.{name}": function for name, function in KNOWN_NUMPY.items()},
}
