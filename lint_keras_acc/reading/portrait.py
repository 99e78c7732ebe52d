"""Writes Keras code piece by piece and remembers where each piece stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from lint_keras_acc.findings import Span

Place = tuple[int, int]


@dataclass(frozen=True)
class Code:
    """An expression that is no constant, as it is to be written: the name of a function, a class, a call."""

    text: str


class Writer:
    """A text that grows at its end; places are 1-based lines and columns, in code points."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._lines = [""]

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def here(self) -> Place:
        return len(self._lines), len(self._lines[-1]) + 1

    def since(self, start: Place) -> Span:
        """What has been written since `start`."""
        return Span(self.path, None, *start, *self.here())

    def write(self, text: str) -> Span:
        start = self.here()
        first, *more = text.split("\n")
        self._lines[-1] += first
        self._lines += more
        return self.since(start)


@dataclass(frozen=True)
class Written:
    """Where a call was written, and the values of its arguments."""

    call: Span
    arguments: Mapping[str, Span] = field(default_factory=dict)


def write_call(
    writer: Writer,
    function: str,
    arguments: Iterable[tuple[str, object]],
    *,
    first: Collection[str] = (),
    write: Callable[[object], object] | None = None,
) -> Written:
    """Write `function(value, name=value, ...)`: an argument at the start that is in `first` stands without its name.

    `write` writes a value; without it values are literals.
    """
    start = writer.here()
    writer.write(f"{function}(")
    spans: dict[str, Span] = {}
    for index, (name, value) in enumerate(arguments):
        writer.write(", " if index else "")
        writer.write("" if index == 0 and name in first else f"{name}=")
        place = writer.here()
        if write is None:
            writer.write(literal(value))
        else:
            write(value)
        spans[name] = writer.since(place)
    writer.write(")")
    return Written(writer.since(start), spans)


def literal(value: object) -> str:
    """A value in Python; '...' where it is none that can be written."""
    if isinstance(value, Code):
        return value.text
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, tuple | list):
        items = [literal(item) for item in value]
        if isinstance(value, list):
            return f"[{', '.join(items)}]"
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    return repr(value) if value is None or isinstance(value, bool | int | float | str) else "..."


def constant(value: object) -> object | None:
    """The value as `sites.Argument` has it: a constant or a tuple of constants, None where it is neither."""
    if isinstance(value, tuple | list):
        items = tuple(constant(item) for item in value)
        return items if all(item is not None for item in items) else None
    return value if isinstance(value, bool | int | float | str) else None
