"""CPU of `lint-keras-acc check` over a tree where few files compile models, compared with ruff.

    python benchmarks/site_packages.py [PATH]

Both commands run over the tree (default: the site-packages of this Python) in alternation, as whole
processes, and the median of the rounds' ratios is told. Needs ruff, which the extra `test` installs.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from statistics import median

from measuring import alternate, arguments, command_of_ours, files_below, ratio


def main() -> int:
    """Measure and tell."""
    parser = arguments(__doc__)
    parser.add_argument("path", nargs="?", default=sysconfig.get_path("purelib"), metavar="PATH")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F", "--no-cache", "--exit-zero"]
    ours = [*command_of_ours(), "check", "--isolated", "--exit-zero"]
    for command in (ruff, ours):
        done = subprocess.run([*command, options.path], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode > 0 and "internal error" not in done.stderr:
            print(done.stderr[-2000:], file=sys.stderr)
            return 2
    size = sum(path.stat().st_size for path in files_below([options.path], (".py",)))
    count = sum(1 for _ in files_below([options.path], (".py",)))
    print(f"{Path(options.path)}: {count:,} Python files, {size / 1e6:.0f} MB")
    times = alternate({"ruff": [*ruff, options.path], "ours": [*ours, options.path]}, options.rounds)
    for name, seconds in times.items():
        print(f"{name}: median {median(seconds):.2f} s CPU ({', '.join(f'{one:.2f}' for one in seconds)})")
    print(f"lint-keras-acc / ruff: {ratio(times, 'ours', 'ruff'):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
