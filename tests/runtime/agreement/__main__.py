"""The comparison with a budget of one's own: `python -m tests.runtime.agreement --cases 1000000 --seed 1 jax`."""

from __future__ import annotations

import argparse

from tests.runtime.agreement.backends import INSTALLATIONS, compared, missing
from tests.runtime.agreement.batches import KERNELS

COLUMNS = ("cases", "trials", "results", "rounded", "worst", "nothing", "raised", "seconds")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.runtime.agreement", description=__doc__)
    parser.add_argument("installations", nargs="*", default=INSTALLATIONS, metavar="installation")
    parser.add_argument("--cases", type=int, default=100_000, help="a kernel and installation (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kernel", action="append", choices=KERNELS)
    given = parser.parse_args()
    print(f"{'installation':<14}{'version':<9}{'kernel':<36}" + "".join(f"{name:>10}" for name in COLUMNS))
    for installation in given.installations:
        if installation not in INSTALLATIONS:
            parser.error(f"{installation!r} is none of {', '.join(INSTALLATIONS)}")
        reason = missing(installation)
        if reason:
            print(f"{installation:<14}{reason}")
            continue
        for kernel in given.kernel or KERNELS:
            told = compared(installation, given.cases, given.seed, (kernel,))[kernel]
            if isinstance(told, str):
                print(told)
                return 1
            figures = "".join(f"{told[name]:>10}" for name in COLUMNS)
            print(f"{installation:<14}{told['version']:<9}{kernel:<36}{figures}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
