"""The framing of messages, and what is no message."""

from __future__ import annotations

from io import BytesIO

import pytest

from lint_keras_acc.lsp.transport import FramingError, read_message


def messages(data: bytes) -> list[bytes | str]:
    """All that is read, with what is complained of."""
    stream = BytesIO(data)
    found: list[bytes | str] = []
    while True:
        try:
            message = read_message(stream)
        except FramingError as error:
            found.append(str(error))
            continue
        if message is None:
            return found
        found.append(message)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", []),
        (b"Content-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", [b"{}", b"[1]"]),
        (b"content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}", [b"{}"]),
        (b"Content-Type: x\r\nCONTENT-LENGTH:  2 \r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 2\n\n{}", [b"{}"]),
        (b"Content-Length: 4\r\n\r\n\xc3\xa9\xc3\xa9", [b"\xc3\xa9\xc3\xa9"]),
        (b"Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", [b"", b"{}"]),
        (b"garbage\r\n\r\n\r\nContent-Length: 2\r\n\r\n{}", [b"{}"]),
        # The end comes too early.
        (b"Content-Length: 20\r\n\r\n{}", []),
        (b"Content-Length: 2\r\n", []),
        (b"Content-Le", []),
    ],
)
def test_messages(data: bytes, found: list[bytes]) -> None:
    assert messages(data) == found


@pytest.mark.parametrize("length", [b"-1", b"two", b"", b"1e3", b"99999999999999999999", b"9" * 5000])
def test_a_length_that_is_none_is_told_and_the_next_message_read(length: bytes) -> None:
    complaint, message = messages(b"Content-Length: " + length + b"\r\n\r\nContent-Length: 2\r\n\r\n{}")
    assert "Content-Length must be a number" in str(complaint)
    assert message == b"{}"
