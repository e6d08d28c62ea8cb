"""The channel as a whole: updates in, replies out, by long polling or by webhook."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Self

from starlette.routing import Route
from telegram import Bot, Update, User
from telegram.error import TelegramError

from bot.channels.postman import AT_ONCE, HANGING, Office
from bot.channels.telegram import flood, inline, webhook
from bot.channels.telegram.broadcast import Broadcast
from bot.channels.telegram.hearing import Heard, hear, left_by
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.links import Links
from bot.channels.telegram.polling import WANTED, Json, persist, poll
from bot.channels.telegram.pools import Pools
from bot.channels.telegram.postman import Postman
from bot.channels.telegram.profile import introduce
from bot.channels.telegram.render import Code, render
from bot.channels.telegram.sending import Body, Parcel, send
from bot.channels.telegram.words import Words
from bot.core import handout
from bot.core.delivery import Event, Outcome, Waiting, apology
from bot.core.dialogue import too_fast
from bot.core.knowledge import Knowledge
from bot.core.message import Reply

_CONNECTIONS = AT_ONCE + HANGING + 16
"""Room for the poll and for acknowledging buttons beside the sends."""
_SEND_SECONDS = 20.0
_TIDY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach Telegram. `base`: the Bot API server; `per_second`: most messages sent a second; `public_url`: of the webhook and the cards."""

    token: str
    base: str
    per_second: float
    public_url: str = ""
    secret: str = ""
    stop_seconds: float = 10.0
    """How long what waits may be tried at the end."""


