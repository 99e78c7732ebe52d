"""Methods and attributes of arrays, tables, and the objects of data libraries."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial

from lint_keras_acc.infer.data import numpy_, pandas_, random_, sklearn_
from lint_keras_acc.infer.data.facts import (
    Located,
    Shape,
    Table,
    derived,
    flattened,
    forgotten,
    integer,
    made_by,
    number,
    plain,
    reshaped,
    rows,
    shape_of,
    without_single_axes,
)
from lint_keras_acc.infer.data.items import instance_item
from lint_keras_acc.infer.data.operators import compared, encoding_facts, operation
from lint_keras_acc.infer.data.possible import Possible
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Function, Instance, Sequence, Value

ArrayMethod = Callable[[Array, Call], Value]


def _same(owner: Array, call: Call) -> Value:
    return owner


def _bare(owner: Array, call: Call) -> Value:
    """The numbers of a table without its columns' names."""
    return plain(owner) if isinstance(owner, Table) else owner


def _reshape(owner: Array, call: Call) -> Value:
    if len(call.node.args) > 1:
        sizes: Shape | None = tuple(integer(call.argument(index)) for index in range(len(call.node.args)))
    else:
        given = call.argument(0, "shape")
        sizes = shape_of(given)
    return reshaped(owner, sizes)


def _astype(owner: Array, call: Call) -> Value:
    return numpy_.cast(owner, call.argument(0, "dtype"))


def _argmax(owner: Array, call: Call) -> Value:
    return numpy_.argmax_of(owner, call.argument(0, "axis"))


def _reduced(owner: Array, call: Call) -> Value:
    return numpy_.reduced_of(owner, call.argument(0, "axis"))


def _statistic(kind: str, owner: Array, call: Call) -> Value:
    return numpy_.statistic_of(owner, kind, call.argument(0, "axis"))


def _largest(owner: Array, call: Call) -> Value:
    return numpy_.largest_of(owner, call.argument(0, "axis"))


def _count_of_values(owner: Array, call: Call) -> Value:
    known = owner.encoding in ("integer", "binary") and not owner.subset and not owner.random
    return Constant(owner.classes) if known and owner.classes else UNKNOWN


def _map(owner: Array, call: Call) -> Value:
    """`series.map({...})` and `series.apply(function)`."""
    given = call.argument(0, "arg", "func")
    if isinstance(given, Function):
        found = Possible(call.frame, call.evaluator).of_function(given) or frozenset()
        values = frozenset(value for value in found if not isinstance(value, tuple))
        if len(values) > 1 and len(values) == len(found):
            facts = encoding_facts(values)
            return Array(rank=owner.rank, origin=made_by(call), **facts)
    return pandas_.mapped(owner, given, call)


def _replace(owner: Array, call: Call) -> Value:
    return pandas_.replaced(owner, call)


def _factorize(owner: Array, call: Call) -> Value:
    return pandas_.factorized(owner, call)


def _drop(owner: Array, call: Call) -> Value:
    """`table.drop('label', axis=1)`; without the axis, rows."""
    inplace = call.argument(None, "inplace")
    if isinstance(inplace, Constant) and inplace.value is True:
        return Constant(None)
    return dropped(owner, call)


def dropped(owner: Array, call: Call) -> Array:
    """What is left of a table after `drop`."""
    names = call.argument(None, "columns")
    if names is not None:
        return pandas_.without_columns(owner, names)
    axis = call.argument(1, "axis")
    if isinstance(axis, Constant) and axis.value in (1, "columns"):
        return pandas_.without_columns(owner, call.argument(0, "labels"))
    return _rows(owner, call)


def _rows(owner: Array, call: Call) -> Array:
    """Other rows of the same columns: sorted, sampled, without gaps."""
    some = rows(owner, id(call.node), subset=True)
    return pandas_.table_of(some, owner.columns) if isinstance(owner, Table) else some


