"""Links that are right in the repository, made right on the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


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
