"""What stands before the pages: hosts, proxies, rates, sizes, headers, foreign forms, paths."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.web.app import application
from bot.channels.web.limits import Limiter
from bot.channels.web.site import Options, Site
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply
from tests.conftest import WEDNESDAY
from tests.web_site import PLENTY, World, world

Open = Callable[..., Any]


@asynccontextmanager
async def opened(site: World, *, ip: str = "203.0.113.7", base: str = "http://localhost:8000") -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app, client=(ip, 5000)), base_url=base) as web:
        yield web


async def test_every_answer_carries_the_headers(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            answers = [await web.get(path) for path in ("/", "/okno", "/k/kis", "/nothing", "/api/topics", "/healthz", "/metrics", "/embed.js")]
            answers += [await web.post("/", data={"text": "x"}), await web.post("/api/ask", content=b"{"), await web.request("DELETE", "/")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "cache-control" in answer.headers
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers


async def test_only_the_embedded_page_may_be_framed_and_only_by_whom_the_setting_names(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path, embed_origins=("https://www.mopr.bytom.pl",)) as site:
        async with opened(site) as web:
            framed, other = await web.get("/okno"), await web.get("/")
    assert "frame-ancestors 'self' https://www.mopr.bytom.pl" in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    assert "frame-ancestors 'none'" in other.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("bot.example.org", 200),
        ("BOT.example.org", 200),
        ("evil.example", 421),
        ("bot.example.org.evil.example", 421),
        ("bot.example.org@evil.example", 421),
        ("evil.example/bot.example.org", 421),
        ("", 421),
        ("[::1", 421),
        ("localhost:99999999", 421),
    ],
)
async def test_foreign_hosts_are_refused(bytom: Knowledge, tmp_path: Path, host: str, status: int) -> None:
    with world(bytom, tmp_path, public_url="https://bot.example.org") as site:
        async with opened(site) as web:
            answer = await web.get("/", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text


async def test_links_are_made_of_the_set_address_not_of_what_was_sent(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path, public_url="https://bot.example.org") as site:
        async with opened(site) as web:
            page = await web.get("/k/kis", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert 'content="https://bot.example.org/k/kis"' in page.text
    assert "evil" not in page.text


async def test_proxies_are_trusted_only_as_set(bytom: Knowledge, tmp_path: Path) -> None:
    """Ten clients behind a trusted proxy are ten; whoever else says so is one."""
    for proxies, last in (("10.0.0.0/8",), 200), ((), 429):
        folder = tmp_path / str(last)
        folder.mkdir()
        with world(bytom, folder, trusted_proxies=proxies, web_per_minute=3) as site:
            async with opened(site, ip="10.1.2.3") as web:
                answers = [await web.post("/", data={"text": "kis"}, headers={"X-Forwarded-For": f"198.51.100.{i}"}) for i in range(10)]
        assert answers[-1].status_code == last


async def test_a_trusted_proxy_tells_of_https(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path, trusted_proxies=("10.0.0.1",)) as site:
        async with opened(site, ip="10.0.0.1") as web:
            page = await web.get("/k/kis", headers={"X-Forwarded-Proto": "https"})
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert 'content="https://localhost:8000/k/kis"' in page.text


async def test_too_many_questions_are_refused_in_words_with_the_emergency_number(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path, web_per_minute=5) as site:
        async with opened(site) as web:
            answers = [await web.post("/api/ask", json={"text": "kis"}) for _ in range(8)]
            health = await web.get("/healthz")
        async with opened(site, ip="203.0.113.8") as other:
            fresh = await other.post("/api/ask", json={"text": "kis"})
    assert [a.status_code for a in answers] == [200] * 5 + [429] * 3
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 13
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert "112" in answers[-1].json()["detail"]
    assert (health.status_code, fresh.status_code) == (200, 200)


def test_the_limiter_refills_and_forgets() -> None:
    limiter = Limiter(60)
    assert [limiter.wait("a", 1, 0.0) > 0 for _ in range(61)] == [False] * 60 + [True]
    assert limiter.wait("a", 1, 1.0) == 0
    assert limiter.wait("a", 1, 1.0) == pytest.approx(1.0)
    for i in range(50_000):
        limiter.wait(str(i), 1, 2.0)
    assert len(limiter._buckets) <= 20_000
    v6 = Limiter(1)
    assert v6.wait("2001:db8::1", 1, 0.0) == 0
    assert v6.wait("2001:db8::2", 1, 0.0) > 0
    assert v6.wait("2001:db9::1", 1, 0.0) == 0


async def test_bodies_are_limited(bytom: Knowledge, tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 1024

    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            declared = await web.post("/api/ask", content=b"x" * 20_000, headers={"Content-Type": "application/json"})
            streamed = await web.post("/api/ask", content=endless(), headers={"Content-Type": "application/json"})
            form = await web.post("/", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"})
            typeless = await web.post("/api/ask", content=b"{}")
            fields = await web.post("/", content=b"&".join(b"a%d=1" % i for i in range(100)), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert [declared.status_code, streamed.status_code, form.status_code, typeless.status_code, fields.status_code] == [413, 413, 413, 415, 400]
    assert "Napisz krócej" in form.text
    assert form.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("site_of_origin", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200), (None, 200)])
async def test_forms_of_other_sites_are_refused(bytom: Knowledge, tmp_path: Path, site_of_origin: str | None, status: int) -> None:
    headers = {"Sec-Fetch-Site": site_of_origin} if site_of_origin else {}
    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            assert (await web.post("/", data={"text": "kis"}, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../app.py",
        "/static/x/..%2f..%2fapp.py",
        "/static/x/%2e%2e%2fsite.py",
        "/static/x/....//app.py",
        "/static/x/style.css/..",
        "/k/..%2f..%2fetc%2fpasswd",
        "/k/%00",
        "/k/noclegownia%00.html",
        "/strona/..%2f..%2fcentre",
        "//evil.example",
        "/%0d%0aX-Evil:1",
        "/\\evil.example",
        "/k/" + "a" * 5000,
    ],
)
async def test_no_traversal_and_no_redirect(bytom: Knowledge, tmp_path: Path, path: str) -> None:
    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            answer = await web.get(f"http://localhost:8000{path}")
    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert "x-evil" not in answer.headers
    assert "import " not in answer.text


async def test_slashes_never_redirect_to_another_host(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            for path in ("/tematy/", "/k/kis/", "//evil.example/..", "/api/hsds"):
                answer = await web.get(f"http://localhost:8000{path}")
                assert answer.headers.get("location", "http://localhost:8000/").startswith("http://localhost:8000/"), path


async def test_static_files_last_and_nothing_else_is_served(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            page = (await web.get("/")).text
            sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
            css = await web.get(sheet)
            missing = await web.get("/static/x/secret.css")
    assert css.headers["content-type"].startswith("text/css")
    assert "immutable" in css.headers["cache-control"]
    assert missing.status_code == 404


async def test_a_broken_page_is_told_without_what_was_written(bytom: Knowledge) -> None:
    said: list[str] = []

    async def handle(message: Incoming, _at: object) -> Reply:
        raise RuntimeError(message.text)

    site = Site(handle, lambda: bytom, lambda: WEDNESDAY, said.append, options=Options(per_minute=PLENTY))
    transport = httpx.ASGITransport(application(site), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
        api = await web.post("/api/ask", json={"text": "PESEL 44051401359"})
        page = await web.post("/", data={"text": "tajemnica"}, headers={"Accept": "text/html"})
    assert (api.status_code, page.status_code) == (500, 500)
    assert "112" in api.json()["detail"]
    assert "112" in page.text
    assert len(said) == 2
    assert all(line.startswith("Web: an answer failed: RuntimeError at channels/web/") for line in said)
    assert "44051401359" not in "".join(said)


async def test_readiness_tells_what_is_missing(bytom: Knowledge) -> None:
    async def missing() -> str:
        return "the database cannot be reached"

    async def handle(*_: object) -> Reply:
        raise AssertionError

    base = Site(handle, lambda: bytom, lambda: WEDNESDAY, print, options=Options(per_minute=PLENTY))
    for site, status in ((base, 200), (replace(base, ready=missing), 503)):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application(site)), base_url="http://localhost") as web:
            answer = await web.get("/readyz")
        assert answer.status_code == status
        assert (status == 200) or answer.json()["detail"] == "the database cannot be reached"


async def test_metrics_count_questions_by_channel_and_status(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        async with opened(site) as web:
            for text in ("gdzie jest kis", "gdzie jest kis", "nie oddycha, umiera", "qwzx"):
                await web.post("/api/ask", json={"text": text})
            page = (await web.get("/metrics")).text
    assert 'informator_questions_total{channel="web",status="answer"} 2.0' in page
    assert 'informator_questions_total{channel="web",status="crisis"} 1.0' in page
    assert 'informator_answer_seconds_count{channel="web"} 4.0' in page
    assert "qwzx" not in page


async def test_a_broken_store_costs_the_session_never_the_answer(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        site.database.do_now(lambda connection: connection.exec_driver_sql("DROP TABLE sessions"))
        async with opened(site) as web:
            answer = await web.post("/", data={"text": "człowiek nie oddycha"})
    assert answer.status_code == 200
    assert 'href="tel:112"' in answer.text
    assert site.said == ["Web: the database cannot be used (OperationalError); answering without what was asked before"]


async def test_sessions_are_shared_by_processes_and_lapse(bytom: Knowledge, tmp_path: Path) -> None:
    """Two applications on one store are two workers."""
    with world(bytom, tmp_path) as one, world(bytom, tmp_path) as two:
        async with opened(one) as first, opened(two) as second:
            await first.post("/api/ask", json={"text": "gdzie jest noclegownia", "chat": "c"})
            follow_up = (await second.post("/api/ask", json={"text": "a telefon?", "chat": "c"})).json()
            one.clock.now = two.clock.now = WEDNESDAY + timedelta(minutes=30)
            later = (await second.post("/api/ask", json={"text": "a telefon?", "chat": "c"})).json()
    assert follow_up["status"] == "answer"
    assert "32 281 14 42" in follow_up["text"]
    assert later["status"] == "clarify"
