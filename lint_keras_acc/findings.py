"""What the linter says: places in a source, findings about them, and the repairs that it offers.

A rule describes a fix as *repairs*: what to do to which expression, in terms of Keras names. Only when
somebody asks for the fix are repairs turned into text edits (`fixes.py`, with libcst).
"""

from __future__ import annotations

from enum import Enum

from lint_keras_acc.records import record


class Severity(str, Enum):
    """How sure and how bad, as RULES.md principle 4 defines it."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for a hint, 1 for a warning, 2 for an error."""
        return ("hint", "warning", "error").index(self.value)


class Applicability(str, Enum):
    """`safe`: training is unchanged and the number becomes what it claims. `unsafe`: training or a read key changes."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@record(frozen=True, order=True)
class Span:
    """A stretch of source. Lines and columns are 1-based, in code points; the end column is exclusive.

    `cell` is the 0-based notebook cell (among all cells of the notebook), and then lines count within
    the cell; None in a plain file.
    """

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


@record(frozen=True)
class Related:
    """The other half of a contradiction: a second place, and what stands there."""

    span: Span
    message: str


@record(frozen=True)
class Edit:
    """Replace the text of `span` by `content`."""

    span: Span
    content: str


# --- repairs: what a fix does, before anyone has parsed the call ------------------------------------------


@record(frozen=True)
class Replace:
    """Put `code` in the place of the expression at `span`.

    In every repair `code` is Python text in which `{keras.metrics.BinaryAccuracy}` stands for a Keras name,
    to be spelled as the file spells it (importing it where nothing does), and strings are in single
    quotes, to be turned into the quotes that the file uses.
    """

    span: Span
    code: str


@record(frozen=True)
class Delete:
    """Take the element at `span` out of its list, tuple, set or dict (for a dict: the key's and value's pair)."""

    span: Span


@record(frozen=True)
class SetArgument:
    """Give the call at `call` the keyword argument `name`, replacing the one it has."""

    call: Span
    name: str
    code: str


@record(frozen=True)
class RemoveArgument:
    """Take the argument whose value is at `span` out of its call."""

    call: Span
    span: Span


@record(frozen=True)
class NameArgument:
    """Turn the positional argument at `span` of the call at `call` into the keyword argument `name`.

    Positional arguments behind it are named too, by `following` in order, since none may follow a keyword.
    """

    call: Span
    span: Span
    name: str
    following: tuple[str, ...] = ()


@record(frozen=True)
class WrapInList:
    """Put brackets around the expression at `span`; a tuple's or set's own brackets are replaced."""

    span: Span


# An Edit repairs what is no expression.
Repair = Replace | Delete | SetArgument | RemoveArgument | NameArgument | WrapInList | Edit


@record(frozen=True)
class Fix:
    """What to do about a finding: a title in the imperative ("Replace 'accuracy' by 'mae'"), and how."""

    title: str
    applicability: Applicability
    repairs: tuple[Repair, ...]


@record(frozen=True)
class Finding:
    """One contradiction: the guilty argument's own span, the other half in `related`.

    `message` is one line: what Keras will do, and what to write instead. `site` is the compile call,
    `head` the index of the output that it is about (None: the whole call), by which rules silence one another.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    site: Span
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    head: int | None = None
