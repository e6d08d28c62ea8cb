"""Hostile bodies for the web: seeded, so that a failure can be repeated."""

import json
import random
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

MARK = "<script>alert(1)</script>"
NASTY = (
    MARK,
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE sessions; --",
    "{{7*7}}${7*7}#{7*7}",
    "\x00",
    "\u202enoclegownia\u202c",
    "noc\u200bleg\u200cow\u200dnia\ufeff",
    "\ud800\udfff",
    "javascript:alert(1)",
    "%s%n%x" * 50,
    "🙃" * 900,
    "n\u0300\u0301\u0302" * 200,
    "A" * 15_000,
    "../../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "gdzie jest noclegownia",
    "nie oddycha",
    "112",
)
KEYS = ("text", "at", "lang", "chat", "pressed", "id", "__proto__", "")
VALUES: tuple[object, ...] = (None, True, 0, -1, 1e308, [], {}, [[[]]], "2026-01-15T22:10", "9999-12-31", "0001-01-01", "pl", "uk", "x")
TYPES = ("application/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "", "\x7f")
PATHS = ("/api/ask", "/api/v1/ask", "/", "/okno")
KEYS_PRESSED = ("noclegownia", "noclegownia#frost", "kis?hours@1", "kis?hours@9", "x" * 61, "#", "noclegownia?", "kis#<b>", "ą" * 31, "alarmowy@0")

Body = tuple[str, str, bytes]
"""Path, media type, content."""


def bodies(seed: int, count: int) -> Iterator[Body]:
    """So many of them."""
    draw = random.Random(seed)
    for _ in range(count):
        path = draw.choice(PATHS)
        usual = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
        yield path, usual if draw.random() < 0.9 else draw.choice(TYPES), _content(draw, path)


def _content(draw: random.Random, path: str) -> bytes:
    kind = draw.randrange(10)
    if kind == 0:
        return draw.randbytes(draw.choice((0, 1, 100, 16_384, 16_385, 200_000)))
    if kind == 1:
        return draw.choice((b"[", b'{"a":', b'"', b"{" * 3)) * draw.choice((1, 100, 4_000))
    fields = {draw.choice(KEYS[:5]): _value(draw) for _ in range(draw.randrange(4))}
    fields |= {draw.choice(("text", "pressed")): draw.choice((*NASTY, *KEYS_PRESSED)), draw.choice(KEYS): _value(draw)}
    if path.startswith("/api"):
        content = json.dumps(fields, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")
    else:
        content = "&".join(f"{k}={quote_from_bytes(str(v).encode('utf-8', 'surrogatepass'))}" for k, v in fields.items()).encode()
    if kind == 2:
        spot = draw.randrange(len(content) + 1)
        content = content[:spot] + draw.randbytes(draw.randrange(1, 9)) + content[spot:]
    return content


def _value(draw: random.Random) -> object:
    return draw.choice((*NASTY, *VALUES))
