"""What every command says, and with which status it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from lint_keras_acc.config import Settings

CLEAN, FOUND, FAILED = 0, 1, 2
STDIN = "-"


def say(message: str) -> None:
    """Say something on standard error."""
    print(f"lint-keras-acc: {message}", file=sys.stderr)


def fail(message: str) -> int:
    """Say why nothing can be done; the exit status that means that."""
    say(message)
    return FAILED


def write(data: bytes) -> None:
    """Write to standard output as it is, whatever its encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def terminal_takes_colour() -> bool:
    """Whether nothing speaks against colours: neither NO_COLOR nor a terminal that has none."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def why_unreadable(path: str) -> str | None:
    """Why there is nothing to lint at a path that is neither a file nor a directory."""
    if os.path.isfile(path) or os.path.isdir(path):
        return None
    return "is neither a file nor a directory" if os.path.exists(path) else "no such file or directory"


def readable_paths(paths: Iterable[str]) -> list[str]:
    """The paths of files and directories; what does not exist, and pipes and devices, are told."""
    readable = []
    for path in paths:
        reason = why_unreadable(path)
        if reason is None:
            readable.append(path)
        else:
            say(f"{path}: {reason}")
    return readable


def say_if_nothing_is_there(paths: Sequence[str], settings: Settings) -> None:
    """Say that nothing is linted under `paths`, where that is so."""
    from lint_keras_acc.discovery import discover

    if paths and next(discover(paths, settings), None) is None:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        say(f"no Python files or notebooks under {paths[0]}{more}")
