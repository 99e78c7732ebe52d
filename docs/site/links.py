"""Links that are right in the repository, made right on the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping

# A rule's code in running text: in no code, link, address or name of a file.
_RULE = re.compile(r"(?<![\w`\[/.-])KAC\d{3}(?![\w`\]/-])")
_FENCED = re.compile(
    r"^( *)(```+|~~~+).*?^\1\2[ \t]*$|^#.*?$|`[^`\n]+`|\[[^\]\n]*\]\([^)\n]*\)", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


def to_rules(markdown: str, page: str, codes: Collection[str]) -> str:
    """The text of a page in which the codes of rules are links to their pages, but in code, headings and links."""
    folder = posixpath.dirname(page) or "."

    def linked(code: re.Match[str]) -> str:
        address = f"rules/{code[0]}.md"
        if code[0] not in codes or address == page:
            return code[0]
        return f"[{code[0]}]({posixpath.relpath(address, folder)})"

    done, end = [], 0
    for kept in _FENCED.finditer(markdown):
        done += [_RULE.sub(linked, markdown[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*done, _RULE.sub(linked, markdown[end:])])


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
        return f"[{link['text']}]({relative}{link['anchor'] or ''})"

    return _LINK.sub(replaced, markdown)
