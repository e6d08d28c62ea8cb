"""The channel as a whole: messages in by webhook, replies out through the gateways."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.routing import Route

from bot.channels.postman import Letter, Postman
from bot.channels.sms import numbers, webhook
from bot.channels.sms.gateway import Arrival, Gateway, Sms
from bot.channels.sms.guard import Guard, Verdict
from bot.channels.sms.inbox import Inbox
from bot.channels.sms.pages import Page
from bot.channels.sms.render import Style, further, render
from bot.channels.sms.sender import Sender
from bot.core.delivery import Event, Outcome, Waiting
from bot.core.dialogue import too_fast
from bot.core.keywords import Command, Keyword, command
from bot.core.knowledge import DEFAULT_LANG
from bot.core.message import Incoming, Reply
from bot.core.reports import Report

_STOP_SECONDS = 10.0
_TIDY_SECONDS = 300.0

Obey = Callable[[str, Command], Awaitable[Reply]]
"""Carries out STOP, ALERT, POMOC or INFO for a number (E.164) and gives what to say; doing it twice is doing it once."""
Note = Callable[[str, Report], Awaitable[None]]
"""Takes a delivery report of the gateway of that name."""


async def _ignore(_gateway: str, _report: Report) -> None:
    """Reports nobody waits for."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the channel leaves to the application."""

    obey: Obey
    note: Note = _ignore


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve. `gateways` in order of preference; `base`: our address as carriers know it; `countries`: those whose numbers are answered."""

    gateways: Sequence[Gateway]
    base: str
    own: str
    """Our own number."""
    style: Style = field(default_factory=Style)
    countries: Collection[str] = ("PL", "UA")
    per_second: float = 10.0


class Body(BaseModel):
    """What waits in the store for this channel: a page, what is left after it, and the key that makes it known to the carrier."""

    model_config = ConfigDict(frozen=True)

    text: str
    rest: str = ""
    key: str = ""


class SmsChannel:
    """One telephone number. Use as an async context; inside it messages are taken in and replies sent."""

    def __init__(self, options: Options, inbox: Inbox, desk: Desk, now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        """`say` is told of troubles, in one line each, without any message or whole number."""
        self._options = options
        self._inbox = inbox
        self._desk = desk
        self._now = now
        self._say = say
        self._guard = Guard()
        self._sender = Sender(options.gateways, now, say)
        self._postman = Postman("SMS", inbox, self._open, options.per_second, say)
        self._left_out: set[numbers.Kind] = set()

    async def __aenter__(self) -> Self:
        """Take up what an earlier process left unsent."""
        self._postman.put(await self._inbox.waiting())
        self._tidying = asyncio.create_task(self._tidy())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Send what waits, as far as it can be done in some seconds."""
        self._tidying.cancel()
        await self._postman.stop(_STOP_SECONDS)
        await asyncio.gather(self._tidying, return_exceptions=True)
        await self._sender.close()

    def routes(self) -> list[Route]:
        """Where the carriers bring messages and reports."""
        base, note = self._options.base, self._desk.note
        return [route for gateway in self._options.gateways for route in webhook.routes(gateway, base, self.take, note, self._say)]

    async def send(self, to: str, text: str, key: str) -> Outcome:
        """Send a text that nobody asked for, once: for the outbox. `key` must be the same at every try."""
        return await self._sender.send(Sms(to, text, key))

    async def take(self, gateway: str, arrival: Arrival) -> None:
        """Take a message in and send the answer; raises where the store cannot, then it must come again."""
        number = self._answerable(arrival.sender)
        if number is None:
            return
        event, asked = f"{gateway}:{arrival.id}", command(arrival.text)
        verdict = self._guard.verdict(event, number, arrival.text, self._now())
        told: Reply | None = None
        if asked and asked.keyword is Keyword.STOP:  # whatever else, it takes effect
            self._postman.drop(number)
            told = await self._desk.obey(number, asked)
        if verdict is Verdict.IGNORE:
            return
        if verdict is Verdict.WARN:
            told = too_fast(DEFAULT_LANG)
        elif asked and asked.keyword not in (Keyword.STOP, Keyword.MORE):
            told = await self._desk.obey(number, asked)
        page = render(told, self._options.style) if told else None
        if page is None and asked and asked.keyword is Keyword.MORE:
            rest = await self._inbox.rest(_chat(number))
            page = further(rest, self._options.style) if rest else None
        await self._answer(event, number, arrival, self._body(number, page) if page else "")

    async def _answer(self, event: str, number: str, arrival: Arrival, body: str) -> None:
        """Answer with what is said already, or as the dialogue does."""

        def rendered(reply: Reply) -> str:
            return self._body(number, render(reply, self._options.style))

        message = Incoming(_chat(number), arrival.text, wordless=not arrival.text.strip(), at=arrival.at)
        waiting = await self._inbox.take_in(Event(event, number, message, rendered, body))
        if waiting:
            self._postman.put([waiting])

    def _answerable(self, sender: str) -> str | None:
        """The number to answer to; None where nobody is to be answered: a machine, ourselves, a country that is not served."""
        number = numbers.normalised(sender)
        kind = numbers.kind(sender, self._options.countries)
        if number and kind is numbers.Kind.PERSON:
            return None if number == self._options.own else number
        if kind not in self._left_out:
            self._left_out.add(kind)
            self._say(f"SMS: {numbers.masked(sender)} is not answered: {kind.value} (said once for all of the kind)")
        return None

    def _body(self, number: str, page: Page) -> str:
        self._guard.told(number, page.text, self._now())
        return Body(text=page.text, rest=page.rest, key=uuid4().hex).model_dump_json(exclude_defaults=True)

    async def _open(self, reply: Waiting) -> Letter | None:
        try:
            body = Body.model_validate_json(reply.body)
        except ValidationError:
            return None
        await self._inbox.keep_rest(_chat(reply.chat), body.rest)
        return _Letter(self._sender, Sms(reply.chat, body.text, body.key))

    async def _tidy(self) -> None:
        while True:
            try:
                await self._inbox.tidy()
            except Exception as error:  # noqa: BLE001  # whatever it is, what has lapsed is deleted the next time
                self._say(f"SMS: what has lapsed cannot be deleted now ({type(error).__name__}); trying again")
            await asyncio.sleep(_TIDY_SECONDS)


@dataclass(slots=True)
class _Letter:
    """A reply on its way."""

    sender: Sender
    sms: Sms
    answers: str = ""

    async def send(self) -> Outcome:
        return await self.sender.send(self.sms)


def _chat(number: str) -> str:
    """The key of a conversation."""
    return f"sms:{number}"
