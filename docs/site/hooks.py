"""What mkdocs is told besides mkdocs.yml: pages that are made of other files, and links between here and there."""

from __future__ import annotations

from pathlib import Path

from generations_page import generations_page
from links import in_site, to_rules
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from rule_pages import GROUPS, rule_index, rule_page

from lint_keras_acc.rules import Rule, all_rules

ROOT = Path(__file__).parent.parent.parent

# Files of the root that are pages of the site.
_ROOT_PAGES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}
# They stand alone below their tab: a navigation beside them would have one entry.
_ALONE = "---\nhide:\n- navigation\n---\n"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages of the rules below their index."""
    rules = {group: [rule for rule in all_rules() if rule.code[3] == group] for group in GROUPS}
    sections = [{GROUPS[group]: [_entry(rule) for rule in members]} for group, members in rules.items()]
    for entry in config.nav or ():
        if entry.get("Rules") == "rules/index.md":
            entry["Rules"] = ["rules/index.md", *sections]
    return config


def _entry(rule: Rule) -> dict[str, str]:
    return {f"{rule.code} {rule.name}": f"rules/{rule.code}.md"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that have no file in docs/."""
    for name, page in _ROOT_PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=f"{_ALONE}{text}"))
    files.append(File.generated(config, "rules/index.md", content=rule_index(all_rules())))
    files.append(File.generated(config, "generations.md", content=generations_page()))
    for rule in all_rules():
        files.append(File.generated(config, f"rules/{rule.code}.md", content=rule_page(rule)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turns links of the repository into links of the site, and codes of rules into links to their pages."""
    address = page.file.src_uri
    if address.startswith("tutorials/"):
        page.meta["hide"] = ["toc"]  # in its place: the long lines of programs and findings
    return to_rules(in_site(markdown, address, _ROOT_PAGES), address, [rule.code for rule in all_rules()])
