"""Links that are right in the repository, made right on the site; and codes of rules as links to their pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping

_BLOCK = r"^(?P<indent> *)(?P<fence>```+|~~~+).*?^(?P=indent)(?P=fence)[ \t]*$"
_IN_BLOCK = re.compile(_BLOCK, re.DOTALL | re.MULTILINE)
_IN_CODE_HEADING_OR_LINK = re.compile(rf"{_BLOCK}|`[^`\n]+`|^#.*?$|\[[^\]\n]*\]\([^)\n]*\)", re.DOTALL | re.MULTILINE)

_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")
# In no address and no name of a file.
_RULE = re.compile(r"(?<![\w[/.-])KAC\d{3}(?![\w\]/-])")


def in_site(markdown: str, page: str, root_pages: Mapping[str, str]) -> str:
    """The text of a page with its links to other files as the site has them.

    page:       its address below docs/.
    root_pages: files of the root that are pages of the site, and their addresses there.
    What is no page of the site keeps its text and loses its link.
    """
    at_root = page in root_pages.values()
    folder = "" if at_root else posixpath.join("docs", posixpath.dirname(page))

    def replaced(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link["target"]))
        if target in root_pages:
            address = root_pages[target]
        elif target.startswith("docs/"):
            address = target.removeprefix("docs/")
        else:
            return link["text"]
        relative = posixpath.relpath(address, posixpath.dirname(page) or ".")
        return f"{link['picture']}[{link['text']}]({relative}{link['anchor'] or ''})"

    return _outside(_IN_BLOCK, markdown, lambda text: _LINK.sub(replaced, text))


def to_rules(markdown: str, page: str, codes: Collection[str]) -> str:
    """The text of a page in which the codes of rules are links to their pages, but in code, headings and links."""
    folder = posixpath.dirname(page) or "."

    def linked(code: re.Match[str]) -> str:
        address = f"rules/{code[0]}.md"
        if code[0] not in codes or address == page:
            return code[0]
        return f"[{code[0]}]({posixpath.relpath(address, folder)})"

    return _outside(_IN_CODE_HEADING_OR_LINK, markdown, lambda text: _RULE.sub(linked, text))


def _outside(kept: re.Pattern[str], markdown: str, change: Callable[[str], str]) -> str:
    """The text changed, but for what `kept` matches."""
    done, end = [], 0
    for found in kept.finditer(markdown):
        done += [change(markdown[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*done, change(markdown[end:])])
