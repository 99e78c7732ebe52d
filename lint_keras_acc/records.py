"""Frozen data that is cheap to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass, fields
    from operator import attrgetter
    from reprlib import recursive_repr

    def record(*, frozen, eq=True, order=False):
        """A dataclass that type checkers hold to be frozen: one that is so at run time takes thrice as long to make.

        Of its methods only `__init__` is compiled for the class. The others are closures that do what those of a
        dataclass do: compiling four methods for each class is a quarter of the time that loading the linter takes.
        """
        if order:
            return dataclass(eq=eq, order=order, unsafe_hash=eq and frozen, slots=True)

        def made(cls):
            cls = dataclass(eq=False, repr=False, slots=True)(cls)
            cls.__repr__ = _repr(tuple(field.name for field in fields(cls) if field.repr))
            if eq:
                values = _getter(tuple(field.name for field in fields(cls) if field.compare))
                cls.__eq__ = _equal(values)
                cls.__hash__ = _hash(values) if frozen else None
            return cls

        return made

    def _getter(names):
        """What gets the values of these attributes as a tuple."""
        if len(names) > 1:
            return attrgetter(*names)
        if not names:
            return lambda one: ()
        only = attrgetter(names[0])
        return lambda one: (only(one),)

    def _repr(names):
        @recursive_repr()
        def __repr__(self):
            return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

        return __repr__

    def _equal(values):
        def __eq__(self, other):
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        return __eq__

    def _hash(values):
        def __hash__(self):
            return hash(values(self))

        return __hash__


__all__ = ["record"]
