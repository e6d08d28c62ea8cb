"""The chat page: a form that works by itself, and answers as pieces of a page for the script that makes it better.

A conversation is known by a token that the page carries in its form: no cookie is needed, not even in a frame on another site.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import body
from bot.channels.web.guard import EMBEDDED
from bot.channels.web.page import Pages
from bot.channels.web.site import Site
from bot.channels.web.view import label_of, view
from bot.core import freshness, opening
from bot.core.knowledge import Knowledge, say
from bot.core.message import Incoming
from bot.core.query import MAX_KEY
from bot.core.text import MAX_CHARS, clip

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_PIECE = "x-piece"
"""The header by which the script asks for the answer alone."""


@dataclass(frozen=True, slots=True)
class Chat:
    """The pages of the conversation."""

    site: Site
    pages: Pages

    async def show(self, request: Request) -> Response:
        """The page as one comes to it."""
        return self.pages.fresh(request, "chat.html", self._values(request))

    async def ask(self, request: Request) -> Response:
        """What was written or pressed is answered."""
        fields = await body.form(request)
        text, pressed, token = fields.get("text", "").strip(), fields.get("pressed", ""), fields.get("chat", "")
        if len(pressed.encode()) > MAX_KEY:
            raise HTTPException(422)
        token = token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(16)
        now, knowledge = self.site.now(), self.site.knowledge()
        reply = await self.site.handle(Incoming(f"web:{token}", text, pressed=pressed), now)
        asked = label_of(knowledge, pressed, now) if pressed else _shown(text)
        values: dict[str, Any] = {"asked": asked, "answer": view(knowledge, reply, now), "token": token}
        if request.headers.get(_PIECE):
            values["embedded"] = _embedded(request)
            return self.pages.private(request, "piece.html", values)
        return self.pages.private(request, "chat.html", self._values(request) | values)

    def _values(self, request: Request) -> dict[str, Any]:
        return {
            "asked": "",
            "answer": None,
            "token": "",
            "embedded": _embedded(request),
            "places": _places(self.site.knowledge(), freshness.minute(self.site.now())),
            "most": MAX_CHARS,
        }


def _shown(text: str) -> str:
    """What was written, without characters that nobody sees or that turn the line around."""
    return "".join(c if c.isprintable() else " " for c in clip(text)).strip()


def _embedded(request: Request) -> bool:
    return request.url.path == EMBEDDED


def _places(knowledge: Knowledge, now: datetime) -> list[tuple[str, bool, str, str]]:
    """(id, open, name, the rest of the sentence) of the main places with hours, in the centre's order."""
    found = [p for p in map(knowledge.place, knowledge.centre.main_places) if p.hours]
    return [(p.id, opening.is_open(p, now), say(p.short), opening.now_line(p, now).removeprefix(say(p.short))) for p in found]
