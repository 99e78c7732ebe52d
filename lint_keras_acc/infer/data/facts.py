"""Arrays and what is known of their numbers: how facts begin, combine, and are forgotten.

Whatever is not surely kept by an operation is forgotten here: an unknown fact costs a finding, a wrong one a
false alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from lint_keras_acc.infer.values import Array, Constant, Instance, Sequence, Symbol, Value
from lint_keras_acc.records import record

if TYPE_CHECKING:
    from lint_keras_acc.infer.frames import Call

Origin = frozenset[tuple[int, tuple[int, ...]]]
Number = int | float
Row = tuple[Number, ...]

NO_ORIGIN: Origin = frozenset()
LARGEST = 1e100  # numbers beyond it are not calculated with
MAX_NUMBERS = 4096  # of a literal that is read number by number

CLASS_ENCODINGS = frozenset({"one-hot", "integer", "binary", "multi-hot"})

# Libraries whose results are data, where no table knows more.
_DATA_LIBRARIES = frozenset(
    [
        "numpy",
        "pandas",
        "h5py",
        "pickle",
        "cPickle",
        "_pickle",
        "joblib",
        "scipy",
        "cv2",
        "PIL",
        "skimage",
        "librosa",
        "imageio",
        "cudf",
        "dask",
        "sklearn",
        "gzip",
        "tables",
        "csv",
        "json",
        "soundfile",
        "pydicom",
        "nibabel",
        "rasterio",
        "matplotlib",
        "mne",
        "wfdb",
        "sktime",
        "statsmodels",
        "yfinance",
    ]
)


@record(frozen=True)
class Literal(Array):
    """An array of one or two axes whose numbers are all known, by row: one a row where there is one axis."""

    table: tuple[Row, ...] = field(default=(), compare=False)

    @property
    def column(self) -> tuple[Number, ...]:
        """The first number of every row: all of them in an array of one axis."""
        return tuple(row[0] for row in self.table)


@record(frozen=True)
class Table(Array):
    """A data frame; `columns` are those that are known, by name, the last one of a name counts."""

    columns: tuple[tuple[object, Value], ...] = ()

    def column(self, name: object) -> Value | None:
        return next((value for key, value in reversed(self.columns) if key == name), None)


@record(frozen=True)
class Located(Array):
    """`table.iloc` or `table.loc`: waits for its subscript."""

    table: Array = field(default_factory=Array)


@record(frozen=True)
class Filled(Array):
    """An array made of one number, until something is assigned into it."""

    value: Number = 0


@record(frozen=True)
class Empty(Array):
    """An array without numbers, until something is assigned into it."""


@record(frozen=True)
class Listed(Array):
    """A long Python list of few distinct numbers, or of rows of one number: `[0] * 12500`.

    It grows by `+`, where arrays add up.
    """

    values: frozenset[Number] = frozenset()


@record(frozen=True)
class Collected(Listed):
    """A list with all that a loop appends to it; `values` is empty where these are no numbers."""


@record(frozen=True)
class Statistic(Array):
    """One number that data have, or one a column: `kind` is 'min', 'max', 'range', 'mean' or 'std', `of` the data."""

    kind: str = ""
    of: Origin = NO_ORIGIN


@record(frozen=True)
class Shifted(Array):
    """Data less a statistic of theirs: `kind` is 'min' or 'mean', `of` the data."""

    kind: str = ""
    of: Origin = NO_ORIGIN


@record(frozen=True)
class Tested(Array):
    """What of every number is greater or less than something: zeros and ones, in no way tied to other such tests."""


@record(frozen=True)
class Stacked(Array):
    """Arrays of one axis put on top of each other: columns beside each other once it is transposed."""

    parts: tuple[Array, ...] = ()


@record(frozen=True)
class Signed(Array):
    """Rows of several numbers of which surely some have numbers of both signs."""


@record(frozen=True)
class Assigned(Array):
    """Such an array with all assignments of its scope into it."""


FACTS = [
    "encoding",
    "classes",
    "rank",
    "width",
    "low",
    "high",
    "bounded",
    "subset",
    "random",
    "origin",
    "length",
    "node",
]


def plain(array: Array, **changes: object) -> Array:
    """The array as nothing more than its facts, some of them changed."""
    facts = {name: getattr(array, name) for name in FACTS}
    facts.update(changes)
    return Array(**facts)


def forgotten(array: Array, **changes: object) -> Array:
    """The array with new, unknown numbers; its shape and origin stay."""
    facts: dict[str, object] = {"encoding": None, "classes": None, "low": None, "high": None, "bounded": None}
    return plain(array, **{**facts, "subset": False, "random": False, "node": None, **changes})


# --- where data comes from ----------------------------------------------------------------------------------


def made_by(call: Call, *path: int) -> Origin:
    """The identity of what a call makes; `path` tells several results apart."""
    return frozenset({(hash((id(call.node), id(call.frame))), path)})


def derived(origin: Origin, *how: object) -> Origin:
    """The identity of what the same step makes of the same data; none where the data has none."""
    return frozenset({(hash((origin, how)), ())}) if origin else NO_ORIGIN


def traced(array: Array) -> Origin:
    """The origin that goes on through arithmetic: labels are not rebuilt from what is made of them."""
    return NO_ORIGIN if array.encoding in CLASS_ENCODINGS else array.origin


def is_data(path: str) -> bool:
    """What a call of this name returns is data."""
    if path.startswith("keras.preprocessing."):
        return path.rpartition(".")[2].islower()
    return path.partition(".")[0] in _DATA_LIBRARIES


def array_of(value: Value | None) -> Array | None:
    """The value as an array; None for what may be no data at all."""
    if isinstance(value, Array):
        return value
    if isinstance(value, Sequence):
        return of_sequence(value)
    if isinstance(value, Instance) and is_data(value.path):
        return Array(origin=made_by(value.call), node=value.node)
    return None


def argument_array(call: Call, position: int | None, *names: str) -> Array:
    """An argument as an array, of which nothing may be known."""
    return array_of(call.argument(position, *names)) or Array()


def number(value: Value | object) -> Number | None:
    """The number that a constant is; None for anything else."""
    found = value.value if isinstance(value, Constant) else value
    if isinstance(found, bool):
        return int(found)
    return found if isinstance(found, (int, float)) and -LARGEST < found < LARGEST else None


def integer(value: Value | object) -> int | None:
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


# --- shapes -------------------------------------------------------------------------------------------------

Shape = tuple[int | None, ...]


def shape_of(value: Value | None) -> Shape | None:
    """The axes that a shape argument names; None for an axis, or all of them, that is not constant."""
    if isinstance(value, Constant):
        size = integer(value)
        return None if size is None else (size,)
    if isinstance(value, Sequence) and not value.open:
        return tuple(integer(item) if isinstance(item, Constant) else None for item in value.items)
    return None


def shape_facts(shape: Shape | None) -> dict[str, Any]:
    """Rank, width and length as the facts of an array."""
    if shape is None:
        return {"rank": None, "width": None, "length": None}
    sizes = [size if size is not None and size >= 0 else None for size in shape]
    return {
        "rank": len(sizes),
        "width": sizes[-1] if len(sizes) > 1 else None,
        "length": sizes[0] if sizes else None,
    }


def is_column(array: Array) -> bool:
    """One number a row: (n,) or (n, 1), or a shape that is not known."""
    return array.rank in (None, 0, 1) or (array.width == 1 and array.rank is not None)


def reshaped(array: Array, shape: Shape | None) -> Array:
    """The array in a new shape; a label keeps its meaning where its last axis does."""
    facts = shape_facts(shape)
    last = shape[-1] if shape else None
    if isinstance(array, Literal) and array.rank == 1 and shape == (-1, 1):
        return literal(array.table, 2, array)
    single = shape is not None and (len(shape) == 1 or last == 1)
    if array.encoding == "continuous":
        return plain(array, **facts)
    if array.encoding in ("integer", "binary"):
        kept = single or (array.rank is None and shape is None)
    elif array.encoding in ("one-hot", "multi-hot"):
        columns = array.width or array.classes
        kept = shape is not None and len(shape) > 1 and last is not None and last == columns
    else:
        kept = True
    return plain(array, **facts) if kept else forgotten(array, **facts)


def flattened(array: Array) -> Array:
    if isinstance(array, Literal) and array.rank == 2:
        return literal_column([value for row in array.table for value in row], array)
    return reshaped(array, (-1,)) if is_column(array) else reshaped(forgotten_classes(array), (-1,))


def forgotten_classes(array: Array) -> Array:
    """Without the encoding of class labels; a continuous array stays one."""
    return forgotten(array) if array.encoding in CLASS_ENCODINGS else plain(array)


def with_last_axis(array: Array) -> Array:
    """`array[..., None]`"""
    rank = None if array.rank is None else array.rank + 1
    if array.encoding in ("one-hot", "multi-hot"):
        return forgotten(array, rank=rank, width=1)
    return plain(array, rank=rank, width=1)


def with_inner_axis(array: Array) -> Array:
    """`array[:, None]`: the last axis of an (n,), an inner one of anything wider."""
    if array.rank == 1:
        return with_last_axis(array)
    if array.rank is None:
        return forgotten(array, width=None) if array.encoding not in ("continuous",) else plain(array, width=None)
    return plain(array, rank=array.rank + 1)


def without_single_axes(array: Array) -> Array:
    """`squeeze()`"""
    if array.rank == 2 and array.width == 1:
        return plain(array, rank=1, width=None)
    if array.rank == 1:
        return plain(array)
    return plain(array, rank=None, width=array.width if array.width != 1 else None)


def element(array: Array, position: int | None = None) -> Array:
    """One item along the first axis: a number of an (n,), a row of an (n, k)."""
    if isinstance(array, Literal):
        array = plain(array)
    if isinstance(array, Filled) and array.rank:
        wide = array.rank > 2
        return replace(array, rank=array.rank - 1, width=array.width if wide else None, length=array.width)
    rank = None if array.rank is None else array.rank - 1
    wide = rank is None or rank >= 2
    columns = array.width if array.rank == 2 else None
    origin = derived(array.origin, "element", position)
    return plain(
        array,
        rank=rank,
        width=array.width if wide else None,
        length=columns,
        origin=origin,
        low=None,
        high=None,
    )


def stacked(item: Array, length: int | None = None) -> Array:
    """An array of such items along a new first axis."""
    rank = None if item.rank is None else item.rank + 1
    width = item.length if item.rank == 1 else item.width
    if item.rank == 1 and item.encoding in ("integer", "binary"):
        return forgotten(item, rank=rank, width=width, length=length)
    return plain(item, rank=rank, width=width, length=length)


# --- choosing rows and columns ------------------------------------------------------------------------------


def rows(array: Array, how: object, *, subset: bool = False) -> Array:
    """Some rows: they mean the same, but the extreme values may be among the others."""
    low, high = array.low, array.high
    if low is not None and high is not None and array.encoding not in CLASS_ENCODINGS:
        margin = (high - low) / 4
        low, high = low + margin, high - margin
    return plain(
        array,
        low=low,
        high=high,
        length=None,
        subset=array.subset or (subset and array.encoding in ("integer", "binary")),
        origin=derived(array.origin, "rows", how),
    )


def part(array: Array, how: object, rank: int | None = None, width: int | None = None) -> Array:
    """Some columns: a new thing, of which only is known that it is continuous where all is."""
    origin = derived(array.origin, "part", how)
    encoding = "continuous" if array.encoding == "continuous" else None
    bounded = array.bounded if array.encoding == "continuous" or array.rank is None or array.rank > 2 else None
    length = array.length if rank else None
    return Array(encoding, rank=rank, width=width, bounded=bounded, random=array.random, origin=origin, length=length)


# --- literals -----------------------------------------------------------------------------------------------


def literal_column(numbers: Iterable[Number], source: Array | None = None) -> Array:
    """The facts of an array of one axis whose numbers are known."""
    return literal([(value,) for value in numbers], 1, source)


def literal(table: Iterable[Row], rank: int, source: Array | None = None) -> Array:
    """The facts of an array whose numbers are known; origin and evidence are those of `source`."""
    rows = tuple(table)
    source = source or Array()
    if not rows or not rows[0]:
        return Array(origin=source.origin, node=source.node, length=0)
    width = None if rank == 1 else len(rows[0])
    values = [value for row in rows for value in row]
    if not all(map(isfinite, values)):
        return Array(origin=source.origin, node=source.node, rank=rank, width=width, length=len(rows))
    encoding, classes = column_encoding(values) if len(rows[0]) == 1 else row_encoding(rows)
    low, high = min(values), max(values)
    return Literal(
        encoding,
        classes,
        rank,
        width,
        low,
        high,
        (low, high),
        origin=source.origin,
        length=len(rows),
        node=source.node,
        table=rows,
    )


def column_encoding(values: list[Number]) -> tuple[str | None, int | None]:
    """The encoding of a column of numbers and its number of classes.

    Numbers that count from 0 may be class ids or a quantity: ids only where they repeat.
    """
    distinct = set(values)
    if not all(map(isfinite, distinct)):
        return None, None
    if any(value != int(value) for value in distinct):
        return "continuous", None
    if distinct == {0, 1}:
        return "binary", 2
    count = len(distinct)
    if count < 3:
        return None, None
    if distinct == set(range(count)):
        repeated = len(values) >= 2 * count and not any(isinstance(value, float) for value in values)
        return ("integer", count) if repeated else (None, None)
    if count == len(values):
        return "continuous", None
    contiguous = max(distinct) - min(distinct) + 1 == count
    return ("continuous", None) if count >= 8 and not contiguous else (None, None)


def row_encoding(values: tuple[Row, ...]) -> tuple[str | None, int | None]:
    """The encoding of rows of several numbers and, where they are one-hot, the number of classes."""
    flat = {value for row in values for value in row}
    if any(not isfinite(value) for value in flat):
        return None, None
    if any(value != int(value) for value in flat):
        return "continuous", None
    if flat <= {0, 1}:
        sums = {sum(row) for row in values}
        if sums == {1}:
            return ("one-hot", len(values[0])) if len(values) > 1 else (None, None)
        return ("multi-hot", None) if max(sums) > 1 and len(sums) > 1 else (None, None)
    columns = [column_encoding(list(column))[0] for column in zip(*values, strict=True)]
    return ("continuous", None) if all(column == "continuous" for column in columns) else (None, None)


def of_numbers(values: frozenset[Number]) -> tuple[str | None, int | None]:
    """The encoding of a column of which only the set of values is known."""
    if values == {0, 1}:
        return "binary", 2
    if len(values) > 2 and values == set(range(len(values))):
        return "integer", len(values)
    if any(value != int(value) for value in values):
        return "continuous", None
    return None, None


def literal_of(value: Sequence, source: Array) -> Array | None:
    """A literal list of numbers, or of rows of them, as an array; None for any other list."""
    if value.open or not value.items:
        return None
    numbers = _row_of(value)
    if numbers is not None:
        return literal_column(numbers, source)
    rows: list[Row] = []
    for item in value.items:
        row = _row_of(item)
        if not row or (rows and len(rows[0]) != len(row)):
            return None
        rows.append(row)
    return literal(rows, 2, source)


def _row_of(value: Value) -> Row | None:
    """The numbers of a literal list, or of a known array of one axis."""
    if isinstance(value, Literal) and value.rank == 1:
        return value.column
    if not isinstance(value, Sequence) or value.open:
        return None
    numbers = [number(item) for item in value.items if isinstance(item, Constant)]
    found = tuple(one for one in numbers if one is not None)
    return found if len(found) == len(value.items) else None


def of_sequence(value: Sequence) -> Array:
    """A list or tuple as an array: exact where it holds numbers, else what its items share."""
    origin: Origin = frozenset({(id(value.node), ())}) if value.node is not None else NO_ORIGIN
    source = Array(origin=origin, node=value.node)
    exact = literal_of(value, source)
    if exact is not None:
        return exact
    if value.open or not value.items:
        return source
    items = [array_of(item) for item in value.items]
    known = [item for item in items if item is not None]
    if len(known) < len(items):
        return source
    return on_top(known, stacked_origin(known) or origin)


def on_top(arrays: list[Array], origin: Origin) -> Array:
    """Arrays of one shape along a new first axis."""
    shared = common(arrays)
    made = plain(stacked(shared, len(arrays)), origin=origin, node=shared.node)
    if made.rank != 2:
        return made
    return Stacked(**{name: getattr(made, name) for name in FACTS}, parts=tuple(arrays))


def columns_of(parts: Iterable[Array], origin: Origin) -> Array:
    """Arrays of one axis as columns beside each other."""
    columns = tuple(parts)
    if not all(part.rank == 1 for part in columns):
        return Array(origin=origin)
    encoding = None
    if all(part.encoding == "continuous" for part in columns):
        encoding = "continuous"
    elif len({part.origin for part in columns}) == len(columns) > 1 and all(isinstance(p, Tested) for p in columns):
        encoding = "multi-hot"
    bounded = (0.0, 1.0) if encoding == "multi-hot" else None
    return Array(encoding, rank=2, width=len(columns), bounded=bounded, origin=origin, length=columns[0].length)


def stacked_origin(arrays: list[Array]) -> Origin:
    """The identity of arrays put together; none if one of them has none."""
    if not all(array.origin for array in arrays):
        return NO_ORIGIN
    return frozenset({(hash(("stacked", *(array.origin for array in arrays))), ())})


def common(arrays: list[Array]) -> Array:
    """What all of some arrays are."""
    first = arrays[0]

    def shared(name: str) -> object | None:
        value = getattr(first, name)
        return value if all(getattr(array, name) == value for array in arrays) else None

    encoding = shared("encoding")
    classes = shared("classes")
    if encoding is None:
        encoding, classes = _mixed_encoding(arrays)
    lows = [array.low for array in arrays if array.low is not None]
    highs = [array.high for array in arrays if array.high is not None]
    limits = [array.bounded for array in arrays]
    bounded = None
    if all(limits):
        bounded = (min(limit[0] for limit in limits if limit), max(limit[1] for limit in limits if limit))
    return Array(
        encoding,  # type: ignore[arg-type]
        classes,  # type: ignore[arg-type]
        shared("rank"),  # type: ignore[arg-type]
        shared("width"),  # type: ignore[arg-type]
        min(lows) if lows else None,
        max(highs) if highs else None,
        bounded,
        subset=any(array.subset for array in arrays),
        random=all(array.random for array in arrays),
        length=shared("length"),  # type: ignore[arg-type]
        node=first.node,
    )


def _mixed_encoding(arrays: list[Array]) -> tuple[str | None, int | None]:
    """The encoding of numbers that stand in differently known arrays: zeros and ones together are binary."""
    if not all(array.rank is not None and is_column(array) for array in arrays):
        return None, None
    values: set[Number] = set()
    for array in arrays:
        if isinstance(array, Filled):
            values.add(array.value)
        elif isinstance(array, Literal):
            values.update(array.column)
        elif array.encoding == "binary":
            values.update((0, 1))
        else:
            return None, None
    return of_numbers(frozenset(values))


def is_new_axis(value: Value) -> bool:
    """`None` or `np.newaxis` as an index."""
    return (isinstance(value, Constant) and value.value is None) or (
        isinstance(value, Symbol) and value.path in ("numpy.newaxis", "tensorflow.newaxis")
    )
