"""The versions of Keras that the linter knows, and what is the same in which of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import groupby
from typing import TypeVar

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect

T = TypeVar("T", bound=Hashable)

# The versions of each line, the newest line first; tf_keras runs the code of the last tf.keras.
_LINES: tuple[tuple[str, tuple[Dialect, ...]], ...] = (
    ("Keras", tuple(Dialect("keras", (3, minor)) for minor in range(DEFAULT.version[1] + 1))),
    (
        "tf.keras",
        (
            *(Dialect("tf.keras", (1, minor)) for minor in (13, 14, 15)),
            *(Dialect("tf.keras", (2, minor)) for minor in range(16)),
        ),
    ),
    (
        "Keras",
        tuple(Dialect("keras", version) for version in ((1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (2, 3))),
    ),
)

# What "all" versions are, for a reader.
ALL = "All are Keras 1.0 to 2.3, tf.keras 1.13 to 2.15, and Keras 3. tf_keras is the same as tf.keras 2.15."


def by_version(question: Callable[[Dialect], T]) -> list[tuple[str, T]]:
    """Each answer with the versions that give it ("Keras 3.6 to 3.15, tf.keras 2.2 to 2.15"), the newest first.

    Where all agree, they are "all".
    """
    versions: dict[T, list[str]] = {}
    for line, dialects in _LINES:
        stretches = [(answer, list(those)) for answer, those in groupby(dialects, question)]
        for answer, those in reversed(stretches):
            versions.setdefault(answer, []).append(_range(line, those[0], those[-1]))
    if len(versions) == 1:
        return [("all", answer) for answer in versions]
    return [(", ".join(ranges), answer) for answer, ranges in versions.items()]


def _range(package: str, first: Dialect, last: Dialect) -> str:
    names = [f"{major}.{minor}" for major, minor in (first.version, last.version)]
    return f"{package} {' to '.join(dict.fromkeys(names))}"
