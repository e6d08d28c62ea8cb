"""The HSDS export over HTTP: https://docs.openreferral.org, API reference 3.0."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web import caching, openapi
from bot.channels.web.hsds import PROFILE, VERSION, Export
from bot.channels.web.page import Pages
from bot.channels.web.site import Site

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_PER_PAGE, _MOST_PER_PAGE = 50, 200


@dataclass(frozen=True, slots=True)
class Directory:
    """The pages of the export."""

    site: Site
    pages: Pages

    async def about(self, request: Request) -> Response:
        """Which version this is."""
        return self._answer(request, {"version": VERSION, "profile": PROFILE, "openapi_url": f"{self.pages.home(request)}/api/openapi.json"})

    async def openapi(self, request: Request) -> Response:
        """What the whole API is, for programs."""
        return self._answer(request, openapi.document())

    async def services(self, request: Request) -> Response:
        """All services, whole."""
        return self._page(request, self._export(request).services())

    async def service(self, request: Request) -> Response:
        """One service."""
        found = self._export(request).service(request.path_params["id"])
        if found is None:
            raise HTTPException(404)
        return self._answer(request, found)

    async def organizations(self, request: Request) -> Response:
        """The centre, the only one."""
        return self._page(request, [self._export(request).organization()])

    async def locations(self, request: Request) -> Response:
        """What is where."""
        return self._page(request, (found for service in self._export(request).services() for found in service["service_at_locations"]))

    def _export(self, request: Request) -> Export:
        return Export(self.site.knowledge(), self.pages.home(request), self.site.now())

    def _page(self, request: Request, items: Iterable[dict[str, Any]]) -> Response:
        every = list(items)
        number, size = _number(request, "page", 1), min(_number(request, "per_page", _PER_PAGE), _MOST_PER_PAGE)
        contents = every[(number - 1) * size : number * size]
        pages = ceil(len(every) / size)
        body = {
            "total_items": len(every),
            "total_pages": pages,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not contents,
            "contents": contents,
        }
        return self._answer(request, body)

    def _answer(self, request: Request, value: dict[str, Any]) -> Response:
        return caching.answer(request, bytes(JSONResponse(value).body), "application/json", self.site.now())


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not _NUMBER.fullmatch(text):
        raise HTTPException(422, f"{name}: a number from 1 on")
    return int(text)
