"""Messages whose replies are sent later: taken in once, answered out of the chat's session, the reply put where it waits, all or nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import stamina
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.core.delivery import Event, Waiting
from bot.core.dialogue import LAPSE, respond
from bot.core.knowledge import Knowledge
from bot.store import conversations
from bot.store.conversations import Asked
from bot.store.database import Database

_SETTLE_SECONDS = 120.0
TOO_OLD = timedelta(days=1)
"""A message older than this is not answered any more."""


class DurableInbox:
    """Answers messages whose replies are sent later; what it returned survives a crash, and nothing is answered twice."""

    def __init__(self, channel: str, knowledge: Callable[[], Knowledge], database: Database, now: Callable[[], datetime]) -> None:
        """The inbox of one channel."""
        self._channel = channel
        self._knowledge = knowledge
        self._database = database
        self._now = now

    async def take_in(self, event: Event) -> Waiting | None:
        """Answer a message; None where it was answered before or is too old."""
        return await self._database.do(lambda connection: self._answer(connection, event))

    def _answer(self, connection: Connection, event: Event) -> Waiting | None:
        now = self._now()
        if not conversations.take_in(connection, self._channel, event.id, now):
            return None
        message = event.message
        if message.at and now - message.at > TOO_OLD:
            return None
        if event.body:
            return conversations.wait_to_send(connection, self._channel, event.to, event.body, now)
        reply = respond(self._knowledge(), conversations.session_of(connection, message.chat), message, now)
        conversations.remember(connection, message.chat, reply.session, now)
        return conversations.wait_to_send(connection, self._channel, event.to, event.render(reply), now)

    async def waiting(self) -> list[Waiting]:
        """Replies that an earlier process left unsent."""
        return await self._database.do(lambda connection: conversations.waiting(connection, self._channel, self._now() - TOO_OLD))

    async def settle(self, reply: Waiting, message: str, sent: tuple[str, ...]) -> None:
        """Note the fate of a reply: `message` is what it answers, `sent` our messages that do, none where it failed.

        Tried again for a while where the database is locked or the disk full: a sent reply must not be sent again.
        """

        def job(connection: Connection) -> None:
            conversations.settle(connection, reply)
            if message and sent:
                conversations.note_answer(connection, Asked(self._channel, reply.chat, message), sent, self._now())

        async for attempt in stamina.retry_context(on=OperationalError, attempts=None, timeout=_SETTLE_SECONDS):
            with attempt:
                await self._database.do(job)

    async def answers_to(self, chat: str, message: str) -> list[str]:
        """Our messages that answer a message of a chat."""
        return await self._database.do(lambda connection: conversations.answers_to(connection, Asked(self._channel, chat, message)))

    async def tidy(self) -> None:
        """Delete what has lapsed."""
        await self._database.do(lambda connection: conversations.forget_lapsed(connection, self._now(), LAPSE))
