"""`lint-keras-acc` and `python -m lint_keras_acc`."""

from __future__ import annotations

import sys

from lint_keras_acc import __version__


def main(arguments: list[str] | None = None) -> int:
    """Run the command; its exit status. `--version` answers without importing anything more."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        print(f"lint-keras-acc {__version__}")
        return 0
    import gc

    from lint_keras_acc.cli import main as run

    # Syntax trees are many objects and no garbage: looking through them takes a tenth of a run.
    gc.set_threshold(50_000, 20, 20)
    return run(given)


if __name__ == "__main__":
    sys.exit(main())
