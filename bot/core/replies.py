"""Composing replies: facts of the knowledge put into blocks, what was asked first, the rest in short."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from bot.core import opening, polish
from bot.core.knowledge import Fact, Kind, Knowledge, Place, Source, Subject, Text, Topic, say
from bot.core.message import AddressLine, Block, Choice, Line, PhoneLine, Role
from bot.core.query import Query, key_of
from bot.core.sentences import sentence

TIMETABLE, OPEN, ADDRESS, ROUTE, PHONE, PERSON = "hours", "open", "address", "route", "phone", "person"
PLACE_ASPECTS: Mapping[str, str] = {TIMETABLE: OPEN, OPEN: OPEN, ADDRESS: ADDRESS, ROUTE: ADDRESS, PHONE: PHONE, PERSON: PHONE}
"""Aspects that a place's own fields answer -> which of them."""
_PARTS = (OPEN, ADDRESS, PHONE)
MAX_FOLLOW_UPS = 4
DATES = "dates"
_ENDED_TELLS = frozenset((DATES, "recruitment"))
"""Aspects that the sentence of what has ended answers by itself."""
_CONJUNCTIONS = frozenset(["czy", "ile", "jak", "jaki", "jakie", "jaka", "jakich", "kto", "komu", "kiedy", "gdzie"])


@dataclass(frozen=True, slots=True)
class Told:
    """A block and the source of what it says; None where it only says that the sources are silent."""

    block: Block
    source: Source | None


