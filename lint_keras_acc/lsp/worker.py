"""One thread beside the event loop, in which everything that takes time is done, one thing after the other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

_Result = TypeVar("_Result")
# The parser and the inference go down as deep as a program is nested; some systems give threads very little room.
_STACK = 64 * 1024 * 1024


class Worker:
    """The thread. It is a daemon: what it is at when the server ends is of no use to anybody."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Callable[[], object]] = SimpleQueue()
        before = threading.stack_size(_STACK)
        threading.Thread(target=self._run, name="lint", daemon=True).start()
        threading.stack_size(before)

    def _run(self) -> None:
        while True:
            work = self._queue.get()
            with suppress(Exception):
                work()

    def start(self, function: Callable[..., object], *arguments: object) -> None:
        """Have something done that nobody waits for."""
        self._queue.put(partial(function, *arguments))

    async def do(self, function: Callable[..., _Result], *arguments: Any) -> _Result:
        """The result of a call in the thread."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Result] = loop.create_future()

        def call() -> None:
            if future.cancelled():
                return
            try:
                result = function(*arguments)
            except Exception as error:
                _in(loop, _fail, future, error)
            else:
                _in(loop, _finish, future, result)

        self._queue.put(call)
        return await future


def _in(loop: asyncio.AbstractEventLoop, function: Callable[..., None], *arguments: Any) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(function, *arguments)


def _finish(future: asyncio.Future[_Result], result: _Result) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[_Result], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
