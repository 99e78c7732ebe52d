"""What the inference reveals of the programs in `programs/`, in every spelling of Keras."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infer.revealed import PROGRAMS, Annotated, annotated_programs
from tests.infer.spellings import SPELLINGS

FILES = sorted(path.name for path in PROGRAMS.iterdir() if path.suffix in (".py", ".cells"))


def cases() -> Iterator[object]:
    for name in FILES:
        for program in annotated_programs(name):
            marks = [pytest.mark.xfail(reason=program.missed)] if program.missed else []
            yield pytest.param(program, id=f"{name}: {program.title}", marks=marks)


def spelled_files() -> list[object]:
    return [
        pytest.param(name, spelling, id=f"{name} [{spelling}]")
        for name in FILES
        if not name.endswith(".cells")
        for spelling in SPELLINGS
        if spelling != "keras"
    ]


@pytest.mark.parametrize("program", list(cases()))
def test_revelation(program: Annotated) -> None:
    assert program.announced(), "says nothing"
    assert "\n".join(program.differences()) == ""


@pytest.mark.parametrize(("name", "spelling"), spelled_files())
def test_spelling(name: str, spelling: str) -> None:
    told = []
    for program in annotated_programs(name):
        if program.respellable:
            differences = program.differences(SPELLINGS[spelling](program.text))
            told += [f"{program.title}: {difference}" for difference in differences]
    assert "\n".join(told) == ""


def test_titles_are_unique() -> None:
    titles = [(name, program.title) for name in FILES for program in annotated_programs(name)]
    assert len(titles) == len(set(titles))


def test_respelling_says_the_same_names() -> None:
    text = "from keras.layers import Dense\nimport keras\nkeras.losses.get(Dense(1, f(Dense=2)))\n"
    spelled = {name: respell(text) for name, respell in SPELLINGS.items()}
    assert spelled["tf_keras"].startswith("from tf_keras.layers import Dense\nimport tf_keras as keras\n")
    assert spelled["tf.keras.layers.Dense"] == (
        "import tensorflow as tf\n\ntf.keras.losses.get(tf.keras.layers.Dense(1, f(Dense=2)))\n"
    )
    assert spelled["from keras import layers"] == (
        "import keras; from keras import layers as k_layers\n\nkeras.losses.get(k_layers.Dense(1, f(Dense=2)))\n"
    )
