"""What an editor tells of the thing under the cursor."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.lsp.hover import Hover, hover
from lint_keras_acc.lsp.markup import Markdown, PlainText
from lint_keras_acc.source import Source, read_source

SETTINGS = Settings(no_project=True, project_pins=False)


def hover_on(program: str, word: str, *, markdown: bool = False, settings: Settings = SETTINGS) -> Hover | None:
    """What is told of the last place of `word` in a program."""
    source = read_source("model.py", program.encode())
    before = program[: program.rindex(word)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return hover(source.programs()[0], lint_source(source, settings), (None, line, column), markdown=markdown)


def text_on(program: str, word: str, **options: bool) -> str:
    found = hover_on(program, word, **options)
    assert found is not None
    return found.text


def notebook(*cells: str) -> Source:
    document = {"cells": [{"cell_type": "code", "source": text} for text in cells], "metadata": {}, "nbformat": 4}
    return read_source("model.ipynb", json.dumps(document).encode())


def model(
    *, layer: str = "10, activation='softmax'", loss: str = "'sparse_categorical_crossentropy'", labels: str = ""
) -> str:
    return (
        "import keras\n"
        f"{labels}\n"
        f"model = keras.Sequential([keras.Input((8,)), keras.layers.Dense({layer})])\n"
        f"model.compile(loss={loss}, metrics=['accuracy'])\n"
        f"{'model.fit(x, y)' if labels else ''}\n"
    )


INTEGERS = "(x, y), _ = keras.datasets.mnist.load_data()"
ONE_HOT = f"{INTEGERS}\ny = keras.utils.to_categorical(y, 10)"
BINARY = "(x, y), _ = keras.datasets.imdb.load_data()"
MULTI_HOT = "from sklearn.preprocessing import MultiLabelBinarizer\ny = MultiLabelBinarizer().fit_transform(tags)"
SIGMOID = "1, activation='sigmoid'"
BCE, CCE = "'binary_crossentropy'", "'categorical_crossentropy'"
LOGITS = "keras.losses.BinaryCrossentropy(from_logits=True)"


@pytest.mark.parametrize(
    ("program", "kernel", "standing"),
    [
        (model(labels=INTEGERS), "sparse_categorical_accuracy", "Honest: one of 10 classes is right"),
        (model(), "sparse_categorical_accuracy", "Honest if the labels are class ids, as sparse"),
        (model(loss=CCE, labels=ONE_HOT), "categorical_accuracy", "Honest: one of 10 classes is right"),
        (model(layer=SIGMOID, loss=BCE, labels=BINARY), "binary_accuracy", "Honest: each row is a yes or no"),
        (model(layer=SIGMOID, loss=BCE), "binary_accuracy", "Honest if the labels are 0 and 1, as binary"),
        (model(layer="1", loss=LOGITS), "binary_accuracy", "Not honest: a binary accuracy cuts logits at 0.5"),
        (model(layer="1", loss="'mse'"), "binary_accuracy", "Not honest: an accuracy under a regression loss"),
        (
            model(layer="1", loss=BCE),
            "binary_accuracy",
            "Not honest: logits go into a cross-entropy that takes probabilities (KAC201).",
        ),
        (
            model(layer="10"),
            "sparse_categorical_accuracy",
            "Counts what it says, but the loss does not fit: logits go into a cross-entropy that",
        ),
        (
            model(layer="12, activation='sigmoid'", loss=BCE, labels=MULTI_HOT),
            "categorical_accuracy",
            "Not honest: the string 'accuracy' is an argmax over independent labels",
        ),
        (
            model(layer="2, activation='sigmoid'", loss=BCE),
            "categorical_accuracy",
            "Doubtful: for 2 independent sigmoid outputs",
        ),
    ],
)
def test_accuracy_is_told_with_what_it_runs_and_whether_that_is_honest(
    program: str, kernel: str, standing: str
) -> None:
    title, judged = text_on(program, "'accuracy'").split("\n\n")[:2]
    assert title == f"'accuracy' runs {kernel}"
    assert judged.startswith(standing)


def test_what_to_write_instead_is_told() -> None:
    text = text_on(model(layer="1", loss=LOGITS), "'accuracy'")
    assert "\n\nInstead: write BinaryAccuracy(threshold=0.0, name='accuracy').\n\n" in text


def test_facts_are_told_with_their_places() -> None:
    text = text_on(model(loss=CCE, labels=ONE_HOT), "'accuracy'")
    assert "- output: 10 units, softmax — line 4: keras.layers.Dense(10, activation='softmax')" in text
    assert "- labels: one-hot rows of 10 classes — line 3: keras.utils.to_categorical(y, 10)" in text
    assert "- loss: categorical_crossentropy — line 5\n" in text
    assert "- logged as accuracy" in text
    assert text.count("\n\n") == 2


def test_what_keras_does_not_take_is_no_judgement_of_the_number() -> None:
    text = text_on(model(labels=INTEGERS).replace("['accuracy']", "'accuracy'"), "'accuracy'")
    assert "\n\nNot as Keras takes it: `metrics` is not a list (KAC401).\n\nInstead: put it in a list." in text


def test_a_metric_of_an_unknown_expression_is_not_spoken_of() -> None:
    program = model().replace("'accuracy'", "make_metric()[0]")
    assert hover_on(program, "make_metric()[0]") is None


@pytest.mark.parametrize(
    ("dialect", "kernel", "why"),
    [
        ("keras-3.15", "categorical_accuracy", "keras-3.15 looks at the shapes, not at the loss"),
        ("keras-2.2", "binary_accuracy", "binary cross-entropy (keras-2.2 looks at the loss)"),
    ],
)
def test_the_reason_is_that_of_the_generation(dialect: str, kernel: str, why: str) -> None:
    program = model(layer="12, activation='sigmoid'", loss=BCE, labels=MULTI_HOT)
    found = hover_on(program, "'accuracy'", settings=replace(SETTINGS, dialect=parse_dialect(dialect)))
    assert found is not None
    assert found.text.startswith(f"'accuracy' runs {kernel}\n")
    assert why in found.text


@pytest.mark.parametrize(
    ("program", "judged"),
    [
        (
            model(layer="size, activation='softmax'"),
            "Honest if the output has several units and the labels are class ids: then it is "
            "sparse_categorical_accuracy, with one unit binary_accuracy; how many there are is not to be seen here.",
        ),
        (
            model(layer="size, activation='softmax'", loss=CCE, labels=ONE_HOT),
            "Honest if the output has several units: then it is categorical_accuracy, ",
        ),
        (
            model(layer="size, activation='sigmoid'", loss=BCE),
            "Honest if the output has one unit and the labels are 0 and 1: then it is binary_accuracy, ",
        ),
        (model(layer="size", loss="my_loss"), "Not known: which one runs depends on the number of output units"),
        (model(layer="3", loss="my_loss"), "Not known: which one runs depends on the labels"),
        (
            model(layer="10, activation='softmax'", loss="my_loss", labels=INTEGERS),
            "Honest: one of 10 classes is right, and the labels are class ids.",
        ),
    ],
)
def test_what_cannot_be_known_is_not_guessed(program: str, judged: str) -> None:
    assert text_on(program, "'accuracy'").split("\n\n")[1].startswith(judged)


def test_what_spoils_the_number_is_told_before_what_spoils_the_training_only() -> None:
    program = model(layer="10", labels="(x, y), _ = keras.datasets.cifar10.load_data()").replace(
        "keras.Input((8,))", "keras.Input((4, 4, 8))"
    )
    text = text_on(program, "'accuracy'")
    assert "Not honest: the output keeps an axis that the labels do not have (KAC306, KAC201)." in text


def test_branches_are_told_apart() -> None:
    program = (
        "import keras\nmodel = keras.Sequential([keras.Input((8,))])\n"
        "if binary:\n    model.add(keras.layers.Dense(1, activation='sigmoid'))\n    loss = 'binary_crossentropy'\n"
        "else:\n    model.add(keras.layers.Dense(3, activation='softmax'))\n"
        "    loss = 'sparse_categorical_crossentropy'\n"
        "model.compile(loss=loss, metrics=['accuracy'])\n"
    )
    text = text_on(program, "'accuracy'")
    assert "'accuracy' runs binary_accuracy" in text
    assert "'accuracy' runs sparse_categorical_accuracy" in text


def test_the_word_compile_is_told_with_every_output() -> None:
    program = (
        "import keras\nx = keras.Input((8,))\n"
        "a = keras.layers.Dense(1, activation='sigmoid', name='spam')(x)\n"
        "b = keras.layers.Dense(5, activation='softmax', name='topic')(x)\n"
        "model = keras.Model(x, [a, b])\n"
        "model.compile(loss=['binary_crossentropy', 'sparse_categorical_crossentropy'],\n"
        "              metrics=[['accuracy'], ['accuracy']])\n"
    )
    found = hover_on(program, "compile(")
    assert found is not None
    assert (found.span.line, found.span.column, found.span.end_column) == (6, 7, 14)
    assert "- output spam: 1 unit, sigmoid" in found.text
    assert "- output topic: 5 units, softmax" in found.text
    assert "'accuracy' runs binary_accuracy — honest, on a condition" in found.text


def test_a_loss_is_told_with_what_it_takes_and_what_contradicts_it() -> None:
    text = text_on(model(layer="1", loss=BCE), BCE)
    assert "Takes probabilities, and labels of 0 and 1" in text
    assert "Contradiction: binary_crossentropy takes probabilities, but the model ends in one linear output" in text


@pytest.mark.parametrize(
    ("loss", "takes"),
    [
        ("'categorical_crossentropy'", "Takes probabilities, and one-hot rows as labels."),
        ("keras.losses.SparseCategoricalCrossentropy(from_logits=True)", "Takes logits, and class ids as labels."),
        ("'categorical_hinge'", "Takes one-hot rows as labels."),
        ("'hinge'", "Takes labels of -1 and 1, and scores of any sign."),
        ("'mae'", "Takes numbers, and measures how far they are apart."),
    ],
)
def test_each_loss_takes_something_else(loss: str, takes: str) -> None:
    assert f"\n\n{takes}" in text_on(model(layer="10", loss=loss), loss)


def test_a_finding_elsewhere_is_explained_by_its_rule() -> None:
    program = model(labels=INTEGERS).replace(
        "model.fit(x, y)", "model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping(monitor='val_acc')])"
    )
    text = text_on(program, "'val_acc'")
    assert text.startswith("KAC501 unknown-monitor (https://")
    assert "\n\nA callback watches a key that is never logged.\n\n" in text


@pytest.mark.parametrize("word", ["import", "keras.Input", "model ="])
def test_nothing_is_told_where_there_is_nothing_to_say(word: str) -> None:
    assert hover_on(model(), word) is None


def test_no_rule_is_lost_where_comments_silence_it() -> None:
    program = model(layer="1", loss=LOGITS).replace("metrics=['accuracy'])", "metrics=['accuracy'])  # noqa")
    assert "Not honest" in text_on(program, "'accuracy'")


def test_cells_of_a_notebook_are_named() -> None:
    cells = ["import keras\nmodel = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])", "1 + 1"]
    cells.append("model.compile(loss='mse', metrics=['accuracy'])")
    source = notebook(*cells)
    found = hover(source.programs()[0], lint_source(source, SETTINGS), (2, 1, 39), markdown=False)
    assert found is not None
    assert "- output: 1 unit, no activation — cell 0, line 2: keras.layers.Dense(1)" in found.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write BinaryAccuracy(name='accuracy')", "write `BinaryAccuracy(name='accuracy')`"),
        ("'acc' runs binary_accuracy here", "`'acc'` runs `binary_accuracy` here"),
        ("the model's 3.15 or TensorFlow 2.2", "the model's 3.15 or TensorFlow 2.2"),
        ("a * b <i> [x](y)", r"a \* b \<i\> \[x\](y)"),
    ],
)
def test_names_in_messages_are_code(text: str, shown: str) -> None:
    assert Markdown().prose(text) == shown
    assert PlainText().prose(text) == text


@pytest.mark.parametrize(("code", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``")])
def test_backticks_in_code_stay(code: str, shown: str) -> None:
    assert Markdown().code(code) == shown


def test_places_of_other_files_are_told_and_not_taken_for_places_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    names = "import keras\n\n\n\nMETRICS = ['accuracy']\n\n\ndef build():\n"
    built = "    return keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, activation='sigmoid')])\n"
    (tmp_path / "names.py").write_text(names + built)
    program = (
        "from names import METRICS, build\n\nmodel = build()\n"
        "model.compile(loss='binary_crossentropy', metrics=METRICS)\nanything_else = 1\n"
    )
    path = str(tmp_path / "train.py")
    source = read_source(path, program.encode())
    report = lint_source(source, Settings(project_pins=False))
    programs = source.programs()[0]
    assert report.calls[0][0].metrics[0].span.path.endswith("names.py")
    assert hover(programs, report, (None, 5, 12)) is None
    found = hover(programs, report, (None, 4, 8), markdown=False)
    assert found is not None
    assert "- output: 1 unit, sigmoid — names.py, line 9\n" in found.text


def test_a_file_that_a_notebook_writes_is_a_program_of_its_own() -> None:
    cells = ["import keras", "%%writefile model.py\n" + model(layer=SIGMOID, loss=BCE)]
    source = notebook(*cells)
    line = next(number for number, text in enumerate(cells[1].splitlines(), 1) if "compile" in text)
    column = cells[1].splitlines()[line - 1].index("'accuracy'") + 1
    found = hover(source.programs()[0], lint_source(source, SETTINGS), (1, line, column), markdown=False)
    assert found is not None
    assert "- output: 1 unit, sigmoid — cell 1, line 4: keras.layers.Dense(1, activation='sigmoid')" in found.text
