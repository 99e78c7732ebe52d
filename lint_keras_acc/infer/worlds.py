"""Worlds: sets of decisions about what cannot be known, varied one by one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lint_keras_acc.infer.frames import Frame
    from lint_keras_acc.infer.scopes import Point


Subject = tuple[int, str, tuple[int, ...]]  # of a test: its frame, its words, where its names are bound


class World:
    """The decisions about tests that cannot be known, replayed in the same order and varied one by one."""

    def __init__(self) -> None:
        self.trail: list[list[int]] = []  # [decision, number of alternatives]
        self.keys: dict[object, int] = {}
        self.equals: dict[Subject, object] = {}
        self.differs: dict[Subject, frozenset[object]] = {}
        self.position = 0
        self.impossible = False  # what has been decided contradicts what must hold
        self.before_decision: Callable[[], None] | None = None  # called once, before the next one

    def start(self) -> None:
        self.keys.clear()
        self.equals.clear()
        self.differs.clear()
        self.position = 0
        self.impossible = False

    def hold(self, key: object, decision: int) -> None:
        """Decide something without an alternative; the world is impossible where it is decided otherwise."""
        if self.keys.setdefault(key, decision) != decision:
            self.impossible = True

    def choose(self, key: object, alternatives: int) -> int:
        if key in self.keys:
            return self.keys[key]
        if self.before_decision is not None:
            before, self.before_decision = self.before_decision, None
            before()
        if self.position < len(self.trail):
            decision = self.trail[self.position][0]
        else:
            decision = 0
            self.trail.append([0, alternatives])
        self.position += 1
        self.keys[key] = decision
        return decision

    def left(self, kept: int = 0) -> int:
        """How many more worlds there are at least, where the first `kept` decisions stay as they are."""
        return sum(alternatives - 1 - decision for decision, alternatives in self.trail[kept : self.position])

    def next(self, kept: int = 0) -> bool:
        """Move on to the next set of decisions, leaving the first `kept` as they are; False after the last."""
        del self.trail[self.position :]
        while len(self.trail) > kept:
            if self.trail[-1][0] + 1 < self.trail[-1][1]:
                self.trail[-1][0] += 1
                return True
            self.trail.pop()
        return False


class Supposition(NamedTuple):
    """A test that is known to have come out true or false on the way to a compile call."""

    test: ast.expr
    frame: Frame
    point: Point
    outcome: bool
