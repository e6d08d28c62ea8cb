"""The channel as a whole: messages in by webhook, replies out through the gateways."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.routing import Route

from bot.channels.postman import Letter, Office, Postman
from bot.channels.sms import numbers, webhook
from bot.channels.sms.broadcast import Broadcast
from bot.channels.sms.gateway import Arrival, Gateway, Sms
from bot.channels.sms.guard import Guard, Verdict
from bot.channels.sms.inbox import Inbox
from bot.channels.sms.pages import Page
from bot.channels.sms.render import Style, further, render
from bot.channels.sms.sender import Sender
from bot.core import keyword_answers
from bot.core.delivery import Blocked, Event, Outcome, Waiting
from bot.core.dialogue import too_fast
from bot.core.keywords import Command, Keyword, command
from bot.core.knowledge import DEFAULT_LANG, Knowledge
from bot.core.message import Incoming, Reply, Status
from bot.core.reports import Report

_TIDY_SECONDS = 300.0

Note = Callable[[str, Report], Awaitable[None]]
"""Takes a delivery report of the gateway of that name."""


async def _ignore(_gateway: str, _report: Report) -> None:
    """Reports nobody waits for."""


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
    note: Note = _ignore
    stop_seconds: float = 10.0
    """How long what waits may be tried at the end."""


class Body(BaseModel):
    """What waits in the store for this channel: a page, what is left after it, and the key that makes it known to the carrier."""

    model_config = ConfigDict(frozen=True)

    text: str
    rest: str = ""
    key: str = ""


class SmsChannel:
    """One telephone number. Use as an async context; inside it messages are taken in and replies sent."""

    def __init__(self, options: Options, inbox: Inbox, knowledge: Callable[[], Knowledge], now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        """`say` is told of troubles, in one line each, without any message or whole number."""
        self._options = options
        self._inbox = inbox
        self._knowledge = knowledge
        self._now = now
        self._say = say
        self._guard = Guard()
        self._sender = Sender(options.gateways, now, say)
        self._postman = Postman(Office("SMS", options.per_second, now, say), inbox, self._open)
        self._left_out: set[numbers.Kind] = set()

    async def __aenter__(self) -> Self:
        """Take up what an earlier process left unsent."""
        self._postman.put(await self._inbox.waiting())
        self._tidying = asyncio.create_task(self._tidy())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Send what waits, as far as it can be done in some seconds."""
        self._tidying.cancel()
        await self._postman.stop(self._options.stop_seconds)
        await asyncio.gather(self._tidying, return_exceptions=True)
        await self._sender.close()

    def routes(self) -> list[Route]:
        """Where the carriers bring messages and reports."""
        base, note = self._options.base, self._options.note
        return [route for gateway in self._options.gateways for route in webhook.routes(gateway, base, self.take, note, self._say)]

    def broadcast(self) -> Broadcast:
        """Its end of the outbox."""
        return Broadcast(self._sender.send, self._options.per_second)

    async def take(self, gateway: str, arrival: Arrival) -> None:
        """Take a message in and send the answer; raises where the store cannot, then it must come again."""
        number = self._answerable(arrival.sender)
        if number is None:
            return
        event, asked = f"{gateway}:{arrival.id}", command(arrival.text)
        verdict = self._guard.verdict(event, number, arrival.text, self._now())
        stops = asked is not None and asked.keyword is Keyword.STOP
        if stops:  # whatever else, it takes effect
            self._postman.drop(number)
        if verdict is Verdict.ANSWER or stops:
            waiting = await self._inbox.take_in([await self._event(event, number, arrival, asked)])
            if verdict is Verdict.ANSWER:
                self._postman.put(waiting)
            for reply in waiting if verdict is not Verdict.ANSWER else ():
                await self._inbox.settle(reply, "", ())
            await self._inbox.kept()
        if verdict is Verdict.WARN:
            self._postman.put([Waiting(0, number, self._body(number, render(too_fast(DEFAULT_LANG), self._options.style)))])

    async def _event(self, event: str, number: str, arrival: Arrival, asked: Command | None) -> Event:
        """The message as the inbox takes it: a question, a keyword with its reply, or the wish to read on."""
        message = Incoming(_chat(number), arrival.text, wordless=not arrival.text.strip(), at=arrival.at)

        def rendered(reply: Reply) -> str:
            return self._body(number, render(reply, self._options.style))

        if asked is None:
            return Event(event, number, message, rendered)
        if asked.keyword is not Keyword.MORE:
            return Event(event, number, message, rendered, lambda: keyword_answers.answer(self._knowledge(), asked, DEFAULT_LANG))
        rest = await self._inbox.rest(_chat(number))
        if not rest:
            return Event(event, number, message, rendered)
        body = self._body(number, further(rest, self._options.style))
        return Event(event, number, message, lambda _reply: body, lambda: Reply(Status.ANSWER, ()))

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
        return _Letter(self._sender, self._inbox, Sms(reply.chat, body.text, body.key))

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
    inbox: Inbox
    sms: Sms
    answers: str = ""

    def apologise(self) -> None:
        """Every further word may cost a further SMS."""

    async def send(self) -> Outcome:
        outcome = await self.sender.send(self.sms)
        if isinstance(outcome, Blocked):
            await self.inbox.left(self.sms.to)
        return outcome


def _chat(number: str) -> str:
    """The key of a conversation."""
    return f"sms:{number}"
