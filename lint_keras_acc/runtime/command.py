"""What the command `audit` does with its files: load them and audit them, silently."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Iterator

from lint_keras_acc.config import Settings
from lint_keras_acc.runtime.auditing import Audit, AuditError, audit
from lint_keras_acc.runtime.loading import LoadingError, load_data, load_model
from lint_keras_acc.runtime.reader import ReaderError
from lint_keras_acc.runtime.testing import selected


class CommandError(Exception):
    """The files cannot be audited. The message is one line for the user."""


def audit_files(options: Namespace, settings: Settings) -> Audit:
    """The audit of the model and data that the options name. Raises CommandError."""
    with _silence():
        try:
            model = load_model(options.model, options.keras)
            x, y, sample_weight = load_data(
                options.data, model, x=options.x or (), y=options.y or (), sample_weight=options.sample_weight
            )
        except LoadingError as error:
            raise CommandError(str(error)) from error
        try:
            result = audit(model, x, y, sample_weight=sample_weight, batch_size=options.batch_size)
        except AuditError as error:
            raise CommandError(f"{options.data}: {error}") from error
        except ReaderError as error:
            raise CommandError(
                f"{options.model}: {error}; compile it in Python and call lint_keras_acc.runtime.audit(model, x, y)"
            ) from error
    return selected(result, settings)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let what Keras and its backend print go to standard error, and their warnings nowhere."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
