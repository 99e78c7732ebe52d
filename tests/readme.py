"""What the README quotes from the linter: `python -m tests.readme` brings it up to date."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from lint_keras_acc.rules import all_rules

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

_OUTPUT = re.compile(
    r"(?P<head><!-- output of: lint-keras-acc (?P<arguments>.*?) -->\n```\w+\n).*?(?P<foot>^```$)",
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


def rules_table() -> str:
    """A row for each rule."""
    rows = ["| code | name | severity | what it finds |", "|---|---|---|---|"]
    for rule in all_rules():
        summary = rule.documentation.strip().split("\n", 1)[0]
        rows.append(f"| {rule.code} | {rule.name} | {rule.severity.value} | {summary} |")
    return "".join(row + "\n" for row in rows)


def set_up_commands(text: str) -> list[str]:
    """The commands under "Set up"."""
    section = _SET_UP.search(text)
    assert section
    return re.findall(r"^```sh\n(.*?)\n```$", section[1], re.DOTALL | re.MULTILINE)


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
