"""What stands before the pages: whose host, how often, and the headers that every answer carries."""

import math
import time
import traceback
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.limits import Limiter
from bot.channels.web.problems import problem
from bot.channels.web.site import Options, Site

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
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_PROGRAM = Path(__file__).parents[2]


class Guard:
    """An ASGI application around the site's own."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        """`app` answers what is let through."""
        self._app = app
        self._say = site.say
        self._options = site.options
        self._limiter = Limiter(site.options.per_minute)
        self._hosts = _hosts(site.options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or answer with the headers added; a failure becomes 500 and one line without any content."""
        if scope["type"] != "http":
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._protect(MutableHeaders(scope=message), scope)
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
        if len(headers.getlist("host")) != 1 or not self._known(headers["host"]):
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

    def _known(self, host: str) -> bool:
        """Whether we answer to that name: our own, or a bare address, which no foreign page can point at us."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
            port = urlsplit(f"//{host}").port
        except ValueError:
            return False
        if host != host.strip() or "@" in host or "/" in host or port == 0:
            return False
        return name in self._hosts or _is_address(name)

    def _protect(self, headers: MutableHeaders, scope: Scope) -> None:
        framed = scope["path"] == EMBEDDED and self._options.embed_origins
        ancestors = " ".join(("'self'", *self._options.embed_origins)) if framed else "'none'"
        headers["Content-Security-Policy"] = f"{_POLICY}; frame-ancestors {ancestors}"
        if not framed:
            headers["X-Frame-Options"] = "DENY"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = _PERMISSIONS
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if scope["path"].startswith(_SHARED) else "same-origin"
        if scope.get("scheme") == "https":
            headers["Strict-Transport-Security"] = "max-age=31536000"
        headers.setdefault("Cache-Control", "no-store")


def _hosts(options: Options) -> frozenset[str]:
    own = urlsplit(options.public_url).hostname
    return frozenset(name for name in (own, "localhost") if name)


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
