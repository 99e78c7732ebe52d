"""A project with everything that a format may stumble over, and runs of the command over it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lint_keras_acc.__main__ import main
from tests.saved.making import archive, compiled, dense, sequential, start

FORMATS = ("text", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit")

REGRESSION = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
model.fit(x, y)
"""
LOGITS = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(3)])
model.compile(loss="categorical_crossentropy")
model.fit(x, y)
"""
MULTI_LABEL = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
"""
# What a program can put into a message: links, commands, markup, control characters, half a character.
NASTY = r"""
from tensorflow import keras

x = keras.Input((3,))
model = keras.Model(x, keras.layers.Dense(3, activation="softmax", name="classes")(x))
model.compile(loss={"a%0Ab,c:d::e##[error]]]><x>&[y](https://example.org)\n\x1b\ud800": "categorical_crossentropy"})
"""
SILENCED = REGRESSION.replace('["accuracy"])', '["accuracy"])  # noqa: KAC101')
# Names that are special in URLs, in workflow commands, in XML or to an operating system.
NAMES = ("a b.py", "100%,:x.py", "#q?&=.py", '<&>".py', "bell\x07.py", "zwei\nzeilen.py", "ä😀.py")


def notebook(*cells: str, indent: int | None = 1) -> str:
    """A notebook of a text cell and these code cells, each line a string of its own."""
    written = [{"cell_type": "code", "metadata": {}, "source": cell.splitlines(keepends=True)} for cell in cells]
    text = {"cell_type": "markdown", "metadata": {}, "source": "# A model"}
    return json.dumps({"cells": [text, *written], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


def make_project(root: Path) -> None:
    """All that a format may stumble over, in the directory `root`."""
    for name in NAMES:
        (root / name).write_text(REGRESSION, encoding="utf-8")
    (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.py"))).write_text(LOGITS, encoding="utf-8")
    (root / "nasty.py").write_text(NASTY, encoding="utf-8")
    (root / "silenced.py").write_text(SILENCED, encoding="utf-8")
    (root / "emoji.py").write_text(MULTI_LABEL.replace("(loss", "('😀é', loss"), encoding="utf-8")
    (root / "broken.py").write_text("model.compile(loss='mse'\n", encoding="utf-8")
    (root / "clean.py").write_text(REGRESSION.replace("accuracy", "mae"), encoding="utf-8")
    (root / "no-text.py").write_bytes(b"# keras\nmodel.compile(loss='\xff')\n")
    lines = MULTI_LABEL.splitlines(keepends=True)
    (root / "cells.ipynb").write_text(notebook("".join(lines[:3]), "s = '😀'\n" + lines[3]), encoding="utf-8")
    (root / "one-line.ipynb").write_text(notebook(REGRESSION, "1 +", indent=None), encoding="utf-8")
    archive(root / "saved.keras", compiled(sequential(start(4), dense(3)), loss="categorical_crossentropy"))
    (root / "refused.keras").write_bytes(b"PK")


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def run_with(capfd: object) -> Run:
    """Runs `check` in one format; what it prints."""

    def run(output_format: str, *arguments: str) -> Ran:
        status = main(["check", "--isolated", "--output-format", output_format, *arguments])
        out, err = capfd.readouterr()  # type: ignore[attr-defined]
        return Ran(status, out, err)

    return run
