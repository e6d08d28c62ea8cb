"""Cards: a permanent page for every topic and place, made of the same reply as in the chat, to be forwarded or put up on a wall."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels import sharing
from bot.channels.web import caching
from bot.channels.web.linked import linked
from bot.channels.web.page import Pages
from bot.channels.web.poster import sheet
from bot.channels.web.site import Site
from bot.channels.web.view import view
from bot.core import card, freshness, hours, opening, polish
from bot.core.card import has_card
from bot.core.dialogue import respond
from bot.core.knowledge import Place, Topic, say
from bot.core.message import Incoming, Line, Session
from bot.core.replies import Scene, source_line, tell


@dataclass(frozen=True, slots=True)
class Cards:
    """The pages of cards."""

    site: Site
    pages: Pages

    async def card(self, request: Request) -> Response:
        """The card of a subject, as things are now."""
        return self.pages.fresh(request, "card.html", self._values(request))

    async def poster(self, request: Request) -> Response:
        """The card as a sheet of A4 for a notice board."""
        values = self._values(request)
        return self.pages.fresh(request, "poster.html", values | sheet(values["subject"], values["answer"], hours.wall(self.site.now()).date()))

    async def qr_svg(self, request: Request) -> Response:
        """The card's address as a QR code that can be printed at any size."""
        link = self._link(request, self._subject(request))
        return caching.answer(request, sharing.qr_svg(link), "image/svg+xml", self.site.now())

    async def qr_png(self, request: Request) -> Response:
        """The same as a picture to send."""
        link = self._link(request, self._subject(request))
        return caching.answer(request, sharing.qr_png(link), "image/png", self.site.now())

    def _subject(self, request: Request) -> Place | Topic:
        subject = self.site.knowledge().subjects.get(request.path_params["id"])
        if subject is None or not has_card(subject):
            raise HTTPException(404)
        return subject

    def _link(self, request: Request, subject: Place | Topic) -> str:
        return sharing.web_card(self.pages.home(request), subject.id)

    def _values(self, request: Request) -> dict[str, Any]:
        subject, knowledge, now = self._subject(request), self.site.knowledge(), freshness.minute(self.site.now())
        reply = respond(knowledge, Session(), Incoming("", "", pressed=subject.id), now)
        shown = view(knowledge, reply, now)
        scene = Scene(knowledge, now, "pl")
        facts = [(fact, tell(scene, fact)) for fact in subject.facts if fact.text]
        link, title = self._link(request, subject), say(subject.title)
        lines = [b.text for b in reply.blocks if isinstance(b, Line)]
        message = f"{title}: {link}"
        return {
            "subject": subject,
            "title": title,
            "answer": shown,
            "timetable": list(opening.answer(subject, None, now, timetable=True))[1:] if isinstance(subject, Place) and subject.hours else [],
            "told": lines,
            "fleeting": opening.now_line(subject, now) if isinstance(subject, Place) and subject.hours else "",
            "printed": f"{polish.day_month(now.date())} {now.year}",
            "facts": [
                (fact, told.block.plain(), source_line([told.source], "pl", now.date(), reachable=False).text if told.source else "") for fact, told in facts
            ],
            "preview": card.preview(knowledge, subject, now),
            "link": link,
            "sms": card.sms(knowledge, subject, link, now),
            "to_telegram": sharing.through_telegram(link, title),
            "to_mail": f"mailto:?subject={quote(title, safe='')}&body={quote(message, safe='')}",
            "data": linked(knowledge, subject, link, now),
        }
