"""pandas: tables, columns, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable

from lint_keras_acc.infer.data.facts import (
    Table,
    argument_array,
    array_of,
    common,
    derived,
    integer,
    made_by,
    number,
    part,
    plain,
    stacked_origin,
)
from lint_keras_acc.infer.data.numpy_ import joined
from lint_keras_acc.infer.data.operators import encoding_facts
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Mapping, Sequence, Value

Known = Callable[[Call], Value]


def read_table(call: Call) -> Value:
    """`pd.read_csv(...)`: a table of unknown columns; one column where `usecols` names one."""
    columns = call.argument(None, "usecols")
    width = len(columns.items) if isinstance(columns, Sequence) and not columns.open else None
    return Table(rank=2, width=width, origin=made_by(call))


def frame(call: Call) -> Value:
    """`pd.DataFrame(data, columns=names)`"""
    data = call.argument(0, "data")
    names = call.argument(None, "columns")
    if isinstance(data, Mapping):
        columns = tuple((key.value, value) for key, value in data.items if isinstance(key, Constant))
        return Table(rank=2, width=None if data.open else len(data.items), origin=made_by(call), columns=columns)
    made = array_of(data)
    if made is None:
        return Table(rank=2, origin=made_by(call))
    width = len(names.items) if isinstance(names, Sequence) and not names.open else made.width
    columns = made.columns if isinstance(made, Table) else ()
    facts = plain(made, rank=2, width=1 if made.rank == 1 and width is None else width)
    return table_of(facts, columns)


def table_of(facts: Array, columns: tuple[tuple[object, Value], ...]) -> Table:
    return Table(
        facts.encoding,
        facts.classes,
        facts.rank,
        facts.width,
        facts.low,
        facts.high,
        facts.bounded,
        facts.subset,
        facts.random,
        facts.origin,
        facts.length,
        columns=columns,
        node=facts.node,
    )


def series(call: Call) -> Value:
    data = array_of(call.argument(0, "data"))
    return Array(rank=1, origin=made_by(call)) if data is None else data


def get_dummies(call: Call) -> Value:
    """`pd.get_dummies(column)`: one-hot columns; of a whole table, its columns side by side."""
    source = array_of(call.argument(0, "data")) or Array()
    dropped = call.argument(6, "drop_first")
    columns = call.argument(4, "columns")
    if isinstance(columns, Sequence) and len(columns.items) == 1 and not columns.open:
        # A table of which one column is encoded by name: a column of labels that came as a table.
        return Table("one-hot", rank=2, bounded=(0, 1), origin=made_by(call))
    if columns is not None or source.rank == 2 or source.encoding in ("one-hot", "multi-hot"):
        return Table(rank=2, origin=made_by(call))
    if dropped is not None and not (isinstance(dropped, Constant) and dropped.value is False):
        return Array(rank=2, origin=made_by(call))
    classes = None if source.subset or source.encoding not in ("integer", "binary") else source.classes
    return Table("one-hot", classes, 2, classes, bounded=(0, 1), subset=source.subset, origin=made_by(call))


def factorize(call: Call) -> Value:
    return factorized(argument_array(call, 0, "values"), call)


def factorized(source: Array, call: Call) -> Value:
    """Class ids, and the values that they stand for."""
    return Sequence("tuple", (ids_of(source, call), Array(rank=1)))


def ids_of(source: Array, call: Call) -> Array:
    """A number for each distinct value, counted from 0."""
    classes = None if source.subset or source.encoding not in ("integer", "binary") else source.classes
    encoding = "binary" if classes == 2 else "integer"
    return Array(encoding, classes, 1, subset=source.subset, origin=made_by(call), length=source.length)


def concat(call: Call) -> Value:
    source = call.argument(0, "objs")
    if not isinstance(source, Sequence) or source.open or not source.items:
        return Table(rank=2, origin=made_by(call))
    parts = [array_of(item) or Array() for item in source.items]
    axis = call.argument(1, "axis")
    if axis is None or (isinstance(axis, Constant) and axis.value in (0, "index", "rows")):
        tables = [item for item in parts if isinstance(item, Table)]
        below = joined(parts, 0)
        return _tables_below(tables, below) if len(tables) == len(parts) else below
    return Table(rank=2, origin=stacked_origin(parts))


def _tables_below(tables: list[Table], facts: Array) -> Table:
    """Tables below one another: a column is known where all have it."""
    names = [name for name, _ in tables[0].columns if all(table.column(name) for table in tables)]
    columns = []
    for name in names:
        arrays = [array_of(table.column(name)) for table in tables]
        known = [array for array in arrays if array is not None]
        if len(known) == len(tables):
            columns.append((name, common(known)))
    return table_of(plain(facts, encoding=None, classes=None), tuple(columns))


def to_numeric(call: Call) -> Value:
    return array_of(call.argument(0, "arg")) or UNKNOWN


# --- columns ------------------------------------------------------------------------------------------------


def column(table: Array, name: object) -> Value:
    """`table[name]`"""
    if isinstance(table, Table):
        known = table.column(name)
        if known is not None:
            return array_of(known) or Array(rank=1, origin=derived(table.origin, "column", name))
    found = part(table, ("column", name), rank=1)
    return plain(found, origin=derived(table.origin, "column", name))


def columns(table: Array, names: list[object]) -> Array:
    """`table[[name, ...]]`"""
    kept = part(table, ("columns", *names), rank=2, width=len(names))
    if not isinstance(table, Table):
        return kept
    known = tuple((name, value) for name, value in table.columns if name in names)
    if len(names) == 1 and known:
        only = array_of(known[-1][1])
        if only is not None and only.rank == 1:
            return table_of(plain(only, rank=2, width=1), known)
    return table_of(kept, known)


def with_column(table: Array, name: object, value: Value) -> Table:
    """The table after `table[name] = value`."""
    before = table.columns if isinstance(table, Table) else ()
    kept = tuple((key, old) for key, old in before if key != name)
    origin = derived(table.origin, "with", name)
    facts = plain(table, encoding=None, classes=None, low=None, high=None, bounded=None, width=None, origin=origin)
    return table_of(facts, (*kept, (name, value)))


def without_columns(table: Array, names: Value | None) -> Array:
    """The table after `drop(columns=names)`: what is left is another thing."""
    known = table.columns if isinstance(table, Table) else ()
    if isinstance(names, Constant):
        dropped: set[object] = {names.value}
    elif isinstance(names, Sequence) and not names.open and all(isinstance(item, Constant) for item in names.items):
        dropped = {item.value for item in names.items if isinstance(item, Constant)}
    else:
        dropped = set()
    left = tuple((name, value) for name, value in known if name not in dropped)
    width = None if table.width is None or not dropped else max(0, table.width - len(dropped))
    facts = part(table, ("without", tuple(sorted(map(str, dropped)))), rank=table.rank, width=width)
    return table_of(facts, left)


def mapped(array: Array, mapping: Value | None, call: Call) -> Array:
    """`series.map({...})`: the values of a literal dict."""
    made = Array(rank=array.rank, width=array.width, origin=made_by(call), length=array.length)
    if not isinstance(mapping, Mapping) or mapping.open:
        return made
    values = [number(value) if isinstance(value, Constant) else None for _, value in mapping.items]
    if None in values or not values:
        return made
    return plain(made, **encoding_facts(frozenset(value for value in values if value is not None)))


def replaced(array: Array, call: Call) -> Array:
    """`series.replace({...})` or `series.replace([...], [...])`: known where texts become numbers."""
    first, second = call.argument(0, "to_replace"), call.argument(1, "value")
    if isinstance(first, Mapping) and second is None:
        keys = [key.value for key, _ in first.items if isinstance(key, Constant)]
        if all(isinstance(key, str) for key in keys) and array.rank == 1:
            return mapped(array, first, call)
    if isinstance(first, Sequence) and isinstance(second, Sequence):
        texts = all(isinstance(item, Constant) and isinstance(item.value, str) for item in first.items)
        if texts and array.rank == 1 and len(first.items) == len(second.items):
            return mapped(array, Mapping(tuple(zip(first.items, second.items, strict=True))), call)
    return Array(rank=array.rank, width=array.width, origin=made_by(call), length=array.length)


def cut(call: Call) -> Value:
    """`pd.cut(x, bins, labels=False)`: the number of the bin."""
    labels = call.argument(3, "labels")
    bins = call.argument(1, "bins", "q")
    if isinstance(labels, Constant) and labels.value is False:
        count = integer(bins) if isinstance(bins, Constant) else None
        return Array("binary" if count == 2 else "integer", count, 1, subset=True, origin=made_by(call))
    return Array(rank=1, origin=made_by(call))


KNOWN: dict[str, Known] = {
    **{
        f"pandas.{name}": read_table
        for name in [
            "read_csv",
            "read_excel",
            "read_table",
            "read_json",
            "read_pickle",
            "read_parquet",
            "read_hdf",
            "read_feather",
            "read_sql",
            "read_sql_query",
            "read_fwf",
            "read_html",
        ]
    },
    "pandas.DataFrame": frame,
    "pandas.DataFrame.from_dict": frame,
    "pandas.Series": series,
    "pandas.Categorical": series,
    "pandas.get_dummies": get_dummies,
    "pandas.factorize": factorize,
    "pandas.concat": concat,
    "pandas.to_numeric": to_numeric,
    "pandas.cut": cut,
    "pandas.qcut": cut,
    "pandas.io.parsers.read_csv": read_table,
    "seaborn.load_dataset": read_table,
}
