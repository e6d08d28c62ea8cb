"""SMS parts of messages to many: sent so far, on their way, held back over a cap."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select, update

from bot.core.hours import TZ
from bot.core.push import SMS, Message, PushState, State
from bot.core.sms_cost import Spent
from bot.store.conversations import seconds
from bot.store.tables import deliveries, pushes, sms_spent

_MESSAGE = TypeAdapter(Message)


@dataclass(frozen=True, slots=True)
class Batch:
    """The SMS of one message to many that are in the same state: to how many people, in how many parts."""

    push: str
    first_line: str
    people: int
    parts: int
    highest: bool
    expires: datetime


def add(connection: Connection, parts: int, now: datetime) -> None:
    """Count parts that were sent, or may have been."""
    day = _day(now)
    counted = update(sms_spent).where(sms_spent.c.day == day).values(parts=sms_spent.c.parts + parts)
    if parts and not connection.execute(counted).rowcount:
        connection.execute(insert(sms_spent).values(day=day, parts=parts))


def spent(connection: Connection, now: datetime) -> Spent:
    """Parts of today and of this month, those on their way counted."""
    d, s, day = deliveries.c, sms_spent.c, _day(now)
    on_the_way = connection.execute(select(func.sum(d.parts)).where(d.state.in_((State.QUEUED, State.CLAIMED)), d.channel == SMS)).scalar() or 0
    today = connection.execute(select(s.parts).where(s.day == day)).scalar() or 0
    month = connection.execute(select(func.sum(s.parts)).where(s.day >= f"{day[:8]}01", s.day <= day)).scalar() or 0
    return Spent(int(today + on_the_way), int(month + on_the_way))


def batches(connection: Connection, state: State, push: str = "") -> Iterator[Batch]:
    """The SMS in that state, by message, of those that still run; or of that message alone."""
    d, p = deliveries.c, pushes.c
    query = (
        select(p.id, p.message, p.highest, p.expires, func.count().label("people"), func.sum(d.parts).label("parts"))
        .join(deliveries, d.push == p.id)
        .where(d.state == state, d.channel == SMS, p.state == PushState.RUNNING)
        .group_by(p.id, p.message, p.highest, p.expires)
        .order_by(p.expires, p.id)
    )
    for row in connection.execute(query.where(p.id == push) if push else query):
        first_line = _MESSAGE.validate_json(row.message).full("pl").partition("\n")[0]
        yield Batch(row.id, first_line, row.people, int(row.parts), row.highest, datetime.fromtimestamp(row.expires, UTC))


def move(connection: Connection, push: str, state: State, to: State, due: datetime) -> int:
    """Hold the SMS of a message back, or let them go from that time on; how many there are."""
    d = deliveries.c
    moved = update(deliveries).where(d.push == push, d.channel == SMS, d.state == state).values(state=to, due=seconds(due))
    return connection.execute(moved).rowcount


def forget(connection: Connection, before: datetime) -> None:
    """Delete the counts of days long past."""
    connection.execute(sms_spent.delete().where(sms_spent.c.day < _day(before)))


def _day(moment: datetime) -> str:
    return moment.astimezone(TZ).date().isoformat()
