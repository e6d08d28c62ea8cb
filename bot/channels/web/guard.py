"""What stands before the pages: whose host, how often, and the headers that every answer carries."""

import math
import time
import traceback
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.limits import Limiter
from bot.channels.web.problems import problem
from bot.channels.web.site import Site

EMBEDDED = "/okno"
"""The one page that other sites may show in a frame."""
_LOOKING = 0.1
"""What opening a page costs beside asking a question."""
_UNLIMITED = ("/static/", "/healthz", "/readyz", "/metrics")
_SHARED = ("/embed.js", "/static/")
"""What pages of other sites load."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'"
)
_NOBODY = "'none'"
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
_ANY_ORIGIN = (b"cross-origin-resource-policy", b"cross-origin")
_OWN_ORIGIN = (b"cross-origin-resource-policy", b"same-origin")
_HTTPS = (b"strict-transport-security", b"max-age=31536000")
_NOT_KEPT = (b"cache-control", b"no-store")
_PROGRAM = Path(__file__).parents[2]


class Guard:
    """An ASGI application around the site's own."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        """`app` answers what is let through."""
        self._app = app
        self._say = site.say
        self._limiter = Limiter(site.options.per_minute)
        self._own = urlsplit(site.options.public_url).hostname or ""
        self._alone = _fixed(_NOBODY)
        self._framed = _fixed(" ".join(("'self'", *site.options.embed_origins))) if site.options.embed_origins else self._alone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or answer with the headers added; a failure becomes 500 and one line without any content."""
        if scope["type"] != "http":
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._protect(message, scope)
            await send(message)

        refusal = self._refusal(scope)
        try:
            await (refusal or self._app)(scope, receive, sending)
        except Exception as error:  # noqa: BLE001  # one broken page must not take the server down, and is told
            self._say(f"Web: an answer failed: {_where(error)}")
            if not started:
                await problem(500)(scope, receive, sending)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not _known(hosts[0], self._own):
            return problem(421)
        path, method = scope["path"], scope["method"]
        if method == "POST" and not path.startswith("/api/") and headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            return problem(403)
        if not path.startswith(_UNLIMITED):
            client = scope["client"][0] if scope.get("client") else ""
            wait = self._limiter.wait(client, 1.0 if method == "POST" else _LOOKING, time.monotonic())
            if wait:
                return problem(429, headers={"Retry-After": str(math.ceil(wait))})
        return None

    def _protect(self, message: Message, scope: Scope) -> None:
        """Add the headers; made once, since every answer has them."""
        path, headers = scope["path"], message["headers"]
        headers.extend(self._framed if path == EMBEDDED else self._alone)
        headers.append(_ANY_ORIGIN if path.startswith(_SHARED) else _OWN_ORIGIN)
        if scope.get("scheme") == "https":
            headers.append(_HTTPS)
        if all(name != b"cache-control" for name, _ in headers):
            headers.append(_NOT_KEPT)


def _fixed(ancestors: str) -> list[tuple[bytes, bytes]]:
    """The headers of a page that only these may show in a frame."""
    lines = {"content-security-policy": f"{_POLICY}; frame-ancestors {ancestors}"} | _ALWAYS
    if ancestors == _NOBODY:
        lines["x-frame-options"] = "DENY"
    return [(name.encode(), value.encode()) for name, value in lines.items()]


@lru_cache(maxsize=256)
def _known(host: str, own: str) -> bool:
    """Whether we answer to that name: our own, or a bare address, which no foreign page can point at us."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host.isascii() or host != host.strip() or "@" in host or "/" in host or port == 0:
        return False
    return name in {own, "localhost"} - {""} or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _where(error: Exception) -> str:
    """The kind of a failure and the line of ours it came from; its message may hold what a person wrote."""
    ours = (f for f in reversed(traceback.extract_tb(error.__traceback__)) if Path(f.filename).is_relative_to(_PROGRAM))
    frame = next(iter(ours), None)
    place = f" at {Path(frame.filename).relative_to(_PROGRAM)}:{frame.lineno}" if frame else ""
    return f"{type(error).__name__}{place}"
