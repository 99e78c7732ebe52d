"""What docs/editors.md tells people to write into the configuration of their editors."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "editors.md"


def snippets(editor: str, language: str) -> list[str]:
    """The blocks in that language in the section on an editor, in the order of the page."""
    text = PAGE.read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n## {editor}\n")
    section = rest.partition("\n## ")[0]
    found = re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found, f"docs/editors.md has no {language} for {editor}"
    return found
