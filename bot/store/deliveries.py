"""Messages to many and their deliveries, one row for each person, unique before anything is sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, exists, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.knowledge import DEFAULT_LANG
from bot.core.push import SMS, Audience, Delivery, Message, Push, PushState, Recipient, State
from bot.core.reports import Fate, after
from bot.store import sms_spent
from bot.store.alerts import OPEN
from bot.store.conversations import seconds
from bot.store.tables import alerts, deliveries, pushes, subscriptions

_MESSAGE = TypeAdapter(Message)
_AUDIENCE = TypeAdapter(Audience)
UPDATE = ":moved:"
"""In the id of a message that tells other times of an alert, after the alert's id."""
_WAITING = (State.QUEUED, State.HELD)
_REPORTED = (State.CLAIMED, State.SENT, State.UNCERTAIN, State.FAILED)
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
        "highest": push.highest,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(pushes).values(values))
    except IntegrityError:
        return False
    return True


def ready(connection: Connection, now: datetime) -> list[str]:
    """The messages whose time has come and whose deliveries are not written yet."""
    p = pushes.c
    due_ = (p.state == PushState.WAITING, p.not_before <= seconds(now), p.expires > seconds(now))
    return list(connection.scalars(select(p.id).where(*due_).order_by(p.not_before, p.id)))


def write(connection: Connection, push_id: str, now: datetime) -> None:
    """Write the deliveries of a message now, though they may be due later: to whom it goes is settled at this moment."""
    p = pushes.c
    push = connection.execute(select(p.audience, p.message, p.not_before).where(p.id == push_id)).one()
    fresh = {"push": push_id, "state": State.QUEUED.value, "attempts": 0, "due": max(push.not_before, seconds(now)), "at": seconds(now)}
    _write(connection, _AUDIENCE.validate_json(push.audience), _message_of(push.message), fresh)
    connection.execute(update(pushes).where(p.id == push_id).values(state=PushState.RUNNING))


def _write(connection: Connection, audience: Audience, message: Message, fresh: Mapping[str, str | int]) -> None:
    named = dict.fromkeys(audience.named)
    for to in named:
        if not audience.told or connection.execute(select(exists(_told(audience.told, literal(to.channel), literal(to.chat))))).scalar():
            parts = message.parts(to.lang) if to.channel == SMS else 0
            connection.execute(insert(deliveries).values({"channel": to.channel, "chat": to.chat, "lang": to.lang, "parts": parts, **fresh}))
    if audience.topics and audience.channels:
        columns = ["channel", "chat", "lang", "parts", *fresh]
        connection.execute(insert(deliveries).from_select(columns, _subscribers(audience, named, message, fresh)))


def _subscribers(audience: Audience, named: Iterable[Recipient], message: Message, fresh: Mapping[str, str | int]) -> "Select[tuple[str, ...]]":
    """Each address once, whatever number of topics it subscribed to; those named get theirs already."""
    s = subscriptions.c
    lang = func.min(s.lang)
    parts = case((s.channel != SMS, 0), *((lang == spoken, message.parts(spoken)) for spoken in message.sms), else_=message.parts(DEFAULT_LANG))
    wanted = select(s.channel, s.chat, lang.label("lang"), parts.label("parts"), *(literal(v).label(k) for k, v in fresh.items()))
    wanted = wanted.where(s.topic.in_(audience.topics), s.channel.in_(audience.channels))
    if audience.told:
        wanted = wanted.where(exists(_told(audience.told, s.channel, s.chat)))
    for to in named:
        wanted = wanted.where((s.channel != to.channel) | (s.chat != to.chat))
    return wanted.group_by(s.channel, s.chat).order_by(s.channel, s.chat)


def _told(alert: str, channel: ColumnElement[str], chat: ColumnElement[str]) -> "Select[tuple[int]]":
    """Deliveries of the alert to that address that arrived or may have."""
    d = deliveries.c
    arrived = d.state.in_((State.SENT, State.UNCERTAIN, State.CLAIMED))
    of_alert = d.push.in_(select(pushes.c.id).where(pushes.c.alert == alert))
    return select(d.id).where(d.channel == channel, d.chat == chat, arrived, of_alert)


def due(connection: Connection, channels: Iterable[str], now: datetime, after: int) -> list[Delivery]:
    """The next deliveries that may be sent now on these channels, in order, those after an id."""
    d, p = deliveries.c, pushes.c
    rows = connection.execute(
        select(d.id, d.channel, d.chat, d.lang, d.attempts, d.parts, p.message, p.resend)
        .join(pushes, p.id == d.push)
        .where(
            d.state == State.QUEUED, d.channel.in_(list(channels)), d.due <= seconds(now), d.id > after, p.state == PushState.RUNNING, p.expires > seconds(now)
        )
        .order_by(d.id)
        .limit(_AT_ONCE)
    )
    return [Delivery(row.id, Recipient(row.channel, row.chat, row.lang), _message_of(row.message), row.attempts, row.resend, row.parts) for row in rows]


@lru_cache(maxsize=8)
def _message_of(text: str) -> Message:
    """A message as it was kept; the same one is read for every recipient."""
    return _MESSAGE.validate_json(text)


_CLAIM = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("row"),
        deliveries.c.state == State.QUEUED.value,
        exists().where(pushes.c.id == deliveries.c.push, pushes.c.state == PushState.RUNNING.value, pushes.c.expires > bindparam("now")),
    )
    .values(state=State.CLAIMED.value, attempts=deliveries.c.attempts + 1, holder=bindparam("by"), at=bindparam("now"))
)


