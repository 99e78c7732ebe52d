"""From source to CompileSites: what each compile call of a program relates, without running it."""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.infer.reader import Reader
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import Program


def compile_sites(program: Program, dialect: Dialect | None = None) -> Iterator[tuple[CompileSite, ...]]:
    """For each compile call of a Keras model, in the order of the text, the sites that it may be.

    Without `dialect` the idioms of the program decide, else the newest Keras 3 is taken.
    """
    return Reader(program, dialect).sites()
