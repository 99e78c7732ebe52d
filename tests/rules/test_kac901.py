"""KAC901: comments that silence nothing, among those that do, that are not ours, or that cannot be judged."""

from __future__ import annotations

import json

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.fixes import fix_source
from lint_keras_acc.source import read_source

MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
MISUSE = MODEL + "model.compile(loss='mse', metrics=['accuracy']){}\n"
CLEAN = MODEL + "model.compile(loss='mse', metrics=['mae']){}\n"
RECONSTRUCTION = (
    "import keras\nmodel = keras.Sequential([keras.layers.Dense(8, activation='sigmoid')])\n"
    "model.compile(loss='binary_crossentropy', metrics=['accuracy']){}\nmodel.fit(x, x)\n"
)
ON = Settings(extend_select=("KAC901",), project_pins=False)


def unused(text: str, settings: Settings = ON, path: str = "x.py") -> list[str]:
    report = lint_source(read_source(path, text.encode()), settings)
    assert not report.failures
    return [finding.message.partition(" silence")[0] for finding in report.findings if finding.code == "KAC901"]


def fixed(text: str, path: str = "x.py") -> str:
    source = read_source(path, text.encode())
    result = fix_source(source, lambda changed: lint_source(changed, ON).findings)
    assert result.converged
    assert not result.skipped
    return result.data.decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MISUSE.format("  # noqa: KAC101"), id="it silences"),
        pytest.param(MISUSE.format("  # noqa: KAC1"), id="a prefix that silences"),
        pytest.param(MISUSE.format("  # noqa: E501, KAC101 because"), id="it silences among others"),
        pytest.param(CLEAN.format("  # noqa"), id="a bare comment"),
        pytest.param(CLEAN.format("  # noqa: KAC"), id="no code, so a bare comment"),
        pytest.param(CLEAN.format("  # noqa: E501"), id="of another tool"),
        pytest.param(CLEAN.format("  # noqa: KACX101, MYKAC101"), id="codes that only look like ours"),
        pytest.param(CLEAN.format("  # noqa: kac101"), id="small letters are no code of ours"),
        pytest.param(CLEAN.format("  # noqa: KAC101, KAC901"), id="silenced itself"),
        pytest.param(CLEAN.format("\ntext = '# noqa: KAC101'"), id="a string"),
        pytest.param(CLEAN.format("\ntext = '''\n# noqa: KAC101\n'''"), id="a line of a string"),
        pytest.param("# flake8: noqa\n" + CLEAN.format("  # noqa: KAC101"), id="the whole file is silenced"),
        pytest.param(RECONSTRUCTION.format("  # noqa: KAC109"), id="a hint, though hints are off"),
        pytest.param(CLEAN.format("  # noqa: KAC101") + "x = (\n", id="a file that is no Python"),
    ],
)
def test_silent(text: str) -> None:
    assert unused(text) == []


@pytest.mark.parametrize(
    ("text", "codes", "repaired"),
    [
        (CLEAN.format("  # noqa: KAC101"), "KAC101", CLEAN.format("")),
        (CLEAN.format("  # noqa:KAC101,KAC2 \t"), "KAC101 and KAC2", CLEAN.format("")),
        (CLEAN.format("  # noqa: KAC101, E501"), "KAC101", CLEAN.format("  # noqa: E501")),
        (CLEAN.format("  # noqa: E501,KAC101,W1"), "KAC101", CLEAN.format("  # noqa: E501,W1")),
        (CLEAN.format("  # noqa: E501 KAC101 then"), "KAC101", CLEAN.format("  # noqa: E501 then")),
        (CLEAN.format("  # noqa: KAC101 then"), "KAC101", CLEAN.format("  # then")),
        (CLEAN.format("  # noqa: KAC101  # type: ignore"), "KAC101", CLEAN.format("  # type: ignore")),
        (CLEAN.format("  # the error  # noqa: KAC101"), "KAC101", CLEAN.format("  # the error")),
        (CLEAN.format("  # noqa: KAC999"), "KAC999 (no such rule)", CLEAN.format("")),
        (CLEAN.format("  # noqa: KAC601"), "KAC601", CLEAN.format("")),
        (CLEAN.format("\n    # noqa: KAC101\nx = 1"), "KAC101", CLEAN.format("\nx = 1")),
        (MISUSE.format("  # noqa: KAC101, KAC102"), "KAC102", MISUSE.format("  # noqa: KAC101")),
        (MISUSE.format("  # noqa  # noqa: KAC101"), "KAC101", MISUSE.format("  # noqa")),
        (
            MISUSE.format("  # noqa: E1  # noqa: KAC102"),
            "KAC102",
            MISUSE.format("  # noqa: E1").replace("accuracy", "mae"),
        ),
        (
            CLEAN.format("\ntext = '''\n# noqa: E1\n'''  # noqa: KAC101"),
            "KAC101",
            CLEAN.format("\ntext = '''\n# noqa: E1\n'''"),
        ),
        ("x = 1  # noqa: KAC101\n", "KAC101", "x = 1\n"),
        ("x = 1\r\ny = 2  # noqa: KAC101\r\n", "KAC101", "x = 1\r\ny = 2\r\n"),
        ("x = 1\n# noqa: KAC101", "KAC101", "x = 1\n"),
    ],
)
def test_found_and_removed(text: str, codes: str, repaired: str) -> None:
    assert unused(text) == [codes]
    assert fixed(text) == repaired
    assert unused(repaired) == []


def test_it_is_off_unless_it_is_asked_for() -> None:
    text = CLEAN.format("  # noqa: KAC101")
    for settings in (Settings(), Settings(hints=True), Settings(select=("KAC9",)), Settings(extend_select=("KAC1",))):
        assert unused(text, settings) == []
    assert unused(text, Settings(select=("KAC", "unused-noqa")))
    assert unused(text, Settings(extend_select=("KAC901",), ignore=("KAC901",))) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"ignore": ("KAC101",)}, []),
        ({"ignore": ("KAC2",)}, ["KAC101"]),
        ({"select": ("KAC2",)}, []),
        ({"select": ("KAC101",)}, ["KAC101"]),
        ({"per_file_ignores": (("x.py", ("KAC1",)),)}, []),
        ({"per_file_ignores": (("y.py", ("KAC1",)),)}, ["KAC101"]),
        ({"per_file_ignores": (("x.py", ("unused-noqa",)),)}, []),
    ],
)
def test_a_rule_that_is_not_selected_is_not_judged(settings: dict[str, tuple[str, ...]], told: list[str]) -> None:
    chosen = Settings(**{"extend_select": ("KAC901",), **settings})  # type: ignore[arg-type]
    assert unused(CLEAN.format("  # noqa: KAC101"), chosen) == told


def test_a_prefix_is_judged_where_all_its_rules_are_selected() -> None:
    text = CLEAN.format("  # noqa: KAC1")
    assert unused(text) == ["KAC1"]
    assert unused(text, Settings(extend_select=("KAC901",), ignore=("KAC109",))) == []


def test_notebooks() -> None:
    cells = [
        MODEL,
        "%%time\nmodel.compile(loss='mse', metrics=['mae'])  # noqa: KAC101",
        "%%bash\necho # noqa: KAC101",
        "%pip install x's\nmodel.compile(loss='mse', metrics=['accuracy'])  # noqa: KAC101\n!ls # noqa: KAC101",
    ]

    def notebook(cells: list[str]) -> str:
        return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})

    before = notebook(cells)
    assert unused(before, path="x.ipynb") == ["KAC101"]
    cells[1] = cells[1].partition("  #")[0]
    assert fixed(before, "x.ipynb") == notebook(cells)
