"""What tests need beside the package: they are skipped where it is missing, but never in CI."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import NoReturn

import pytest


def needed(program: str) -> str:
    """The path of an installed program, such as "chromium" or "nvim"."""
    path = shutil.which(program)
    if path is None:
        is_missing(program)
    return path


def needed_module(name: str) -> None:
    """Go on only where a module of an extra is installed, such as "ray"."""
    if find_spec(name) is None:
        is_missing(name)


def is_missing(what: str) -> NoReturn:
    """Fail in CI, where everything is installed; elsewhere skip the test."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed", allow_module_level=True)
