"""A real browser over local pages: headless Chromium, driven by selenium.

with browser(dark=True) as page:
    page.open(path)
    page.driver.find_element("css selector", "h1").click()
    assert page.complaints() == []
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.programs import needed

_QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
# Every name but this machine's own is unknown: a page that asks for something elsewhere complains.
_NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

# Of the page that a new tab begins with.
_BROWSERS_OWN = ("chrome:", "chrome-untrusted:", "data:")


class Page:
    """The one tab of a browser. What is not wrapped here is asked of `driver`."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path | str) -> None:
        """Load a file, or an address such as `http://127.0.0.1:8000/`."""
        self.driver.get(page.absolute().as_uri() if isinstance(page, Path) else page)

    def run(self, script: str, *arguments: Any) -> Any:
        """What `script` returns in the page."""
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """The text of each element that is to be seen, as a reader sees it."""
        found = self.driver.find_elements("css selector", selector)
        return [element.text for element in found if element.is_displayed()]

    def complaints(self) -> list[str]:
        """The errors and warnings that the console has got since the last time: of scripts, styles, missing files."""
        return [entry["message"] for entry in self._log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last time."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [address for address in sent if not address.startswith(_BROWSERS_OWN)]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.execute("getLog", {"type": kind})["value"]
        return entries

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window: 0 where nobody has to scroll sideways."""
        width: int = self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def resize(self, width: int, height: int) -> None:
        """Give the page a window of so many pixels, as a telephone's 400 x 800."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        """What is to be seen as a PNG; with `whole` all of the page, however long."""
        if whole:
            before = self.driver.execute_script("return [window.innerWidth, window.innerHeight]")
            height = self.driver.execute_script("return document.documentElement.scrollHeight")
            self.resize(before[0], height)
            self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
            self.driver.save_screenshot(str(file))
            self.resize(*before)
        else:
            self.driver.save_screenshot(str(file))


@contextmanager
def browser(width: int = 1280, height: int = 800, *, dark: bool = False, scripts: bool = True) -> Iterator[Page]:
    """A browser with an empty profile and no network; dark: its reader prefers that; scripts: they are run."""
    options = webdriver.ChromeOptions()
    options.binary_location = needed("chromium")
    for argument in (*_QUIET, _NO_NETWORK, f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        options.add_argument(f"--user-data-dir={profile}")
        driver = webdriver.Chrome(options=options, service=Service(needed("chromedriver")))
        try:
            page = Page(driver)
            page.resize(width, height)
            if dark:
                driver.execute_cdp_cmd(
                    "Emulation.setEmulatedMedia",
                    {"features": [{"name": "prefers-color-scheme", "value": "dark"}]},
                )
            yield page
        finally:
            driver.quit()
