"""HTML elements. Whatever is no markup already is escaped, so that nothing of a program can become part of the page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from lint_keras_acc.render import one_line

_VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


_NOTHING = Markup()


def text(value: str) -> Markup:
    """Plain text. Control characters, which could turn a line around or end a file, become spaces."""
    return Markup(escape(one_line(value)))


def element(name: str, /, *content: str, **attributes: str | int | bool | None) -> Markup:
    """An element. `class_` is the attribute class and `data_code` data-code; one that is None or False is left out."""
    start = "".join([f"<{name}", *(_attribute(key, value) for key, value in attributes.items()), ">"])
    if name in _VOID:
        return Markup(start)
    return Markup(
        "".join([start, *(part if isinstance(part, Markup) else text(part) for part in content), f"</{name}>"])
    )


def code_block(content: Markup, kind: str, name: str) -> Markup:
    """Lines of code, which may be too long for the page; their name is what a screen reader calls them."""
    return element("pre", content, class_=kind, tabindex=0, role="group", aria_label=name)


def joined(parts: Iterable[Markup], between: Markup = _NOTHING) -> Markup:
    """Several pieces of markup, one after the other."""
    return Markup(between.join(parts))


def _attribute(key: str, value: str | int | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
