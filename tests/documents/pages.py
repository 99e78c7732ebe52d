"""The pages and their fenced blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]

_COMMENT = re.compile(r"<!-- (.*?) -->\s*")
_TESTED = re.compile(r"^<!-- tested by: (.*?) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    page:     the page, relative to the project.
    line:     the line of the opening fence, from 0 on; `end` is that behind the closing one.
    language: the word behind the fence, "" for none.
    text:     what is fenced.
    comment:  the text of the HTML comment on the line above, "" for none.
    """

    page: str
    line: int
    end: int
    language: str
    text: str
    comment: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line + 1}"

    @property
    def is_session(self) -> bool:
        """It quotes a Python prompt."""
        return self.language == "python" and self.text.lstrip().startswith(">>>")

    def said(self, key: str) -> str | None:
        """What the comment says behind `key: `."""
        start, colon, value = self.comment.partition(": ")
        return value if colon and start == key else None

    @property
    def is_left_alone(self) -> bool:
        """Another test executes it, or nothing does."""
        return self.said("tested by") is not None or self.said("not executed") is not None


def pages() -> list[str]:
    """README.md and every page below docs/."""
    return ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, text: str) -> list[Block]:
    """Every block of a page, in order."""
    lines = text.splitlines()
    of_page = _TESTED.search("\n".join(lines[1:4]))
    found = []
    for token in MarkdownIt().parse(text):
        if token.type == "code_block":
            raise AssertionError(f"{page}:{_lines(token.map)[0] + 1}: fence the block, so that it can be tested")
        if token.type != "fence":
            continue
        line, end = _lines(token.map)
        above = _COMMENT.fullmatch(lines[line - 1].strip()) if line else None
        comment = f"tested by: {of_page[1]}" if of_page else above[1] if above else ""
        found.append(Block(page, line, end, token.info.strip(), token.content, comment))
    return found


def _lines(place: list[int] | None) -> tuple[int, int]:
    assert place is not None
    return place[0], place[1]
