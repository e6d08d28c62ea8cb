"""The site as one application: which address leads where."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.channels.web.api import Api
from bot.channels.web.cards import Cards
from bot.channels.web.chat import Chat
from bot.channels.web.directory import Directory
from bot.channels.web.guard import EMBEDDED, Guard
from bot.channels.web.health import Health
from bot.channels.web.page import Pages
from bot.channels.web.problems import DETAILS, problem
from bot.channels.web.site import Site
from bot.channels.web.topics import Topics


def application(site: Site) -> ASGIApp:
    """Everything the web channel serves, guarded."""
    pages = Pages(site)

    async def refused(request: Request, error: Exception) -> Response:
        """A problem for programs, a page for people."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        own = isinstance(error, HTTPException) and error.detail != HTTPStatus(status).phrase
        detail = str(error.detail) if own and isinstance(error, HTTPException) else DETAILS.get(status, "")
        headers = error.headers if isinstance(error, HTTPException) else None
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            return problem(status, detail, headers)
        return pages.private(request, "problem.html", {"status": status, "detail": detail}, status)

    app = Starlette(routes=_routes(site, pages), exception_handlers={HTTPException: refused, Exception: refused})
    guarded: ASGIApp = Guard(app, site)
    if site.options.trusted_proxies:
        guarded = ProxyHeadersMiddleware(guarded, list(site.options.trusted_proxies))  # type: ignore[arg-type, assignment]
    return guarded


def _routes(site: Site, pages: Pages) -> list[BaseRoute]:
    chat, cards, topics, health = Chat(site, pages), Cards(site, pages), Topics(site, pages), Health(site)
    return [
        *(route for root in ("/api", "/api/v1") for route in _api(root, Api(site, pages), Directory(site, pages))),
        Route("/", chat.show),
        Route("/", chat.ask, methods=["POST"]),
        Route(EMBEDDED, chat.show),
        Route(EMBEDDED, chat.ask, methods=["POST"]),
        Route("/tematy", topics.index),
        Route("/strona/{id}", topics.page),
        Route("/k/{id}", cards.card),
        Route("/k/{id}/plakat", cards.poster),
        Route("/k/{id}/qr.svg", cards.qr_svg),
        Route("/k/{id}/qr.png", cards.qr_png),
        Route("/static/{version}/{name}", pages.static),
        Route("/embed.js", pages.embed),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", health.metrics),
    ]


def _api(root: str, api: Api, directory: Directory) -> list[BaseRoute]:
    """The present version, by its number and without."""
    return [
        Route(f"{root}/ask", api.ask, methods=["POST"]),
        Route(f"{root}/topics", api.topics),
        Route(f"{root}/places", api.places),
        Route(f"{root}/openapi.json", directory.openapi),
        Route(f"{root}/hsds/", directory.about),
        Route(f"{root}/hsds/services", directory.services),
        Route(f"{root}/hsds/services/{{id}}", directory.service),
        Route(f"{root}/hsds/organizations", directory.organizations),
        Route(f"{root}/hsds/service_at_locations", directory.locations),
    ]
