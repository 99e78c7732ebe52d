"""A saved model and the arrays to audit it on, from files; whatever is wrong with them in one line."""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any, Literal

import numpy as np

from lint_keras_acc.config import did_you_mean
from lint_keras_acc.runtime.auditing.running import Arrays, Model, one_line

Package = Literal["keras", "tf_keras"]

# What damaged, encrypted or exotically compressed members of an archive raise.
_UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)

_HDF5 = b"\x89HDF\r\n\x1a\n"
_IN_PYTHON = "load it in Python and call lint_keras_acc.runtime.audit(model, x, y)"
_CUSTOM = re.compile(r"Could not locate|Unknown \w+|custom.object", re.I)
_CUSTOM_NAME = re.compile(r"(?:Could not locate (?:class|function|object)|Unknown [\w ]+:?) '?(?P<name>[\w>.]+)'?")
_UNSAFE = re.compile(r"lambda|safe_mode|unsafe|arbitrary code", re.I)


class LoadingError(ValueError):
    """A file that cannot be used. The message is one line for the user."""


# --- the model ----------------------------------------------------------------------------------------------


def load_model(path: str, package: Package | None = None) -> Model:
    """The model in a .keras or .h5 file, or a SavedModel directory, loaded in Keras's safe mode.

    package: the Keras to load it with; by default the one whose generation the file names.

    Raises LoadingError where there is no such model, or it cannot be loaded without code of the user's own.
    """
    saved_by = _saved_by(path)
    package = package or ("keras" if saved_by and saved_by.startswith("3.") else "tf_keras")
    keras = _keras(package, path, saved_by)
    try:
        with _safe_mode(package):
            model = keras.models.load_model(path, safe_mode=True)
    except Exception as error:
        raise LoadingError(f"{path}: {_obstacle(error, package, saved_by)}") from error
    if not hasattr(model, "evaluate"):
        raise LoadingError(f"{path}: holds a {type(model).__name__}, which is no Keras model; {_IN_PYTHON}")
    return model


def _saved_by(path: str) -> str | None:
    """The version of Keras that a file says it was saved by; None for a SavedModel, which only Keras 2 makes."""
    if not os.path.exists(path):
        raise LoadingError(f"{path}: no such file or directory")
    if os.path.isdir(path):
        if os.path.isfile(os.path.join(path, "saved_model.pb")):
            return None
        raise LoadingError(f"{path}: is a directory without a saved_model.pb, no model")
    try:
        with open(path, "rb") as file:
            start = file.read(len(_HDF5))
    except OSError as error:
        raise LoadingError(f"{path}: cannot be read: {error.strerror}") from None
    if start == _HDF5:
        return _saved_by_hdf5(path)
    if start.startswith(b"PK"):
        return _saved_by_archive(path)
    raise LoadingError(f"{path}: is no Keras model: neither a .keras nor an .h5 file")


def _saved_by_archive(path: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read("metadata.json"))["keras_version"])
    except (*_UNREADABLE, KeyError, TypeError, ValueError):
        wrong = "the data go behind --data" if path.endswith(".npz") else "an archive without a model's metadata"
        raise LoadingError(f"{path}: is no Keras model: {wrong}") from None


def _saved_by_hdf5(path: str) -> str:
    try:
        h5py = import_module("h5py")
    except ImportError:
        raise LoadingError(f"{path}: needs h5py to be read: install Keras, or h5py") from None
    try:
        with h5py.File(path, "r") as file:
            attributes = dict(file.attrs)
    except OSError as error:
        raise LoadingError(f"{path}: cannot be read: {one_line(error)}") from None
    if "model_config" not in attributes:
        raise LoadingError(f"{path}: holds weights at most, no model: save it whole, with model.save")
    version = attributes.get("keras_version", b"2")
    return version.decode() if isinstance(version, bytes) else str(version)


