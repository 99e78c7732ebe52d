"""Loads the types of the protocol, which takes most of the time in which the server starts."""

from __future__ import annotations

from functools import partial

import attrs


def load_protocol() -> None:
    """Import `lsprotocol.types` without what the server never asks of its 550 classes: how they look, and are equal.

    attrs compiles those methods for each class one by one: without them the import takes six tenths of its time.
    To be called before anything else imports it, in a process that does nothing but serve.
    """
    define = attrs.define
    attrs.define = partial(define, eq=False, repr=False)
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
