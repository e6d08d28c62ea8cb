"""A query is one thing asked; its key is how a button or a link asks it again."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.knowledge import Knowledge
from bot.core.when import Scope, When

_KEY = re.compile(r"(?P<subject>[a-z0-9_-]+)(?:#(?P<fact>[a-z0-9_-]+))?(?:\?(?P<aspect>[a-z0-9_-]+))?(?:@(?P<days>\d))?")
MAX_KEY = 60
"""Bytes of the longest key; a Telegram button carries 64."""


@dataclass(frozen=True, slots=True)
class Query:
    """One thing asked: a subject, the facts and aspects wanted of it, and the time meant."""

    subject: str
    facts: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    when: When | None = None
    whole: bool = False
    """The subject as a whole is asked about, beside its facts."""


def key_of(query: Query, days_ahead: int = 0) -> str:
    """The key of a query's subject, first fact and first aspect: "kis", "kis#offer", "kis?hours", and tomorrow "kis?open@1"."""
    fact = f"#{query.facts[0]}" if query.facts else ""
    aspect = f"?{query.aspects[0]}" if query.aspects else ""
    return f"{query.subject}{fact}{aspect}" + (f"@{days_ahead}" if days_ahead else "")


def by_key(knowledge: Knowledge, key: str, today: date) -> Query | None:
    """The query that a key stands for; None where it is no key or the knowledge no longer has the subject."""
    found = _KEY.fullmatch(key)
    if found is None or found["subject"] not in knowledge.subjects:
        return None
    subject, fact, aspect, days = found.group("subject", "fact", "aspect", "days")
    day = today + timedelta(int(days)) if days else None
    return Query(
        subject,
        (fact,) if fact and knowledge.subjects[subject].fact(fact) else (),
        (aspect,) if aspect in knowledge.aspects else (),
        When(Scope.DAYS, day, day) if day else None,
    )
