"""Messages over standard input and output, and over TCP: framing that survives what is no message."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

# No message of an editor is longer; what claims to be is a mistake, and not worth the room.
_LONGEST = 1 << 28
_LONGEST_HEADER = 1 << 16
# Zeros in front and all: Python reads no number of more than some thousands.
_MOST_DIGITS = 100


class FramingError(Exception):
    """What came is no message. The message is for the log."""


def read_message(stream: BinaryIO) -> bytes | None:
    """The body of the next message; None at the end. Raises FramingError, after which the next one can be read."""
    length: int | None = None
    while True:
        line = stream.readline(_LONGEST_HEADER)
        if not line:
            return None
        line = line.strip()
        if line:
            name, colon, value = line.partition(b":")
            if colon and name.strip().lower() == b"content-length":
                length = _length(value)
            continue
        if length is None:
            continue  # the end of headers, or of garbage, in which there was no length
        body = stream.read(length)
        return body if len(body) == length else None


def _length(value: bytes) -> int:
    text = value.strip()
    if not text.isdigit() or len(text) > _MOST_DIGITS or int(text) > _LONGEST:
        raise FramingError(f"Content-Length must be a number up to {_LONGEST}, not {text[:40]!r}")
    return int(text)


class Writer:
    """Writes in a thread of its own, so that a client which does not read holds up nobody."""

    def __init__(self, stream: BinaryIO, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._lost = lost
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="write", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Have something written after what waits already."""
        self._queue.put(data)

    def close(self) -> None:
        """Write what waits, as long as somebody takes it."""
        self._queue.put(None)
        self._thread.join(timeout=1)

    def _run(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                self._stream.write(data)
                self._stream.flush()
        except (OSError, ValueError):
            self._lost()


def read_messages(
    stream: BinaryIO, loop: asyncio.AbstractEventLoop, handle: Callable[[bytes | FramingError | None], None]
) -> None:
    """Start the thread that hands each message to `handle` in the event loop, and None at the end."""

    def run() -> None:
        while True:
            try:
                message: bytes | FramingError | None = read_message(stream)
            except FramingError as error:
                message = error
            except (OSError, ValueError):
                message = None
            try:
                loop.call_soon_threadsafe(handle, message)
            except RuntimeError:  # the loop is closed
                return
            if message is None:
                return

    Thread(target=run, name="read", daemon=True).start()


def standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for messages alone: whatever else is printed goes to standard error."""
    sys.stdout.flush()
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return source, output


def tcp_streams(host: str, port: int, ready: Callable[[str, int], None]) -> tuple[BinaryIO, BinaryIO]:
    """Wait for one client. `ready` is told where. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=1) as server:
        ready(*server.getsockname()[:2])
        connection, _ = server.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection.makefile("rb"), connection.makefile("wb")