_WORDS = select(pushes.c.message).join(deliveries, deliveries.c.push == pushes.c.id).where(deliveries.c.id == bindparam("row"))


def claim(connection: Connection, row: int, holder: str, now: datetime) -> Message | None:
    """Take a delivery to send it, and what it says by now; None where somebody else has it, or it must not be sent any more."""
    if connection.execute(_CLAIM, {"row": row, "by": holder, "now": seconds(now)}).rowcount != 1:
        return None
    return _message_of(connection.execute(_WORDS, {"row": row}).scalar_one())


def record(connection: Connection, row: int, state: State, now: datetime, due_at: datetime | None = None) -> None:
    """What became of a delivery; queued again: from when on."""
    values = {"state": state.value, "at": seconds(now), "due": seconds(due_at or now)}
    connection.execute(update(deliveries).where(deliveries.c.id == row, deliveries.c.state.in_((State.CLAIMED, State.UNCERTAIN))).values(values))


def reported(connection: Connection, row: int, fate: Fate, now: datetime) -> None:
    """What a carrier says of a delivery afterwards, in any order and more than once: the best that was ever said stands."""
    d = deliveries.c
    known = connection.execute(select(d.fate).where(d.id == row, d.state.in_(_REPORTED))).scalar()
    if known is None or after(Fate(known), fate) == known:
        return
    values: dict[str, str | int] = {"fate": fate, "at": seconds(now)}
    if fate.final:
        values["state"] = State.SENT if fate is Fate.DELIVERED else State.FAILED
    connection.execute(update(deliveries).where(d.id == row).values(values))


def recover(connection: Connection, holder: str, now: datetime) -> int:
    """Deliveries that an earlier leader was sending when it died: nobody knows whether they arrived. Where life is at stake they are sent once more."""
    lost = (deliveries.c.state == State.CLAIMED, deliveries.c.holder != holder)
    again = exists().where(pushes.c.id == deliveries.c.push, pushes.c.resend)
    values = {"at": seconds(now)}
    sms_spent.add(connection, int(connection.execute(select(func.sum(deliveries.c.parts)).where(*lost)).scalar() or 0), now)
    connection.execute(update(deliveries).where(*lost, deliveries.c.attempts < 2, again).values(values | {"state": State.QUEUED, "due": seconds(now)}))
    return connection.execute(update(deliveries).where(*lost).values(values | {"state": State.UNCERTAIN})).rowcount


def expire(connection: Connection, now: datetime) -> None:
    """Close what is no longer worth sending."""
    over = select(pushes.c.id).where((pushes.c.expires <= seconds(now)) | (pushes.c.state == PushState.STOPPED))
    queued = (deliveries.c.state.in_(_WAITING), deliveries.c.push.in_(over))
    connection.execute(update(deliveries).where(*queued).values(state=State.EXPIRED, at=seconds(now)))


def stop(connection: Connection, alert: str, now: datetime) -> None:
    """Stop all messages of an alert midway."""
    connection.execute(update(pushes).where(pushes.c.alert == alert).values(state=PushState.STOPPED))
    expire(connection, now)


def stop_updates(connection: Connection, alert: str, now: datetime) -> None:
    """Stop what was to tell of an alert's other times, before it tells them."""
    updates = (pushes.c.alert == alert, pushes.c.id.startswith(alert + UPDATE, autoescape=True))
    connection.execute(update(pushes).where(*updates).values(state=PushState.STOPPED))
    expire(connection, now)


def replace_opening(connection: Connection, push_id: str, message: Message, expires: datetime) -> PushState | None:
    """Give an alert's opening message other words and another end, for whoever has not got it yet; the state it is in, None where there is none."""
    state = connection.execute(select(pushes.c.state).where(pushes.c.id == push_id)).scalar()
    values = {"message": _MESSAGE.dump_json(message).decode(), "expires": seconds(expires)}
    connection.execute(update(pushes).where(pushes.c.id == push_id).values(values))
    return PushState(state) if state else None


def left(connection: Connection, channel: str, chat: str) -> None:
    """Somebody left: nothing that waits is sent any more."""
    connection.execute(delete(deliveries).where(deliveries.c.channel == channel, deliveries.c.chat == chat, deliveries.c.state.in_(_WAITING)))


def counts(connection: Connection, alert: str = "") -> Counter[str]:
    """Deliveries by state, of all messages or of one alert's."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    if alert:
        query = query.where(deliveries.c.push.in_(select(pushes.c.id).where(pushes.c.alert == alert)))
    return Counter({str(state): int(count) for state, count in connection.execute(query)})


def count_of(connection: Connection, who: Recipient) -> int:
    """How many messages to many an address was sent, or is to be sent."""
    d = deliveries.c
    return connection.execute(select(func.count()).where(d.channel == who.channel, d.chat == who.chat)).scalar_one()


def forget(connection: Connection, channel: str, chat: str) -> None:
    """Delete every trace of an address."""
    connection.execute(delete(deliveries).where(deliveries.c.channel == channel, deliveries.c.chat == chat))


def forget_old(connection: Connection, now: datetime, kept: timedelta) -> None:
    """Delete what was settled long ago, and messages whose deliveries are gone. Of an open alert it is remembered who was told."""
    d, p = deliveries.c, pushes.c
    settled = (d.at < seconds(now - kept), d.state.not_in((*_WAITING, State.CLAIMED)))
    open_ = select(p.id).join(alerts, alerts.c.id == p.alert).where(alerts.c.status.in_(OPEN))
    connection.execute(delete(deliveries).where(*settled, d.push.not_in(open_)))
    connection.execute(delete(pushes).where(p.expires < seconds(now - kept), ~exists().where(d.push == p.id)))
