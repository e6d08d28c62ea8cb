"""What the centre's staff leave and see: the audit of their actions, dated notices, questions that got no answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.store.conversations import seconds
from bot.store.tables import audit, notices, questions

_MOST_QUESTIONS = 5_000
_LONGEST_QUESTION = 300
_PERSONAL = re.compile(r"\S*@\S+|\+?\d[\d \-()]{4,}\d|(?<=\s)[A-ZŁŚŻŹĆ][\w'-]+|\d{4,}")
"""E-mail addresses, long numbers, and words with a capital letter inside a sentence: names of people, though of streets as well."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A dated message about a place. `closed`: on these days it is closed."""

    id: int
    place: str
    text: str
    closed: bool
    first: date
    last: date


def note(connection: Connection, operator: str, action: str, detail: str, now: datetime) -> None:
    """Write what an operator did into the audit."""
    connection.execute(insert(audit).values(at=seconds(now), operator=operator, action=action, detail=detail))


def audited(connection: Connection, most: int = 50) -> Iterator[tuple[datetime, str, str, str]]:
    """The latest actions: when, who, what, about what."""
    for row in connection.execute(select(audit).order_by(audit.c.id.desc()).limit(most)):
        yield datetime.fromtimestamp(row.at, UTC), row.operator, row.action, row.detail


def add_notice(connection: Connection, notice: Notice) -> int:
    """Publish a notice; its id is given by the store and returned."""
    values = {"place": notice.place, "text": notice.text, "closed": notice.closed, "first": notice.first.isoformat(), "last": notice.last.isoformat()}
    return int((connection.execute(insert(notices).values(values)).inserted_primary_key or (0,))[0])


def notices_from(connection: Connection, day: date) -> list[Notice]:
    """Notices that are not over yet on a day."""
    rows = connection.execute(select(notices).where(notices.c.last >= day.isoformat()).order_by(notices.c.first, notices.c.id))
    return [_notice(row) for row in rows]


def notice(connection: Connection, notice_id: int) -> Notice | None:
    """The notice of that id."""
    row = connection.execute(select(notices).where(notices.c.id == notice_id)).first()
    return _notice(row) if row else None


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.place, row.text, row.closed, date.fromisoformat(row.first), date.fromisoformat(row.last))


def remove_notice(connection: Connection, notice_id: int) -> None:
    """Take a notice back."""
    connection.execute(delete(notices).where(notices.c.id == notice_id))


def unanswered(connection: Connection, text: str, now: datetime) -> None:
    """Keep a question that got no answer, without who asked."""
    connection.execute(insert(questions).values(text=redacted(text), at=seconds(now)))


def redacted(text: str) -> str:
    """The text with what may name a person blotted out."""
    shown = "".join(c if c.isprintable() else " " for c in text)  # PostgreSQL keeps no NUL
    return _PERSONAL.sub("…", " ".join(shown.split()))[:_LONGEST_QUESTION]


def unanswered_since(connection: Connection, since: datetime, most: int = 30) -> list[str]:
    """The latest questions that got no answer."""
    return list(connection.scalars(select(questions.c.text).where(questions.c.at >= seconds(since)).order_by(questions.c.id.desc()).limit(most)))


def forget_questions(connection: Connection, now: datetime, kept: timedelta) -> None:
    """Delete old questions."""
    connection.execute(delete(questions).where(questions.c.at < seconds(now - kept)))


def forget_audit(connection: Connection, now: datetime, kept: timedelta) -> None:
    """Delete old lines of the audit."""
    connection.execute(delete(audit).where(audit.c.at < seconds(now - kept)))
