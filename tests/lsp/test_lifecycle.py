"""From the first message to the end of the process, whatever comes in between."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lint_keras_acc.cli import main
from tests.lsp.client import COMMAND, ROOT, Editor, Refused, over_tcp, server_process
from tests.lsp.test_server import BAD, codes

Server = subprocess.Popen[bytes]
# Seconds in which a server has ended that nobody needs any more.
SOON = 100

slow = pytest.mark.slow


@contextmanager
def connected() -> Iterator[tuple[Editor, Server]]:
    with server_process() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Editor(process.stdin, process.stdout), process


@slow
def test_messages_that_are_not_in_order_are_answered_and_survived() -> None:
    with connected() as (editor, server):
        uri = "untitled:a.py"
        # Before the beginning: requests are refused, notifications dropped.
        editor.open(uri, BAD)
        with pytest.raises(Refused) as refused:
            editor.pull(uri)
        assert refused.value.code == -32002
        editor.initialize()
        with pytest.raises(Refused) as refused:
            editor.initialize()
        assert refused.value.code == -32600
        # What is no message.
        editor.write(b"Content-Length: many\r\n\r\n")
        assert "Content-Length" in editor.taken("window/logMessage")["message"]
        for body, code in (
            (b"{", -32700),
            (b"\xff", -32700),
            (b"", -32700),
            (b"[" * 100_000, -32700),
            (b"[]", -32600),
            (b"7", -32600),
            (b'{"id": 1}', -32600),
            (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', -32600),
            (b'{"jsonrpc": "2.0", "id": true, "method": "shutdown"}', -32600),
        ):
            editor.send_raw(body)
            answer = editor.take(lambda message: "error" in message)
            assert (answer["error"]["code"], answer["id"]) == (code, None)
        # Messages that say nothing, or what they must not.
        for content in (
            {"method": "$/unheardOf", "params": {"a": 1}},
            {"method": "textDocument/didChange"},
            {"method": "textDocument/didOpen", "params": {"textDocument": 3}},
            {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "untitled:not-open"}}},
            {
                "method": "notebookDocument/didClose",
                "params": {"notebookDocument": {"uri": "x"}, "cellTextDocuments": []},
            },
            {"method": 7},
            {"id": 77, "result": None},
            {"id": None, "error": {"code": 1, "message": "?"}},
            {"method": "$/cancelRequest", "params": {"id": 77}},
        ):
            editor.send(content)
        for method, params, code in (
            ("textDocument/unheardOf", {"a": 1}, -32601),
            ("textDocument/diagnostic", {"nothing": True}, -32602),
            ("textDocument/diagnostic", None, -32602),
            # A notification that wants an answer.
            ("textDocument/didOpen", {"textDocument": 3}, -32600),
            ("$/cancelRequest", {"id": 1}, -32600),
        ):
            with pytest.raises(Refused) as refused:
                editor.request(method, params)
            assert refused.value.code == code
        editor.open(uri, BAD)
        assert codes(editor.diagnostics(uri, 1)) == ["KAC101"]
        # After the end.
        assert editor.request("shutdown") is None
        with pytest.raises(Refused) as refused:
            editor.pull(uri)
        assert refused.value.code == -32600
        editor.notify("exit", None)
        assert server.wait(SOON) == 0


@slow
def test_a_server_without_its_editor_ends() -> None:
    with connected() as (editor, server):
        editor.initialize()
        editor.notify("exit", None)  # without a farewell
        assert server.wait(SOON) == 1
    with connected() as (editor, server):
        editor.initialize()
        editor.open("untitled:a.py", BAD * 200)  # it is at work
        editor.write(b"Content-Length: 1000\r\n\r\n{")
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(SOON) == 1


@slow
def test_an_editor_that_reads_no_standard_error_holds_nothing_up() -> None:
    with connected() as (editor, server):
        editor.initialize()
        for _ in range(100):
            number = editor.ask("textDocument/hover", {"textDocument": {"nothing": "x" * 1000}})
            with pytest.raises(Refused):
                editor.answer(number)
        editor.farewell()
        assert server.wait(SOON) == 0
        assert server.stderr is not None
        assert server.stderr.read() == b""


KILLED = """
import json, os, subprocess, sys, time
server = subprocess.Popen({command!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd={root!r})
# Another process of the editor keeps the pipes open.
os.set_inheritable(server.stdin.fileno(), True)
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False)
params = {{"processId": os.getpid(), "rootUri": None, "capabilities": {{}}}}
body = json.dumps({{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}}).encode()
server.stdin.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body))
server.stdin.flush()
assert server.stdout.readline().startswith(b"Content-Length")
print(server.pid, other.pid, flush=True)
time.sleep(600)
"""


@slow
@pytest.mark.skipif(os.name == "nt", reason="kills a process as POSIX does")
def test_a_killed_editor_leaves_no_server_behind() -> None:
    """Its end of the pipe is open still: the server sees that the process is gone whose number it was told."""
    script = KILLED.format(command=COMMAND, root=str(ROOT))
    editor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert editor.stdout is not None
    server, other = map(int, editor.stdout.readline().split())
    try:
        editor.kill()
        editor.wait()
        editor.stdout.close()
        deadline = time.monotonic() + SOON
        while is_running(server):
            assert time.monotonic() < deadline, "the server is still there"
            time.sleep(0.1)
        assert is_running(other), "the pipe was not held open: this was no test"
    finally:
        for process in (other, server):
            if is_running(process):
                os.kill(process, signal.SIGKILL)


def is_running(process: int) -> bool:
    """Whether a process is there, and not only its number, which waits for a parent that does not ask."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@slow
def test_over_tcp() -> None:
    with over_tcp() as (editor, connection, server):
        editor.initialize()
        editor.open("untitled:a.py", BAD)
        assert codes(editor.diagnostics("untitled:a.py", 1)) == ["KAC101"]
        editor.write(b"Content-Length: 100\r\n\r\n{")
        connection.shutdown(socket.SHUT_RDWR)
        assert server.wait(SOON) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tcp", "--stdio"], "--stdio does not go with --tcp"),
        (["--port", "8000"], "--host and --port go with --tcp"),
        (["--tcp", "--host", "0.0.0.0"], "the server listens to this machine only"),
    ],
)
def test_wrong_use(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["pygls", "lsprotocol"])
def test_without_the_extra(missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for module in [name for name in sys.modules if name.startswith(("lint_keras_acc.lsp", "pygls", "lsprotocol"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["server"]) == 2
    assert capsys.readouterr().err == (
        f"lint-keras-acc: the server needs {missing}, of the extra lsp: pip install 'lint-keras-acc[lsp]'\n"
    )


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["server", "--tcp", "--port", str(port)]) == 2
    told = f"lint-keras-acc: cannot listen on 127.0.0.1 port {port}: Address already in use\n"
    assert capsys.readouterr().err == told


def test_a_port_that_no_machine_has(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["server", "--tcp", "--port", "99999"])
    assert left.value.code == 2
    assert "argument --port: must be at most 65535, not '99999'" in capsys.readouterr().err
