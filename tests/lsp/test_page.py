"""The hover that docs/editors.md shows is the one that editors get."""

from __future__ import annotations

import re

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.lsp.hover import TITLES, hover
from lint_keras_acc.source import read_source
from tests.editors.page import PAGE, ROOT

EXAMPLE = ROOT / "examples" / "article_topics.py"
MARK = "<!-- the hover on 'accuracy' in examples/article_topics.py -->"


def shown() -> str:
    """What the example says at 'accuracy', as a quotation."""
    source = read_source(str(EXAMPLE))
    text = source.text
    before = text[: text.index('"accuracy"')]
    at = (None, before.count("\n") + 1, len(before) - before.rfind("\n"))
    found = hover(source.programs()[0], lint_source(source, Settings(project_pins=False)), at)
    assert found is not None
    return "".join(f"> {line}".rstrip() + "\n" for line in found.text.splitlines())


def quoted(text: str) -> str:
    """The first quotation of a text."""
    match = re.search(r"(?:^>.*\n)+", text, re.MULTILINE)
    return match.group() if match else ""


def test_the_page_shows_what_editors_show() -> None:
    _, mark, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
    assert mark
    assert quoted(rest) == shown()


def test_the_page_explains_every_verdict() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| it says | and means |\n|---|---|\n")[2].partition("\n\n")[0]
    assert {row.split(" | ")[0].removeprefix("| ") for row in table.splitlines()} == set(TITLES.values())
