"""Messages whose replies are sent later: taken in once, answered out of the chat's session, the reply put where it waits, all or nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import stamina
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.core.delivery import Event, Waiting
from bot.core.dialogue import LAPSE, broken, respond
from bot.core.knowledge import Knowledge
from bot.core.message import Session
from bot.store import conversations
from bot.store.conversations import Asked
from bot.store.database import Database

TOO_OLD = timedelta(days=1)
"""A message older than this is not answered any more."""


class DurableInbox:
    """Answers messages whose replies are sent later; what it returned survives a crash, and nothing is answered twice."""

    def __init__(
        self,
        channel: str,
        knowledge: Callable[[], Knowledge],
        database: Database,
        now: Callable[[], datetime],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """The inbox of one channel. `say` is told of troubles, in one line each."""
        self._channel = channel
        self._knowledge = knowledge
        self._database = database
        self._now = now
        self._say = say

    async def take_in(self, events: Sequence[Event]) -> list[Waiting]:
        """Answer messages in their order, all in one transaction; those that were answered before or are too old have no reply."""

        def job(connection: Connection) -> list[Waiting]:
            return [reply for event in events if (reply := self._answer(connection, event))]

        return await self._database.do(job)

    def _answer(self, connection: Connection, event: Event) -> Waiting | None:
        now = self._now()
        if not conversations.take_in(connection, self._channel, event.id, now):
            return None
        if event.message.at and now - event.message.at > TOO_OLD:
            return None
        body, session = self._reply(event, conversations.session_of(connection, event.message.chat), now)
        conversations.remember(connection, event.message.chat, session, now)
        return conversations.wait_to_send(connection, self._channel, event.to, body, now)

    def _reply(self, event: Event, session: Session, now: datetime) -> tuple[str, Session]:
        """The reply as its channel sends it, and what to remember."""
        try:
            reply = respond(self._knowledge(), session, event.message, now)
            return event.render(reply), reply.session
        except Exception as error:  # noqa: BLE001  # a message that the program fails at must not come again for ever and keep others waiting
            self._say(f"{self._channel}: the program failed at a message ({type(error).__name__}); who wrote it was told so")
            return event.render(broken(event.message.lang)), session

    async def waiting(self) -> list[Waiting]:
        """Replies that an earlier process left unsent."""
        return await self._database.do(lambda connection: conversations.waiting(connection, self._channel, self._now() - TOO_OLD))

    async def settle(self, reply: Waiting, message: str, sent: tuple[str, ...]) -> None:
        """Note the fate of a reply: `message` is what it answers, `sent` our messages that do, none where it failed.

        Tried again where the database is locked or the disk full, until it succeeds: a sent reply must not be sent again.
        """

        def job(connection: Connection) -> None:
            conversations.settle(connection, reply)
            if message and sent:
                conversations.note_answer(connection, Asked(self._channel, reply.chat, message), sent, self._now())

        async for attempt in stamina.retry_context(on=self._is_passing, attempts=None, timeout=None):
            with attempt:
                await self._database.do(job)

    async def answers_to(self, chat: str, message: str) -> list[str]:
        """Our messages that answer a message of a chat."""
        async for attempt in stamina.retry_context(on=self._is_passing, attempts=None, timeout=None):
            with attempt:
                return await self._database.do(lambda connection: conversations.answers_to(connection, Asked(self._channel, chat, message)))
        return []

    async def tidy(self) -> None:
        """Delete what has lapsed."""
        await self._database.do(lambda connection: conversations.forget_lapsed(connection, self._now(), LAPSE))

    def _is_passing(self, error: Exception) -> bool:
        """Whether the database may get over it."""
        passing = isinstance(error, SQLAlchemyError)
        if passing:
            self._say(f"{self._channel}: what was sent cannot be noted ({type(error).__name__}); trying again")
        return passing