def _some_rows(owner: Array, call: Call) -> Value:
    inplace = call.argument(None, "inplace")
    if isinstance(inplace, Constant) and inplace.value is True:
        return Constant(None)
    return _rows(owner, call)


def _clip(owner: Array, call: Call) -> Value:
    low, high = call.argument(0, "min", "lower", "a_min"), call.argument(1, "max", "upper", "a_max")
    return numpy_.clipped(
        owner,
        number(low) if low is not None else None,
        number(high) if high is not None else None,
    )


def _round(owner: Array, call: Call) -> Value:
    return numpy_.round_of(owner)


def _compared(owner: Array, call: Call) -> Value:
    return compared(owner)


def _operated(operator: type[ast.operator], owner: Array, call: Call) -> Value:
    return operation(operator(), owner, call.argument(0, "other") or UNKNOWN)


def _repeat(owner: Array, call: Call) -> Value:
    if owner.rank == 1:
        return plain(owner, length=None)
    return forgotten(owner, rank=None, width=None, length=None)


def _new(owner: Array, call: Call) -> Value:
    """Numbers of which nothing is known but that they are continuous where all were."""
    encoding = "continuous" if owner.encoding == "continuous" else None
    return Array(encoding, rank=owner.rank, origin=made_by(call))


def _scalar(owner: Array, call: Call) -> Value:
    return UNKNOWN


def _flatten(owner: Array, call: Call) -> Value:
    return flattened(owner)


def _squeeze(owner: Array, call: Call) -> Value:
    return without_single_axes(owner)


def _transpose(owner: Array, call: Call) -> Value:
    return (
        numpy_.transposed(owner)
        if not call.node.args
        else forgotten(owner, origin=derived(owner.origin, id(call.node)))
    )


def _pop(owner: Array, call: Call) -> Value:
    name = call.argument(0, "item", "key")
    return pandas_.column(owner, name.value) if isinstance(name, Constant) else UNKNOWN


def _assign(owner: Array, call: Call) -> Value:
    found: Array = owner
    for name, value in call.keywords()[0].items():
        found = pandas_.with_column(found, name, call.evaluator.force(value))
    return found


def _fillna(owner: Array, call: Call) -> Value:
    return owner if isinstance(owner, Table) else plain(owner)


def _unique(owner: Array, call: Call) -> Value:
    return Array(rank=1, length=None if owner.subset else owner.classes)


ARRAY_METHODS: dict[str, ArrayMethod] = {
    **dict.fromkeys(("to_numpy", "as_matrix", "get_values"), _bare),
    **dict.fromkeys(
        [
            "copy",
            "numpy",
            "toarray",
            "todense",
            "tolist",
            "to_list",
            "__array__",
            "compute",
            "cpu",
            "detach",
            "asnumpy",
            "get",
            "read",
            "view",
            "reset_index",
            "rename",
            "infer_objects",
            "convert_dtypes",
            "to_frame",
            "block_until_ready",
            "block",
        ],
        _same,
    ),
    **dict.fromkeys(["ravel", "flatten"], _flatten),
    **dict.fromkeys(
        ["sum", "var", "median", "prod", "any", "all", "item"],
        _reduced,
    ),
    **{name: partial(_statistic, name) for name in ("mean", "min", "std")},
    "ptp": partial(_statistic, "range"),
    **dict.fromkeys(
        [
            "dropna",
            "sample",
            "head",
            "tail",
            "sort_values",
            "sort_index",
            "drop_duplicates",
            "query",
            "nlargest",
            "nsmallest",
            "shuffle",
            "filter",
        ],
        _some_rows,
    ),
    **dict.fromkeys(
        [
            "eq",
            "ne",
            "gt",
            "ge",
            "lt",
            "le",
            "isin",
            "between",
            "isnull",
            "isna",
            "notnull",
            "notna",
            "contains",
            "startswith",
        ],
        _compared,
    ),
    **dict.fromkeys(
        [
            "rolling",
            "shift",
            "diff",
            "pct_change",
            "cumsum",
            "dot",
            "interpolate",
            "ewm",
            "expanding",
            "resample",
            "transform",
            "groupby",
            "agg",
            "aggregate",
            "merge",
            "join",
            "pivot_table",
            "stack",
            "unstack",
            "melt",
            "set_index",
            "swapaxes",
            "lower",
            "upper",
            "strip",
            "split",
        ],
        _new,
    ),
    "add": partial(_operated, ast.Add),
    "apply": _map,
    "applymap": _map,
    "argmax": _argmax,
    "assign": _assign,
    "astype": _astype,
    "clip": _clip,
    "div": partial(_operated, ast.Div),
    "drop": _drop,
    "factorize": _factorize,
    "fillna": _fillna,
    "map": _map,
    "max": _largest,
    "nunique": _count_of_values,
    "mul": partial(_operated, ast.Mult),
    "pop": _pop,
    "repeat": _repeat,
    "replace": _replace,
    "reshape": _reshape,
    "round": _round,
    "squeeze": _squeeze,
    "sub": partial(_operated, ast.Sub),
    "take": _some_rows,
    "transpose": _transpose,
    "unique": _unique,
    "value_counts": _scalar,
}


