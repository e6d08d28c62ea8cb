"""What people ask the bot to do for them: subscribe, leave, show what is stored, erase it. At once, in the transaction that answers them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.core import polish
from bot.core.hours import TZ
from bot.core.knowledge import Centre, Text, say
from bot.core.message import Action, Choice, Line, Reply, Role, Session, Status
from bot.core.push import Recipient
from bot.core.query import Query, key_of
from bot.core.sentences import sentence
from bot.store import deliveries, subscriptions

USUAL = "mroz"
"""What one subscribes to who names nothing."""
SUBSCRIBE, UNSUBSCRIBE, MY_DATA, ERASE = "subscribe", "unsubscribe", "my-data", "erase"
_TOPIC = {SUBSCRIBE: "alerty-zapis", UNSUBSCRIBE: "alerty-wypis"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, the key of their session, what can be subscribed to, with its name in every language, and how long deliveries are remembered."""

    who: Recipient
    session: str
    topics: Mapping[str, Text]
    centre: Centre
    kept: timedelta


def carry_out(connection: Connection, asking: Asking, action: Action, reply: Reply, now: datetime) -> Reply:
    """Do it; the reply says what was done. `reply` is what is said where nothing can be done."""
    lines = _CARRY_OUT[action.name](connection, asking, action, now)
    if action.name == ERASE:
        return Reply(Status.ANSWER, tuple(lines), topics=reply.topics, session=Session())
    choices = tuple(_further(connection, asking)) if action.name == SUBSCRIBE else ()
    return replace(reply, status=Status.ANSWER, blocks=tuple(lines), choices=choices, session=replace(reply.session, choices=choices), action=None)


def _subscribe(connection: Connection, asking: Asking, action: Action, now: datetime) -> list[Line]:
    topics = [t for t in action.topics if t in asking.topics] or [USUAL]
    names = _names(asking, topics)
    consent = sentence("consent", asking.who.lang, centre=say(asking.centre.name, asking.who.lang), topics=names)
    subscriptions.subscribe(connection, asking.who, topics, consent, now)
    all_ = _names(asking, (s.topic for s in subscriptions.of_chat(connection, asking.who)))
    return [
        Line(sentence("subscribed", asking.who.lang, topics=all_), Role.LEAD),
        Line(sentence("your-consent", asking.who.lang, consent=consent), Role.NOTE),
    ]


def _unsubscribe(connection: Connection, asking: Asking, action: Action, _now: datetime) -> list[Line]:
    topics = [t for t in action.topics if t in asking.topics]
    gone = subscriptions.unsubscribe(connection, asking.who, topics)
    if not gone:
        return [Line(sentence("not-subscribed", asking.who.lang), Role.LEAD)]
    if topics:
        return [Line(sentence("unsubscribed-topics", asking.who.lang, topics=_names(asking, topics)), Role.LEAD)]
    return [Line(sentence("unsubscribed", asking.who.lang), Role.LEAD)]


def _my_data(connection: Connection, asking: Asking, _action: Action, _now: datetime) -> list[Line]:
    lang = asking.who.lang
    lines = [Line(sentence("my-data", lang), Role.LEAD)]
    for held in subscriptions.of_chat(connection, asking.who):
        day = polish.day_month(held.at.astimezone(TZ).date())
        name = _names(asking, [held.topic])
        lines.append(Line(sentence("my-subscription", lang, topic=name, date=f"{day} {held.at.astimezone(TZ).year} r.", consent=held.consent)))
    if len(lines) == 1:
        lines.append(Line(sentence("no-subscription", lang)))
    count = deliveries.count_of(connection, asking.who)
    return [*lines, Line(sentence("my-deliveries", lang, count=str(count), days=str(asking.kept.days)))] if count else lines


def _erase(connection: Connection, asking: Asking, _action: Action, _now: datetime) -> list[Line]:
    subscriptions.erase(connection, asking.who, asking.session)
    return [Line(sentence("erased", asking.who.lang), Role.LEAD)]


_CARRY_OUT = {SUBSCRIBE: _subscribe, UNSUBSCRIBE: _unsubscribe, MY_DATA: _my_data, ERASE: _erase}


def _names(asking: Asking, topics: Iterable[str]) -> str:
    return ", ".join(say(asking.topics[t], asking.who.lang) for t in topics if t in asking.topics)


def _further(connection: Connection, asking: Asking) -> Iterable[Choice]:
    """What else there is to subscribe to, and the way out."""
    held = {s.topic for s in subscriptions.of_chat(connection, asking.who)}
    for topic, name in asking.topics.items():
        if topic not in held:
            yield Choice(key_of(Query(_TOPIC[SUBSCRIBE], (topic,))), f"+ {say(name, asking.who.lang)}")
    yield Choice(_TOPIC[UNSUBSCRIBE], "Wypisz mnie")
