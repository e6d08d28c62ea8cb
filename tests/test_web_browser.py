"""The web pages in a real browser: Debian's Chromium, headless. What people do, with and without scripts, on small screens, by keyboard."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.core.card import has_card
from bot.core.knowledge import Knowledge
from tests.browser.chromium import chromium
from tests.web_site import World, served, serving

AXE = Path(__file__).parent / "browser" / "axe-core" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
PHONE = {"width": 390, "height": 844}
_ABORTED = "net::ERR_FAILED"
"""What a test does to its own requests."""
SMALL = {"width": 320, "height": 568}
PAGES = (
    "/",
    "/okno",
    "/k/noclegownia",
    "/k/rodzina-zastepcza",
    "/k/kosynierow",
    "/k/noclegownia/plakat",
    "/tematy",
    "/tematy?q=kis",
    "/strona/dostepnosc",
    "/strona/prywatnosc",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def host() -> Iterator[dict[str, str]]:
    """Another website, which shows the chat by one line."""
    lines: dict[str, str] = {}

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><html lang=pl><title>MOPR</title><link rel=icon href=data:,><h1>Ośrodek</h1>{lines['line']}")

    with serving(Starlette(routes=[Route("/", page)])) as url:
        lines["url"] = url.replace("127.0.0.1", "localhost")
        yield lines


@pytest.fixture(scope="module")
def site(browser: Browser, bytom: Knowledge, tmp_path_factory: pytest.TempPathFactory, host: dict[str, str]) -> Iterator[World]:
    assert browser.is_connected()
    with served(bytom, tmp_path_factory.mktemp("web"), embed_origins=(host["url"],)) as found:
        yield found


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Any]:
    """Windows of a kind; whatever goes wrong on their pages, or asks for another server, fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(**kind: Any) -> BrowserContext:
        context = browser.new_context(**({"viewport": PHONE, "reduced_motion": "reduce", "locale": "pl-PL"} | kind))
        context.on("console", lambda message: wrong.append(message.text) if message.type == "error" and _ABORTED not in message.text else None)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("request", lambda request: None if re.match(r"http://(127\.0\.0\.1|localhost):|data:", request.url) else wrong.append(request.url))
        contexts.append(context)
        return context

    yield open_
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture
def page(open_context: Any, site: World) -> Page:
    found: Page = open_context().new_page()
    found.goto(site.url)
    return found


def ask(page: Page, text: str) -> Any:
    """Type a question, send it by Enter; the answer."""
    before = page.locator(".answer").count()
    page.get_by_label("Twoje pytanie").fill(text)
    page.keyboard.press("Enter")
    answer = page.locator(".answer").nth(before)
    answer.wait_for()
    return answer


def test_typing_with_errors_and_without_polish_letters(page: Page) -> None:
    answer = ask(page, "gdize moge sie przespc")
    expect(answer).to_contain_text("Kosynierów 26")
    expect(answer).to_contain_text("Źródło:")
    expect(page.get_by_text("gdize moge sie przespc")).to_be_visible()
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    assert page.url.endswith("/")


