"""What "accuracy" really is at run time: reference kernels, and an audit of live models.

Needs the extra `runtime` (NumPy, rich); the audit of a model needs the Keras that made it. Nothing of the linter
imports this package, and nothing heavy is imported before one of its names is used.

What an accuracy computes, in NumPy (on the floor of the readers):
    kernels    the accuracies as functions, and what to look at instead
    tallies    the same for data that comes in batches: states that merge
    semantics  which generation and backend of Keras computes them in which way
    blocks, rows, shapes  their loops: pieces that fit the cache, argmax and top-k, alignment as Keras has it
    accuracy   which of them the string 'accuracy' runs, and why

What a live model is:
    reader/    from a compiled model to its CompileSite and its portrait in Keras code
    observe    what a batch adds to a CompileSite

What users call (on the floor of the faces):
    auditing/  `audit`: a model over data, what Keras prints against what the kernels give, and the findings
    render/    an audit as text, JSON and a picture
    callback   `AccuracyCheck`, for `fit`
    testing    `assert_no_findings`, for test suites
    command, loading  `lint-keras-acc audit`: models and data out of files
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_keras_acc.runtime.accuracy import resolve
    from lint_keras_acc.runtime.auditing import Audit, AuditError, audit
    from lint_keras_acc.runtime.callback import AccuracyCheck, AccuracyFinding
    from lint_keras_acc.runtime.reader import ReaderError, inspect
    from lint_keras_acc.runtime.testing import assert_no_findings

__all__ = [
    "AccuracyCheck",
    "AccuracyFinding",
    "Audit",
    "AuditError",
    "ReaderError",
    "assert_no_findings",
    "audit",
    "inspect",
    "resolve",
]

_HOMES = {
    "AccuracyCheck": "callback",
    "AccuracyFinding": "callback",
    "Audit": "auditing",
    "AuditError": "auditing",
    "ReaderError": "reader",
    "assert_no_findings": "testing",
    "audit": "auditing",
    "inspect": "reader",
    "resolve": "accuracy",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
