"""The JSON API: the black-box contract over HTTP, problem details, lists, the HSDS export."""

import json
from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from bot.channels.batch import answer_lines
from bot.channels.web.timetable import openings
from bot.core.hours import spans
from bot.core.knowledge import Knowledge
from bot.inbox.direct import Inbox
from tests.conftest import WEDNESDAY
from tests.web_site import world

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"text": "gdzie moge sie przespac", "at": "2026-01-15T22:10"},
    {"text": "do ktorej kis w piatek", "lang": "pl"},
    {"text": "where can I sleep", "lang": "en"},
    {"text": "nie oddycha"},
    {"text": "\u0000\ud800"},
    {"text": ""},
    {"text": "gdzie jest noclegownia", "chat": "c"},
    {"text": "a telefon?", "chat": "c"},
)


@pytest.fixture
async def web(bytom: Knowledge, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    with world(bytom, tmp_path, public_url="https://bot.example.org") as site:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://localhost") as found:
            yield found


async def post(web: httpx.AsyncClient, value: Any, path: str = "/api/ask") -> httpx.Response:
    return await web.post(path, content=json.dumps(value), headers={"Content-Type": "application/json"})


async def test_the_same_object_as_in_a_batch(web: httpx.AsyncClient, bytom: Knowledge) -> None:
    lines = [json.dumps(question) for question in QUESTIONS]
    batch = [json.loads(line) for line in answer_lines(lines, Inbox(lambda: bytom).handle, lambda: WEDNESDAY, "pl")]
    for path in ("/api/ask", "/api/v1/ask"):
        for question, expected in zip(QUESTIONS, batch, strict=True):
            answer = (await post(web, question, path)).json()
            assert set(answer) == {"status", "topics", "text", "choices", "links", "ms"}
            assert answer | {"ms": 0} == {k: v for k, v in expected.items() if k != "id"} | {"ms": 0}


@pytest.mark.parametrize(
    ("value", "status", "word"),
    [
        ({}, 422, "text"),
        ({"text": 5}, 422, "text"),
        ({"text": None}, 422, "text"),
        ({"text": "x" * 9000}, 422, "text"),
        ([], 422, ""),
        ("x", 422, ""),
        ({"text": "x", "at": "25:99"}, 422, "at"),
        ({"text": "x", "at": 5}, 422, "at"),
        ({"text": "x", "at": "0001-01-01T00:00"}, 422, "at"),
        ({"text": "x", "at": "9999-12-31T23:59+14:00"}, 422, "at"),
        ({"text": "x", "at": "1900-01-01T00:00"}, 422, "ten years"),
        ({"text": "x", "lang": "de"}, 422, "lang"),
        ({"text": "x", "chat": "c" * 101}, 422, "chat"),
    ],
)
async def test_what_is_wrong_is_told_as_problem_details(web: httpx.AsyncClient, value: Any, status: int, word: str) -> None:
    answer = await post(web, value)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert word in problem["detail"]


async def test_unreadable_bodies_and_methods(web: httpx.AsyncClient) -> None:
    for content in (b"{", b"\xff\xfe", b"[" * 16_000, b"", b"nul", b'{"text": 1e999}', b'"\\ud800"'):
        answer = await web.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert answer.headers["content-type"] == "application/problem+json"
    wrong = await web.get("/api/ask")
    assert (wrong.status_code, wrong.json()["title"]) == (405, "Method Not Allowed")
    assert (await web.get("/api/nothing")).json()["status"] == 404


async def test_topics_and_places(web: httpx.AsyncClient) -> None:
    topics = (await web.get("/api/topics")).json()["items"]
    places = {p["id"]: p for p in (await web.get("/api/v1/places")).json()["items"]}
    assert {"rodzina-zastepcza", "opieka-wytchnieniowa"} <= {t["id"] for t in topics}
    assert next(t for t in topics if t["id"] == "projekt-kis-2018")["ended"] is True
    shelter = places["noclegownia"]
    assert (shelter["open"], shelter["until"]) == (False, "2026-11-25T18:00:00+01:00")
    assert shelter["url"] == "https://bot.example.org/k/noclegownia"
    assert places["kis"]["phones"][0] == {"number": "+48507726335", "shown": "507 726 335"}


async def test_the_hsds_export_holds_together(web: httpx.AsyncClient) -> None:
    about = (await web.get("/api/hsds/")).json()
    assert about["version"] == "3.0"
    page = (await web.get("/api/hsds/services?per_page=200")).json()
    names = {service["name"] for service in page["contents"]}
    assert {"Noclegownia", "Rodzina zastępcza"} <= names
    assert names.isdisjoint({"Usuń moje dane", "Zapisz mnie na alerty", "Dyżur"}), "what the bot does for who writes is no service of the centre"
    assert (page["total_items"], page["size"], page["first_page"], page["last_page"]) == (len(page["contents"]), len(page["contents"]), True, True)
    ids = [service["id"] for service in page["contents"]]
    assert len(ids) == len(set(ids))
    for service in page["contents"]:
        UUID(service["id"])
        assert {"id", "name", "status", "organization"} <= set(service)
        assert {"id", "name", "description"} <= set(service["organization"])
        assert service["status"] in {"active", "inactive"}
        assert all({"id", "number"} <= set(phone) for phone in service["phones"])
        for found in service["service_at_locations"]:
            address = found["location"]["addresses"][0]
            assert {"id", "address_1", "city", "state_province", "postal_code", "country", "address_type"} <= set(address)
            assert found["service_id"] == service["id"]
        assert (await web.get(f"/api/hsds/services/{service['id']}")).json() == service
    kis = next(s for s in page["contents"] if s["url"].endswith("/k/kis"))
    days = {s["byday"]: (s["opens_at"], s["closes_at"]) for s in kis["schedules"]}
    assert days == {"MO": ("07:30+01:00", "17:00+01:00"), "TU,WE,TH": ("07:30+01:00", "15:30+01:00"), "FR": ("07:30+01:00", "14:00+01:00")}


async def test_pages_of_the_export(web: httpx.AsyncClient) -> None:
    first, second, last = [(await web.get(f"/api/hsds/services?per_page=10&page={n}")).json() for n in (1, 2, 999)]
    assert len(first["contents"]) == len(second["contents"]) == 10
    assert first["contents"][0] != second["contents"][0]
    assert (last["empty"], last["contents"], last["last_page"]) == (True, [], True)
    for query in ("page=0", "page=-1", "page=x", "per_page=0", "page=" + "9" * 50):
        assert (await web.get(f"/api/hsds/services?{query}")).status_code == 422
    assert (await web.get("/api/hsds/services/nothing")).status_code == 404
    assert len((await web.get("/api/hsds/organizations")).json()["contents"]) == 1
    assert (await web.get("/api/hsds/service_at_locations")).json()["total_items"] > 10


def test_exported_openings_are_those_of_every_day(bytom: Knowledge, gdansk: Knowledge) -> None:
    """From each season's opening on a day without a holiday, the same span follows as the bot tells."""
    today = date(2026, 11, 25)
    for knowledge in (bytom, gdansk):
        for place in knowledge.places():
            for opening in openings(place.hours, today) if place.hours else ():
                assert opening.first <= opening.last
                assert opening.last >= today
                day = date.fromordinal(max(opening.first, today).toordinal() + 7)
                while day.weekday() not in opening.days:
                    day = date.fromordinal(day.toordinal() + 1)
                starts = {(s.start.time(), (s.end or s.start).time()) for s in spans(place.hours or "", day) if s.start.date() == day}
                assert opening.whole or (opening.opens, opening.closes) in starts or not starts, (place.id, day)
    assert next(iter(openings("24/7", today))).whole
    assert [o.opens for o in openings("Mo 07:30-17:00; PH off", today)] == [time(7, 30)]
