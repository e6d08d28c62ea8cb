"""The web pages as a browser without scripts gets them: chat, cards, index, texts."""

import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
import segno

from bot.core import card, gsm7
from bot.core.card import has_card
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge, say
from bot.loader.check import check
from bot.loader.loading import load_content
from tests import tiny
from tests.conftest import ROOT, WEDNESDAY
from tests.web_site import World, world

PUBLIC = "https://bot.example.org"


@pytest.fixture
def site(bytom: Knowledge, tmp_path: Path) -> Iterator[World]:
    with world(bytom, tmp_path, public_url=PUBLIC) as found:
        yield found


@pytest.fixture
async def web(site: World) -> AsyncIterator[httpx.AsyncClient]:
    async with client(site) as found:
        yield found


def client(site: World) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://localhost:8000")


def token(page: str) -> str:
    found = re.findall(r'name="chat" value="([^"]*)"', page)
    assert len(set(found)) == 1
    return str(found[0])


async def test_a_conversation_without_scripts(web: httpx.AsyncClient) -> None:
    page = await web.get("/")
    assert page.status_code == 200
    assert 'action="/#odpowiedz"' in page.text
    first = await web.post("/", data={"text": "gdzie moge sie przespac"})
    assert "Kosynierów 26" in first.text
    assert "gdzie moge sie przespac" in first.text
    assert 'href="tel:+48322811442"' in first.text
    follow_up = await web.post("/", data={"text": "a telefon?", "chat": token(first.text)})
    assert "32 281 14 42" in follow_up.text
    stranger = await web.post("/", data={"text": "a telefon?"})
    assert "Który" in stranger.text or "O które" in stranger.text or "O kogo" in stranger.text


async def test_choices_are_buttons_that_answer(web: httpx.AsyncClient) -> None:
    asked = await web.post("/", data={"text": "godziny otwarcia"})
    keys = re.findall(r'<button name="pressed" value="([^"]+)"', asked.text)
    assert any(key.startswith("kis") for key in keys)
    key = next(key for key in keys if key.startswith("kis"))
    answer = await web.post("/", data={"pressed": key, "chat": token(asked.text)})
    assert "KIS jest teraz otwarty – dziś do" in re.sub(r"<[^>]+>", "", answer.text)
    assert "Teraz otwarte" in answer.text


async def test_a_piece_is_the_answer_alone(web: httpx.AsyncClient) -> None:
    piece = await web.post("/", data={"text": "gdzie jest KIS"}, headers={"X-Piece": "1"})
    assert piece.text.lstrip().startswith('<article class="exchange" data-token="')
    assert "<html" not in piece.text
    assert piece.headers["cache-control"] == "no-store"


async def test_no_cookie_is_ever_set(web: httpx.AsyncClient) -> None:
    for answer in (await web.get("/"), await web.post("/", data={"text": "kis"}), await web.get("/k/kis"), await web.get("/okno")):
        assert "set-cookie" not in answer.headers


async def test_danger_shows_the_number_first(web: httpx.AsyncClient) -> None:
    page = (await web.post("/", data={"text": "człowiek leży na mrozie i nie oddycha"})).text
    answer = page[page.index('id="odpowiedz"') :]
    assert "urgent" in page
    assert answer.index('href="tel:112"') < answer.index("</article>")


