"""A progress bar for long runs in a terminal."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import TextIO

_SECONDS_BEFORE = 0.7
_SECONDS_BETWEEN = 0.1
_WIDTH = 30


class Progress:
    """Shows how far a run is, on a terminal, if it takes its time; leaves nothing behind."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._next = time.monotonic() + _SECONDS_BEFORE
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, done: int, total: int) -> None:
        """Draw the bar, if it is time to."""
        if not self._is_terminal or time.monotonic() < self._next:
            return
        filled = _WIDTH * done // max(total, 1)
        self._stream.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} files")
        self._stream.flush()
        self._next = time.monotonic() + _SECONDS_BETWEEN
        self._shown = True

    def clear(self) -> None:
        """Wipe the bar away, so that something else can be written."""
        if self._shown:
            self._stream.write("\r\033[K")
            self._stream.flush()
            self._shown = False
