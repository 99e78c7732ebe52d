"""The documentation of the rules on the page: paragraphs of Markdown without headings and programs."""

from __future__ import annotations

import re

from lint_keras_acc.render.report.markup import Markup, element, joined, text
from lint_keras_acc.rules import Rule


def rule_title(rule: Rule) -> Markup:
    """What a rule is about, in one sentence."""
    return marked_up(rule.title)


def paragraphs(prose: str) -> list[Markup]:
    """Paragraphs and lists of a rule's documentation, as far as it uses Markdown."""
    blocks = [block for block in re.split(r"\n\s*\n", prose.strip()) if block and not block.startswith("```")]
    return [element("p", marked_up(" ".join(block.split()))) for block in blocks]


def marked_up(words: str) -> Markup:
    """A line of text with `code` in it."""
    pieces = re.split(r"`([^`]+)`", words)
    return joined([element("code", piece) if index % 2 else text(piece) for index, piece in enumerate(pieces)])