@pytest.mark.parametrize("name", ["bytom", "gdansk"])
async def test_every_card_of_every_centre(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    knowledge: Knowledge = request.getfixturevalue(name)
    with world(knowledge, tmp_path, public_url=PUBLIC) as site:
        async with client(site) as web:
            for subject in knowledge.subjects.values():
                page = await web.get(f"/k/{subject.id}")
                assert page.status_code == (200 if has_card(subject) else 404), subject.id
                if not has_card(subject):
                    continue
                assert f'<meta property="og:url" content="{PUBLIC}/k/{subject.id}">' in page.text
                data = json.loads(page.text.split('<script type="application/ld+json">')[1].split("</script>")[0])
                assert data["@context"] == "https://schema.org"
                for fact in subject.facts:
                    assert (f'<section id="{fact.id}">' in page.text) is bool(fact.text), (subject.id, fact.id)
                assert (await web.get(f"/k/{subject.id}/plakat")).status_code == 200


async def test_what_a_forwarded_link_shows_is_true_at_every_hour(web: httpx.AsyncClient, site: World) -> None:
    """Apps keep for days what they show below a link."""
    shown = set()
    for moment in (WEDNESDAY, WEDNESDAY.replace(hour=22), WEDNESDAY.replace(day=28)):
        site.clock.now = moment
        page = (await web.get("/k/noclegownia")).text
        shown.add(tuple(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)))
    assert len(shown) == 1
    tags = dict(shown.pop())
    expected = "Schronienie na noc dla osób bezdomnych, ul. Kosynierów 26, Bytom, tel. 32 281 14 42, 1.10-31.03 codziennie 18:00–8:00"
    assert (tags["og:title"], tags["og:description"], tags["description"]) == ("Noclegownia", expected, expected)
    assert {"og:type", "og:url", "og:site_name", "og:locale", "og:image"} <= tags.keys()
    assert tags["og:image"].startswith(f"{PUBLIC}/static/")
    picture = await web.get(tags["og:image"].removeprefix(PUBLIC))
    assert (picture.headers["content-type"], picture.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(picture.content[16:20], "big") == int(tags["og:image:width"])


def test_every_preview_fits_and_says_more_than_the_title(bytom: Knowledge, gdansk: Knowledge) -> None:
    for knowledge in (bytom, gdansk):
        for subject in filter(has_card, knowledge.subjects.values()):
            text = card.preview(knowledge, subject, WEDNESDAY)
            assert len(text) <= 200
            assert text != say(subject.title)


async def test_a_card_for_search_engines(web: httpx.AsyncClient) -> None:
    page = (await web.get("/k/noclegownia")).text
    place, faq = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])["@graph"]
    assert place["address"]["streetAddress"] == "ul. Kosynierów 26"
    assert place["telephone"] == "+48322811442"
    assert "openingHours" not in place, "its seasons are beyond that property's grammar"
    winter, summer = place["openingHoursSpecification"]
    assert (winter["opens"], winter["closes"], winter["validFrom"], winter["validThrough"]) == ("18:00", "08:00", "2026-10-01", "2027-03-31")
    assert (summer["opens"], summer["closes"], summer["validFrom"], summer["validThrough"]) == ("19:00", "07:00", "2027-04-01", "2027-09-30")
    assert len(winter["dayOfWeek"]) == 7
    assert faq["@type"] == "FAQPage"
    assert all(q["acceptedAnswer"]["text"] for q in faq["mainEntity"])


@pytest.mark.parametrize("moment", [WEDNESDAY, datetime(2026, 7, 1, 12, tzinfo=TZ), datetime(2028, 2, 29, 12, tzinfo=TZ)])
def test_every_card_fits_into_one_sms(bytom: Knowledge, gdansk: Knowledge, moment: datetime) -> None:
    for knowledge in (bytom, gdansk):
        for subject in knowledge.subjects.values():
            text = card.sms(knowledge, subject, f"https://informator.mopr.bytom.pl/k/{subject.id}", moment)
            assert gsm7.fits(text), text
            assert gsm7.parts(text) == 1, text
            assert text.endswith(f"/k/{subject.id}"), text


def test_the_sms_of_the_shelter(bytom: Knowledge) -> None:
    text = card.sms(bytom, bytom.subjects["noclegownia"], "https://b.pl/k/noclegownia", WEDNESDAY)
    assert text.startswith("Noclegownia, ul. Kosynierow 26, Bytom, tel. 32 281 14 42, 1.10-31.03 codziennie 18:00-8:00")
    ended = card.sms(bytom, bytom.subjects["projekt-kis-2018"], "https://b.pl/k/x", WEDNESDAY)
    assert "zakonczone 31.12.2019" in ended


