"""Queries: what a message asks of a subject that is already known: its facts, its aspects, and when."""

from collections import defaultdict

from bot.core.knowledge import Knowledge, Place, Subject, Topic
from bot.core.lexicon import FACT
from bot.core.message import Session
from bot.core.phrases import longest, positions
from bot.core.query import Query
from bot.core.reader import Reading
from bot.core.replies import ADDRESS, DATES, OPEN, PHONE, PLACE_ASPECTS, TIMETABLE
from bot.core.when import When

FOLLOW_UP_WORDS = 8
"""Content words up to which a message may go on with the one before."""
BARE_WORDS = 2
MAX_FACTS = 3
_WHERE_AND_WHEN = frozenset((TIMETABLE, ADDRESS, PHONE))
_FACT_SHARE = 0.45
_SURE_FACT_SHARE = 0.6
"""The same where the opening hours are asked for in so many words."""
_FURTHER_FACT_SHARE = 0.2
_WHOLE_SHARE = 0.2
_FACT_WORD = 0.35
"""What a fact's own word, or the aspect it answers, adds to its share."""
_HEARD = 0.3


def fact_words(knowledge: Knowledge, reading: Reading, subject_id: str) -> frozenset[str]:
    """Facts of the subject that the message points at with one of their own words; a longer aspect takes them ("ile zarabia" is no "zarabia")."""
    found = longest(knowledge.reader.lexicon.facts[subject_id].find(reading.words, reading.stems))
    longer = [a for a in reading.found.aspects if knowledge.subjects[subject_id].fact(a.label)]
    return frozenset(m.label for m in found if not any(a.start <= m.start and m.end <= a.end and a.words > m.words for a in longer))


def query_of(knowledge: Knowledge, reading: Reading, session: Session, subject_id: str, aspects: tuple[str, ...]) -> Query:
    """What the message asks of the subject; a bare "a noclegownia?" asks what was asked of the subject before."""
    subject = knowledge.subjects[subject_id]
    when = reading.when
    if session.subject != subject_id and not aspects and not when and reading.content_words() <= FOLLOW_UP_WORDS:
        aspects, when = session.aspects, session.when  # "a noclegownia?"
    aspects = _of_place(subject, aspects, when)
    facts, only, whole = _facts(knowledge, reading, subject, aspects)
    if only:
        silent = tuple(f.id for f in subject.facts if f.unstated and f.id in facts)
        return Query(subject_id, silent, (), when)  # "czy wpuszczą mnie z psem" asks no hours
    unstated = _unstated(knowledge, reading, subject, aspects)
    if unstated and not facts:
        return Query(subject_id, unstated, (), when)
    facts = (*(a for a in unstated if a not in knowledge.reader.lexicon.asked_facts), *facts)  # "szkolenie online": the way, not the course
    aspects = tuple(a for a in aspects if a in PLACE_ASPECTS and a not in facts)
    place = knowledge.place_of(subject)
    if when and (not facts or place is subject) and place and place.hours and not {OPEN, TIMETABLE}.intersection(aspects):
        aspects = (OPEN, *aspects)  # "mam wolne dopiero w sobotę"
    return Query(subject_id, facts, aspects, when, whole)


def _of_place(subject: Subject, aspects: tuple[str, ...], when: When | None) -> tuple[str, ...]:
    """Aspects as they are meant of a place with hours: "do kiedy w piątek" asks how long it is open."""
    if not isinstance(subject, Place) or not subject.hours or (subject.fact(DATES) and not when):
        return aspects
    return tuple(dict.fromkeys(OPEN if a == DATES else a for a in aspects))


def _unstated(knowledge: Knowledge, reading: Reading, subject: Subject, aspects: tuple[str, ...]) -> tuple[str, ...]:
    """Aspects asked of the subject that it has no fact for.

    Where some subject knows of such questions the classifier must hear one too, or the message must hold nothing else.
    """
    if isinstance(subject, Topic) and not (subject.contacts or subject.place):
        return ()  # nobody to ask: a matter of the bot's own
    heard: dict[str, float] = defaultdict(float)
    for label, probability in reading.labels:
        heard[label.partition(FACT)[2]] += probability
    bare = _is_bare(reading, aspects)
    trained = knowledge.reader.lexicon.asked_facts
    missing = (a for a in aspects if a not in PLACE_ASPECTS and not subject.fact(a))
    return tuple(a for a in missing if bare or a not in trained or heard[a] >= _HEARD)


def _facts(knowledge: Knowledge, reading: Reading, subject: Subject, aspects: tuple[str, ...]) -> tuple[tuple[str, ...], bool, bool]:
    """The facts of the subject that the message asks for, the likeliest first; whether nothing else is asked; whether the whole is too."""
    if not subject.facts:
        return (), False, False
    shares: dict[str, float] = defaultdict(float)
    for label, probability in reading.labels:
        owner, _, fact_id = label.partition(FACT)
        if owner == subject.id:
            shares[fact_id] += probability
    total = sum(shares.values()) or 1.0
    scores = {fact_id: share / total for fact_id, share in shares.items() if fact_id}
    said = fact_words(knowledge, reading, subject.id).union(a for a in aspects if subject.fact(a))
    for fact_id in said:
        scores[fact_id] = scores.get(fact_id, 0.0) + _FACT_WORD
    if not _is_bare(reading, aspects):  # "mam tylko plecak, co robić" asks nothing of luggage
        scores = {i: score for i, score in scores.items() if shares.get(i, 0.0) / total >= _WHOLE_SHARE or not subject.is_silent_about(i)}
    ranked = sorted(scores, key=lambda f: (-scores[f], f))[:MAX_FACTS]
    least = _SURE_FACT_SHARE if {OPEN, TIMETABLE}.intersection(aspects) and not reading.when else _FACT_SHARE
    chosen = [f for f in ranked if scores[f] >= (least if f == ranked[0] and f not in said else _FURTHER_FACT_SHARE)]
    if not chosen or chosen[0] != ranked[0]:
        return (), False, False
    first = subject.fact(chosen[0])
    plain = reading.content_words() <= FOLLOW_UP_WORDS and not reading.when and not _WHERE_AND_WHEN.intersection(aspects)
    only = first is not None and first.unstated is not None and (plain or shares.get(first.id, 0.0) / total >= _FURTHER_FACT_SHARE)
    return tuple(chosen), only, shares.get("", 0.0) / total >= _WHOLE_SHARE


def _is_bare(reading: Reading, aspects: tuple[str, ...]) -> bool:
    """Whether hardly anything but names and aspects is said, and no hours, address or phone are asked for."""
    taken = positions((*reading.found.aspects, *reading.found.names))
    return not set(PLACE_ASPECTS).intersection(aspects) and sum(i not in taken for i in reading.telling) <= BARE_WORDS


def said_query(subject: Place | Topic, aspects: tuple[str, ...], when: When | None) -> Query:
    """A query from what was said in so many words; of so little text the classifier knows nothing."""
    aspects = _of_place(subject, aspects, when)
    facts = tuple(a for a in aspects if subject.fact(a))
    if any(map(subject.is_silent_about, facts)):
        return Query(subject.id, facts, (), when)  # "przyjmą z psem?" asks no hours
    places = tuple(a for a in aspects if a in PLACE_ASPECTS and a not in facts)
    unstated = tuple(a for a in aspects if a not in facts and a not in places and isinstance(subject, Place))
    if when and not facts and not {OPEN, TIMETABLE}.intersection(places):
        places = (OPEN, *places)
    return Query(subject.id, facts or unstated, places, when)
