"""What conversations leave in the store: sessions, the messages taken in, replies that wait, and what answers what."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.core.delivery import Waiting
from bot.core.message import Session
from bot.store.tables import answered, events, replies, sessions

EVENTS_KEPT = timedelta(days=3)
"""Carriers repeat a message for a day or two at most."""
ANSWERED_KEPT = timedelta(days=2)
"""Telegram lets people edit a message for two days."""

_SESSION = TypeAdapter(Session)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that was answered: its carrier's id within its chat."""

    channel: str
    chat: str
    message: str

    def rows(self) -> tuple[ColumnElement[bool], ...]:
        """What its row meets."""
        return answered.c.channel == self.channel, answered.c.chat == self.chat, answered.c.message == self.message


def seconds(moment: datetime) -> int:
    """A time as the store keeps it."""
    return int(moment.timestamp())


def take_in(connection: Connection, channel: str, event: str, now: datetime) -> bool:
    """Note that a message was taken in; False where it was before."""
    known = connection.execute(select(events.c.at).where(events.c.channel == channel, events.c.event == event)).first()
    if known is None:
        connection.execute(insert(events).values(channel=channel, event=event, at=seconds(now)))
    return known is None


def session_of(connection: Connection, chat: str) -> Session:
    """The session of a chat; a new one where there is none, or where an older program wrote it."""
    state = connection.execute(select(sessions.c.state).where(sessions.c.chat == chat)).scalar()
    try:
        return _SESSION.validate_json(state) if state else Session()
    except ValidationError:
        return Session()


def remember(connection: Connection, chat: str, session: Session, now: datetime) -> None:
    """Keep the session of a chat."""
    values = {"state": _SESSION.dump_json(session).decode(), "at": seconds(now)}
    if not connection.execute(update(sessions).where(sessions.c.chat == chat).values(values)).rowcount:
        connection.execute(insert(sessions).values(chat=chat, **values))


def wait_to_send(connection: Connection, channel: str, chat: str, body: str, now: datetime) -> Waiting:
    """Put a reply among those that wait."""
    row = connection.execute(insert(replies).values(channel=channel, chat=chat, body=body, at=seconds(now)))
    return Waiting(int((row.inserted_primary_key or (0,))[0]), chat, body)


def waiting(connection: Connection, channel: str, since: datetime) -> list[Waiting]:
    """Replies of a channel that still wait, oldest first; those from before `since` are given up."""
    connection.execute(delete(replies).where(replies.c.channel == channel, replies.c.at < seconds(since)))
    rows = connection.execute(select(replies.c.id, replies.c.chat, replies.c.body).where(replies.c.channel == channel).order_by(replies.c.id))
    return [Waiting(*row) for row in rows]


def waiting_by_channel(connection: Connection) -> dict[str, float]:
    """How many replies wait, by channel."""
    rows = connection.execute(select(replies.c.channel, func.count()).group_by(replies.c.channel))
    return {channel: float(count) for channel, count in rows}


def settle(connection: Connection, reply: Waiting) -> None:
    """The fate of a reply is known: it waits no longer."""
    connection.execute(delete(replies).where(replies.c.id == reply.id))


def note_answer(connection: Connection, asked: Asked, ours: Sequence[str], now: datetime) -> None:
    """Note which messages of ours answer a message."""
    values = {"replies": json.dumps(ours), "at": seconds(now)}
    if not connection.execute(update(answered).where(*asked.rows()).values(values)).rowcount:
        connection.execute(insert(answered).values(channel=asked.channel, chat=asked.chat, message=asked.message, **values))


def answers_to(connection: Connection, asked: Asked) -> list[str]:
    """Our messages that answer a message, as far as it is remembered."""
    found = connection.execute(select(answered.c.replies).where(*asked.rows())).scalar()
    return list(json.loads(found)) if found else []


def forget_lapsed(connection: Connection, now: datetime, session_lapse: timedelta) -> None:
    """Delete what is no longer needed."""
    for table, kept in ((sessions, session_lapse), (events, EVENTS_KEPT), (answered, ANSWERED_KEPT)):
        connection.execute(delete(table).where(table.c.at < seconds(now - kept)))
