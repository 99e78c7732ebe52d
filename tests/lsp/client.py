"""A small editor: it speaks the protocol in plain JSON, and shares no code with the server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

import lint_keras_acc

COMMAND = [sys.executable, "-m", "lint_keras_acc", "server"]
ROOT = Path(lint_keras_acc.__file__).parent.parent
# Seconds after which something that does not come is given up: on a busy machine it may take long.
TIMEOUT = 100.0

Message = dict[str, Any]
# What an editor may do besides when it is asked for its settings: say nothing, or that it has no answer.
SILENCE, REFUSAL = object(), object()


class Refused(Exception):
    """The answer to a request is an error."""

    def __init__(self, error: Message) -> None:
        super().__init__(error["message"])
        self.code = error["code"]


class Editor:
    """One connection to a server. What the server sends is kept in order, and taken by what it is."""

    def __init__(self, output: BinaryIO, source: BinaryIO) -> None:
        self._output = output
        self._source = source
        self._queue: SimpleQueue[Message | None] = SimpleQueue()
        self._kept: list[Message] = []
        self._number = 0
        self._is_together = False
        self.capabilities: Message = {}
        self.configuration: Any = None
        Thread(target=self._read, daemon=True).start()

    # --- messages -------------------------------------------------------------------------------------------

    def send(self, content: Message) -> None:
        self.send_raw(json.dumps({"jsonrpc": "2.0", **content}).encode())

    def send_raw(self, body: bytes) -> None:
        self.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def write(self, data: bytes) -> None:
        self._output.write(data)
        if not self._is_together:
            self._output.flush()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is sent inside goes out in one piece, so that no time passes between the messages."""
        self._is_together = True
        yield
        self._is_together = False
        self._output.flush()

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request; its number."""
        self._number += 1
        self.send({"id": self._number, "method": method, **({} if params is None else {"params": params})})
        return self._number

    def answer(self, number: int) -> Any:
        """The answer to a request."""
        message = self.take(lambda message: message.get("id") == number and "method" not in message)
        if "error" in message:
            raise Refused(message["error"])
        return message["result"]

    def request(self, method: str, params: Any = None) -> Any:
        return self.answer(self.ask(method, params))

    def take(self, wanted: Any, timeout: float = TIMEOUT) -> Message:
        """The first message, of those that nobody has taken yet, that is wanted."""
        for index, message in enumerate(self._kept):
            if wanted(message):
                return self._kept.pop(index)
        while True:
            try:
                message = self._queue.get(timeout=timeout)
            except Empty:
                raise TimeoutError(f"no such message; these are there: {self._kept}") from None
            assert message is not None, f"the server is gone; it had said: {self._kept}"
            if wanted(message):
                return message
            self._kept.append(message)

    def taken(self, method: str, timeout: float = TIMEOUT) -> Any:
        """What comes with the first notification of a kind."""
        return self.take(lambda message: message.get("method") == method, timeout)["params"]

    def _read(self) -> None:
        while True:
            length = 0
            while (line := self._source.readline()).strip():
                name, _, value = line.partition(b":")
                assert name.lower() in (b"content-length", b"content-type"), line
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                self._queue.put(None)
                return
            message = json.loads(self._source.read(length))
            if message.get("method") == "workspace/configuration":
                self._tell_configuration(message)
            elif message.get("method") and "id" in message:
                self.send({"id": message["id"], "result": None})
                self._queue.put(message)
            else:
                self._queue.put(message)

    def _tell_configuration(self, asked: Message) -> None:
        if self.configuration is SILENCE:
            return
        if self.configuration is REFUSAL:
            self.send({"id": asked["id"], "error": {"code": -32601, "message": "no settings here"}})
        else:
            self.send({"id": asked["id"], "result": [self.configuration] * len(asked["params"]["items"])})

    # --- the life of a server -------------------------------------------------------------------------------

    def initialize(self, root: Path | None = None, capabilities: Message | None = None, **more: Any) -> Message:
        params = {
            "processId": os.getpid(),
            "rootUri": root.as_uri() if root else None,
            "capabilities": capabilities or {},
            **more,
        }
        result = self.request("initialize", params)
        self.capabilities = result["capabilities"]
        self.notify("initialized", {})
        return result

    def farewell(self) -> None:
        assert self.request("shutdown") is None
        self.notify("exit", None)

    # --- documents ------------------------------------------------------------------------------------------

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: Message) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def rewrite(self, uri: str, text: str, version: int) -> None:
        self.change(uri, version, {"text": text})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def diagnostics(self, uri: str, version: int | None = None) -> list[Message]:
        """The first that are pushed for a document (at a version)."""
        return self.published(uri, version)["diagnostics"]

    def published(self, uri: str, version: int | None = None) -> Message:
        def wanted(message: Message) -> bool:
            params = message.get("params")
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and version in (None, params.get("version"))
            )

        return self.take(wanted)["params"]

    def pull(self, uri: str, previous: str | None = None) -> Message:
        params = {"textDocument": {"uri": uri}, **({"previousResultId": previous} if previous else {})}
        return self.request("textDocument/diagnostic", params)


@contextmanager
def server_process(*arguments: str, command: Sequence[str] = COMMAND, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A server, which is ended at the end whatever has happened."""
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **more,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()


@contextmanager
def over_stdio(**more: Any) -> Iterator[Editor]:
    """An editor with a server of its own."""
    with server_process(**more) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Editor(process.stdin, process.stdout)


@contextmanager
def over_tcp() -> Iterator[tuple[Editor, socket.socket, subprocess.Popen[bytes]]]:
    """An editor that is connected to a server over TCP."""
    with server_process("--tcp") as process:
        assert process.stderr is not None
        told = process.stderr.readline().decode().split()
        with socket.create_connection((told[-3], int(told[-1]))) as connection:
            yield Editor(connection.makefile("wb"), connection.makefile("rb")), connection, process