def test_a_choice_a_follow_up_and_a_card(page: Page) -> None:
    answer = ask(page, "godziny otwarcia")
    answer.get_by_role("button", name="Klub Integracji Społecznej").click()
    second = page.locator(".answer").nth(1)
    expect(second).to_contain_text("KIS jest teraz otwarty")
    expect(second.locator(".badge")).to_have_text("Teraz otwarte")
    third = ask(page, "a w piątek?")
    expect(third).to_contain_text("7:30–14:00")
    third.get_by_role("link", name="Prześlij dalej").click()
    expect(page).to_have_url(re.compile(r"/k/kis$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Klub Integracji Społecznej")
    page.go_back()
    expect(page.locator(".answer").nth(2)).to_be_visible()
    again = ask(page, "a telefon?")
    expect(again).to_contain_text("507 726 335")


def test_a_number_is_dialled_by_a_press(page: Page) -> None:
    link = ask(page, "telefon do kis").get_by_role("link", name="507 726 335")
    expect(link).to_have_attribute("href", "tel:+48507726335")
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    expect(page.get_by_role("link", name="Dzwoń 112")).to_have_attribute("href", "tel:112")


def test_a_new_conversation_forgets(page: Page) -> None:
    ask(page, "gdzie jest kis")
    page.reload()
    expect(page.locator(".answer")).to_have_count(1)
    page.get_by_role("link", name="Nowa rozmowa").click()
    expect(page.locator(".answer")).to_have_count(0)
    expect(page.get_by_role("heading", name="W czym mogę pomóc?")).to_be_visible()
    page.reload()
    expect(page.locator(".answer")).to_have_count(0)
    expect(ask(page, "a telefon?")).to_contain_text("O które miejsce pytasz?")


def test_another_window_knows_nothing_of_the_talk(page: Page, open_context: Any, site: World) -> None:
    ask(page, "gdzie jest kis")
    other = open_context().new_page()
    other.goto(site.url)
    expect(other.locator(".answer")).to_have_count(0)
    assert page.context.cookies() == []


def test_markup_that_was_written_is_shown_as_written(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> <b>kis</b>")
    expect(page.locator(".asked bdi")).to_have_text("<img src=x onerror=alert(1)> <b>kis</b>")
    assert page.locator(".asked img, .asked b").count() == 0
    page.reload()
    assert page.locator(".asked img, .asked b").count() == 0


def test_without_a_connection_it_says_so_and_tries_again(open_context: Any, site: World) -> None:
    context = open_context()
    page = context.new_page()
    page.goto(site.url)
    page.route("**/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    answer = ask(page, "gdzie jest kis")
    expect(answer).to_contain_text("112")
    page.unroute("**/")
    answer.get_by_role("button", name="Spróbuj jeszcze raz").click()
    expect(page.locator(".answer")).to_contain_text("Powstańców Warszawskich")
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.locator(".asked")).to_have_text(re.compile("gdzie jest kis"))


def test_everything_works_without_scripts(open_context: Any, site: World) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(site.url)
    page.get_by_label("Twoje pytanie").fill("gdzie moge sie przespac")
    page.get_by_role("button", name="Wyślij").click()
    expect(page.locator(".answer")).to_contain_text("Kosynierów 26")
    assert page.url.endswith("/#odpowiedz")
    page.get_by_role("button", name="Godziny").click()
    expect(page.locator(".answer")).to_contain_text("18:00–8:00")
    page.get_by_label("Twoje pytanie").fill("a telefon?")
    page.get_by_role("button", name="Wyślij").click()
    expect(page.locator(".answer")).to_contain_text("32 281 14 42")
    page.get_by_role("link", name="Prześlij dalej").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noclegownia")
    expect(page.get_by_label("Tekst SMS-a")).to_have_value(re.compile("^Noclegownia, ul. Kosynierow 26"))
    page.get_by_role("link", name="Tematy").click()
    page.get_by_label("Szukaj").fill("rodzna zastepcza")
    page.get_by_role("button", name="Szukaj").click()
    expect(page.get_by_role("link", name="Rodzina zastępcza").first).to_be_visible()


@pytest.mark.parametrize(
    "line", ['<script src="{url}/embed.js" async></script>', '<iframe src="{url}/okno" title="Informator" width="400" height="600"></iframe>']
)
def test_the_chat_on_another_website(open_context: Any, site: World, host: dict[str, str], line: str) -> None:
    host["line"] = line.format(url=site.url)
    page = open_context(viewport={"width": 1000, "height": 800}).new_page()
    page.goto(host["url"])
    if "script" in line:
        page.get_by_role("button", name="Zapytaj Informatora").click()
    frame = page.frame_locator("iframe")
    frame.get_by_label("Twoje pytanie").fill("gdzie jest noclegownia")
    frame.get_by_role("button", name="Wyślij").click()
    expect(frame.locator(".answer")).to_contain_text("Kosynierów 26")
    frame.get_by_label("Twoje pytanie").fill("a telefon?")
    frame.get_by_role("button", name="Wyślij").click()
    expect(frame.locator(".answer").nth(1)).to_contain_text("32 281 14 42")
    assert page.context.cookies() == []


def test_no_other_website_may_show_it(browser: Browser, site: World, host: dict[str, str]) -> None:
    host["line"] = f'<iframe src="{site.url}/okno"></iframe>'
    page = browser.new_page()
    page.goto(host["url"].replace("localhost", "127.0.0.1"))
    page.wait_for_timeout(500)
    assert page.frames[1].url == "chrome-error://chromewebdata/"
    page.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("kind", ["small", "zoom"])
def test_nothing_is_cut_on_a_small_screen_or_at_200_percent(open_context: Any, site: World, path: str, kind: str) -> None:
    """A 640 px window at 200 % is one of 320 px; at 200 % of text size alone nothing is cut either."""
    page = open_context(viewport=SMALL).new_page()
    page.goto(site.url + path)
    if kind == "zoom":
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
    if path == "/":
        ask(page, "godziny otwarcia")
        ask(page, "rodzina zastepcza")
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{path} is wider than the screen"
    cut = page.evaluate(
        "[...document.querySelectorAll('button, a, p, h1, h2, li, label')].filter(e => e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).display !== 'inline' && getComputedStyle(e).clipPath === 'none').map(e => e.outerHTML.slice(0, 120))"
    )
    assert cut == []


def axe(page: Page) -> list[str]:
    """What axe-core finds of WCAG 2.1 AA and of good practice that is serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)
    assert found["passes"]
    return [
        json.dumps([v["id"], v["impact"], [n["html"][:200] for n in v["nodes"]]], ensure_ascii=False)
        for v in found["violations"]
        if v["impact"] in {"serious", "critical", "moderate"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_context: Any, site: World, path: str, scheme: str) -> None:
    page = open_context(color_scheme=scheme).new_page()
    page.goto(site.url + path)
    assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_conversation(open_context: Any, site: World, scheme: str) -> None:
    page = open_context(color_scheme=scheme).new_page()
    page.goto(site.url)
    for text in ("gdzie moge sie przespac", "godziny otwarcia", "ktos zamarza na ulicy", "jaka bedzie pogoda"):
        ask(page, text)
        assert axe(page) == [], text


def test_the_file_of_axe_is_the_one_that_was_checked() -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


def test_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Przejdź do treści")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Noclegownia")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("Schronienie na noc")
    page.get_by_label("Twoje pytanie").focus()
    page.keyboard.type("a telefon?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer").nth(1)).to_contain_text("32 281 14 42")
    expect(page.get_by_label("Twoje pytanie")).to_be_focused()


def test_a_card_is_copied(open_context: Any, site: World) -> None:
    context = open_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site.url}/k/noclegownia")
    page.get_by_role("button", name="Kopiuj SMS").click()
    expect(page.get_by_role("status")).to_contain_text("Skopiowano")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Noclegownia, ul. Kosynierow 26")


@pytest.mark.parametrize("name", ["bytom", "gdansk"])
def test_every_poster_is_one_sheet(name: str, request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> None:
    knowledge: Knowledge = request.getfixturevalue(name)
    lowest = "Math.max(...[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().bottom))"
    page = browser.new_page()
    page.emulate_media(media="print")
    with served(knowledge, tmp_path, public_url="https://informator.mopr.example.org") as site:
        for subject in filter(has_card, knowledge.subjects.values()):
            page.goto(f"{site.url}/k/{subject.id}/plakat")
            assert page.evaluate(f"{lowest} <= document.querySelector('main').getBoundingClientRect().bottom"), subject.id
        assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True, print_background=True))) == 1
    page.close()


def test_on_paper_stands_nothing_that_is_true_for_a_moment_only(page: Page, site: World) -> None:
    page.goto(f"{site.url}/k/noclegownia")
    expect(page.get_by_text("Teraz zamknięte")).to_be_visible()
    page.emulate_media(media="print")
    for passing in ("Teraz zamknięte", "Noclegownia jest teraz", "odbierają dziś", "Zapytaj o coś jeszcze", "Kopiuj"):
        expect(page.get_by_text(passing).first).to_be_hidden()
    for lasting in ("codziennie 18:00–8:00", "codziennie 19:00–7:00", "32 281 14 42", "Wydrukowano 25 listopada 2026"):
        expect(page.get_by_text(lasting).first).to_be_visible()
    expect(page.get_by_alt_text("Kod QR z odnośnikiem do tej karty")).to_be_visible()


def test_the_welcome_page_comes_fast(page: Page) -> None:
    sizes = page.evaluate("performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).map(e => e.encodedBodySize)")
    assert sum(sizes) < 60_000
