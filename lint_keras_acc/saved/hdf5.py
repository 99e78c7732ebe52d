"""The attributes of an HDF5 file that describe a model.

They are read in a process of its own, with bounds on its time and memory: the HDF5 library runs into endless loops
over some damaged files (measured with h5py 3 on files with a few bytes changed).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from lint_keras_acc.saved import hdf5_attributes

SECONDS = 20


class HDF5Error(Exception):
    """A file whose attributes cannot be read. The message is the end of a sentence about it."""


def read_attributes(path: str, longest: int) -> dict[str, str]:
    """The texts of those of `model_config`, `training_config` and `keras_version` that the file has.

    longest: how many bytes a text may have. Raises HDF5Error.
    """
    command = [sys.executable, hdf5_attributes.__file__, os.path.abspath(path), str(longest), str(SECONDS)]
    environment = {**os.environ, "HDF5_USE_FILE_LOCKING": "FALSE", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=2 * SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise HDF5Error("is a damaged HDF5 file: reading it takes too long") from None
    except OSError as error:
        raise HDF5Error(f"cannot be read: no process for it can be started: {error.strerror}") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise HDF5Error("is a damaged HDF5 file: the HDF5 library fails on it") from None
    if "error" in answer:
        raise HDF5Error(answer["error"])
    return dict(answer)
