"""The web as a service: the web channel and the routes of others on one port."""

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from bot.channels.web.app import application
from bot.channels.web.site import Options, Site
from bot.core.message import Incoming, Reply
from bot.inbox.stored import StoredInbox
from bot.serving.services import Parts, Service
from bot.settings import ServiceError, Settings

CHANNEL = "web"
_FINISH_SECONDS = 5
"""How long requests that are being answered may take at the end."""
_BACKLOG = 1024
_REACH_SECONDS = 3.0
_TIDY = timedelta(minutes=5)
_ANYWHERE = frozenset(("0.0.0.0", "::"))  # noqa: S104  # to tell of it, not to bind it


def web_service(parts: Parts, routes: Sequence[BaseRoute]) -> Service:
    """The web page, with the routes of other services beside it; raises ServiceError where nothing can listen."""
    inbox = StoredInbox(parts.knowledge, parts.database, parts.now, parts.say)
    app = Starlette(routes=[*routes, Mount("/", web_app(parts, inbox))])
    listener = listening(parts.settings.host, parts.settings.port)

    async def run() -> None:
        tidying = asyncio.create_task(_tidy(inbox))
        try:
            await _listen(app, listener)
        finally:
            tidying.cancel()

    return Service(f"Web: {_address(parts.settings)}", run)


def web_app(parts: Parts, inbox: StoredInbox) -> ASGIApp:
    """The web channel, counted and with its readiness."""

    async def handle(message: Incoming, at: datetime) -> Reply:
        start = time.perf_counter()
        reply = await inbox.handle(message, at)
        parts.metrics.answered(CHANNEL, reply.status, time.perf_counter() - start)
        return reply

    async def ready() -> str:
        try:
            async with asyncio.timeout(_REACH_SECONDS):
                await parts.database.do(lambda connection: connection.execute(text("SELECT 1")).scalar())
        except (SQLAlchemyError, TimeoutError):
            return "the database cannot be reached"
        return ""

    settings = parts.settings
    options = Options(settings.public_url, settings.embed_origins, settings.trusted_proxies, settings.web_per_minute)
    return application(Site(handle, parts.knowledge, parts.now, parts.say, ready, parts.metrics.page, options))


async def _tidy(inbox: StoredInbox) -> None:
    while True:
        await inbox.tidy()
        await asyncio.sleep(_TIDY.total_seconds())


class _Server(uvicorn.Server):
    """A web server that leaves the signals to us."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def _listen(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until cancelled; requests that are being answered are finished."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,  # the web channel trusts those proxies that are set, no others
        server_header=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. That it is TCP must be said, or asyncio leaves Nagle's delay on and each answer takes 40 ms."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServiceError(f"HOST: {host!r} is no address of this machine") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ServiceError(f"PORT: nothing can listen on {host}:{port} ({error.strerror}); another program may be there") from error
    return listener


def _address(settings: Settings) -> str:
    """Where a browser finds the page."""
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    here = (
        f"http://127.0.0.1:{settings.port}, and under every other address of this machine" if settings.host in _ANYWHERE else f"http://{name}:{settings.port}"
    )
    return f"{here} (for the world: {settings.public_url})" if settings.public_url else here
