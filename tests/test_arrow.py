"""Tables of files in, tables of findings out: the same findings as those of the command."""

from __future__ import annotations

import json
import pickle
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from lint_keras_acc.arrow import FINDINGS, findings_schema, lint_batches, lint_table
from lint_keras_acc.config import Settings
from lint_keras_acc.engine import each_place_once, lint_source
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.source import read_source

EXAMPLES = Path(__file__).parent.parent / "examples"
TOPICS = (EXAMPLES / "article_topics.py").read_text(encoding="utf-8")
REGRESSION = """\
import keras

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])  # {}
"""


def table(*contents: object, kind: pa.DataType | None = None) -> pa.Table:
    """Files with these contents, called `0.py`, `1.py` and so on."""
    paths = [f"{number}.py" for number in range(len(contents))]
    return pa.table({"path": paths, "content": pa.array(contents, kind)})


def codes(findings: pa.Table) -> list[tuple[str, str | None]]:
    return list(zip(findings["path"].to_pylist(), findings["code"].to_pylist(), strict=True))


def test_every_example_has_the_findings_of_the_engine() -> None:
    files = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".py", ".ipynb"))
    rows = pa.table({"path": [path.name for path in files], "content": [path.read_bytes() for path in files]})
    settings = Settings(hints=True, project_pins=False, no_project=True)
    expected = [
        (finding.span.path, finding.span.cell, finding.span.line, finding.span.column, finding.code, finding.message)
        for path in files
        for finding in each_place_once(
            lint_source(read_source(path.name, path.read_bytes()), settings, named=True).findings
        )
    ]
    found = lint_table(rows, settings)
    assert len(expected) > 5
    assert found.schema == FINDINGS
    assert [
        (row["path"], row["cell"], row["line"], row["column"], row["code"], row["message"]) for row in found.to_pylist()
    ] == expected


def test_the_edits_of_a_fix_and_the_related_places() -> None:
    (finding,) = lint_table(table(TOPICS)).to_pylist()
    lines = TOPICS.splitlines()
    (edit,) = finding["fix"]["edits"]
    written = lines[edit["line"] - 1][edit["column"] - 1 : edit["end_column"] - 1]
    assert (written, edit["content"]) == ('"accuracy"', 'keras.metrics.BinaryAccuracy(name="accuracy")')
    assert finding["fix"]["applicability"] == "safe"
    other = {lines[place["line"] - 1][place["column"] - 1 : place["end_column"] - 1] for place in finding["related"]}
    assert '"sigmoid"' in other


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_strings_are_decoded_already(kind: pa.DataType) -> None:
    program = "# coding: latin-1\n" + REGRESSION.format("é😀")
    found = lint_table(table(program, kind=pa.string()).set_column(1, "content", pa.array([program]).cast(kind)))
    assert codes(found) == [("0.py", "KAC101")]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()])
def test_bytes_are_decoded_as_python_does(kind: pa.DataType) -> None:
    program = ("# coding: latin-1\n" + REGRESSION.format("é")).encode("latin-1")
    assert codes(lint_table(table(program, program[18:], kind=kind))) == [("0.py", "KAC101"), ("1.py", None)]


def test_nothing_is_left_out_in_silence() -> None:
    broken = json.dumps({"cells": 3}) + ".compile( keras"
    rows = pa.table(
        {"path": ["a.py", "b.py", None, "d.ipynb"], "content": ["model.compile(\nkeras", None, "x = 1", broken]}
    )
    found = lint_table(rows).to_pylist()
    assert [(row["path"], row["line"], row["code"]) for row in found] == [
        ("a.py", 1, None),
        ("b.py", None, None),
        ("d.ipynb", 1, None),
    ]
    assert found[0]["message"] == "is not valid Python: '(' was never closed"
    assert found[1]["message"] == "has no content"
    assert all(row["message"] for row in found)


def test_a_rule_that_raises_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from lint_keras_acc.rules import source_rules

    def raising(site: object) -> tuple[()]:
        raise ValueError("a defect")

    monkeypatch.setattr(source_rules()[0], "check", raising)
    messages = lint_table(table(TOPICS))["message"].to_pylist()
    assert [message for message in messages if "internal error: KAC101: ValueError: a defect" in message]
    assert [message for message in messages if "categorical_accuracy" in message]


def test_other_columns_are_carried() -> None:
    rows = table(REGRESSION, "x = 1", TOPICS).append_column("repository", pa.array(["a", "b", None]))
    found = lint_table(rows, carry=["repository"])
    assert found.schema == findings_schema(rows.schema, ["repository"])
    assert found.column_names[0] == "repository"
    assert found["repository"].to_pylist() == ["a", None]


def test_columns_may_have_other_names_and_rows_settings() -> None:
    rows = table(REGRESSION).rename_columns(["file", "text"])
    settings = Settings(ignore=("KAC101",), dialect=parse_dialect("keras-2.2"))
    assert codes(lint_table(rows, path="file", content="text")) == [("0.py", "KAC101")]
    assert codes(lint_table(rows, settings, path="file", content="text")) == []


def test_batches_and_chunks_give_what_the_whole_table_gives() -> None:
    rows = table(*(REGRESSION.format(number) for number in range(10)))
    whole = lint_table(rows)
    batches = list(lint_batches(rows.to_batches(max_chunksize=3)))
    assert len(batches) == 4
    assert pa.Table.from_batches(batches, FINDINGS).equals(whole)
    assert lint_table(pa.concat_tables([rows.slice(0, 4), rows.slice(4)])).equals(whole)


def test_an_empty_table_gives_an_empty_table() -> None:
    assert (
        lint_table(table(kind=pa.string()).cast(pa.schema({"path": pa.string(), "content": pa.string()}))).num_rows == 0
    )


def test_no_other_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("keras==2.2.4\n")
    (tmp_path / "models.py").write_text("from keras.layers import Dense\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    program = "from models import Dense\n" + REGRESSION
    assert codes(lint_table(table(program))) == [("0.py", "KAC101")]


def test_it_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(partial(lint_table, settings=Settings(hints=True))))
    assert codes(again(table(REGRESSION))) == [("0.py", "KAC101")]


@pytest.mark.parametrize(
    ("names", "arguments", "error", "message"),
    [
        (["file", "content"], {}, ValueError, "the table has no column 'path'"),
        (["path", "contents"], {}, ValueError, "no column 'content'; did you mean 'contents'?"),
        (["path", "content"], {"carry": ["repo"]}, ValueError, "no column 'repo'"),
        (["path", "content"], {"carry": ["path"]}, ValueError, "findings have one of that name"),
        (["path", "path"], {}, ValueError, "column 'path' twice"),
    ],
)
def test_columns_that_are_not_there(
    names: list[str], arguments: dict[str, list[str]], error: type[Exception], message: str
) -> None:
    rows = pa.Table.from_arrays([pa.array(["a.py"]), pa.array(["x = 1"])], names=names)
    with pytest.raises(error, match=message.replace("?", r"\?")):
        lint_table(rows, **arguments)  # type: ignore[arg-type]


def test_columns_that_hold_no_text() -> None:
    with pytest.raises(TypeError, match="'content' holds int64"):
        lint_table(table(1))
    with pytest.raises(TypeError, match="'path' holds int64"):
        lint_table(pa.table({"path": [1], "content": ["x"]}))