@dataclass(frozen=True, slots=True)
class Composed:
    """The blocks of one query; `stated`: something of what was asked is in the sources."""

    told: tuple[Told, ...]
    stated: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """What every composing function needs."""

    knowledge: Knowledge
    now: datetime
    lang: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a query asks of its subject: facts that answer, matters the sources are silent about, and parts of a place."""

    facts: tuple[Fact, ...]
    silences: tuple[str, ...]
    parts: tuple[str, ...]
    silent_first: bool
    """The sources are silent about what was asked first: that is the answer, the facts only go with it."""


def compose(scene: Scene, query: Query) -> Composed:
    """The blocks that answer one query."""
    subject = scene.knowledge.subjects[query.subject]
    asked = _asked(scene, subject, query)
    told = _place(scene, subject, query, asked) if isinstance(subject, Place) else _topic(scene, subject, query, asked)
    if isinstance(subject, Topic) and subject.kind is Kind.UNSTATED:
        return Composed(tuple(told), stated=False)
    if asked.silent_first:
        return Composed(tuple(told), stated=False)
    known = asked.facts or query.whole or not (asked.silences or asked.parts) or any(_answers(scene, subject, part) for part in asked.parts)
    return Composed(tuple(told), bool(known))


def source_line(sources: Iterable[Source], lang: str, today: date, *, reachable: bool) -> Line:
    """Where the facts are from and how old they are, in one line; of what is due for review, how to confirm it."""
    named = list(dict.fromkeys(sources))
    texts = [f"{say(s.title, lang)}, stan na {polish.as_of(s.as_of)}" for s in named]
    due = any(s.review_by and s.review_by < today for s in named)
    confirm = " – potwierdź telefonicznie" if due and reachable else ""
    return Line(f"Źródło: {'; '.join(texts)}{confirm}.", Role.SOURCE)


def follow_ups(knowledge: Knowledge, query: Query, lang: str) -> tuple[Choice, ...]:
    """What people ask next about the subject."""
    return tuple(islice(_follow_ups(knowledge, query, lang), MAX_FOLLOW_UPS))


def _follow_ups(knowledge: Knowledge, query: Query, lang: str) -> Iterator[Choice]:
    subject = knowledge.subjects[query.subject]
    if isinstance(subject, Place):
        told = {PLACE_ASPECTS.get(a) for a in query.aspects}
        there = {TIMETABLE: subject.hours, ADDRESS: subject.address, PHONE: subject.phones or subject.ask}
        for aspect, value in there.items():
            if value and PLACE_ASPECTS[aspect] not in told:
                yield Choice(key_of(Query(subject.id, aspects=(aspect,))), say(knowledge.aspects[aspect].title, lang))
        if subject.hours and query.when is None and not query.facts and (OPEN in told or not told):
            yield Choice(key_of(Query(subject.id, aspects=(OPEN,)), days_ahead=1), sentence("tomorrow", lang))
    for fact in subject.facts:
        if fact.text and fact.id not in query.facts:
            yield Choice(key_of(Query(subject.id, (fact.id,))), say(fact.title, lang))
    for other in subject.see_also:
        yield Choice(other, say(knowledge.subjects[other].title, lang))


def phone_lines(scene: Scene, place: Place) -> Iterator[Told]:
    """All numbers of a place, with when they are answered."""
    note = opening.note(place, scene.now)
    for phone in place.phones:
        extra = say(phone.label, scene.lang)
        label = f"{say(place.short, scene.lang)}, {extra}" if extra else say(place.short, scene.lang)
        notes = "; ".join(part for part in (note, say(phone.note, scene.lang)) if part)
        yield Told(PhoneLine(f"Tel. {label}", phone.number, phone.shown, notes), place.source)
        note = ""


def by_open_now(scene: Scene, contacts: Iterable[str]) -> list[Place]:
    """Those who answer now first, else in the order given."""
    return sorted(map(scene.knowledge.place, contacts), key=lambda place: not opening.is_open(place, scene.now))


def contact(scene: Scene, place: Place) -> Iterator[Told]:
    """Whom to call and where to go, no more."""
    yield from _call(scene, place)
    yield from _address(scene, place)


# -- places ---------------------------------------------------------------------------------------------------------


def _place(scene: Scene, place: Place, query: Query, asked: _Asked) -> Iterator[Told]:
    yield from _asked_lines(scene, asked)
    if asked.silences and not (asked.facts or asked.parts or query.whole):
        yield from _call(scene, place)
        return
    if place.summary and not asked.facts and (not asked.parts or not place.address):
        yield Told(Line(say(place.summary, scene.lang), Role.LEAD), place.source)
    if not place.address and not place.ask:
        yield from _call(scene, place)  # a line to call: when it is answered stands beside the number
        return
    for part in asked.parts:
        yield from _part(scene, place, part, query)
    for part in _PARTS:
        if part not in asked.parts and _has(place, part):
            yield from _part(scene, place, part, None if asked.parts or asked.facts else query)


def _part(scene: Scene, place: Place, part: str, query: Query | None) -> Iterator[Told]:
    """Hours, address or phone of a place; `query` where it was asked for, None where it is told in passing."""
    if not _has(place, part):
        yield _silence(say(scene.knowledge.aspects[TIMETABLE if part == OPEN else part].about, scene.lang))
    elif part == PHONE:
        yield from _call(scene, place)
    elif part == ADDRESS:
        yield from _address(scene, place)
    elif query is None:
        yield Told(Line(opening.now_line(place, scene.now)), place.source)
    else:
        lines = opening.answer(place, query.when, scene.now, timetable=TIMETABLE in query.aspects)
        for i, text in enumerate(lines):
            yield Told(Line(text, Role.BODY if i else Role.LEAD), place.source)
        if place.hours_note:
            yield Told(Line(say(place.hours_note, scene.lang), Role.NOTE), place.source)


def _answers(scene: Scene, subject: Place | Topic, part: str) -> bool:
    place = scene.knowledge.place_of(subject)
    return place is None or _has(place, part)


def _has(place: Place, part: str) -> bool:
    return bool({OPEN: place.hours, ADDRESS: place.address, PHONE: place.phones or place.ask}[part])


def _address(scene: Scene, place: Place) -> Iterator[Told]:
    address = place.address
    if address:
        town = f"{address.postcode} {address.city}" if address.postcode else address.city
        room = f"pok. {address.room}" if address.room else ""
        parts = (address.street, say(address.floor, scene.lang), room, town)
        text = ", ".join(part for part in parts if part)
        yield Told(AddressLine(f"{say(place.short, scene.lang)}: {text}", f"{address.street}, {town}", address.point), place.source)


def _call(scene: Scene, place: Place) -> Iterator[Told]:
    """The numbers that answer for a place: its own, or those of the place it names."""
    if place.phones:
        yield from phone_lines(scene, place)
    elif place.ask:
        yield from phone_lines(scene, scene.knowledge.place(place.ask))


# -- topics ---------------------------------------------------------------------------------------------------------


def _topic(scene: Scene, topic: Topic, query: Query, asked: _Asked) -> Iterator[Told]:
    ending = _ending(scene, topic)
    if ending:
        yield Told(Line(say(ending, scene.lang), Role.LEAD), topic.source)
    yield from _asked_lines(scene, asked)
    if topic.summary and (query.whole or not (asked.facts or asked.silences)):
        yield Told(Line(say(topic.summary, scene.lang), Role.LEAD), topic.source)
    place = scene.knowledge.place_of(topic)
    if place:
        for part in asked.parts:
            if _has(place, part) and part != PHONE:
                yield from _part(scene, place, part, query)
    contacts = tuple(c for f in asked.facts for c in f.contacts) or topic.contacts
    for called in by_open_now(scene, contacts):
        yield from _call(scene, called)
    if ADDRESS not in asked.parts and contacts:
        yield from _address(scene, scene.knowledge.place(contacts[0]))


def _ending(scene: Scene, subject: Subject) -> Text | None:
    """The sentence that it is over, where it is."""
    return subject.ended if isinstance(subject, Topic) and subject.has_ended(scene.now.date()) else None


# -- facts ----------------------------------------------------------------------------------------------------------


def _asked_lines(scene: Scene, asked: _Asked) -> Iterator[Told]:
    """The facts, and what the sources are silent about; first what was asked first."""
    facts, silences = [tell(scene, fact) for fact in asked.facts], [_silence(silence) for silence in asked.silences]
    yield from (*silences, *facts) if asked.silent_first else (*facts, *silences)


def _asked(scene: Scene, subject: Subject, query: Query) -> _Asked:
    facts: list[Fact] = []
    silences: list[str] = []
    parts: list[str] = []
    for wanted in dict.fromkeys((*query.facts, *query.aspects)):
        fact = subject.fact(wanted)
        if fact and fact.text:
            facts.append(fact)
        elif fact:
            silences.append(say(fact.unstated, scene.lang))
        elif wanted in _ENDED_TELLS and _ending(scene, subject):
            continue
        elif wanted in PLACE_ASPECTS:
            parts.append(PLACE_ASPECTS[wanted])
        else:
            silences.append(say(scene.knowledge.aspects[wanted].about, scene.lang))
    first = subject.fact(query.facts[0]) if query.facts else None
    silent_first = bool(query.facts) and bool(silences) and (first is None or first.text is None)
    return _Asked(tuple(facts), tuple(silences), tuple(dict.fromkeys(parts)), silent_first)


def tell(scene: Scene, fact: Fact) -> Told:
    """What a fact says; once it has lapsed, until when it was so."""
    text = say(fact.text, scene.lang)
    if fact.valid_until and fact.valid_until < scene.now.date():
        text = f"Było aktualne do {polish.day_month(fact.valid_until)} {fact.valid_until.year} r.: {text}"
    return Told(Line(text, Role.LEAD), fact.source)


def _silence(about: str) -> Told:
    comma = "," if about.split(maxsplit=1)[0] in _CONJUNCTIONS else ""
    return Told(Line(f"Źródła ośrodka nie podają{comma} {about}. Zadzwoń i zapytaj.", Role.LEAD), None)
