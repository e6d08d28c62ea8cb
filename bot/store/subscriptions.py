"""Who wants to be told of what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from bot.core.push import Recipient
from bot.store import deliveries, rests
from bot.store.conversations import seconds
from bot.store.tables import answered, replies, sessions, subscriptions


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic of one subscriber, with the words of the consent and when it was given."""

    topic: str
    lang: str
    consent: str
    at: datetime


def _of(who: Recipient) -> tuple[ColumnElement[bool], ...]:
    return subscriptions.c.channel == who.channel, subscriptions.c.chat == who.chat


def subscribe(connection: Connection, who: Recipient, topics: Iterable[str], consent: str, now: datetime) -> None:
    """Add topics; those subscribed to already keep their consent and its date."""
    known = set(connection.scalars(select(subscriptions.c.topic).where(*_of(who))))
    for topic in dict.fromkeys(topics):
        if topic not in known:
            connection.execute(insert(subscriptions).values(channel=who.channel, chat=who.chat, topic=topic, lang=who.lang, consent=consent, at=seconds(now)))


def unsubscribe(connection: Connection, who: Recipient, topics: Iterable[str] = ()) -> int:
    """Remove topics, all where none is named, and what waits to be sent; how many were removed."""
    chosen = list(topics)
    removed = delete(subscriptions).where(*_of(who))
    gone = connection.execute(removed.where(subscriptions.c.topic.in_(chosen)) if chosen else removed).rowcount
    if not connection.execute(select(func.count()).select_from(subscriptions).where(*_of(who))).scalar():
        deliveries.left(connection, who.channel, who.chat)
    return gone


def of_chat(connection: Connection, who: Recipient) -> list[Subscription]:
    """What an address subscribed to."""
    c = subscriptions.c
    rows = connection.execute(select(c.topic, c.lang, c.consent, c.at).where(*_of(who)).order_by(c.topic))
    return [Subscription(topic, lang, consent, datetime.fromtimestamp(at, UTC)) for topic, lang, consent, at in rows]


def erase(connection: Connection, who: Recipient, session: str) -> None:
    """Forget everything that is stored of an address: subscriptions, its session, what waits to be sent, what answers what."""
    unsubscribe(connection, who)
    connection.execute(delete(sessions).where(sessions.c.chat.in_((session, rests.key_of(session)))))
    connection.execute(delete(replies).where(replies.c.channel == who.channel, replies.c.chat == who.chat))
    connection.execute(delete(answered).where(answered.c.channel == who.channel, answered.c.chat == who.chat))
    deliveries.forget(connection, who.channel, who.chat)


def counts(connection: Connection, topics: Iterable[str]) -> Counter[str]:
    """Subscribers of any of the topics, by channel."""
    c = subscriptions.c
    rows = connection.execute(select(c.channel, func.count(func.distinct(c.chat))).where(c.topic.in_(list(topics))).group_by(c.channel))
    return Counter({str(channel): int(count) for channel, count in rows})


def languages(connection: Connection, topics: Iterable[str], channel: str) -> Counter[str]:
    """Subscribers of any of the topics on a channel, by the language they are written to in."""
    c = subscriptions.c
    each = select(func.min(c.lang).label("lang")).where(c.topic.in_(list(topics)), c.channel == channel).group_by(c.chat).subquery()
    return Counter({str(lang): int(count) for lang, count in connection.execute(select(each.c.lang, func.count()).group_by(each.c.lang))})
