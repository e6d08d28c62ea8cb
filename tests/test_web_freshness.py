"""What may be kept by browsers and for how long: never past the minute when a door opens or closes."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.core.hours import TZ, status
from bot.core.knowledge import Knowledge
from tests.web_site import World, world

EVENING = datetime(2026, 11, 25, 17, 59, 30, tzinfo=TZ)


async def get(site: World, path: str, tag: str = "") -> httpx.Response:
    headers = {"If-None-Match": tag} if tag else {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://localhost") as web:
        return await web.get(path, headers=headers)


def lasting(answer: httpx.Response) -> int:
    found = re.search(r"max-age=(\d+)", answer.headers["cache-control"])
    assert found
    return int(found[1])


async def test_a_card_ends_at_the_moment_the_shelter_opens(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        site.clock.now = EVENING
        before = await get(site, "/k/noclegownia")
        assert "Teraz zamknięte" in before.text
        assert lasting(before) == 30
        assert "must-revalidate" in before.headers["cache-control"]
        same = await get(site, "/k/noclegownia", before.headers["etag"])
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == before.headers["etag"]
        site.clock.now = EVENING + timedelta(seconds=30)
        after = await get(site, "/k/noclegownia", before.headers["etag"])
    assert after.status_code == 200
    assert "Teraz otwarte" in after.text
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("path", ["/", "/okno", "/k/noclegownia", "/k/kis", "/k/siedziba/plakat", "/tematy", "/api/places", "/api/hsds/services"])
async def test_nothing_changes_within_what_may_be_kept(bytom: Knowledge, tmp_path: Path, path: str) -> None:
    """Through two days with openings, closings and a midnight: the content at the end of its lasting is still that of its start."""
    with world(bytom, tmp_path) as site:
        moment = datetime(2026, 11, 25, 6, 59, 41, tzinfo=TZ)
        for _ in range(60):
            site.clock.now = moment
            start = await get(site, path)
            site.clock.now = moment + timedelta(seconds=lasting(start) - 1)
            assert (await get(site, path)).text == start.text
            moment += timedelta(minutes=37, seconds=13)


async def test_lasting_never_reaches_past_a_change(bytom: Knowledge, tmp_path: Path) -> None:
    places = [p for p in bytom.places() if p.hours]
    with world(bytom, tmp_path) as site:
        for place in places:
            change = status(place.hours or "", EVENING).until
            if change is None:
                continue
            for early in (1, 17, 59, 61, 600):
                site.clock.now = change.replace(tzinfo=TZ) - timedelta(seconds=early)
                answer = await get(site, f"/k/{place.id}")
                assert lasting(answer) <= early
                assert 0 < lasting(answer) <= 60


async def test_a_fraction_of_a_second_before_the_change_nothing_is_kept(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        site.clock.now = EVENING.replace(second=59, microsecond=400_000)
        assert lasting(await get(site, "/k/noclegownia")) == 0


async def test_answers_of_one_person_are_kept_by_nobody(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://localhost") as web:
            answers = [await web.post("/", data={"text": "kis"}), await web.post("/api/ask", json={"text": "kis"}), await web.get("/tematy?q=kis")]
    assert [a.headers["cache-control"] for a in answers] == ["no-store"] * 3
