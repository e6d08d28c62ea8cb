"""Messages whose replies are sent later: taken in once, answered out of the chat's session, the reply put where it waits, all or nothing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import stamina
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.core import keyword_answers
from bot.core.delivery import TOO_OLD, Event, Waiting
from bot.core.dialogue import LAPSE, broken, respond
from bot.core.keywords import Keyword, command
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session, Status
from bot.core.push import Recipient
from bot.store import conversations, subscriptions
from bot.store.conversations import Asked
from bot.store.database import Database

Answered = Callable[[str, Status, float], None]
"""Channel, status, and the seconds it took."""


class Clerk(Protocol):
    """Does what a message asks for beyond an answer, in the transaction that answers it; bot.clerk has one."""

    def before(self, connection: Connection, event: Event, now: datetime) -> Reply | None:
        """The reply to a message that is no question: an operator's command. None where it is one."""

    def after(self, connection: Connection, event: Event, reply: Reply, now: datetime) -> Reply:
        """The reply once what it announces is done."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told what: `say` of troubles, in one line each; `answered` of every answer, for the figures."""

    say: Callable[[str], None] = lambda _: None
    answered: Answered = lambda _channel, _status, _seconds: None


class DurableInbox:
    """Answers messages whose replies are sent later; what it returned survives a crash, and nothing is answered twice."""

    def __init__(  # noqa: PLR0913  # what an answer is made of
        self,
        channel: str,
        knowledge: Callable[[], Knowledge],
        database: Database,
        now: Callable[[], datetime],
        *,
        listeners: Listeners = Listeners(),  # it is frozen
        clerk: Clerk | None = None,
    ) -> None:
        """The inbox of one channel."""
        self._channel = channel
        self._knowledge = knowledge
        self._database = database
        self._now = now
        self._listeners = listeners
        self._clerk = clerk

    async def take_in(self, events: Sequence[Event]) -> list[Waiting]:
        """Answer messages in their order, all in one transaction; those that were answered before or are too old have no reply.

        The replies may be sent at once. Who brought the messages may forget them only once `kept` returns: a power failure may undo it until then.
        """

        def job(connection: Connection) -> list[Waiting]:
            return [reply for event in events if (reply := self._answer(connection, event))]

        return await self._database.do(job, lasting=False)

    async def kept(self) -> None:
        """Whatever was taken in stays so when this returns."""
        await self._database.flushed()

    def _answer(self, connection: Connection, event: Event) -> Waiting | None:
        now = self._now()
        if not conversations.take_in(connection, self._channel, event.id, now):
            return None
        if event.message.at and now - event.message.at > TOO_OLD:
            return None
        start = time.perf_counter()
        session = conversations.session_of(connection, event.message.chat)
        try:
            reply = self._reply(connection, event, session, now)
            body = event.render(reply)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001  # a message that the program fails at must not come again for ever and keep others waiting
            self._listeners.say(f"{self._channel}: the program failed at a message ({type(error).__name__}); who wrote it was told so")
            reply = broken(event.message.lang, session)
            body = event.render(reply)
        conversations.remember(connection, event.message.chat, reply.session, now)
        self._listeners.answered(self._channel, reply.status, time.perf_counter() - start)
        return conversations.wait_to_send(connection, self._channel, event.to, body, min(event.message.at or now, now))

    def _reply(self, connection: Connection, event: Event, session: Session, now: datetime) -> Reply:
        done = self._clerk.before(connection, event, now) if self._clerk else None
        if done:
            return done
        understood = event.reply() if event.reply else (self._keyword(event.message) if self._clerk else None)
        reply = replace(understood, session=session) if understood else respond(self._knowledge(), session, event.message, now)
        return self._clerk.after(connection, event, reply, now) if self._clerk else reply

    def _keyword(self, message: Incoming) -> Reply | None:
        """ALERT and STOP mean on every channel what they mean by SMS; commands such as /alerty have topics of their own."""
        asked = None if message.text.lstrip().startswith("/") else command(message.text)
        return keyword_answers.answer(self._knowledge(), asked, message.lang) if asked and asked.keyword in {Keyword.ALERT, Keyword.STOP} else None

    async def waiting(self) -> list[Waiting]:
        """Replies that an earlier process left unsent."""
        return await self._database.do(lambda connection: conversations.waiting(connection, self._channel, self._now() - TOO_OLD))

    async def settle(self, reply: Waiting, message: str, sent: tuple[str, ...]) -> None:
        """Note the fate of a reply: `message` is what it answers, `sent` our messages that do, none where it failed.

        Tried again where the database is locked or the disk full, until it succeeds: a sent reply must not be sent again. It goes to the disk with
        the next message that is taken in, so that a power failure repeats at most the replies that were under way together.
        """

        def job(connection: Connection) -> None:
            conversations.settle(connection, reply)
            if message and sent:
                conversations.note_answer(connection, Asked(self._channel, reply.chat, message), sent, self._now())

        async for attempt in stamina.retry_context(on=self._is_passing, attempts=None, timeout=None):
            with attempt:
                await self._database.do(job, lasting=False)

    async def answers_to(self, chat: str, message: str) -> list[str]:
        """Our messages that answer a message of a chat."""
        async for attempt in stamina.retry_context(on=self._is_passing, attempts=None, timeout=None):
            with attempt:
                return await self._database.do(lambda connection: conversations.answers_to(connection, Asked(self._channel, chat, message)))
        return []

    async def left(self, chat: str) -> None:
        """Somebody blocked the bot: their subscriptions end, and what waits is not sent."""
        who = Recipient(self._channel, chat)
        await self._database.do(lambda connection: subscriptions.unsubscribe(connection, who))

    async def tidy(self) -> None:
        """Delete what has lapsed."""
        await self._database.do(lambda connection: conversations.forget_lapsed(connection, self._now(), LAPSE))

    def _is_passing(self, error: Exception) -> bool:
        """Whether the database may get over it."""
        passing = isinstance(error, SQLAlchemyError)
        if passing:
            self._listeners.say(f"{self._channel}: what was sent cannot be noted ({type(error).__name__}); trying again")
        return passing