def _keras(package: Package, path: str, saved_by: str | None) -> Any:
    """The package, imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    by = f"Keras {saved_by}" if saved_by else "Keras 2"
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        missing = error.name or package
        if missing.split(".")[0] == package:
            raise LoadingError(f"{path}: was saved by {by}: install {package} to audit it{_other(package)}") from None
        raise LoadingError(
            f"{package} needs {missing}, which is not installed: install it, or choose the backend that is there with "
            "KERAS_BACKEND=jax, tensorflow or torch"
        ) from None
    except ValueError as error:
        raise LoadingError(f"{package} cannot be imported: {one_line(error)}") from None


def _safe_mode(package: Package) -> AbstractContextManager[object]:
    """tf_keras heeds `safe_mode` in .keras files alone, else runs the bytecode in them (2.21, saving/saving_api.py)."""
    if package == "keras":
        return nullcontext()
    scope: AbstractContextManager[object] = import_module("tf_keras.src.saving.serialization_lib").SafeModeScope(True)
    return scope


def _other(package: Package) -> str:
    return "" if package == "keras" else ", or try Keras 3 with --keras keras"


def _obstacle(error: Exception, package: Package, saved_by: str | None) -> str:
    text = " ".join(str(error).split())
    if _UNSAFE.search(text):
        return (
            "has code of its own inside (a Lambda), which is not run from a file; if you trust it, load it in Python "
            "with safe_mode=False and call lint_keras_acc.runtime.audit(model, x, y)"
        )
    if _CUSTOM.search(text):
        name = _CUSTOM_NAME.search(text)
        which = f" ({name['name']})" if name else ""
        call = "load it in Python with custom_objects and call lint_keras_acc.runtime.audit(model, x, y)"
        return f"has custom objects{which}: {call}"
    fits = (package == "keras") == bool(saved_by and saved_by.startswith("3."))
    other = "" if fits else f"try --keras {'tf_keras' if package == 'keras' else 'keras'}, or "
    return f"{package} cannot load what Keras {saved_by or 2} saved ({other}{_IN_PYTHON}): {one_line(error)}"


# --- the data -----------------------------------------------------------------------------------------------


def load_data(
    path: str,
    model: Model,
    *,
    x: Sequence[str] = (),
    y: Sequence[str] = (),
    sample_weight: str | None = None,
) -> tuple[Arrays, Arrays, Arrays]:
    """x, y and the sample weights (or None) out of an .npz file.

    x, y: the names of the arrays, in the order of the model's inputs and outputs. By default 'x' and 'y', or else
          the arrays that are named as the inputs and outputs are.

    Raises LoadingError for what is no .npz file, for arrays of Python objects (which are never unpickled), and for
    names that are not there.
    """
    with _archive(path) as archive:
        return (
            _chosen(archive, path, "x", x, _names(model, "input")),
            _chosen(archive, path, "y", y, _names(model, "output")),
            _array(archive, path, sample_weight, "sample-weight") if sample_weight else None,
        )


def _archive(path: str) -> Any:
    if not os.path.isfile(path):
        raise LoadingError(f"{path}: {'is a directory, no .npz file' if os.path.isdir(path) else 'no such file'}")
    how = "save the data with numpy.savez(path, x=x, y=y)"
    if not zipfile.is_zipfile(path):
        raise LoadingError(f"{path}: is no .npz file: {how}")
    try:
        archive = np.load(path, allow_pickle=False)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise LoadingError(f"{path}: is no .npz file: {one_line(error)}") from None
    with zipfile.ZipFile(path) as members:
        if not any(name.endswith(".npy") for name in members.namelist()):
            raise LoadingError(f"{path}: is no .npz file, as it holds no arrays: {how}")
    return archive


def _names(model: Model, side: Literal["input", "output"]) -> list[str]:
    names = getattr(model, f"{side}_names", None)
    if not names:
        tensors = getattr(model, f"{side}s", None) or ()
        names = [str(getattr(tensor, "name", "")) for tensor in tensors]
    return [str(name) for name in names]


def _chosen(archive: Mapping[str, Any], path: str, option: str, wanted: Sequence[str], of_model: list[str]) -> Arrays:
    """One array, or several as a dict where they bear the model's names, else as a list."""
    if not wanted:
        if option in archive:
            return _array(archive, path, option, option)
        wanted = of_model if of_model and all(name in archive for name in of_model) else [option]
    if len(wanted) == 1:
        return _array(archive, path, wanted[0], option)
    arrays = {name: _array(archive, path, name, option) for name in wanted}
    return arrays if set(wanted) == set(of_model) else list(arrays.values())


def _array(archive: Mapping[str, Any], path: str, name: str, option: str) -> Any:
    known = list(archive)
    if name not in known:
        hint = did_you_mean(name, known) or f": it has {', '.join(known)}; name one with --{option}"
        raise LoadingError(f"{path}: has no array {name!r}{hint}")
    try:
        array = archive[name]
    except ValueError as error:
        if "pickle" in str(error):
            raise LoadingError(
                f"{path}: {name!r} holds Python objects, which are not unpickled: save it as numbers"
            ) from None
        raise LoadingError(f"{path}: {name!r} cannot be read: {one_line(error)}") from None
    except _UNREADABLE as error:
        raise LoadingError(f"{path}: {name!r} cannot be read: {one_line(error)}") from None
    if not isinstance(array, np.ndarray):
        raise LoadingError(f"{path}: {name!r} is no array of NumPy")
    if option != "x" and array.dtype.kind not in "biuf":
        raise LoadingError(f"{path}: {name!r} must hold numbers, not {array.dtype}")
    return array
