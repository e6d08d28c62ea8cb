"""Cards: which subjects have one, which replies can be forwarded as one, and its short form for an SMS."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from bot.core import gsm7, hours, polish
from bot.core.knowledge import DEFAULT_LANG, Kind, Knowledge, Place, Subject, Topic, say
from bot.core.message import Card
from bot.core.sentences import sentence

ONE_SMS = gsm7.SINGLE
_PREVIEW, _LEAD = 200, 160
"""Characters that apps show below a forwarded link, and of a lead."""
_SENTENCE = re.compile(r"(?<=\w{5}[.!?]) (?=[A-ZĄĆĘŁŃÓŚŹŻ])")
"""Where a sentence ends: after a whole word, so not after "ul." or "godz."."""
_NO_CARD = frozenset((Kind.SMALLTALK, Kind.ELSEWHERE, Kind.NOT_THAT))


def has_card(subject: Subject) -> bool:
    """Whether a subject has a page of its own: what the bot says of itself and of other people's business has none."""
    return not isinstance(subject, Topic) or subject.kind not in _NO_CARD


def card_of(subject: Subject, lang: str = DEFAULT_LANG) -> Card | None:
    """The card to forward. None as well where it would be about who asks (what is stored of them), or only ask back which subject is meant."""
    if not has_card(subject) or (isinstance(subject, Topic) and (subject.action or subject.kind is Kind.CHOICE)):
        return None
    return Card(subject.id, say(subject.title, lang), sentence("share", lang))


def sms(knowledge: Knowledge, subject: Place | Topic, link: str, now: datetime) -> str:
    """At most 160 characters of the GSM-7 alphabet: the name, then what matters most as far as it fits, then the link.

    Nothing in it depends on the hour: it may be read much later.
    """
    name = _plain(say(subject.short if isinstance(subject, Place) else subject.title))
    tail = f" {_plain(link)}" if gsm7.length(name) + gsm7.length(_plain(link)) < ONE_SMS else ""
    text = name
    for piece in map(_plain, _pieces(knowledge, subject, now)):
        longer = f"{text}, {piece}"
        if gsm7.fits(longer) and gsm7.length(longer + tail) <= ONE_SMS:
            text = longer
    return text + tail


def preview(knowledge: Knowledge, subject: Place | Topic, now: datetime) -> str:
    """What stands below a forwarded link: apps keep it for days, so nothing in it depends on the hour."""
    text = lead(subject).rstrip(".")
    for piece in _essentials(knowledge, subject, now):
        longer = f"{text}, {piece}" if text else piece
        if len(longer) <= _PREVIEW:
            text = longer
    return text or (isinstance(subject, Topic) and say(subject.ask)) or say(subject.title)


def lead(subject: Place | Topic) -> str:
    """The first sentences of the summary, as many as are read in passing; "" where the first one is too long."""
    text = ""
    for told in _SENTENCE.split(say(subject.summary).partition("\n")[0]):
        if len(text) + len(told) > _LEAD:
            break
        text = f"{text} {told}".strip()
    return text


def _pieces(knowledge: Knowledge, subject: Place | Topic, now: datetime) -> Iterator[str]:
    """What matters, most important first."""
    yield from _essentials(knowledge, subject, now)
    if subject.summary:
        yield say(subject.summary).rstrip(".")


def _essentials(knowledge: Knowledge, subject: Place | Topic, now: datetime) -> Iterator[str]:
    """Where, whom to call, when."""
    if isinstance(subject, Topic) and subject.valid_until and subject.has_ended(hours.wall(now).date()):
        yield f"zakończone {subject.valid_until:%d.%m.%Y}"
    place = knowledge.place_of(subject)
    called = [place] if place else [knowledge.place(contact) for contact in subject.contacts] if isinstance(subject, Topic) else []
    for first in called[:1]:
        if first.address:
            yield f"{first.address.street}, {first.address.city}"
        answering = first if first.phones else knowledge.place(first.ask) if first.ask else first
        if answering.phones:
            yield f"tel. {answering.phones[0].shown}"
        if first.hours and place:
            yield _week(first.hours, hours.wall(now).date())


def _week(text: str, today: date) -> str:
    """The week of the season, with its days of the year where there are several: 1.10-31.03 codziennie 18:00-8:00."""
    season = hours.season_on(text, today)
    if len(hours.seasons(text, today.year)) == 1:
        return polish.week(season.week)
    first, last = (f"{day}.{month:02}" for month, day in (season.first, season.last))
    return f"{first}-{last} {polish.week(season.week)}"


def _plain(text: str) -> str:
    return gsm7.fold(text)