class TelegramChannel:
    """One bot on Telegram. Use as an async context; inside it updates are taken in and replies sent."""

    def __init__(self, options: Options, inbox: Inbox, knowledge: Callable[[], Knowledge], now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        """`say` is told of troubles, in one line each, without any message or number."""
        self._options = options
        self._inbox = inbox
        self._knowledge = knowledge
        self._now = now
        self._words = Words(say, now)
        self._oddities = Words(say, now)
        request = Pools(_CONNECTIONS, _SEND_SECONDS)
        self._bot = Bot(options.token, base_url=f"{options.base}/bot", request=request, get_updates_request=request)
        self._postman = Postman(Office("Telegram", options.per_second, now, Words(say, now).say), inbox, self._send)
        self._flood = flood.Flood()
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Take up what an earlier process left unsent; nothing is asked of Telegram yet."""
        self._postman.put(await self._inbox.waiting())
        self._tidying = asyncio.create_task(self._tidy())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take in what has begun to be, and send what waits, as far as it can be done in some seconds."""
        self._tidying.cancel()
        await asyncio.wait({self._tidying, *self._running}, timeout=self._options.stop_seconds)
        await self._postman.stop(self._options.stop_seconds)
        await self._bot.shutdown()

    async def poll(self) -> None:
        """Serve by long polling until cancelled; raises InvalidToken."""

        async def connect() -> None:
            await self._bot.initialize()
            await self._bot.delete_webhook()
            await self._introduce()

        await persist(connect, self._words)
        await poll(self._bot, self.take, self._words)

    async def announce(self) -> None:
        """Tell Telegram where to deliver; raises InvalidToken."""

        async def connect() -> None:
            await self._bot.initialize()
            await self._bot.set_webhook(self._options.public_url + webhook.PATH, allowed_updates=WANTED, secret_token=self._options.secret)
            await self._introduce()

        await persist(connect, self._words)
        self._words.say("Telegram: delivers to the webhook")

    async def _introduce(self) -> None:
        await introduce(self._bot, self._knowledge())
        if not self._bot.supports_inline_queries:
            self._words.say("Telegram: cards in other chats are off; to switch them on, send /setinline to @BotFather")

    def broadcast(self) -> Broadcast:
        """Its end of the outbox."""
        return Broadcast(self._bot, self._options.per_second)

    def route(self) -> Route:
        """Where Telegram delivers."""
        return webhook.route(self.take, self._options.secret, self._words)

    async def take(self, updates: Sequence[Json]) -> None:
        """Take updates into the inbox and send the answers; raises where the inbox cannot, then they must come again.

        Once begun it is carried through, even where the caller stops: what the inbox has is answered.
        """
        me = self._bot.bot  # raises until Telegram has told who we are: a webhook may be called before that, and its update must come again
        await asyncio.shield(self._run(self._take(updates, me)))

    async def _take(self, updates: Sequence[Json], me: User) -> None:
        events: list[Event] = []
        notices: list[Waiting] = []
        links = Links(self._options.public_url, me.username or "")
        for chat in filter(None, map(left_by, updates)):
            await self._inbox.left(chat)
        for update in updates:
            if "inline_query" in update:
                self._run(self._offer(update, links))
                continue
            heard = self._hear(update, me)
            if heard is None:
                continue
            if heard.press:
                self._run(self._acknowledge(heard.press))
            verdict = self._flood.verdict(heard.message.chat, heard.event, heard.message.at, self._now())
            if verdict is flood.Verdict.ANSWER:
                events.append(self._event(heard, links))
            elif verdict is flood.Verdict.WARN:
                notices.append(Waiting(0, str(heard.address.chat), _body(heard, links, too_fast(heard.message.lang))))
        self._postman.put(await self._inbox.take_in(events) if events else ())
        self._postman.put(notices)
        await self._inbox.kept()

    def _hear(self, update: Json, me: User) -> Heard | None:
        """What an update asks; one that cannot be understood asks nothing."""
        try:
            return hear(Update.de_json(update, self._bot), me)
        except Exception as error:  # noqa: BLE001  # whatever is in it, it must not keep the others from being answered
            self._oddities.say(f"Telegram: an update of an unknown form was left out ({type(error).__name__})")
            return None

    def _event(self, heard: Heard, links: Links) -> Event:
        """The message as the inbox takes it: a question, or the wish for a card to pass on."""
        to = str(heard.address.chat)
        if heard.card is None:
            return Event(heard.event, to, heard.message, partial(_body, heard, links))
        handed = partial(handout.hand_out, self._knowledge(), heard.card, links.card, self._now())
        return Event(heard.event, to, heard.message, partial(_body, heard, links, with_code=True), handed)

    async def _offer(self, update: Json, links: Links) -> None:
        """Answer an inline query at once: it lapses in seconds, so it waits nowhere."""
        try:
            query = Update.de_json(update, self._bot).inline_query
            if query and self._flood.verdict(f"inline:{query.from_user.id}", query.id, None, self._now()) is flood.Verdict.ANSWER:
                await inline.offer(self._bot, query, self._knowledge(), links, self._now())
        except TelegramError:
            return  # who types on asks again
        except Exception as error:  # noqa: BLE001  # whatever is in it, nothing depends on it
            self._oddities.say(f"Telegram: an inline query was left out ({type(error).__name__})")

    async def _acknowledge(self, press: str) -> None:
        """Let the pressed button rest; whether that succeeds changes nothing."""
        with suppress(TelegramError):
            await self._bot.answer_callback_query(press)

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Work that is waited for at the end."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _send(self, parcel: Parcel) -> Outcome:
        return await send(self._bot, parcel)

    async def _tidy(self) -> None:
        while True:
            try:
                await self._inbox.tidy()
            except Exception as error:  # noqa: BLE001  # whatever it is, what has lapsed is deleted the next time
                self._oddities.say(f"Telegram: what has lapsed cannot be deleted now ({type(error).__name__}); trying again")
            await asyncio.sleep(_TIDY_SECONDS)


def _body(heard: Heard, links: Links, reply: Reply, *, with_code: bool = False) -> str:
    """A reply as it waits in the store, `with_code`: and its card's QR code."""
    card = reply.card
    rendered = render(reply, links.share(card) if card else "")
    if card and with_code:
        link = links.card(card.key)
        rendered = rendered.model_copy(update={"code": Code(link=link, caption=f"{card.title}: {link}")})
    return Body(address=heard.address, rendered=rendered, apology=apology(reply, heard.message.lang)).model_dump_json(exclude_defaults=True)
