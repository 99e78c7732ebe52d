"""Frozen data that is cheap to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(*, frozen, eq=True, order=False):
        """A dataclass that type checkers hold to be frozen: one that is so at run time takes thrice as long to make."""
        return dataclass(eq=eq, order=order, unsafe_hash=eq and frozen, slots=True)


__all__ = ["record"]
