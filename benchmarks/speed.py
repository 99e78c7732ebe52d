"""How long the flake8 plugin takes, compared with `ast.parse` of the same files.

    python benchmarks/speed.py PATH...

Reads all .py files at and below the paths, and tells the CPU time inside the plugin as a ratio to that which
parsing takes: for the files with a compile call, and for all files. `first` counts each file's first run, in
which the versions that a project pins are looked for and imported modules are read; `best` the fastest of the
rounds. `alone` is the same without the other files of the project. With --roots each PATH is the root of a project.
What a process loads at its first compile call is told apart.
Also tells what importing the plugin costs, and what `--version` costs beyond starting Python.
"""

from __future__ import annotations

import ast
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

from measuring import alternate, arguments, command_of_ours, files_below, ratio, show_progress

from lint_keras_acc.config import Settings
from lint_keras_acc.flake8_plugin import KerasAccuracyPlugin
from lint_keras_acc.source import SourceError, may_compile, read_source, split_lines


@dataclass(frozen=True)
class Timing:
    """CPU seconds that parsing a file and running the plugin on it took, in each round."""

    path: Path
    is_gated: bool
    findings: int
    parsing: list[float]
    plugin: list[float]
    alone: list[float]


def time_file(path: Path, rounds: int, root: Path | None = None) -> Timing | None:
    """The timing of a file, of the project below `root` if given; None if it is not Python."""
    data = path.read_bytes()
    try:
        text = read_source(str(path), data).text
    except SourceError:
        return None
    lines = [line + "\n" for line in split_lines(text)]
    parsing, plugin, alone, findings = [], [], [], 0
    for _ in range(rounds):
        start = time.process_time()
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        parsed = time.process_time()
        findings = run_plugin(tree, lines, path, Settings(project_root=None if root is None else str(root)))
        linted = time.process_time()
        parsing.append(parsed - start)
        plugin.append(linted - parsed)
        run_plugin(tree, lines, path, Settings(no_project=True))
        alone.append(time.process_time() - linted)
    return Timing(path, may_compile(data), findings, parsing, plugin, alone)


def run_plugin(tree: ast.Module, lines: list[str], path: Path, settings: Settings) -> int:
    """Run the plugin as flake8 does; the number of findings."""
    KerasAccuracyPlugin.settings = settings
    return sum(1 for _ in KerasAccuracyPlugin(tree, lines, str(path)).run())


def time_loading() -> float:
    """CPU seconds that the first compile call of a process takes, which loads rules and tables."""
    text = "import keras\nkeras.Sequential([keras.layers.Dense(1)]).compile(loss='mse', metrics=['mae'])\n"
    start = time.process_time()
    list(KerasAccuracyPlugin(ast.parse(text), text.splitlines(keepends=True), "first.py").run())
    return time.process_time() - start


def tell(title: str, timings: list[Timing]) -> None:
    """Sums and ratios of first and best rounds."""
    if not timings:
        print(f"{title}: none")
        return
    first = sum(timing.plugin[0] for timing in timings) / sum(timing.parsing[0] for timing in timings)
    parsing = sum(min(timing.parsing) for timing in timings)
    plugin = sum(min(timing.plugin) for timing in timings)
    alone = sum(min(timing.alone) for timing in timings)
    print(
        f"{title}: {len(timings):,} files, ast.parse {parsing:.2f} s, plugin {plugin:.2f} s; "
        f"plugin / ast.parse: first {first:.2f}, best {plugin / parsing:.2f}, alone {alone / parsing:.2f}"
    )


def tell_starts(rounds: int) -> None:
    """CPU of starting: Python alone, with the plugin imported, and our `--version`."""
    python = sys.executable
    times = alternate(
        {
            "python": [python, "-c", "pass"],
            "plugin": [python, "-c", "import lint_keras_acc.flake8_plugin"],
            "flake8": [python, "-c", "import flake8.main.cli"],
            "version": [*command_of_ours(), "--version"],
        },
        rounds,
    )
    for name, label in (
        ("plugin", "import lint_keras_acc.flake8_plugin"),
        ("flake8", "import flake8.main.cli (for comparison)"),
        ("version", "lint-keras-acc --version"),
    ):
        print(f"{label}: {ratio(times, name, 'python'):.2f} times the bare interpreter")


def main() -> int:
    """Measure and tell."""
    parser = arguments(__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--rounds", type=int, default=3, help="how often each file is parsed and linted")
    parser.add_argument("--starts", type=int, default=15, help="how often each start is measured")
    parser.add_argument("--gated-only", action="store_true", help="skip the files without a compile call")
    parser.add_argument("--roots", action="store_true", help="each PATH is the root of a project")
    parser.add_argument("--slowest", type=int, default=5, help="how many of the slowest files to tell")
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    roots = {path: Path(place) for place in options.paths for path in files_below([place], (".py",))}
    paths = [path for path in roots if not options.gated_only or may_compile(path.read_bytes())]
    print(f"loading rules and tables at the first compile call: {time_loading() * 1000:.0f} ms")
    show = show_progress(len(paths), "files")
    timings = []
    for done, path in enumerate(paths, start=1):
        timing = time_file(path, options.rounds, roots[path] if options.roots else None)
        if timing is not None:
            timings.append(timing)
        show(done)
    gated = [timing for timing in timings if timing.is_gated]
    tell("files with a compile call", gated)
    if not options.gated_only:
        tell("all files", timings)
    print(f"not Python 3: {len(paths) - len(timings)} files; findings: {sum(t.findings for t in timings)}")
    for timing in sorted(gated, key=lambda timing: min(timing.plugin), reverse=True)[: options.slowest]:
        times = f"{min(timing.plugin) * 1000:.0f} ms, ast.parse {min(timing.parsing) * 1000:.0f} ms"
        print(f"  slow: {timing.path}: plugin {times}")
    tell_starts(options.starts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
