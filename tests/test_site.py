"""The site of the documentation: built strictly, with a page for every rule at the address that the faces link to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("material")
pytest.importorskip("numpy")
pytest.importorskip("selenium")

from selenium.webdriver.support.ui import WebDriverWait

from lint_keras_acc import DOCUMENTATION
from lint_keras_acc.rules import all_rules, rule_page
from lint_keras_acc.runtime.numbers import figure, numbers
from tests.browser import browser

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `mkdocs build --strict` fills; with `--quiet` it would not count its warnings."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize(
    ("page", "written", "on_the_site"),
    [
        ("index.md", "[`audit(x)`](docs/audit.md#the-command)", "[`audit(x)`](audit.md#the-command)"),
        ("index.md", "![a picture](docs/pictures/a.svg)", "![a picture](pictures/a.svg)"),
        ("index.md", "[what changed](CHANGELOG.md)", "[what changed](changelog.md)"),
        ("index.md", "see [the examples](examples)", "see the examples"),
        ("index.md", "[elsewhere](https://keras.io/api/#x)", "[elsewhere](https://keras.io/api/#x)"),
        ("index.md", "```python\nnames[0](docs/x)\n```", "```python\nnames[0](docs/x)\n```"),
        ("audit.md", "[here](../README.md#flake8), [there](#x)", "[here](index.md#flake8), [there](#x)"),
        ("tutorials/one.md", "[up](../audit.md) [home](../../README.md)", "[up](../audit.md) [home](../index.md)"),
    ],
)
def test_links_of_the_repository(monkeypatch: pytest.MonkeyPatch, page: str, written: str, on_the_site: str) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs" / "site")
    from links import in_site

    assert in_site(written, page, {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}) == on_the_site


def test_codes_become_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs" / "site")
    from links import to_rules

    kept = "# KAC101\n`KAC101` [KAC101](x.md) rules/KAC101/ KAC999\n```\nKAC101\n```\n"
    linked = to_rules(f"{kept}KAC101, | KAC101 |", "tutorials/one.md", {"KAC101"})
    assert linked == f"{kept}[KAC101](../rules/KAC101.md), | [KAC101](../rules/KAC101.md) |"


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


def test_a_page_shows_the_figures_and_the_versions(site: Path) -> None:
    for rule in all_rules():
        text = text_of(file_of(site, rule_page(rule.code)))
        shown = numbers(rule)
        for what, value in (*shown.printed.items(), *shown.honest.items()):
            assert f"{what} {figure(value)}" in text, rule.code
    assert "Keras 3.4 to 3.15" in text_of(site / "rules" / "KAC113" / "index.html")


def test_the_page_of_the_generations_says_what_runs(site: Path) -> None:
    text = text_of(site / "generations" / "index.html")
    assert "Keras 3.0 to 3.15, tf.keras 2.2 to 2.15 categorical_accuracy labels have as many axes" in text
    assert "Keras 3.0 to 3.15 optimizer , loss , loss_weights , metrics" in text


class Text(HTMLParser):
    """The text of a page, a space at each border of an element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(file: Path) -> str:
    return " ".join(" ".join(Text(file.read_text(encoding="utf-8")).parts).split())


# --- in a browser -------------------------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """Where the site is served: its search works over HTTP alone."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_pages_in_a_browser(address: str) -> None:
    """Wide and narrow nothing sticks out, the console stays empty, nobody else is asked; search and dark work."""
    with browser(dark=True) as page:
        for path in ("/", "/rules/KAC102/", "/generations/", "/oracle/"):
            for width in (1280, 400):
                page.resize(width, 800)
                page.open(address + path)
                assert page.overflow() == 0, (path, width)
        page.resize(1280, 800)
        page.open(f"{address}/rules/KAC102/")
        assert page.texts(".figures .printed .figure") == ["0.3333"]
        assert page.texts(".figures .honest .figure") == ["1.0000"]
        assert page.complaints() == []
        assert {asked.startswith(address) for asked in page.requests()} == {True}
        page.driver.find_element("css selector", "input.md-search__input").send_keys("KAC504")
        found = WebDriverWait(page.driver, 100).until(lambda driver: page.texts(".md-search-result__item h1"))
        assert "unknown-history-key" in found
        assert page.run("return document.body.getAttribute('data-md-color-scheme')") == "slate"


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
