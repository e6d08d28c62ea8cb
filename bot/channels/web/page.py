"""Pages made from templates, with addresses of their own: absolute ones where they are forwarded, and static files that never go stale."""

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.web import caching
from bot.channels.web.site import Site
from bot.channels.web.view import keep
from bot.core.card import has_card
from bot.core.knowledge import say

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_FOREVER = "public, max-age=31536000, immutable"


class Pages:
    """The templates and static files of one site."""

    def __init__(self, site: Site) -> None:
        """Everything is read once."""
        self._site = site
        self._static = {path.name: path.read_bytes() for path in _STATIC.iterdir() if path.is_file()}
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
        self._environment.filters["keep"] = keep
        self._environment.globals.update(say=say, static=self.static_address, has_card=has_card)

    def text(self, request: Request, template: str, values: Mapping[str, Any]) -> str:
        """A template with its values and those that every page has."""
        knowledge = self._site.knowledge()
        common = {"centre": knowledge.centre, "knowledge": knowledge, "home": self.home(request), "path": request.url.path, "embedded": False}
        return self._environment.get_template(template).render(common | dict(values))

    def fresh(self, request: Request, template: str, values: Mapping[str, Any]) -> Response:
        """A page that is the same for everyone, current at this minute."""
        return caching.answer(request, self.text(request, template, values), "text/html; charset=utf-8", self._site.now())

    def private(self, request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """A page for one person only; nothing keeps it."""
        return HTMLResponse(self.text(request, template, values), status, {"Cache-Control": "no-store"})

    def home(self, request: Request) -> str:
        """The site's own address, without a slash at its end: the one that is set, else the one asked for, which the guard has checked."""
        return self._site.options.public_url or f"{request.url.scheme}://{request.url.netloc}"

    def static_address(self, name: str) -> str:
        """Where a static file is; the address changes with its content."""
        return f"/static/{hashlib.sha256(self._static[name]).hexdigest()[:12]}/{name}"

    async def embed(self, _request: Request) -> Response:
        """The script that shows the chat on another site; its address never changes, so it is asked for anew every hour."""
        return Response(self._static["embed.js"], media_type="text/javascript", headers={"Cache-Control": "public, max-age=3600"})

    async def static(self, request: Request) -> Response:
        """A static file, by its name alone: no path of the disk is ever asked for."""
        name = request.path_params["name"]
        if name not in self._static:
            raise HTTPException(404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(self._static[name], media_type=kind, headers={"Cache-Control": _FOREVER})