async def test_qr_codes_lead_to_the_card(web: httpx.AsyncClient) -> None:
    png = await web.get("/k/noclegownia/qr.png")
    expected = io.BytesIO()
    segno.make(f"{PUBLIC}/k/noclegownia", error="m", micro=False).save(expected, kind="png", border=4, scale=12)
    assert (png.headers["content-type"], png.content) == ("image/png", expected.getvalue())
    svg = await web.get("/k/noclegownia/qr.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert b"<svg" in svg.content


async def test_a_search_in_danger_finds_who_helps_with_the_number(web: httpx.AsyncClient) -> None:
    page = (await web.get("/tematy", params={"q": "mąż mnie bije"})).text
    assert page.index('href="/k/alarmowy"') < page.index('href="/k/policja"') < page.index("tel. 800 120 002")


async def test_a_search_without_a_word_finds_nothing(web: httpx.AsyncClient) -> None:
    assert "Nic nie znalazłem" in (await web.get("/tematy", params={"q": "?"})).text


@pytest.mark.parametrize(
    ("words", "expected"), [("noclegowna", "noclegownia"), ("rodzna zastepcza", "rodzina-zastepcza"), ("KIS", "kis"), ("qqzzx wwvvy", None)]
)
async def test_the_index_finds_in_spite_of_errors(web: httpx.AsyncClient, words: str, expected: str | None) -> None:
    page = (await web.get("/tematy", params={"q": words})).text
    if expected:
        assert f'href="/k/{expected}"' in page
    else:
        assert "Nic nie znalazłem" in page
        assert 'href="/k/' not in page


async def test_the_index_lists_every_card_once(web: httpx.AsyncClient, bytom: Knowledge) -> None:
    page = (await web.get("/tematy")).text
    links = re.findall(r'href="/k/([^"]+)"', page)
    assert sorted(links) == sorted(s.id for s in bytom.subjects.values() if has_card(s))


async def test_privacy_and_accessibility_say_what_is_missing(web: httpx.AsyncClient) -> None:
    privacy = (await web.get("/strona/prywatnosc")).text
    for words in ("Kto odpowiada za dane", "Strzelców Bytomskich 16", "Podstawa prawna", "Prezesa Urzędu Ochrony Danych", "Do uzupełnienia przez ośrodek"):
        assert words in privacy
    accessibility = (await web.get("/strona/dostepnosc")).text
    for part in ("a11y-wstep", "a11y-status", "a11y-kontakt", "a11y-procedura", "a11y-architektura"):
        assert f'id="{part}"' in accessibility
    assert (await web.get("/strona/nic")).status_code == 404


async def test_without_javascript_nothing_is_needed_from_elsewhere(web: httpx.AsyncClient) -> None:
    """No page loads anything from another server; links to maps and Telegram are only opened when pressed."""
    for path in ("/", "/okno", "/k/noclegownia", "/k/noclegownia/plakat", "/tematy", "/strona/prywatnosc"):
        page = (await web.get(path)).text
        loaded = re.findall(r'<(?:script|img|iframe|source|embed)[^>]*\ssrc="([^"]+)"|<link rel="(?:stylesheet|icon)" href="([^"]+)"', page)
        assert loaded
        assert all((a or b).startswith("/") for a, b in loaded), path
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page), path
        assert not re.search(r"<script(?![^>]*(?:src=|ld\+json))", page), path


def test_a_centres_own_sections_stand_before_the_common_ones_and_take_their_place(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    section = "  - {{id: {id}, title: {{pl: {title}}}, text: {{pl: Tekst.}}, missing: {missing}}}\n"
    for base, sections in (
        ("common", (("a", "Wspólne A", "true"), ("b", "Wspólne B", "true"))),
        ("miasto", (("b", "Własne B", "false"), ("c", "Własne C", "true"))),
    ):
        path = tmp_path / base / "pages" / "prywatnosc.yaml"
        path.parent.mkdir()
        head = f"title: {{pl: Prywatność}}\nupdated: {'2026-01-01' if base == 'common' else '2026-02-01'}\nsections:\n"
        path.write_text(head + "".join(section.format(id=i, title=t, missing=m) for i, t, m in sections), encoding="utf-8")
    page = load_content(folder).pages["prywatnosc"]
    assert [(s.id, say(s.title), s.missing) for s in page.sections] == [("b", "Własne B", False), ("c", "Własne C", True), ("a", "Wspólne A", True)]
    assert page.updated == date(2026, 2, 1)
    warned = [(p.file, p.field) for p in check(folder, tmp_path / "rozmowy", ROOT / "knowledge" / "schema", date(2026, 3, 1)) if "uzupełnić ośrodek" in p.text]
    assert warned == [("miasto/pages/prywatnosc.yaml", "a"), ("miasto/pages/prywatnosc.yaml", "c")]
