"""How long the language server takes from a keystroke to the diagnostics, and from its start to the first ones.

    python benchmarks/server.py PATH... [--lines 800 1250] [--keys 50] [--starts 10]

Opens each file below the paths that has so many lines and a compile call, and types into it: a comment behind some
line, then a number behind an `=`, one character a message, each sent when the diagnostics for the one before are
there. Times are those of the client, from sending the change to having read the diagnostics for it: pipes and JSON of
both sides are in them, so the time inside the server is shorter. `processor` is how long the server's threads have
worked meanwhile, which another load on the machine changes less. Files without findings are typed into too: the server
says each time that there are none.

A start is from starting the process to having read the diagnostics of a file of about 40 lines; `processor` is how long
the server has worked until then.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from measuring import arguments, command_of_ours, files_below

from lint_keras_acc.source import SourceError, may_compile, parse, read_source, split_lines

EXAMPLE = Path(__file__).parent.parent / "examples" / "article_topics.py"
# What is typed behind the end of a line, and behind a number.
COMMENT = "  # measured \N{HUNDRED POINTS SYMBOL}"
DIGITS = "0123"
_NUMBER = re.compile(r"=\s*[1-9]\d*(?=[,)\s])")

Message = dict[str, Any]


class Times(NamedTuple):
    """Seconds for the client, and of the server's threads on a processor."""

    client: float
    processor: float


class Server:
    """A server as an editor sees it."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [*command_of_ours(), "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        params = {"processId": os.getpid(), "rootUri": root.as_uri(), "capabilities": {}}
        self.send({"id": 1, "method": "initialize", "params": params})
        while "id" not in self.read():
            pass
        self.send({"method": "initialized", "params": {}})

    def send(self, content: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **content}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def read(self) -> Message:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.startswith(b"Content-Length:"):
                length = int(line.split(b":")[1])
        message: Message = json.loads(self.process.stdout.read(length))
        return message

    def diagnostics(self, version: int) -> list[Message]:
        """Those of a version of the document that is open."""
        while True:
            message = self.read()
            if message["method"] == "textDocument/publishDiagnostics" and message["params"].get("version") == version:
                found: list[Message] = message["params"]["diagnostics"]
                return found

    def open(self, path: Path, text: str) -> list[Message]:
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        return self.diagnostics(1)

    def type(self, path: Path, version: int, line: int, character: int, text: str) -> list[Message]:
        place = {"line": line, "character": character}
        params = {
            "textDocument": {"uri": path.as_uri(), "version": version},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": text}],
        }
        self.send({"method": "textDocument/didChange", "params": params})
        return self.diagnostics(version)

    def close(self, path: Path) -> None:
        self.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": path.as_uri()}}})

    def worked(self) -> float:
        """Seconds that all threads of the server have been on a processor, as Linux counts them."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def keystrokes(text: str, keys: int, chance: random.Random) -> Iterator[tuple[int, int, str]]:
    """Places in the text as it is at each time, and what is typed there; it stays Python all the time."""
    lines = split_lines(text)
    tree = parse("x.py", text)
    ends = [node.end_lineno for node in tree.body if node.end_lineno and not lines[node.end_lineno - 1].endswith("\\")]
    done = 0
    while done < keys:
        numbers = enumerate(map(_NUMBER.search, lines))
        numbered = [(index, number.end()) for index, number in numbers if number is not None]
        if numbered and chance.random() < 0.5:
            index, column = chance.choice(numbered)
            typed = DIGITS
        else:
            index = chance.choice(ends) - 1
            column, typed = len(lines[index]), COMMENT
        for character in typed[: keys - done]:
            units = len(lines[index][:column].encode("utf-16-le")) // 2
            yield index, units, character
            lines[index] = lines[index][:column] + character + lines[index][column:]
            column += 1
            done += 1


def time_keys(paths: list[Path], keys: int) -> Iterator[tuple[Path, int, list[Times]]]:
    """For each file: how many findings it has, and the times of each keystroke."""
    for path in paths:
        server = Server(path.parent)
        text = read_source(str(path)).text
        found = server.open(path, text)
        time.sleep(1)  # in which the edits of the fixes are worked out once
        times = []
        for version, (line, character, typed) in enumerate(keystrokes(text, keys, random.Random(str(path))), start=2):
            worked, start = server.worked(), time.perf_counter()
            server.type(path, version, line, character, typed)
            seconds = time.perf_counter() - start
            times.append(Times(seconds, server.worked() - worked))
        server.end()
        yield path, len(found), times


def time_start(path: Path) -> Times:
    """The times until the first diagnostics."""
    start = time.perf_counter()
    server = Server(path.parent)
    assert server.open(path, path.read_text())
    times = Times(time.perf_counter() - start, server.worked())
    server.end()
    return times


def told(times: list[Times]) -> str:
    """What is worth knowing of many times."""
    return "; ".join(
        f"{name} median {median(every) * 1000:.1f} ms, 99th percentile {quantiles(every, n=100)[-1] * 1000:.1f} ms"
        for name, every in (("client", [one.client for one in times]), ("processor", [one.processor for one in times]))
    )


def is_wanted(path: Path, shortest: int, longest: int) -> bool:
    """Whether a file is Python, as long as that, and has a compile call."""
    data = path.read_bytes()
    if not (may_compile(data) and shortest <= data.count(b"\n") <= longest):
        return False
    try:
        return bool(parse(str(path), read_source(str(path)).text).body)
    except SourceError:
        return False


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--lines", nargs=2, type=int, default=(800, 1250), metavar=("FROM", "TO"))
    parser.add_argument("--keys", type=int, default=50, help="keystrokes in each file")
    parser.add_argument("--starts", type=int, default=10)
    options = parser.parse_args()
    starts = [time_start(EXAMPLE) for _ in range(options.starts)]
    if len(starts) > 1:
        print(f"start to first diagnostics: {told(starts)}; fastest for the client {min(starts).client * 1000:.0f} ms")
    files = [path for path in files_below(options.paths, (".py",)) if is_wanted(path, *options.lines)]
    every: list[Times] = []
    for path, findings, times in time_keys(files, options.keys):
        every += times
        print(f"{told(times)}  {findings:3} findings  {path}")
    if every:
        print(f"keystroke to diagnostics, {len(every)} in {len(files)} files: {told(every)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
