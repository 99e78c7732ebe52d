"""A program: prints the attributes of the root of an HDF5 file that describe a model, as JSON.

    python hdf5_attributes.py FILE BYTES SECONDS

Looks at the attributes of the root group alone: it follows no link, and reads no data set. An attribute of more than
BYTES is not read. After SECONDS of computing, or where it needs too much memory, the process ends.
"""

from __future__ import annotations

import json
import sys
from typing import Any

_NAMES = ("model_config", "training_config", "keras_version")
MEMORY = 2 * 2**30


def main(path: str, longest: int, seconds: int) -> dict[str, str]:
    """The texts by their names, or what is wrong under 'error'."""
    try:
        import h5py
    except ImportError:
        return {"error": "needs h5py to be read: pip install 'lint-keras-acc[hdf5]'"}
    _set_bounds(seconds)
    texts = {}
    try:
        with h5py.File(path, "r") as file:
            for name in _NAMES:
                if h5py.h5a.exists(file.id, name.encode()):
                    texts[name] = _text(h5py, file, name, longest)
    except _Refused as refused:
        return {"error": str(refused)}
    except Exception as error:  # of many kinds, where the file is damaged
        return {"error": f"is a damaged HDF5 file: {' '.join(str(error).split())[:200]}"}
    return texts


class _Refused(Exception):
    pass


def _text(h5py: Any, file: Any, name: str, longest: int) -> str:
    attribute = h5py.h5a.open(file.id, name.encode())
    if attribute.shape != () or not isinstance(attribute.get_type(), h5py.h5t.TypeStringID):
        raise _Refused(f"has a {name} that is no text")
    if attribute.get_storage_size() > longest:
        raise _Refused(f"has a {name} that is longer than {longest // 2**20} MB")
    value = file.attrs[name]
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    if len(data) > longest:
        raise _Refused(f"has a {name} that is longer than {longest // 2**20} MB")
    return data.decode("utf-8", "replace")


def _set_bounds(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(most, MEMORY), most))


if __name__ == "__main__":
    del sys.path[0]  # this directory, in which nothing is to be imported from
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
