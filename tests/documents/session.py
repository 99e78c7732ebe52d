"""`python -m tests.documents.session PAGE ...`: the pages with the outputs of their Python as they are now, as JSON.

A process of its own, in which Keras runs on JAX, does not look for TensorFlow, and compiles without taking pains, which
takes a third of the time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

ENVIRONMENT = {"KERAS_BACKEND": "jax", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1", "COLUMNS": "100"}


def refreshed_pages(names: list[str]) -> dict[str, str]:
    """The text of each page, as it is now."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, *names],
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    texts: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return texts


if __name__ == "__main__":
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    from tests.documents.running import refreshed

    print(json.dumps({name: refreshed(name, python=True) for name in sys.argv[1:]}))
