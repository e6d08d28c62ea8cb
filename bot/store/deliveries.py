"""Messages to many and their deliveries, one row for each person, unique before anything is sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, bindparam, delete, exists, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.push import Audience, Delivery, Message, Push, PushState, Recipient, State
from bot.core.reports import Fate
from bot.store.conversations import seconds
from bot.store.tables import deliveries, pushes, subscriptions

_MESSAGE = TypeAdapter(Message)
_AUDIENCE = TypeAdapter(Audience)
_AT_ONCE = 200
"""Rows read at a time: memory stays flat however many wait."""


def add_push(connection: Connection, push: Push) -> bool:
    """Take in a message to many; False where it was taken in before."""
    values = {
        "id": push.id,
        "alert": push.alert or None,
        "audience": _AUDIENCE.dump_json(push.audience).decode(),
        "message": _MESSAGE.dump_json(push.message).decode(),
        "state": PushState.WAITING,
        "not_before": seconds(push.not_before),
        "expires": seconds(push.expires),
        "resend": push.resend,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(pushes).values(values))
    except IntegrityError:
        return False
    return True


def spread(connection: Connection, now: datetime) -> int:
    """Write the deliveries of the messages whose time has come: one statement each, however many subscribers there are."""
    due = connection.execute(
        select(pushes.c.id, pushes.c.audience).where(pushes.c.state == PushState.WAITING, pushes.c.not_before <= seconds(now), pushes.c.expires > seconds(now))
    ).all()
    for push_id, audience in due:
        _write(connection, push_id, _AUDIENCE.validate_json(audience), now)
        connection.execute(update(pushes).where(pushes.c.id == push_id).values(state=PushState.RUNNING))
    return len(due)


def _write(connection: Connection, push_id: str, audience: Audience, now: datetime) -> None:
    fresh: dict[str, str | int] = {"push": push_id, "state": State.QUEUED.value, "attempts": 0, "due": seconds(now), "at": seconds(now)}
    named = dict.fromkeys(audience.named)
    for to in named:
        connection.execute(insert(deliveries).values({"channel": to.channel, "chat": to.chat, "lang": to.lang, **fresh}))
    if audience.topics and audience.channels:
        columns = ["channel", "chat", "lang", *fresh]
        connection.execute(insert(deliveries).from_select(columns, _subscribers(audience, named, fresh)))


def _subscribers(audience: Audience, named: Iterable[Recipient], fresh: Mapping[str, str | int]) -> "Select[tuple[str, ...]]":
    """Each address once, whatever number of topics it subscribed to; those named get theirs already."""
    s = subscriptions.c
    wanted = select(s.channel, s.chat, func.min(s.lang).label("lang"), *(literal(v).label(k) for k, v in fresh.items()))
    wanted = wanted.where(s.topic.in_(audience.topics), s.channel.in_(audience.channels))
    for to in named:
        wanted = wanted.where((s.channel != to.channel) | (s.chat != to.chat))
    return wanted.group_by(s.channel, s.chat).order_by(s.channel, s.chat)


def due(connection: Connection, channels: Iterable[str], now: datetime, after: int) -> list[Delivery]:
    """The next deliveries that may be sent now on these channels, in order, those after an id."""
    d, p = deliveries.c, pushes.c
    rows = connection.execute(
        select(d.id, d.channel, d.chat, d.lang, d.attempts, p.message, p.resend)
        .join(pushes, p.id == d.push)
        .where(
            d.state == State.QUEUED, d.channel.in_(list(channels)), d.due <= seconds(now), d.id > after, p.state == PushState.RUNNING, p.expires > seconds(now)
        )
        .order_by(d.id)
        .limit(_AT_ONCE)
    )
    parsed: dict[str, Message] = {}
    found = []
    for row in rows:
        message = parsed.get(row.message)
        if message is None:
            message = parsed[row.message] = _MESSAGE.validate_json(row.message)
        found.append(Delivery(row.id, Recipient(row.channel, row.chat, row.lang), message, row.attempts, row.resend))
    return found


_CLAIM = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("row"),
        deliveries.c.state == State.QUEUED.value,
        exists().where(pushes.c.id == deliveries.c.push, pushes.c.state == PushState.RUNNING.value, pushes.c.expires > bindparam("now")),
    )
    .values(state=State.CLAIMED.value, attempts=deliveries.c.attempts + 1, holder=bindparam("by"), at=bindparam("now"))
)


def claim(connection: Connection, row: int, holder: str, now: datetime) -> bool:
    """Take a delivery to send it; False where somebody else has it, or it must not be sent any more."""
    return connection.execute(_CLAIM, {"row": row, "by": holder, "now": seconds(now)}).rowcount == 1


def record(connection: Connection, row: int, state: State, now: datetime, due_at: datetime | None = None) -> None:
    """What became of a delivery; queued again: from when on."""
    values = {"state": state.value, "at": seconds(now), "due": seconds(due_at or now)}
    connection.execute(update(deliveries).where(deliveries.c.id == row, deliveries.c.state.in_((State.CLAIMED, State.UNCERTAIN))).values(values))


def reported(connection: Connection, row: int, fate: Fate, now: datetime) -> None:
    """What a carrier says of a delivery afterwards, in any order; that it arrived outweighs all else."""
    if fate is Fate.DELIVERED:
        state, from_ = State.SENT, (State.CLAIMED, State.UNCERTAIN, State.FAILED)
    elif fate.final:
        state, from_ = State.FAILED, (State.CLAIMED, State.UNCERTAIN, State.SENT)
    else:
        return
    connection.execute(update(deliveries).where(deliveries.c.id == row, deliveries.c.state.in_(from_)).values(state=state.value, at=seconds(now)))


def recover(connection: Connection, holder: str, now: datetime) -> int:
    """Deliveries that an earlier leader was sending when it died: nobody knows whether they arrived. Where life is at stake they are sent once more."""
    lost = (deliveries.c.state == State.CLAIMED, deliveries.c.holder != holder)
    again = exists().where(pushes.c.id == deliveries.c.push, pushes.c.resend)
    values = {"at": seconds(now)}
    connection.execute(update(deliveries).where(*lost, deliveries.c.attempts < 2, again).values(values | {"state": State.QUEUED, "due": seconds(now)}))
    return connection.execute(update(deliveries).where(*lost).values(values | {"state": State.UNCERTAIN})).rowcount


def expire(connection: Connection, now: datetime) -> None:
    """Close what is no longer worth sending."""
    over = select(pushes.c.id).where((pushes.c.expires <= seconds(now)) | (pushes.c.state == PushState.STOPPED))
    queued = (deliveries.c.state == State.QUEUED, deliveries.c.push.in_(over))
    connection.execute(update(deliveries).where(*queued).values(state=State.EXPIRED, at=seconds(now)))


def stop(connection: Connection, alert: str, now: datetime) -> None:
    """Stop all messages of an alert midway."""
    connection.execute(update(pushes).where(pushes.c.alert == alert).values(state=PushState.STOPPED))
    expire(connection, now)


def left(connection: Connection, channel: str, chat: str) -> None:
    """Somebody left: nothing that waits is sent any more."""
    connection.execute(delete(deliveries).where(deliveries.c.channel == channel, deliveries.c.chat == chat, deliveries.c.state == State.QUEUED))


def counts(connection: Connection, alert: str = "") -> Counter[str]:
    """Deliveries by state, of all messages or of one alert's."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    if alert:
        query = query.where(deliveries.c.push.in_(select(pushes.c.id).where(pushes.c.alert == alert)))
    return Counter({str(state): int(count) for state, count in connection.execute(query)})


def forget(connection: Connection, channel: str, chat: str) -> None:
    """Delete every trace of an address."""
    connection.execute(delete(deliveries).where(deliveries.c.channel == channel, deliveries.c.chat == chat))


def forget_old(connection: Connection, now: datetime, kept: timedelta) -> None:
    """Delete what was settled long ago, and messages whose deliveries are gone."""
    open_ = (State.QUEUED, State.CLAIMED)
    connection.execute(delete(deliveries).where(deliveries.c.at < seconds(now - kept), deliveries.c.state.not_in(open_)))
    connection.execute(delete(pushes).where(pushes.c.expires < seconds(now - kept), ~exists().where(deliveries.c.push == pushes.c.id)))
