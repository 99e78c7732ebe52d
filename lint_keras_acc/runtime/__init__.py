"""What "accuracy" really is at run time: reference kernels, and an audit of live models.

Needs the extra `runtime` (NumPy, rich); the audit of a model needs the Keras that made it. Nothing of the linter
imports this package, and nothing heavy is imported before one of its names is used.
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
