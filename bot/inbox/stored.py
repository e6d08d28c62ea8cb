"""Messages whose replies go straight back, with sessions in the store: whichever process a message reaches, the conversation goes on."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.core.dialogue import LAPSE
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session
from bot.inbox.memo import Memo
from bot.store import conversations
from bot.store.database import Database


class StoredInbox:
    """Answers messages at once; what was asked before is remembered in the store."""

    def __init__(self, knowledge: Callable[[], Knowledge], database: Database, now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        """`say` is told where the store cannot be used."""
        self._knowledge = knowledge
        self._database = database
        self._now = now
        self._say = say
        self._memo = Memo()

    async def handle(self, message: Incoming, at: datetime) -> Reply:
        """The reply to a message that came at `at`; one without a chat needs no session. A broken store costs the session, never the answer."""
        if not message.chat:
            return self._memo.respond(self._knowledge(), Session(), message, at)
        try:
            return await self._database.do(lambda connection: self._answer(connection, message, at), lasting=False)  # a session lapses anyway
        except SQLAlchemyError as error:
            self._say(f"Web: the database cannot be used ({type(error).__name__}); answering without what was asked before")
            return self._memo.respond(self._knowledge(), Session(), message, at)

    async def tidy(self) -> None:
        """Delete what has lapsed, where the store can be used."""
        try:
            await self._database.do(lambda connection: conversations.forget_lapsed(connection, self._now(), LAPSE))
        except SQLAlchemyError as error:
            self._say(f"Web: what has lapsed cannot be deleted ({type(error).__name__})")

    def _answer(self, connection: Connection, message: Incoming, at: datetime) -> Reply:
        reply = self._memo.respond(self._knowledge(), conversations.session_of(connection, message.chat), message, at)
        conversations.remember(connection, message.chat, reply.session, self._now())
        return reply
