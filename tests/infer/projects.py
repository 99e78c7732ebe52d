"""Small projects on disk, and what the inference reads in one of their files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lint_keras_acc.infer import Modules, compile_sites
from lint_keras_acc.infer import modules as module_reading
from lint_keras_acc.infer.modules import ModuleCache
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import read_bytes, read_source

# Builds a model of 12 sigmoid units: no other part of the projects has this number.
BUILDER = """\
import keras


def build(units=12):
    model = keras.Sequential()
    model.add(keras.layers.Dense(64, activation="relu"))
    model.add(keras.layers.Dense(units, activation="sigmoid"))
    return model
"""
COMPILE = "model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])\n"


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write the files of a project, whose root `root` becomes."""
    for name, text in {"setup.cfg": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def read_sites(
    path: Path | str, root: Path | None = None, cache: ModuleCache | None = None
) -> list[tuple[CompileSite, ...]]:
    """The compile calls of a file, with what it imports followed from disk."""
    (program,), errors = read_source(str(path)).programs()
    assert not errors
    modules = Modules(program, None if root is None else str(root), cache or ModuleCache())
    return list(compile_sites(program, modules=modules))


def only_site(path: Path | str, root: Path | None = None) -> CompileSite:
    """The one possibility of the one compile call of a file."""
    ((site,),) = read_sites(path, root)
    return site


def units(path: Path | str, root: Path | None = None) -> int | None:
    """The units of the one output that the one compile call of a file has."""
    (head,) = only_site(path, root).heads
    return head.output.units.value


class Reads:
    """The files that were read for others, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []

        def counted(path: str) -> bytes:
            self.names.append(Path(path).name)
            return read_bytes(path)

        monkeypatch.setattr(module_reading, "read_bytes", counted)
