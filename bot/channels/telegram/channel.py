"""The channel as a whole: updates in, replies out, by long polling or by webhook."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram import flood, webhook
from bot.channels.telegram.hearing import Heard, hear
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.polling import WANTED, Json, persist, poll
from bot.channels.telegram.postman import Postman
from bot.channels.telegram.profile import introduce
from bot.channels.telegram.render import render
from bot.channels.telegram.sending import Body, Parcel, send
from bot.channels.telegram.words import Words
from bot.core.delivery import Event, Outcome, Waiting
from bot.core.dialogue import too_fast
from bot.core.knowledge import Knowledge
from bot.core.message import Reply

_CONNECTIONS = 64
_SEND_SECONDS = 20.0
_STOP_SECONDS = 10.0
_TIDY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach Telegram. `base`: the Bot API server; `per_second`: most messages sent a second; `public_url`: of the webhook."""

    token: str
    base: str
    per_second: float
    public_url: str = ""
    secret: str = ""


class TelegramChannel:
    """One bot on Telegram. Use as an async context; inside it updates are taken in and replies sent."""

    def __init__(self, options: Options, inbox: Inbox, knowledge: Callable[[], Knowledge], now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        """`say` is told of troubles, in one line each, without any message or number."""
        self._options = options
        self._inbox = inbox
        self._knowledge = knowledge
        self._now = now
        self._words = Words(say)
        request = HTTPXRequest(connection_pool_size=_CONNECTIONS, read_timeout=_SEND_SECONDS, pool_timeout=_SEND_SECONDS)
        self._bot = Bot(options.token, base_url=f"{options.base}/bot", request=request)
        self._postman = Postman(inbox, self._send, options.per_second, self._words.say)
        self._flood = flood.Flood()
        self._presses: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Take up what an earlier process left unsent; nothing is asked of Telegram yet."""
        self._postman.put(await self._inbox.waiting())
        self._tidying = asyncio.create_task(self._tidy())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Send what waits, as far as it can be done in some seconds."""
        self._tidying.cancel()
        await self._postman.stop(_STOP_SECONDS)
        await asyncio.gather(self._tidying, *self._presses, return_exceptions=True)
        await self._bot.shutdown()

    async def poll(self) -> None:
        """Serve by long polling until cancelled; raises InvalidToken."""

        async def connect() -> None:
            await self._bot.initialize()
            await self._bot.delete_webhook()
            await introduce(self._bot, self._knowledge())

        await persist(connect, self._words)
        await poll(self._bot, self.take, self._words)

    async def announce(self) -> None:
        """Tell Telegram where to deliver; raises InvalidToken."""

        async def connect() -> None:
            await self._bot.initialize()
            await self._bot.set_webhook(self._options.public_url + webhook.PATH, allowed_updates=WANTED, secret_token=self._options.secret)
            await introduce(self._bot, self._knowledge())

        await persist(connect, self._words)
        self._words.say("Telegram: delivers to the webhook")

    def route(self) -> Route:
        """Where Telegram delivers."""
        return webhook.route(self.take, self._options.secret, self._words)

    async def take(self, updates: Sequence[Json]) -> None:
        """Take updates into the inbox and send the answers; raises where the inbox cannot, then they must come again."""
        heard = [self._hear(update) for update in updates]
        answers = await asyncio.gather(*(self._answer(asked) for asked in heard if asked))
        self._postman.put(answer for answer in answers if answer)

    def _hear(self, update: Json) -> Heard | None:
        """What an update asks; one that cannot be understood asks nothing."""
        try:
            parsed = Update.de_json(update, self._bot)
            return hear(parsed, self._bot.bot)
        except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
            self._words.say("Telegram: an update of an unknown form was left out")
            return None

    async def _answer(self, heard: Heard) -> Waiting | None:
        if heard.press:
            self._acknowledge(heard.press)
        verdict = self._flood.verdict(heard.message.chat, self._now())
        if verdict is flood.Verdict.IGNORE:
            return None

        def body(reply: Reply) -> str:
            return Body(address=heard.address, rendered=render(reply)).model_dump_json(exclude_defaults=True)

        chat = str(heard.address.chat)
        if verdict is flood.Verdict.WARN:
            return Waiting(0, chat, body(too_fast(heard.message.lang)))
        return await self._inbox.take_in(Event(heard.event, chat, heard.message, body))

    def _acknowledge(self, press: str) -> None:
        """Let the pressed button rest; whether that succeeds changes nothing."""

        async def acknowledge() -> None:
            with suppress(TelegramError):
                await self._bot.answer_callback_query(press)

        task = asyncio.create_task(acknowledge())
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)

    async def _send(self, parcel: Parcel) -> Outcome:
        return await send(self._bot, parcel)

    async def _tidy(self) -> None:
        while True:
            await self._inbox.tidy()
            await asyncio.sleep(_TIDY_SECONDS)
