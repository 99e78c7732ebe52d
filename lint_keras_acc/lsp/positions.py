"""Columns in the units that the client counts in; here they are code points, everywhere."""

from __future__ import annotations

from enum import Enum


class Units(str, Enum):
    """What the characters of a position are, by the name that the protocol gives it."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_32 = "utf-32"

    def length(self, text: str) -> int:
        """The length of `text`. A surrogate without its other half is a character."""
        if self is Units.UTF_32 or text.isascii():
            return len(text)
        if self is Units.UTF_8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(character > "\uffff" for character in text)

    def to_client(self, line: str, column: int) -> int:
        """What the client calls the place before the 0-based code point `column` of a line."""
        return self.length(line[:column])

    def from_client(self, line: str, character: int) -> int:
        """The code point that the client means: the end of the line beyond it, the beginning of one that it cuts."""
        if self is Units.UTF_32 or line.isascii():
            return max(0, min(character, len(line)))
        if self is Units.UTF_8:
            data = line.encode("utf-8", "surrogatepass")[: max(0, character)]
            while data and not _is_whole(data):
                data = data[:-1]
            return len(data.decode("utf-8", "surrogatepass"))
        left = character
        for column, point in enumerate(line):
            left -= 2 if point > "\uffff" else 1
            if left < 0:
                return column
        return len(line)


def _is_whole(data: bytes) -> bool:
    """Whether the last character of UTF-8 text is there to its end."""
    try:
        data[-4:].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        return error.reason != "unexpected end of data"
    return True
