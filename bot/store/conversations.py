"""What conversations leave in the store: sessions, the messages taken in, replies that wait, and what answers what.

The statements are made once: making them costs SQLAlchemy more than running them costs the database.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Executable, Table, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.delivery import Waiting
from bot.core.message import Session
from bot.store.tables import answered, events, replies, sessions

EVENTS_KEPT = timedelta(days=3)
"""Carriers repeat a message for a day or two at most."""
ANSWERED_KEPT = timedelta(days=2)
"""Telegram lets people edit a message for two days."""

_SESSION = TypeAdapter(Session)

_KEY = (answered.c.channel == bindparam("channel"), answered.c.chat == bindparam("chat"), answered.c.message == bindparam("message"))
_STATE = select(sessions.c.state).where(sessions.c.chat == bindparam("chat"))
_FORGET = delete(sessions).where(sessions.c.chat == bindparam("chat"))
_REPLY = insert(replies)
_SETTLE = delete(replies).where(replies.c.id == bindparam("reply"))
_GIVE_UP = delete(replies).where(replies.c.channel == bindparam("channel"), replies.c.at < bindparam("before"))
_WAITING = select(replies.c.id, replies.c.chat, replies.c.body, replies.c.at).where(replies.c.channel == bindparam("channel")).order_by(replies.c.id)
_ANSWERS = select(answered.c.replies).where(*_KEY)
_LAPSED = {table: delete(table).where(table.c.at < bindparam("before")) for table in (sessions, events, answered)}


@dataclass(frozen=True, slots=True)
class _Own:
    """Statements that each kind of database says in its own way: a row is put in, or takes the place of the one with its key."""

    take_in: Executable
    remember: Executable
    note: Executable


def _own(insert_into: Callable[[Table], Any]) -> _Own:
    def put(table: Table) -> Executable:
        statement = insert_into(table)
        changed = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
        return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)  # type: ignore[no-any-return]

    return _Own(insert_into(events).on_conflict_do_nothing(), put(sessions), put(answered))


_BY_DIALECT = {"sqlite": _own(sqlite.insert), "postgresql": _own(postgresql.insert)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that was answered: its carrier's id within its chat."""

    channel: str
    chat: str
    message: str


def seconds(moment: datetime) -> int:
    """A time as the store keeps it."""
    return int(moment.timestamp())


def take_in(connection: Connection, channel: str, event: str, now: datetime) -> bool:
    """Note that a message was taken in; False where it was before."""
    return bool(connection.execute(_BY_DIALECT[connection.dialect.name].take_in, {"channel": channel, "event": event, "at": seconds(now)}).rowcount)


def session_of(connection: Connection, chat: str) -> Session:
    """The session of a chat; a new one where there is none, or where an older program wrote it."""
    state = connection.execute(_STATE, {"chat": chat}).scalar()
    try:
        return _SESSION.validate_json(state) if state else Session()
    except ValidationError:
        return Session()


def remember(connection: Connection, chat: str, session: Session, now: datetime) -> None:
    """Keep the session of a chat; of one that holds nothing, nothing is kept."""
    if session == Session():
        connection.execute(_FORGET, {"chat": chat})
        return
    connection.execute(_BY_DIALECT[connection.dialect.name].remember, {"chat": chat, "state": _SESSION.dump_json(session).decode(), "at": seconds(now)})


def wait_to_send(connection: Connection, channel: str, chat: str, body: str, asked: datetime) -> Waiting:
    """Put a reply among those that wait; `asked`: when what it answers was."""
    row = connection.execute(_REPLY, {"channel": channel, "chat": chat, "body": body, "at": seconds(asked)})
    return Waiting(int((row.inserted_primary_key or (0,))[0]), chat, body, asked)


def waiting(connection: Connection, channel: str, since: datetime) -> list[Waiting]:
    """Replies of a channel that still wait, oldest first; those to what was asked before `since` are given up."""
    connection.execute(_GIVE_UP, {"channel": channel, "before": seconds(since)})
    rows = connection.execute(_WAITING, {"channel": channel})
    return [Waiting(reply, chat, body, datetime.fromtimestamp(at, UTC)) for reply, chat, body, at in rows]


def waiting_by_channel(connection: Connection) -> dict[str, float]:
    """How many replies wait, by channel."""
    rows = connection.execute(select(replies.c.channel, func.count()).group_by(replies.c.channel))
    return {channel: float(count) for channel, count in rows}


def settle(connection: Connection, reply: Waiting) -> None:
    """The fate of a reply is known: it waits no longer."""
    connection.execute(_SETTLE, {"reply": reply.id})


def note_answer(connection: Connection, asked: Asked, ours: Sequence[str], now: datetime) -> None:
    """Note which messages of ours answer a message."""
    connection.execute(_BY_DIALECT[connection.dialect.name].note, {**asdict(asked), "replies": json.dumps(ours), "at": seconds(now)})


def answers_to(connection: Connection, asked: Asked) -> list[str]:
    """Our messages that answer a message, as far as it is remembered."""
    found = connection.execute(_ANSWERS, asdict(asked)).scalar()
    return list(json.loads(found)) if found else []


def forget_lapsed(connection: Connection, now: datetime, session_lapse: timedelta) -> None:
    """Delete what is no longer needed."""
    for table, kept in ((sessions, session_lapse), (events, EVENTS_KEPT), (answered, ANSWERED_KEPT)):
        connection.execute(_LAPSED[table], {"before": seconds(now - kept)})
