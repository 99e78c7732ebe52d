"""Text as Markdown, and as plain text for clients that show none."""

from __future__ import annotations

import re

# What in a message is code: strings, calls, names with dots or underscores, keyword arguments.
_CODE = re.compile(
    r"(?<!\w)'[^'\n]*'(?!\w)|\b[A-Za-z]\w*(?:\.\w+)*\((?:[^()\n]|\([^()\n]*\))*\)"
    r"|\b[A-Za-z]\w*(?:(?:[._]\w+)+|=[\w.'\"]+)|\b_\w+"
)
_SPECIAL = re.compile(r"([\\`*\[\]<>])")
_TICKS = re.compile(r"`+")


class Markdown:
    """CommonMark."""

    def strong(self, text: str) -> str:
        return f"**{text}**"

    def code(self, text: str) -> str:
        """Code of one line, whatever backticks are in it."""
        fence = "`" * (max((len(ticks) for ticks in _TICKS.findall(text)), default=0) + 1)
        space = " " if text[:1] == "`" or text[-1:] == "`" else ""
        return f"{fence}{space}{text}{space}{fence}"

    def link(self, text: str, address: str) -> str:
        return f"[{text}]({address})"

    def prose(self, text: str) -> str:
        """A message of ours, in which names are told from words."""
        parts = []
        end = 0
        for match in _CODE.finditer(text):
            parts += [_SPECIAL.sub(r"\\\1", text[end : match.start()]), self.code(match.group())]
            end = match.end()
        return "".join([*parts, _SPECIAL.sub(r"\\\1", text[end:])])


class PlainText(Markdown):
    """What people read as it stands."""

    def strong(self, text: str) -> str:
        return text

    def code(self, text: str) -> str:
        return text

    def link(self, text: str, address: str) -> str:
        return f"{text} ({address})"

    def prose(self, text: str) -> str:
        return text
