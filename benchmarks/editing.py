"""How long the linter takes for a keystroke, compared with a fresh start on the same text.

    python benchmarks/editing.py PATH...

Types into each .py file with a compile call at and below the paths, of --lines lines and more: a statement, an empty
line, a comment, and takes some of it back, at random places of the file. After each key the text is linted by a
`LiveSource`, which remembers the text before, and from nothing. Tells the CPU milliseconds that both take, while the
text is a program and while it is not (between the parentheses, say), the share of parsing in them, and the slowest
files. Exits with status 1 where the two say different things.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

from measuring import arguments, files_below, show_progress

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.incremental import LiveSource
from lint_keras_acc.source import Source, SourceError, decoded_source, may_compile

TYPED = "values = model.predict(data, verbose=0)\n# Look at it.\n"
TAKEN_BACK = 15  # characters
BURST = len(TYPED) + TAKEN_BACK
Result = TypeVar("Result")


@dataclass
class Times:
    """CPU milliseconds of each keystroke."""

    live: list[float] = field(default_factory=list)
    fresh: list[float] = field(default_factory=list)
    parsing: list[float] = field(default_factory=list)  # in those of `fresh`

    def tell(self, title: str) -> None:
        if not self.live:
            print(f"{title}: none")
            return
        ratio = median(one / other for one, other in zip(self.live, self.fresh, strict=True))
        print(f"{title}: {len(self.live):,} keys, live / fresh {ratio:.2f}")
        print(f"  live    {spread(self.live)}")
        print(f"  fresh   {spread(self.fresh)}")
        print(f"  parsing {spread(self.parsing)}")


def spread(times: list[float]) -> str:
    last = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
    return f"median {median(times):6.2f} ms, 99 % below {last:6.2f} ms, at most {max(times):6.2f} ms"


def keystrokes(text: str, keys: int, place: random.Random) -> Iterator[str]:
    """The text after each key: of a statement and a comment at the end of some line, with its indentation."""
    lines = text.splitlines(keepends=True)
    for _ in range(max(keys // BURST, 1)):
        index = place.randrange(len(lines))
        line = lines[index]
        indent = line[: len(line) - len(line.lstrip())].strip("\r\n")
        before, behind = "".join(lines[: index + 1]), "".join(lines[index + 1 :])
        typed = ""
        for key in TYPED:
            typed += indent + key if not typed or typed.endswith("\n") else key
            yield before + typed + behind
        for _ in range(TAKEN_BACK):
            typed = typed[:-1]
            yield before + typed + behind
        lines = (before + typed.rstrip(" #\t") + behind).splitlines(keepends=True)


def milliseconds(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.process_time()
    result = work()
    return (time.process_time() - start) * 1000, result


def said(live: LiveSource, source: Source) -> tuple[float, float, float, bool, bool]:
    """What both take, and parsing alone; whether the text is a program, and whether both say the same of it."""
    live_time, live_report = milliseconds(lambda: live.lint(source.data))
    fresh_time, report = milliseconds(lambda: lint_source(source, live.settings))
    parsing, (_, errors) = milliseconds(source.programs)
    same = live_report == report or str(live_report) == str(report)
    return live_time, fresh_time, parsing, not errors, same


def main() -> int:
    """Measure, compare and tell."""
    parser = arguments(__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--lines", type=int, default=800, help="the least number of lines of a file (default: 800)")
    parser.add_argument("--most-lines", type=int, default=1200, help="the greatest (default: 1200)")
    parser.add_argument("--keys", type=int, default=2 * BURST, help=f"keys for each file (default: {2 * BURST})")
    parser.add_argument("--seed", type=int, default=0, help="for other places in the files")
    parser.add_argument("--slowest", type=int, default=5, help="how many of the slowest files to tell")
    options = parser.parse_args()

    place = random.Random(options.seed)
    paths = [
        path for path in files_below(options.paths, (".py",)) if is_wanted(path, options.lines, options.most_lines)
    ]
    show = show_progress(len(paths), "files")
    whole, broken = Times(), Times()
    medians: dict[Path, float] = {}
    differing = []
    for done, path in enumerate(paths, start=1):
        text = path.read_text(encoding="utf-8")
        live = LiveSource(str(path), Settings())
        live.lint(text.encode())
        times = []
        for edited in keystrokes(text, options.keys, place):
            live_time, fresh_time, parsing, is_program, same = said(live, decoded_source(str(path), edited.encode()))
            kind = whole if is_program else broken
            kind.live.append(live_time)
            kind.fresh.append(fresh_time)
            kind.parsing.append(parsing)
            times.append(live_time)
            if not same:
                differing.append(path)
        medians[path] = median(times)
        show(done)
    print(f"{len(paths)} files of {options.lines} to {options.most_lines} lines")
    whole.tell("while the text is a program")
    broken.tell("while it is not")
    for path in sorted(medians, key=medians.__getitem__, reverse=True)[: options.slowest]:
        print(f"  slow: {path}: median {medians[path]:.2f} ms")
    for path in dict.fromkeys(differing):
        print(f"DIFFERENT: {path}", file=sys.stderr)
    return 1 if differing else 0


def is_wanted(path: Path, least: int, most: int) -> bool:
    """A program of that many lines that compiles a model."""
    data = path.read_bytes()
    if not may_compile(data) or not least <= data.count(b"\n") <= most:
        return False
    try:
        return not decoded_source(str(path), data).programs()[1]
    except SourceError:
        return False


if __name__ == "__main__":
    sys.exit(main())
