"""From source to CompileSites: what each compile call of a program relates, without running it."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from lint_keras_acc.infer.limits import OutOfTime
from lint_keras_acc.infer.modules import Modules
from lint_keras_acc.infer.reader import Reader
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import Program

__all__ = ["Modules", "OutOfTime", "compile_sites"]


def compile_sites(
    program: Program, dialect: Dialect | None = None, modules: Modules | None = None, deadline: float = inf
) -> Iterator[tuple[CompileSite, ...]]:
    """For each compile call of a Keras model, in the order of the text, the sites that it may be.

    Without `dialect` the idioms of the program decide, else the newest Keras 3 is taken. `modules` finds what the
    program imports from its project; without it no other file is read. Raises OutOfTime for the first call that is
    still being read when the clock of `time.thread_time` shows more than `deadline`.
    """
    return Reader(program, dialect, modules, deadline).sites()
