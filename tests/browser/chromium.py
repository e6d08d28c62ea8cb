"""The real browser that the tests look through: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.needed import leave_out

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "no Chromium here: tests in a real browser are left out. To run them: apt-get install chromium"


def program() -> str | None:
    """Where the browser is."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; without one the test is skipped, or fails where REQUIRE says that it must run."""
    path = program()
    if path is None:
        leave_out("browser", HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"])
        yield browser
        browser.close()
