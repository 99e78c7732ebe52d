"""Whether another process still runs."""

from __future__ import annotations

import os
import sys


def is_alive(process: int) -> bool:
    """Whether there is a process of this number; True where that cannot be known."""
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _is_alive_on_windows(process: int) -> bool:
    """There `os.kill` would end it."""
    import ctypes

    synchronize, timeout = 0x00100000, 0x00000102
    kernel: object = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(synchronize, False, process)  # type: ignore[attr-defined]
    if not handle:
        return False
    alive: bool = kernel.WaitForSingleObject(handle, 0) == timeout  # type: ignore[attr-defined]
    kernel.CloseHandle(handle)  # type: ignore[attr-defined]
    return alive
