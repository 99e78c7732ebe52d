"""Arrow tables of files in, Arrow tables of findings out, for engines that run over collections of code.

    findings = lint_table(pyarrow.parquet.read_table("code.parquet"))

Each function looks at nothing but its arguments: it reads no file, so neither the modules that a program imports nor
the versions that its project pins are known, and it can be pickled and sent wherever the data are. Needs the extra
`arrow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from lint_keras_acc.config import Settings, did_you_mean
from lint_keras_acc.engine import Failure, Report, each_place_once, lint_source
from lint_keras_acc.fixes import edits_in
from lint_keras_acc.render.data import Data, finding_data
from lint_keras_acc.source import Source, SourceError, decoded_source, may_compile, read_source

_STRETCH = [
    pa.field("line", pa.int32()),
    pa.field("column", pa.int32()),
    pa.field("end_line", pa.int32()),
    pa.field("end_column", pa.int32()),
]
_RELATED = pa.struct([pa.field("cell", pa.int32()), *_STRETCH, pa.field("message", pa.string())])
_EDIT = pa.struct([pa.field("cell", pa.int32()), *_STRETCH, pa.field("content", pa.string())])
_FIX = pa.struct(
    [
        pa.field("title", pa.string()),
        pa.field("applicability", pa.string()),
        pa.field("edits", pa.list_(pa.field("element", _EDIT))),
    ]
)

# The columns of every table of findings. Lines and columns are 1-based, in code points, the end column exclusive;
# `cell` is the 0-based notebook cell, null in a plain file. A row whose `code` is null tells why a file, or a cell of
# it, was not linted; its `line` is null where no line is to blame.
FINDINGS: pa.Schema = pa.schema(
    [
        pa.field("path", pa.string()),
        pa.field("cell", pa.int32()),
        *_STRETCH,
        pa.field("code", pa.string()),
        pa.field("name", pa.string()),
        pa.field("severity", pa.string()),
        pa.field("message", pa.string()),
        pa.field("related", pa.list_(pa.field("element", _RELATED))),
        pa.field("fix", _FIX),
    ]
)


def lint_table(
    table: pa.Table | pa.RecordBatch,
    settings: Settings | None = None,
    *,
    path: str = "path",
    content: str = "content",
    carry: Sequence[str] = (),
) -> pa.Table:
    """The findings about the files of `table`, one row each, in the order of the files; see `FINDINGS`.

    table:    one file a row: a column of strings, `path`, and one of strings or bytes, `content`. A path that ends in
              `.ipynb` is a notebook's. Strings are taken as they are, bytes are decoded as Python decodes files.
    settings: as for the command; what would read files (imports, pins of the project, a baseline) is off.
    carry:    further columns of `table` to repeat for each finding, in front of the others.

    Raises ValueError for columns that are not there or clash, TypeError for columns that hold no text.
    """
    schema = findings_schema(table.schema, carry)
    paths = _texts(table, path)
    contents = table.column(_known(table.schema, content))
    read = _reader_of(contents.type, content)
    settings = replace(settings or Settings(), project_pins=False, no_project=True, baseline=None)

    rows: list[Data] = []
    origins: list[int] = []
    for index, (name, scalar) in enumerate(zip(paths, contents, strict=True)):
        found = _lint(name or "", scalar.as_py(), read, settings)
        rows += found
        origins += [index] * len(found)
    findings = pa.Table.from_pylist(rows, FINDINGS)
    if not carry:
        return findings
    carried = table.select(list(carry)).take(pa.array(origins, pa.int64()))
    columns = [carried.column(field) for field in carry] + findings.columns
    return pa.table(columns, schema=schema)


def lint_batches(
    batches: Iterable[pa.RecordBatch],
    settings: Settings | None = None,
    *,
    path: str = "path",
    content: str = "content",
    carry: Sequence[str] = (),
) -> Iterator[pa.RecordBatch]:
    """`lint_table` of one batch after the other, as the `mapInArrow` of Spark wants it."""
    for batch in batches:
        yield from lint_table(batch, settings, path=path, content=content, carry=carry).to_batches()


def findings_schema(schema: pa.Schema, carry: Sequence[str] = ()) -> pa.Schema:
    """The schema of the findings of a table with this schema. Raises ValueError for columns that cannot be carried."""
    for column in carry:
        _known(schema, column)
        if column in FINDINGS.names:
            raise ValueError(f"cannot carry the column {column!r}: findings have one of that name")
    return pa.schema([*(schema.field(column) for column in carry), *FINDINGS])


# --- columns ----------------------------------------------------------------------------------------------


def _known(schema: pa.Schema, column: str) -> str:
    if schema.names.count(column) != 1:
        if column in schema.names:
            raise ValueError(f"the table has the column {column!r} twice")
        hint = did_you_mean(column, schema.names)
        raise ValueError(f"the table has no column {column!r}{hint} (its columns: {', '.join(schema.names)})")
    return column


def _texts(table: pa.Table | pa.RecordBatch, column: str) -> Iterator[str | None]:
    values = table.column(_known(table.schema, column))
    kind = _plain(values.type)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise TypeError(f"the column {column!r} holds {values.type}, and not strings")
    return (value.as_py() for value in values)


def _reader_of(kind: pa.DataType, column: str) -> Any:
    """How to read a file from a value of this type: bytes that are to be decoded, or text that is decoded."""
    plain = _plain(kind)
    if pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain):
        return decoded_source
    if pa.types.is_binary(plain) or pa.types.is_large_binary(plain) or pa.types.is_binary_view(plain):
        return read_source
    raise TypeError(f"the column {column!r} holds {kind}, and neither strings nor bytes")


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


# --- one file ---------------------------------------------------------------------------------------------


def _lint(path: str, content: str | bytes | None, read: Any, settings: Settings) -> list[Data]:
    if content is None:
        return [_not_linted(SourceError(path, None, None, "has no content"))]
    data = content.encode() if isinstance(content, str) else content
    if not may_compile(data):
        return []
    try:
        source = read(path, data)
    except SourceError as error:
        return [_not_linted(error)]
    return _rows(source, lint_source(source, settings))


def _rows(source: Source, report: Report) -> list[Data]:
    failures = list(report.failures)
    findings = each_place_once(report.findings)
    programs = source.programs()[0] if any(finding.fix for finding in findings) else []
    rows = []
    for finding in findings:
        try:
            edits = edits_in(source, programs, finding.fix) if finding.fix else None
        except Exception as error:
            failures.append(Failure.of(report.path, "the repair", error))
            edits = None
        rows.append(finding_data(finding, edits))
    unread = [SourceError(failure.path, None, None, f"internal error: {failure.message}") for failure in failures]
    return rows + [_not_linted(error) for error in (*report.errors, *unread)]


def _not_linted(error: SourceError) -> Data:
    return {"path": error.path, "cell": error.cell, "line": error.line, "message": error.message}
