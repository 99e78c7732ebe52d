"""The programs of docs/engines.md, run on the engines themselves: the findings are those of one process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from lint_keras_acc.arrow import lint_table
from tests.programs import needed, needed_module

PAGE = Path(__file__).parent.parent / "docs" / "engines.md"
PROGRAM = """\
import keras

topics = 12
inputs = keras.Input((64,))
outputs = keras.layers.Dense(topics, activation="sigmoid")(inputs)
model = keras.Model(inputs, outputs)
model.compile(
    loss="binary_crossentropy", metrics=["accuracy"]
)
"""
BROKEN = "import keras\nmodel.compile(\n"


def programs() -> dict[str, str]:
    """The programs of the page by the heading that they are under."""
    parts = re.split(r"^#+ (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    blocks = {
        title: re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE) for title, text in pairs(parts)
    }
    return {title: found[0] for title, found in blocks.items() if found}


def pairs(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts[::2], parts[1::2], strict=True))


def run(program: str, directory: Path) -> str:
    """What a program prints that is run in `directory`."""
    tree = str(PAGE.parent.parent)
    quiet = {"RAY_DEDUP_LOGS": "0", "RAY_USAGE_STATS_ENABLED": "0", "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=directory,
        capture_output=True,
        text=True,
        env={**os.environ, **quiet, "PYTHONPATH": tree, "PYSPARK_PYTHON": sys.executable},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_one_process(tmp_path: Path) -> None:
    rows = {"repository": ["topics", "empty"], "path": ["train.py", "setup.py"], "content": [PROGRAM, "x = 1\n"]}
    pq.write_table(pa.table(rows), tmp_path / "code.parquet")
    quoted = re.search(r"<!-- output of the program above -->\n```text\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert quoted
    assert run(programs()["Collections of code"], tmp_path) == quoted[1]


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "written"), [("Ray Data", "findings-of-ray"), ("PySpark", "findings-of-spark")])
def test_engine(engine: str, written: str, tmp_path: Path) -> None:
    if engine == "PySpark":
        needed_module("pyspark")
        needed("java")
    else:
        needed_module("ray")
    contents = [PROGRAM if number % 3 else BROKEN for number in range(60)]
    columns = {"repository": [f"{number:02}" for number in range(60)], "path": ["train.py"] * 60, "content": contents}
    files = pa.table(columns)
    pq.write_table(files, tmp_path / "code.parquet", row_group_size=10)
    run(programs()[engine], tmp_path)
    found = ds.dataset(tmp_path / written, format="parquet").to_table().sort_by("repository")
    expected = lint_table(files, carry=["repository"])
    assert expected.num_rows == 60
    assert found.to_pylist() == expected.to_pylist()
