"""From the URI of a document to the path that the engine gets, and back."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from lint_keras_acc.source import UNNAMED

_AUTHORITY = re.compile("//([^/?#]*)")
_DRIVE = re.compile(r"/([A-Za-z]):(?=/|$)")


def path_of(uri: str, *, windows: bool = os.name == "nt") -> str:
    """The path of a file, or `<stdin>` for a document that is no file: nothing is looked for around that one.

    A cell of a notebook, and whatever else an editor makes up, is no file, though it may name one.
    """
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "file":
        return UNNAMED
    # A `?` or `#` that an editor has left as it is belongs to the name: files have no queries and no fragments.
    authority = _AUTHORITY.match(rest)
    written = rest[authority.end() :] if authority else rest
    path = os.fsdecode(unquote_to_bytes(written.encode("utf-8", "surrogatepass")))
    host = unquote(authority[1]) if authority else ""
    if host and host.lower() != "localhost":
        path = f"//{host}{path}"
    if not windows:
        return path or UNNAMED
    drive = _DRIVE.match(path)
    return (f"{drive[1].upper()}:{path[drive.end() :]}" if drive else path).replace("/", "\\")


def uri_of(path: str) -> str:
    """The URI of a file."""
    return Path(os.path.abspath(path)).as_uri()


def same(uri: str) -> str:
    """What two spellings of a URI have in common: one editor escapes a colon in some messages only."""
    return unquote(uri)
