"""The shipped examples: what is found in each, and what becomes of each when it is repaired."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pytest

from lint_keras_acc.cli import CLEAN, FOUND, main

EXAMPLES = Path(__file__).parent.parent / "examples"

# Findings in order: cell, line, code, applicability of the fix.
EXPECTED: dict[str, list[tuple[int | None, int, str, str]]] = {
    "article_topics.py": [(None, 34, "KAC102", "safe")],
    "clothes_early_stopping.py": [(None, 22, "KAC501", "safe")],
    "customer_churn.py": [(None, 20, "KAC204", "unsafe")],
    "flowers.ipynb": [
        (6, 3, "KAC201", "unsafe"),
        (9, 4, "KAC504", "safe"),
        (9, 5, "KAC504", "safe"),
    ],
    "heads.py": [],
    "heads_labels_swapped.py": [
        (None, 28, "KAC301", "safe"),
        (None, 33, "KAC301", "safe"),
        (None, 38, "KAC302", "safe"),
        (None, 42, "KAC302", "safe"),
    ],
    "heads_logits_swapped.py": [
        (None, 28, "KAC201", "unsafe"),
        (None, 32, "KAC201", "unsafe"),
        (None, 38, "KAC202", "unsafe"),
        (None, 44, "KAC202", "unsafe"),
    ],
    "house_prices.py": [(None, 21, "KAC101", "safe")],
    "parquet_on_dask.py": [],
    "spam_filter.py": [(None, 19, "KAC103", "safe")],
}
NAMES = sorted(EXPECTED)

Output = pytest.CaptureFixture[str]


def findings(path: Path, output: Output, *options: str) -> list[tuple[int | None, int, str, str]]:
    """What `check` finds, hints included."""
    command = ["check", "--isolated", "--hints", "--exit-zero", "--output-format=json", *options, str(path)]
    assert main(command) == CLEAN
    told = json.loads(output.readouterr().out)
    return [
        (
            finding["cell"],
            finding["line"],
            finding["code"],
            finding["fix"]["applicability"] if finding["fix"] else "none",
        )
        for finding in told
    ]


def program(path: Path) -> str:
    """The Python text of an example, without the lines that only a notebook understands."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return "\n".join(line for line in "\n".join(cells).splitlines() if not line.startswith(("%", "!")))


def test_every_example_is_expected() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_file()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_findings(name: str, capsys: Output) -> None:
    assert findings(EXAMPLES / name, capsys) == EXPECTED[name]


@pytest.mark.parametrize("name", NAMES)
def test_safe_fixes_leave_the_unsafe_ones(name: str, tmp_path: Path, capsys: Output) -> None:
    path = Path(shutil.copy(EXAMPLES / name, tmp_path))
    left = [finding for finding in EXPECTED[name] if finding[-1] != "safe"]
    assert main(["check", "--isolated", "--fix", str(path)]) == (FOUND if left else CLEAN)
    capsys.readouterr()
    assert [finding[2] for finding in findings(path, capsys)] == [finding[2] for finding in left]
    ast.parse(program(path))


@pytest.mark.parametrize("name", NAMES)
def test_all_fixes_leave_nothing(name: str, tmp_path: Path, capsys: Output) -> None:
    path = Path(shutil.copy(EXAMPLES / name, tmp_path))
    fix = ["check", "--isolated", "--fix", "--unsafe-fixes", str(path)]
    assert main(fix) == CLEAN
    fixed = path.read_bytes()
    assert (fixed == (EXAMPLES / name).read_bytes()) == (not EXPECTED[name])
    ast.parse(program(path))
    capsys.readouterr()
    assert findings(path, capsys) == []
    assert main(fix) == CLEAN
    assert path.read_bytes() == fixed


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".ipynb")])
def test_only_source_lines_change_in_a_notebook(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(EXAMPLES / name, tmp_path))
    main(["check", "--isolated", "--fix", "--unsafe-fixes", str(path)])
    before = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
    after = path.read_text(encoding="utf-8").splitlines()
    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == len(EXPECTED[name])
