"""How much of a program is looked at: what is beyond is Unknown, so that no program takes for ever."""

from __future__ import annotations

MAX_STEPS = 40_000  # evaluations for one compile call and world
STEPS_BETWEEN_LOOKS = 512  # at the clock
MAX_DEPTH = 70  # of expressions that ask for one another
MAX_WORLDS = 24  # sets of decisions for one compile call
MAX_CHANGES = 500  # of what one name holds
MAX_ITEMS = 256  # of a literal that is read item by item
MAX_NUMBER = 1 << 64  # nothing of a model is counted in greater ones, and Python may refuse to print them
MAX_TEXT = 10_000  # characters of a string that is put together


class OutOfBudget(Exception):
    """The program asks for more work than one compile call is worth."""


class OutOfTime(Exception):
    """The file has taken as long as one file may."""
