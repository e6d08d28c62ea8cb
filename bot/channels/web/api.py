"""The JSON API: questions as in the black-box contract, and what the bot knows as lists."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.batch import as_object, parse_at
from bot.channels.sharing import web_card
from bot.channels.web import body, caching
from bot.channels.web.page import Pages
from bot.channels.web.site import Site
from bot.core import hours
from bot.core.card import has_card
from bot.core.knowledge import Place, Topic, say
from bot.core.message import Incoming

_YEARS = timedelta(days=3660)
"""How far from now a question may be said to be asked: there the hours still mean something."""


class Question(BaseModel):
    """What is asked."""

    model_config = ConfigDict(title="Question")

    text: str = Field(description="The question, in the person's own words.", max_length=8000)
    at: datetime | None = Field(None, description="When it is asked, for another time than now; local (Europe/Warsaw) where it names no zone.")
    lang: Literal["pl", "uk", "ru", "en"] = Field("pl", description="Language of the person, where known.")
    chat: str = Field("", max_length=100, description="Any name that nobody can guess; questions with the same one are turns of one conversation.")

    @field_validator("text", "chat", mode="before")
    @classmethod
    def _characters(cls, value: Any) -> Any:
        """Half characters, which JSON can hold, become question marks."""
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value

    @field_validator("at", mode="before")
    @classmethod
    def _local(cls, value: Any) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError("a time is written as text, e.g. 2026-01-15T22:10")  # noqa: TRY004  # pydantic collects this kind
        try:
            return parse_at(value)
        except OverflowError:
            raise ValueError("no such time") from None


@dataclass(frozen=True, slots=True)
class Api:
    """Answers to programs."""

    site: Site
    pages: Pages

    async def ask(self, request: Request) -> Response:
        """One question, one reply; raises HTTPException."""
        value = await body.json_value(request)
        try:
            question = Question.model_validate(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise HTTPException(422, f"{'.'.join(map(str, first['loc']))[:100]}: {first['msg']}".removeprefix(": ")) from None
        now = self.site.now()
        at = question.at or now
        if abs(at - now) > _YEARS:
            raise HTTPException(422, "at: more than ten years from now")
        start = time.perf_counter()
        chat = f"api:{question.chat}" if question.chat else ""
        reply = await self.site.handle(Incoming(chat, question.text, question.lang), at)
        return JSONResponse(as_object(reply, 1000 * (time.perf_counter() - start)))

    async def topics(self, request: Request) -> Response:
        """The topics that have a card."""
        today = self.site.now().date()
        found = [self._topic(request, t, today_ended=t.has_ended(today)) for t in self.site.knowledge().topics() if has_card(t)]
        return self._list(request, found)

    async def places(self, request: Request) -> Response:
        """The places and contacts, with what is open now."""
        return self._list(request, [self._place(request, p) for p in self.site.knowledge().places()])

    def _topic(self, request: Request, topic: Topic, *, today_ended: bool) -> dict[str, Any]:
        facts = [{"id": f.id, "title": say(f.title), "text": say(f.text)} for f in topic.facts if f.text]
        return {
            "id": topic.id,
            "title": say(topic.title),
            "summary": say(topic.summary),
            "ended": today_ended,
            "facts": facts,
            "source": say(topic.source.title),
            "as_of": topic.source.as_of,
            "url": web_card(self.pages.home(request), topic.id),
        }

    def _place(self, request: Request, place: Place) -> dict[str, Any]:
        address = place.address
        status = hours.status(place.hours, self.site.now()) if place.hours else None
        return {
            "id": place.id,
            "name": say(place.title),
            "address": f"{address.street}, {f'{address.postcode} ' if address.postcode else ''}{address.city}" if address else None,
            "phones": [{"number": p.number, "shown": p.shown} for p in place.phones],
            "opening_hours": place.hours,
            "open": status.open if status else None,
            "until": status.until.replace(tzinfo=hours.TZ).isoformat() if status and status.until else None,
            "source": say(place.source.title),
            "as_of": place.source.as_of,
            "url": web_card(self.pages.home(request), place.id),
        }

    def _list(self, request: Request, found: list[dict[str, Any]]) -> Response:
        return caching.answer(request, bytes(JSONResponse({"items": found}).body), "application/json", self.site.now())
