"""Which files are saved models."""

from __future__ import annotations

import os

from lint_keras_acc.source import SUFFIXES as SOURCES

SUFFIXES = (".keras", ".h5", ".hdf5")
HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def is_saved_model(path: str) -> bool:
    """Whether a file that is named is to be read as a saved model: by its name, or by how it begins."""
    if path.endswith(SOURCES):
        return False
    if path.endswith(SUFFIXES):
        return True
    try:
        return os.path.isfile(path) and start_of(path).startswith((HDF5, *ZIP))
    except OSError:
        return False


def start_of(path: str) -> bytes:
    """The first bytes of a file. Raises OSError."""
    with open(path, "rb") as file:
        return file.read(len(HDF5))
