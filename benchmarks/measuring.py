"""What the benchmarks share: files to look at, CPU time of whole processes, git's name of a file, tables."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

SKIPPED_DIRECTORIES = {".git", ".venv", "__pycache__", ".ipynb_checkpoints"}

Row = dict[str, Any]


def arguments(documentation: str | None) -> argparse.ArgumentParser:
    """A parser whose help is the documentation of a script."""
    return argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)


def files_below(paths: Iterable[str], suffixes: tuple[str, ...] = (".py", ".ipynb")) -> Iterator[Path]:
    """The files at and below `paths` with one of the suffixes, in order."""
    for start in paths:
        if os.path.isfile(start):
            yield Path(start)
        for directory, below, names in os.walk(start):
            below[:] = sorted(set(below) - SKIPPED_DIRECTORIES)
            for name in sorted(names):
                path = Path(directory, name)
                if name.endswith(suffixes) and path.is_file():
                    yield path


def cpu_seconds(command: Sequence[str]) -> float:
    """User and system time of a process and its children. Its output and its status are not looked at."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def alternate(commands: dict[str, Sequence[str]], rounds: int) -> dict[str, list[float]]:
    """CPU seconds of each command in each round; every round runs all of them, one after the other."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(cpu_seconds(command))
    return times


def ratio(times: dict[str, list[float]], of: str, to: str) -> float:
    """The median over the rounds of how many times as long `of` took as `to`."""
    return median(one / other for one, other in zip(times[of], times[to], strict=True))


def command_of_ours() -> list[str]:
    """How to start the linter: the script of this environment, or else the module."""
    script = Path(sys.executable).with_name("lint-keras-acc")
    return [str(script)] if script.exists() else [sys.executable, "-m", "lint_keras_acc"]


def blob_hash(data: bytes) -> str:
    """What `git hash-object` says of these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def read_rows(path: Path) -> list[Row]:
    """The objects of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def per_second(count: int, seconds: float) -> str:
    """`1,234 in 5.6 s (220 a second)`."""
    return f"{count:,} in {seconds:.1f} s ({count / max(seconds, 1e-9):,.0f} a second)"


def show_progress(total: int, what: str) -> Callable[[int], None]:
    """A function that tells in a terminal how many are done."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total} {what}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show