def array_method(owner: Array, name: str, call: Call) -> Value:
    """A method of an array, series or data frame."""
    known = ARRAY_METHODS.get(name)
    return known(owner, call) if known else UNKNOWN


# --- attributes ---------------------------------------------------------------------------------------------

_ITSELF = frozenset(["values", "array", "str", "dt", "cat", "flat", "real", "at", "iat", "A"])
_LOCATORS = frozenset({"iloc", "loc", "ix"})
_SCALARS = frozenset(
    [
        "size",
        "ndim",
        "dtype",
        "dtypes",
        "columns",
        "index",
        "name",
        "names",
        "nbytes",
        "itemsize",
        "strides",
        "device",
        "empty",
    ]
)


def array_attribute(owner: Array, name: str) -> Value | None:
    """An attribute of an array or table; None for a method."""
    if name in ("at", "iat") or name in _LOCATORS:
        return Located(table=owner)
    if name == "values" and isinstance(owner, Table):
        return plain(owner)
    if name in _ITSELF:
        return owner
    if name == "T":
        return numpy_.transposed(owner)
    if name == "shape":
        return shape_value(owner)
    if name == "codes":
        return Array("integer", rank=1, origin=derived(owner.origin, "codes"))
    if name == "size" and owner.rank == 1 and owner.length is not None:
        return Constant(owner.length)
    if name in _SCALARS:
        return UNKNOWN
    if name in ARRAY_METHODS:
        return None
    if isinstance(owner, Table):
        return pandas_.column(owner, name)
    return None


def shape_value(owner: Array) -> Value:
    """`array.shape`, where the number of axes is known."""
    if owner.rank is None:
        return UNKNOWN
    sizes: list[Value] = [UNKNOWN] * owner.rank
    if owner.rank and owner.length is not None:
        sizes[0] = Constant(owner.length)
    if owner.rank >= 2 and owner.width is not None:
        sizes[-1] = Constant(owner.width)
    return Sequence("tuple", tuple(sizes))


# --- objects of libraries -----------------------------------------------------------------------------------


def instance_method(owner: Instance, name: str, call: Call) -> Value:
    """A method of what a library's class made."""
    root = owner.path.partition(".")[0]
    if owner.path in random_.GENERATORS:
        known = random_.RANDOM.get(name)
        return known(call) if known else UNKNOWN
    if owner.path == "sklearn.datasets.Bunch":
        return UNKNOWN
    if root in ("sklearn", "imblearn", "category_encoders"):
        return sklearn_.method(owner, name, call)
    return UNKNOWN


def instance_attribute(owner: Instance, name: str) -> Value | None:
    """An attribute of such an object; None for a method."""
    if owner.path == "sklearn.datasets.Bunch":
        return instance_item(owner, name)
    if name in ("shape", "values", "T"):
        found = instance_item(owner, name)
        return UNKNOWN if name == "shape" else found
    return None
