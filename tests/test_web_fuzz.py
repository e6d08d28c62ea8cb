"""Hostile bodies over a real port: never a 5xx, never unescaped output, bounded memory. FUZZ says how many (`make fuzz-web`: 20,000)."""

import os
import re
from pathlib import Path

import httpx

from bot.core.knowledge import Knowledge
from tests.amount import amount
from tests.web_fuzz import MARK, bodies
from tests.web_site import served

COUNT = int(os.environ.get("FUZZ", amount(20_000, 1_000)))
SEED = int(os.environ.get("SEED", "5"))
GROWTH_KB = 40_000
"""What the process, the client's own memory included, may grow by after the first tenth."""


def resident() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1])


def test_hostile_bodies_never_break_the_site(bytom: Knowledge, tmp_path: Path) -> None:
    seen: dict[int, int] = {}
    before = 0
    with served(bytom, tmp_path) as site, httpx.Client(base_url=site.url, timeout=30) as web:
        for number, (path, media_type, content) in enumerate(bodies(SEED, COUNT)):
            if number == COUNT // 10:
                before = resident()
            try:
                answer = web.post(path, content=content, headers={"Content-Type": media_type, "X-Piece": "1" if number % 2 else ""})
            except httpx.RemoteProtocolError:
                continue  # the server closed a connection whose header is no HTTP
            seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, (number, path, media_type, content[:200])
            if "html" in answer.headers["content-type"]:
                assert MARK not in answer.text, (number, content[:200])
                assert "<img src=x" not in answer.text, (number, content[:200])
                assert "\x00" not in answer.text
            assert "set-cookie" not in answer.headers
        grown = resident() - before
    assert not site.said
    assert {200, 400, 413, 415, 422} <= set(seen), seen
    assert sum(seen.values()) > 0.97 * COUNT, seen
    assert grown < GROWTH_KB, f"{grown} kB"
    print(f"{COUNT} bodies, seed {SEED}: {dict(sorted(seen.items()))}; memory grew by {grown} kB after the first tenth")
