"""The pictures of a terminal in the documentation, drawn from what the command prints: `python -m tests.pictures`."""

from __future__ import annotations

import html
import io
import re
import shlex
import subprocess
import sys

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.readme import ROOT

PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"
COMMANDS = ("check examples/article_topics.py", "check --diff examples/article_topics.py")

_WIDTH = 110
_THEME = TerminalTheme(
    (24, 26, 32),
    (214, 217, 224),
    [
        (69, 73, 84),
        (255, 105, 105),
        (120, 210, 130),
        (240, 190, 90),
        (110, 170, 255),
        (210, 140, 240),
        (90, 205, 215),
        (214, 217, 224),
    ],
)
# As the template of Rich, but with fonts that every machine has: a picture must load nothing.
_SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>What lint-keras-acc prints in a terminal</title>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def session() -> str:
    """What the terminal shows: each command, and in colour what it prints; at last an empty line for the cursor."""
    return "\n".join(f"\033[1m$ lint-keras-acc {command}\033[0m\n{_printed(command)}" for command in COMMANDS)


def _printed(command: str) -> str:
    name, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "lint_keras_acc", name, "--isolated", "--color", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout.rstrip() + "\n"


def drawn(text: str) -> str:
    """The picture of a terminal that shows `text`."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(text))
    return console.export_svg(title="lint-keras-acc", theme=_THEME, code_format=_SVG, unique_id="terminal")


def words_in(picture: str) -> list[str]:
    """The words that a picture shows, in order, from top to bottom."""
    matrix = picture.partition('<g class="terminal-matrix">')[2]
    return html.unescape(" ".join(re.findall(r">([^<>]*)</text>", matrix))).split()


if __name__ == "__main__":
    PICTURE.write_text(drawn(session()), encoding="utf-8")
