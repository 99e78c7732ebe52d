"""A page executed in a workspace of its own: the page with its outputs as they are now."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lint_keras_acc.cli import main
from tests.documents.pages import ROOT, Block, blocks, text_of

_COLOUR = re.compile(r"\033\[\d+m")

Outputs = dict[int, str]


def needs_keras(page: str) -> bool:
    """Some Python of the page runs Keras."""
    programs = (block for block in blocks(page, text_of(page)) if block.language == "python")
    return any(re.search(r"^(>>> )?import keras", block.text, re.M) for block in programs if not block.is_left_alone)


def refreshed(page: str, *, python: bool) -> str:
    """The page with its outputs as they are now; without `python` those of Python stay."""
    text = text_of(page)
    lines = text.splitlines(keepends=True)
    with workspace():
        outputs = _Run(python).of(blocks(page, text))
    for block in reversed(blocks(page, text)):
        if block.line in outputs:
            lines[block.line + 1 : block.end - 1] = [outputs[block.line]]
    return "".join(lines)


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """An empty directory but for the examples, to work in, and one of them as a course."""
    with tempfile.TemporaryDirectory() as folder, _inside(folder):
        shutil.copytree(ROOT / "examples", Path(folder, "examples"))
        Path(folder, "course").mkdir()
        shutil.copy(ROOT / "examples" / "house_prices.py", Path(folder, "course"))
        yield Path(folder)


@contextlib.contextmanager
def _inside(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class _Run:
    """The blocks of one page, executed in order."""

    def __init__(self, python: bool) -> None:
        self.python = python
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed = ""

    def of(self, page: list[Block]) -> Outputs:
        """What each block that is an output should hold, by the block's line."""
        outputs: Outputs = {}
        for block in page:
            if block.is_left_alone:
                continue
            output = self._output(block)
            if output is not None:
                outputs[block.line] = output
            else:
                self._execute(block)
        return outputs

    def _output(self, block: Block) -> str | None:
        if block.comment == "output of the program above":
            return self.printed if self.python else None
        command = block.said("output of")
        if command is None or (is_python(command) and not self.python):
            return None
        return self._command(command)

    def _execute(self, block: Block) -> None:
        name = block.said("file")
        if name is not None:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(block.text, encoding="utf-8")
        if block.language == "python" and not block.is_session and self.python:
            self.printed = printed(lambda: exec(compile(block.text, block.place, "exec"), self.names))
        if block.language == "sh":
            for line in block.text.splitlines():
                command = " ".join(shlex.split(line, comments=True))
                if command and (self.python or not is_python(command)):
                    self._command(command)

    def _command(self, command: str) -> str:
        words = shlex.split(command)
        if words[0] == "lint-keras-acc":
            return linted(words[1:])
        if is_module(command):
            return of_module(words)
        assert is_python(command), f"{command}: not a command that is executed here"
        program = Path(words[1])
        code = compile(program.read_text(encoding="utf-8"), str(program), "exec")
        return printed(lambda: exec(code, {"__name__": "__main__"}))


def is_python(command: str) -> bool:
    """It runs a Python program of the workspace."""
    return re.fullmatch(r"python [\w/]+\.py", command) is not None


def is_executed(line: str) -> bool:
    """Lines of this kind are executed in shell blocks."""
    return line.startswith(("lint-keras-acc ", "#")) or is_python(line) or is_module(line)


def is_module(command: str) -> bool:
    """It is flake8."""
    return command.startswith("flake8 ")


def of_module(words: list[str]) -> str:
    """What a module prints that is run by its name."""
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def linted(arguments: list[str]) -> str:
    """What the linter prints, without colour; it must not fail."""
    errors = io.StringIO()
    statuses: list[int] = []
    with contextlib.redirect_stderr(errors):
        text = printed(lambda: statuses.append(main(arguments)))
    assert statuses[0] in (0, 1), f"lint-keras-acc {shlex.join(arguments)}: {errors.getvalue()}"
    return _COLOUR.sub("", text)


def printed(program: Callable[[], object]) -> str:
    """What a function prints, without spaces at the ends of lines."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with contextlib.redirect_stdout(out):
        program()
    out.flush()
    text = out.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    return "".join(line.rstrip() + "\n" for line in text.rstrip().split("\n"))


def tried_sessions(page: str) -> doctest.TestResults:
    """The Python prompts of a page, by doctest."""
    return doctest.testfile(str(ROOT / page), module_relative=False, encoding="utf-8")
