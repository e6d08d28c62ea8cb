"""What is left of a long reply until the person asks for more: part of a conversation's short memory, and it lapses with it."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.store.conversations import seconds
from bot.store.tables import sessions

_SUFFIX = "/rest"


def key_of(chat: str) -> str:
    """The row beside the chat's session; who erases a chat erases both."""
    return chat + _SUFFIX


def keep(connection: Connection, chat: str, rest: str, now: datetime) -> None:
    """Keep this in place of what was kept before."""
    connection.execute(delete(sessions).where(sessions.c.chat == key_of(chat)))
    if rest:
        connection.execute(insert(sessions).values(chat=key_of(chat), state=rest, at=seconds(now)))


def kept(connection: Connection, chat: str, since: datetime) -> str:
    """What is kept; "" where nothing is, or only from before `since`."""
    found = connection.execute(select(sessions.c.state).where(sessions.c.chat == key_of(chat), sessions.c.at >= seconds(since))).scalar()
    return str(found or "")
