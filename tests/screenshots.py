"""Pictures of the web pages for docs/screenshots: a winter night in Bytom. Run with `make screenshots`, and look at them."""

import tempfile
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page

from bot.core.hours import TZ
from bot.loader.loading import load_knowledge
from tests.browser.chromium import chromium
from tests.conftest import CACHE, ROOT
from tests.web_site import served

FOLDER = ROOT / "docs" / "screenshots"
NIGHT = datetime(2027, 1, 14, 22, 40, tzinfo=TZ)
PHONE, DESKTOP, SHEET = (390, 844), (1280, 860), (900, 1260)
PUBLIC = "https://informator.example.org"


def open_page(browser: Browser, url: str, size: tuple[int, int], *, dark: bool = False) -> Page:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if size == PHONE else 1,
        color_scheme="dark" if dark else "light",
        locale="pl-PL",
        reduced_motion="reduce",
        has_touch=size == PHONE,
    )
    page = context.new_page()
    page.goto(url)
    return page


def ask(page: Page, text: str) -> None:
    before = page.locator(".answer").count()
    page.fill("#text", text)
    page.click(".send")
    page.locator(".answer").nth(before).wait_for()
    page.wait_for_timeout(300)


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=whole)
    page.context.close()


def take(browser: Browser, url: str) -> None:
    shoot(open_page(browser, url, PHONE), "start-phone")
    shoot(open_page(browser, url, DESKTOP), "start-desktop")
    for name, size, dark in (("chat-phone", PHONE, False), ("chat-phone-dark", PHONE, True), ("chat-desktop", DESKTOP, False)):
        page = open_page(browser, url, size, dark=dark)
        ask(page, "gdzie moge sie przespac")
        if size == DESKTOP:
            ask(page, "do ktorej kis w piatek")
        shoot(page, name)
    page = open_page(browser, url, PHONE)
    ask(page, "godziny otwarcia")
    shoot(page, "choices-phone")
    page = open_page(browser, url, PHONE)
    ask(page, "ktoś zamarza na ławce i nie reaguje")
    shoot(page, "emergency-phone")
    shoot(open_page(browser, f"{url}/k/noclegownia", PHONE), "card-phone", whole=True)
    shoot(open_page(browser, f"{url}/k/noclegownia", DESKTOP), "card-desktop", whole=True)
    shoot(open_page(browser, f"{url}/tematy", PHONE), "topics-phone")
    shoot(open_page(browser, f"{url}/strona/prywatnosc", DESKTOP), "privacy-desktop")
    shoot(open_page(browser, f"{url}/k/noclegownia/plakat", SHEET), "poster")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    knowledge = load_knowledge(ROOT / "knowledge" / "bytom", CACHE)
    with tempfile.TemporaryDirectory() as folder, served(knowledge, Path(folder), public_url=PUBLIC) as site, chromium() as browser:
        site.clock.now = NIGHT
        take(browser, site.url)


if __name__ == "__main__":
    main()
