"""Leases: one process leads at a time; when it stops renewing, another takes over."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.conversations import seconds
from bot.store.tables import leases


def acquire(connection: Connection, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or renew a lease; False while somebody else holds it."""
    mine = or_(leases.c.holder == holder, leases.c.until < seconds(now))
    values = {"holder": holder, "until": seconds(now + lasting)}
    if connection.execute(update(leases).where(leases.c.name == name, mine).values(values)).rowcount:
        return True
    if connection.execute(select(leases.c.name).where(leases.c.name == name)).first():
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(leases).values(name=name, **values))
    except IntegrityError:
        return False
    return True


def release(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back, so that another process need not wait for it to lapse."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
