"""Programs that are not Python's: tests that drive them are skipped where one is missing, but never in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(program: str) -> str:
    """The path of an installed program, such as "chromium" or "nvim"."""
    path = shutil.which(program)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{program} is not installed")
    return path
