"""The Keras installations that the kernels are compared with. Each runs in processes of its own.

KERAS_BACKEND is read when Keras is imported, so one process knows one backend; and what TensorFlow, JAX and torch
print, warn about and start threads for stays out of the process that runs the tests.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

Installation = Literal["tensorflow", "jax", "torch", "tf_keras"]

INSTALLATIONS: tuple[Installation, ...] = ("tensorflow", "jax", "torch", "tf_keras")
PACKAGES: dict[Installation, tuple[str, ...]] = {
    "tensorflow": ("keras", "tensorflow"),
    "jax": ("keras", "jax"),
    "torch": ("keras", "torch"),
    "tf_keras": ("tf_keras", "tensorflow"),
}
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "CUDA_VISIBLE_DEVICES": "",
}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONWARNINGS": "ignore"}
ROOT = Path(__file__).parents[3]
LIMIT_IN_SECONDS = 900


def environment(installation: Installation) -> dict[str, str]:
    """What a process that imports this Keras is started with."""
    backend = "tensorflow" if installation == "tf_keras" else installation
    return {**os.environ, **ONE_THREAD, **QUIET, "KERAS_BACKEND": backend}


def missing(installation: Installation) -> str | None:
    """Why there is nothing to compare with, or None."""
    absent = [package for package in ("numpy", *PACKAGES[installation]) if importlib.util.find_spec(package) is None]
    return f"{' and '.join(absent)} not installed" if absent else None


def need(installation: Installation) -> None:
    """Skip the test that calls this where the installation is not there."""
    reason = missing(installation)
    if reason is not None:
        pytest.skip(reason)


def python(installation: Installation, *arguments: str, program: str | None = None) -> str:
    """What a Python with that Keras prints. Raises AssertionError with all that it wrote where it fails."""
    command = [sys.executable, *arguments]
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(installation),
        input=program,
        capture_output=True,
        text=True,
        timeout=LIMIT_IN_SECONDS,
        check=False,
    )
    if finished.returncode:
        raise AssertionError(f"{installation}: {' '.join(arguments)}\n{finished.stdout}\n{finished.stderr[-6000:]}")
    return finished.stdout


@functools.cache
def compared(installation: Installation, cases: int, seed: int, kernels: tuple[str, ...]) -> dict[str, Any]:
    """For each kernel what `python -m tests.runtime.agreement.worker` says of it, all from one process."""
    worker = "tests.runtime.agreement.worker"
    printed = python(installation, "-m", worker, installation, str(cases), str(seed), *kernels)
    told: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return told
