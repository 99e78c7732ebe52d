"""A server at work, until its client says farewell, goes without, or is lost."""

from __future__ import annotations

import asyncio
import logging
from typing import BinaryIO

from lint_keras_acc.lsp.server import Server
from lint_keras_acc.lsp.transport import FramingError, Writer, read_messages


def serve(source: BinaryIO, output: BinaryIO) -> int:
    """Serve one client to the end. The status: 0 after a proper farewell, else 1."""
    # What goes wrong is told in the protocol. Where nobody reads standard error, a server that writes to it would stop.
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    return asyncio.run(_serve(source, output))


async def _serve(source: BinaryIO, output: BinaryIO) -> int:
    server = Server()

    def lost() -> None:
        server.loop.call_soon_threadsafe(server.stop, 1)

    writer = Writer(output, lost)
    server.protocol.set_writer(writer)

    def handle(message: bytes | FramingError | None) -> None:
        if message is None:
            server.stop(1)
        elif isinstance(message, FramingError):
            server.log(str(message))
        elif not server.stopped.done():
            server.protocol.receive(message)

    read_messages(source, server.loop, handle)
    status = await server.stopped
    writer.close()
    return status
