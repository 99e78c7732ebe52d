"""Runs the programs of docs/upstream.md with one installed Keras and prints what each prints or raises, as JSON.

`python -m tests.runtime.agreement.upstream INSTALLATION`, with KERAS_BACKEND set to suit.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "upstream.md"

_REPRODUCTION = re.compile(
    r"^```python\n(?P<program>.*?)^```\n\n^```text\n(?P<printed>.*?)^```$", re.DOTALL | re.MULTILINE
)
_FLOATX = "float32"


@dataclass(frozen=True)
class Reproduction:
    """A program, and what it prints or raises with each installation."""

    heading: str
    program: str
    printed: dict[str, str]


def reproductions() -> list[Reproduction]:
    text = PAGE.read_text("utf-8")
    found = []
    for match in _REPRODUCTION.finditer(text):
        heading = re.findall(r"^## (.*)$", text[: match.start()], re.MULTILINE)[-1]
        rows = [line.split(maxsplit=1) for line in match["printed"].splitlines()]
        found.append(Reproduction(heading, match["program"], {row[0]: row[1] for row in rows}))
    return found


def outcome(program: str) -> str:
    """What it prints, or the class and the message of what it raises."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(program, str(PAGE), "exec"), {"__name__": "__main__"})
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return printed.getvalue().strip()


def main(arguments: list[str]) -> int:
    if arguments == ["tf_keras"]:
        import tf_keras as keras
    else:
        import keras
    outcomes = []
    for reproduction in reproductions():
        program = reproduction.program
        if arguments == ["tf_keras"]:
            program = program.replace("import keras\n", "import tf_keras as keras\n")
        outcomes.append(outcome(program))
        keras.backend.set_floatx(_FLOATX)
    print(json.dumps(outcomes))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
