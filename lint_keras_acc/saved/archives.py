"""What is in the file of a saved model: a zip archive of JSON texts and weights (.keras), or an HDF5 file (.h5).

Nothing is extracted: the members are looked up by their exact names and read into memory, within bounds.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from lint_keras_acc.saved.files import HDF5, ZIP, start_of
from lint_keras_acc.saved.hdf5 import HDF5Error, read_attributes
from lint_keras_acc.saved.parsing import MAX_TEXT, JSONError, as_name, parse_object

# Where the list of the members is longer than this there are more than ten thousand of them.
_MAX_LIST = 2**20
_ENCRYPTED = 0x1
_UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


class SavedError(Exception):
    """A file that cannot be read as a saved model. `message` is the end of a sentence about it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True)
class Archive:
    """The texts in the archive of a saved model.

    kind:          'keras' for the zip archive, 'hdf5' for the HDF5 file.
    keras_version: of the Keras that saved it; None where the archive does not say.
    model:         the configuration of the model: `class_name`, `config`, and more.
    compiled:      what `compile` was given; None where the model was saved without it.
    """

    path: str
    kind: Literal["keras", "hdf5"]
    keras_version: str | None
    model: Mapping[str, object]
    compiled: Mapping[str, object] | None


def read_archive(path: str) -> Archive:
    """The texts in a saved model. Raises SavedError where there are none, or they are beyond the bounds."""
    try:
        start = start_of(path)
    except OSError as error:
        raise SavedError(path, f"cannot be read: {error.strerror}") from None
    if start.startswith(HDF5):
        return _of_hdf5(path)
    if start.startswith(ZIP):
        return _of_zip(path)
    raise SavedError(path, "is no saved model: neither a .keras archive nor an HDF5 file")


def _compiled(config: object) -> Mapping[str, object] | None:
    return config if isinstance(config, dict) and config else None


# --- .keras -------------------------------------------------------------------------------------------------


def _of_zip(path: str) -> Archive:
    try:
        with open(path, "rb", buffering=0) as raw, _Bounded(raw) as file, zipfile.ZipFile(file) as archive:
            file.most = MAX_TEXT
            metadata, model = (_member(path, archive, name) for name in ("metadata.json", "config.json"))
    except _UNREADABLE as error:
        raise SavedError(path, f"is a damaged archive: {error}") from None
    return Archive(path, "keras", as_name(metadata.get("keras_version")), model, _compiled(model.get("compile_config")))


class _Bounded(io.BufferedReader):
    """A file of which at most `most` bytes are read at once: `zipfile` reads the whole list of the members so."""

    most = _MAX_LIST

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(self.most + 1 if size is None or size < 0 else min(size, self.most + 1))
        if len(data) > self.most:
            raise zipfile.BadZipFile("it has too many members")
        return data


def _member(path: str, archive: zipfile.ZipFile, name: str) -> Mapping[str, object]:
    found = [member for member in archive.infolist() if member.filename == name]
    if len(found) != 1:
        raise SavedError(path, f"is no saved model: an archive with {len(found) or 'no'} {name}")
    (member,) = found
    if member.flag_bits & _ENCRYPTED:
        raise SavedError(path, f"has an encrypted {name}")
    # Other compressions have no bound on what one step of theirs returns.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SavedError(path, f"has a {name} that is compressed in a way that Keras does not use")
    if member.file_size > MAX_TEXT:
        raise SavedError(path, f"has a {name} that is longer than {MAX_TEXT // 2**20} MB")
    with archive.open(member) as file:
        text = file.read(MAX_TEXT)
    return _parsed(path, name, lambda: parse_object(text))


def _parsed(path: str, name: str, parse: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
    try:
        return parse()
    except JSONError as error:
        raise SavedError(path, f"has a {name} that {error}") from None


# --- .h5 ----------------------------------------------------------------------------------------------------


def _of_hdf5(path: str) -> Archive:
    try:
        texts = read_attributes(path, MAX_TEXT)
    except HDF5Error as error:
        raise SavedError(path, str(error)) from None
    model_text, compiled_text = texts.get("model_config"), texts.get("training_config")
    if model_text is None:
        raise SavedError(path, "holds weights at most, no model: save it whole, with model.save")
    model = _parsed(path, "model_config", lambda: parse_object(model_text))
    compiled = None
    if compiled_text is not None:
        compiled = _parsed(path, "training_config", lambda: parse_object(compiled_text))
    return Archive(path, "hdf5", as_name(texts.get("keras_version")), model, _compiled(compiled))
