"""The report in a real browser: what a reader clicks, types and sees, and that the page asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from lint_keras_acc.cli import main
from tests.browser import Page, browser

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
HOSTILE = (
    "</script></style></title><script>document.title = 'owned'</script>"
    """<img src=x onerror="document.title = 'owned'"><!--"""
)
PROGRAM = f"""\
import keras  # {HOSTILE}
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy", {HOSTILE!r}])  # {"wide " * 100}
"""

# Choose one value in one field, and none in the others.
PICK = """
const form = document.querySelector('form');
form.reset();
form.elements[arguments[0]].value = arguments[1];
form.dispatchEvent(new Event('input'));
"""


ALL_SHOWN = """
return document.readyState === 'complete'
    && [...document.querySelectorAll('.finding')].every(finding => finding.checkVisibility());
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on the examples, and on a program that would like to be part of the page."""
    folder = tmp_path_factory.mktemp("course")
    for path in EXAMPLES.iterdir():
        if path.suffix in (".py", ".ipynb"):
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / "week 1 <img src=x onerror=alert(1)>").mkdir()
    (folder / "week 1 <img src=x onerror=alert(1)>" / "hostile.py").write_text(PROGRAM)
    output = folder / "report.html"
    assert main(["report", "--isolated", str(folder), "--title", f"course {HOSTILE}", "-o", str(output)]) == 0
    return output


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Page]:
    with browser() as page:
        yield page


@pytest.fixture
def page(one_browser: Page, file: Path) -> Page:
    one_browser.open("about:blank")
    one_browser.resize(1280, 800)
    one_browser.open(file)
    # A busy browser answers before it has laid out what it has read.
    WebDriverWait(one_browser.driver, 100).until(lambda _: one_browser.run(ALL_SHOWN))
    return one_browser


def shown(page: Page) -> list[str]:
    """The codes of the findings that are to be seen."""
    codes: list[str] = page.run(
        "return [...document.querySelectorAll('.finding')].filter(f => f.checkVisibility()).map(f => f.dataset.code)"
    )
    return codes


def wait(page: Page) -> None:
    """Until the page has done what typing asks for."""
    page.driver.execute_async_script("setTimeout(arguments[0], 150)")


def test_nothing_is_loaded_and_nothing_complains(page: Page, file: Path) -> None:
    page.requests()
    page.complaints()
    page.driver.refresh()
    assert page.requests() == [file.as_uri()]
    assert page.complaints() == []
    assert page.driver.title.startswith("course </script>")
    assert page.driver.title.endswith("accuracy report")
    assert page.run("return document.images.length + document.scripts.length") == 1


def test_the_first_screen_says_what_and_where(page: Page) -> None:
    for selector in (".lead", ".what li:last-child", ".where li:last-child"):
        bottom = page.run("return document.querySelector(arguments[0]).getBoundingClientRect().bottom", selector)
        assert bottom < 800, selector
    assert page.texts(".where summary") == ["1\nwarning\nweek 1 <img src=x onerror=alert(1)>/ 1 file"]


def test_a_rule_of_the_summary_picks_its_findings(page: Page) -> None:
    everything = shown(page)
    page.driver.find_element("css selector", "[data-rule=KAC302]").click()
    assert shown(page) == ["KAC302", "KAC302"]
    assert page.texts("output") == [f"2 of {len(everything)} findings"]
    assert 0 <= page.run("return document.querySelector('#findings').getBoundingClientRect().top") < 200
    page.driver.find_element("css selector", "button[type=reset]").click()
    wait(page)
    assert shown(page) == everything


def test_words_severity_and_repair(page: Page) -> None:
    page.driver.find_element("css selector", "input").send_keys("topics ARGMAX")
    wait(page)
    assert shown(page) == ["KAC102"]
    assert len(page.texts("section.file")) == 1
    for name, value, dataset in (("severity", "warning", "severity"), ("repair", "unsafe", "fix")):
        page.run(PICK, name, value)
        wait(page)
        picked = page.run("return [...document.querySelectorAll('.finding')].filter(f => f.dataset[arguments[0]] ==="
                          " arguments[1]).map(f => f.dataset.code)", dataset, value)  # fmt: skip
        assert shown(page) == picked
        assert picked


def test_a_finding_unfolds_to_source_and_repair(page: Page) -> None:
    page.driver.find_element("css selector", ".finding[data-code=KAC102] summary").click()
    (source,) = page.texts(".finding[open] pre.code")
    assert '34    metrics=["accuracy"],' in source
    assert "the labels are multi-hot" in source
    (diff,) = page.texts(".finding[open] pre.diff")
    assert '+     metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],' in diff


def test_a_link_shows_what_was_hidden(page: Page) -> None:
    page.driver.find_element("css selector", "[data-rule=KAC302]").click()
    page.driver.find_element("css selector", "#KAC102 .places a").click()
    wait(page)
    assert page.texts(".finding[open] pre.diff")
    assert "KAC302" in shown(page)
    assert "KAC101" in shown(page)


def test_keys(page: Page) -> None:
    body = page.driver.find_element("css selector", "body")
    body.send_keys("j", "j", "k")
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.run("return document.querySelector('.finding').open")
    page.driver.switch_to.active_element.send_keys("/")
    page.driver.switch_to.active_element.send_keys("jk/")
    assert page.run("return document.querySelector('input').value") == "jk/"


def test_a_telephone_need_not_scroll_sideways(page: Page) -> None:
    page.resize(380, 800)
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.overflow() == 0


def test_paper_shows_what_is_folded(page: Page) -> None:
    is_visible = "return document.querySelector('.finding pre.diff').checkVisibility()"
    assert not page.run(is_visible)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.run(is_visible)
        assert page.texts("form") == []
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_dark_and_without_scripts(file: Path) -> None:
    with browser(dark=True, scripts=False) as page:
        page.open(file)
        assert page.complaints() == []
        assert page.texts("form") == []
        brightness = "return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)"
        assert max(page.run(brightness)) < 60
        page.driver.find_element("css selector", ".finding summary").click()
        assert page.texts(".finding[open] pre.diff")
        page.driver.find_element("css selector", "[data-rule=KAC302]").click()
        assert page.run("return location.hash") == "#KAC302"
