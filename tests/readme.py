"""What the README quotes from the linter: `python -m tests.readme` brings it up to date."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from lint_keras_acc.rules import all_rules

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

_OUTPUT = re.compile(
    r"(?P<head><!-- output of: lint-keras-acc (?P<arguments>.*?) -->\n```\w+\n).*?(?P<foot>^```$)",
    re.DOTALL | re.MULTILINE,
)
_PROGRAM = re.compile(
    r"(?P<head>^```python\n(?P<program>[^`]*?)^```\n\n<!-- output of the program above -->\n```text\n)"
    r".*?(?P<foot>^```$)",
    re.DOTALL | re.MULTILINE,
)
_RULES = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)
_COLOUR = re.compile(r"\033\[\d+m")
_SET_UP = re.compile(r"^## Set up\n(.*?)^## ", re.DOTALL | re.MULTILINE)


def refreshed(text: str) -> str:
    """The README with its outputs and its table as they are now."""
    text = _OUTPUT.sub(lambda quoted: quoted["head"] + output(quoted["arguments"]) + quoted["foot"], text)
    return _RULES.sub(lambda _: rules_table(), text)


def output(arguments: str) -> str:
    """What the command prints, without colour."""
    done = subprocess.run(
        [sys.executable, "-m", "lint_keras_acc", *shlex.split(arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    lines = _COLOUR.sub("", done.stdout).rstrip().split("\n")
    return "".join(line.rstrip() + "\n" for line in lines)


def with_program_output(text: str) -> str:
    """The README with what its program prints as it is now; needs Keras."""
    return _PROGRAM.sub(lambda quoted: quoted["head"] + run(quoted["program"]) + quoted["foot"], text)


def run(program: str) -> str:
    """What a Python program prints, with the backend and in the width that are quoted."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "KERAS_BACKEND": "jax", "COLUMNS": "100"},
    )
    return done.stdout.rstrip() + "\n"


def rules_table() -> str:
    """A row for each rule."""
    rows = ["| code | name | severity | what it finds |", "|---|---|---|---|"]
    for rule in all_rules():
        rows.append(f"| {rule.code} | {rule.name} | {rule.severity.value} | {rule.title} |")
    return "".join(row + "\n" for row in rows)


def set_up_commands(text: str) -> list[str]:
    """The commands under "Set up"."""
    section = _SET_UP.search(text)
    assert section
    return re.findall(r"^```sh\n(.*?)\n```$", section[1], re.DOTALL | re.MULTILINE)


if __name__ == "__main__":
    text = refreshed(README.read_text(encoding="utf-8"))
    README.write_text(with_program_output(text) if find_spec("keras") else text, encoding="utf-8")
