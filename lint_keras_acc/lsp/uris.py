"""From the URI of a document to the path that the engine gets, and back."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from lint_keras_acc.source import UNNAMED

_DRIVE = re.compile(r"/([A-Za-z]):(?=/|$)")


def path_of(uri: str, *, windows: bool = os.name == "nt") -> str:
    """The path of a file, or `<stdin>` for a document that is no file: nothing is looked for around that one.

    A cell of a notebook, and whatever else an editor makes up, is no file, though it may name one.
    """
    parts = urlsplit(uri)
    if parts.scheme.lower() != "file":
        return UNNAMED
    # A `?` or `#` that an editor has left as it is belongs to the name: files have no queries and no fragments.
    written = uri[len("file:") :].removeprefix("//").removeprefix(parts.netloc)
    path = os.fsdecode(unquote_to_bytes(written))
    host = unquote(parts.netloc)
    if host and host.lower() != "localhost":
        path = f"//{host}{path}"
    if not windows:
        return path
    drive = _DRIVE.match(path)
    return (f"{drive[1].upper()}:{path[drive.end() :]}" if drive else path).replace("/", "\\")


def uri_of(path: str) -> str:
    """The URI of a file."""
    return Path(os.path.abspath(path)).as_uri()


def same(uri: str) -> str:
    """What two spellings of a URI have in common: one editor escapes a colon in some messages only."""
    return unquote(uri)
