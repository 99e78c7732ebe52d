"""The site of the documentation: built strictly, with a page for every rule at the address that the faces link to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lint_keras_acc import DOCUMENTATION
from lint_keras_acc.rules import all_rules, rule_page

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `mkdocs build --strict` fills."""
    pytest.importorskip("material")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def file_of(site: Path, address: str) -> Path:
    """The file behind an address of the published site."""
    assert address.startswith(DOCUMENTATION + "/")
    return site / urlsplit(address).path.removeprefix(urlsplit(DOCUMENTATION).path).strip("/") / "index.html"


def test_every_rule_has_its_page(site: Path) -> None:
    for rule in all_rules():
        text = file_of(site, rule_page(rule.code)).read_text(encoding="utf-8")
        assert rule.name in text
        assert "Why is this bad" in text


def test_every_page_of_docs_is_in_the_navigation(site: Path) -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if f": {page}\n" not in settings} == set()


class Loaded(HTMLParser):
    """The addresses that a browser loads to show a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.addresses.append(values.get("src") or "")
        elif tag == "link" and re.search("stylesheet|icon|preload|preconnect", values.get("rel") or ""):
            self.addresses.append(values.get("href") or "")


def test_nothing_is_loaded_from_other_hosts(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(all_rules())
    for page in pages:
        loaded = Loaded(page.read_text(encoding="utf-8")).addresses
        assert loaded
        assert [address for address in loaded if urlsplit(address).netloc] == []
