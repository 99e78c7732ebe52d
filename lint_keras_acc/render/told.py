"""What the formats for other programs are made of: what is told of one file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lint_keras_acc.findings import Edit, Finding, Span


class Suppression(Enum):
    """Why a finding does not count: the words are those of SARIF."""

    NOQA = "inSource"
    BASELINE = "external"


@dataclass(frozen=True)
class Told:
    """A finding, with what belongs to it in its file.

    span, related: its places as lines and columns of the file, None where there are none: in a saved model. They
                   differ from those of the finding in a notebook only, whose cells are strings in a JSON text.
    edits:         those of its fix, in the same lines and columns; empty where it has none that can be carried out.
    identity:      a name that it keeps as long as the text around it stays the same.
    """

    finding: Finding
    span: Span | None
    related: tuple[Span | None, ...] = ()
    edits: tuple[Edit, ...] = ()
    identity: str = ""
    suppression: Suppression | None = None


class Kind(Enum):
    """What else is said of a file."""

    UNREADABLE = "unreadable"
    INTERNAL_ERROR = "internal error"
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """What is said of a file besides findings: why it was not read, where the linter failed, a note."""

    kind: Kind
    message: str
    span: Span | None = None


@dataclass(frozen=True)
class ToldFile:
    """All that is told of one file; `suppressed` findings do not count."""

    path: str
    findings: tuple[Told, ...] = ()
    suppressed: tuple[Told, ...] = ()
    remarks: tuple[Remark, ...] = ()
