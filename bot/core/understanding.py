"""What a message asks: readings and the conversation so far become queries, a question back, or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.knowledge import Kind, Knowledge, Place, Subject, Topic
from bot.core.message import Session
from bot.core.phrases import longest
from bot.core.reader import FACT, Reading
from bot.core.replies import OPEN, PLACE_ASPECTS, Query
from bot.core.text import BREAKS, fold

ANSWER_FROM = 0.40
"""Score from which the likeliest subject is answered."""
ASK_FROM = 0.12
"""Score from which a subject is worth asking back about."""
MAX_OPTIONS = 3
_NAMED = 0.35
"""What being called by its name adds to a subject's score."""
_NAMED_WORDS = 8
"""Content words up to which a name counts in full; in a longer story it may be a side matter."""
_GOES_ON = 0.45
"""What being the subject talked about adds, when a short message names no other and leans on the one before."""
_STAYS = 0.15
"""The same for a short message that stands alone."""
_FOLLOW_UP_WORDS = 6
_FACT_SHARE = 0.5
_HEARD = 0.3
_SECOND_FACT_SHARE = 0.3
_FACT_WORD = 0.35


class Verdict(StrEnum):
    """What to do with a message."""

    ANSWER = "answer"
    ASK = "ask"
    ELSEWHERE = "elsewhere"
    OTHER_TOWN = "other-town"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The verdict with what belongs to it: queries to answer, or subjects to ask back about; scores by subject for explanation."""

    verdict: Verdict
    queries: tuple[Query, ...] = ()
    options: tuple[str, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()


def understand(knowledge: Knowledge, reading: Reading, session: Session) -> Meaning:
    """Decide what the message asks."""
    aspects = tuple(dict.fromkeys(m.label for m in reading.found.aspects))
    scores = _scores(knowledge, reading, session)
    ranked = tuple(sorted(scores.items(), key=lambda item: -item[1]))
    named = _named(knowledge, reading)
    if not ranked or _only_asks(reading) and not named:
        return _without_subject(knowledge, reading, session, aspects, ranked)
    best, score = ranked[0]
    subject = knowledge.subjects[best]
    if _other_town(reading) and (isinstance(subject, Place) or score < ANSWER_FROM or _elsewhere(subject)):
        return Meaning(Verdict.OTHER_TOWN, scores=ranked)
    if score < ANSWER_FROM:
        options = tuple(i for i, s in ranked if s >= ASK_FROM and not _chatter(knowledge.subjects[i]))[:MAX_OPTIONS]
        return Meaning(Verdict.ASK if options else Verdict.NOTHING, options=options, scores=ranked)
    if _elsewhere(subject):
        return Meaning(Verdict.ELSEWHERE, (Query(best),), scores=ranked)
    subjects = [best] + [s for s in named if s != best and scores.get(s, 0) >= ANSWER_FROM]
    queries = tuple(_query(knowledge, reading, session, s, aspects) for s in subjects)
    return Meaning(Verdict.ANSWER, queries, scores=ranked)


def _scores(knowledge: Knowledge, reading: Reading, session: Session) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    for label, probability in reading.labels:
        scores[label.partition(FACT)[0]] += probability
    length = _content_words(reading)
    for subject_id in {m.label for m in reading.found.names}:
        if _is_telling_name(knowledge, subject_id):
            scores[subject_id] += _NAMED * min(1.0, _NAMED_WORDS / max(length, 1))
    if session.subject and not reading.found.names and length <= _FOLLOW_UP_WORDS:
        scores[session.subject] += _GOES_ON if _refers_back(reading) else _STAYS
    return scores


def _is_telling_name(knowledge: Knowledge, subject_id: str) -> bool:
    """Whether the name points at one thing; the centre's own name and ambiguous words do not."""
    subject = knowledge.subjects[subject_id]
    return not _chatter(subject) and subject_id != knowledge.centre.ask and not (isinstance(subject, Topic) and subject.kind is Kind.CHOICE)


def _refers_back(reading: Reading) -> bool:
    """Whether the message leans on the one before: "a ...", "i ...", "tam", "ten", or nothing but an aspect or a time."""
    first = reading.words[0] if reading.words else ""
    return first in _OPENERS or bool(reading.found.aspects or reading.when) or any(w in _POINTERS for w in reading.words)


def _named(knowledge: Knowledge, reading: Reading) -> list[str]:
    return list(dict.fromkeys(m.label for m in reading.found.names))


def _query(knowledge: Knowledge, reading: Reading, session: Session, subject_id: str, aspects: tuple[str, ...]) -> Query:
    subject = knowledge.subjects[subject_id]
    when = reading.when
    if session.subject and session.subject != subject_id and not aspects and not when and _content_words(reading) <= _FOLLOW_UP_WORDS:
        aspects, when = session.aspects, session.when  # "a noclegownia?"
    facts = _facts(knowledge, reading, subject)
    first = subject.fact(facts[0]) if facts else None
    if first and first.unstated:
        return Query(subject_id, facts[:1], (), when)  # "czy wpuszczą mnie z psem" asks no hours
    unstated = _unstated(knowledge, reading, subject, aspects)
    if unstated and not facts:
        return Query(subject_id, unstated, (), when)
    if isinstance(subject, Place):
        if when and not aspects and not facts and subject.hours:
            aspects = (OPEN,)  # "mam wolne dopiero w sobotę"
    else:
        aspects = tuple(a for a in aspects if a in PLACE_ASPECTS or subject.fact(a))
    return Query(subject_id, facts, tuple(a for a in aspects if a not in facts), when)


def _unstated(knowledge: Knowledge, reading: Reading, subject: Subject, aspects: tuple[str, ...]) -> tuple[str, ...]:
    """Aspects asked of the subject that it has no fact for, where the classifier too hears that question."""
    heard: dict[str, float] = defaultdict(float)
    for label, probability in reading.labels:
        heard[label.partition(FACT)[2]] += probability
    return tuple(a for a in aspects if a not in PLACE_ASPECTS and not subject.fact(a) and heard[a] >= _HEARD)


def _facts(knowledge: Knowledge, reading: Reading, subject: Subject) -> tuple[str, ...]:
    """The facts of the subject that the message asks for."""
    if not subject.facts:
        return ()
    shares: dict[str, float] = defaultdict(float)
    for label, probability in reading.labels:
        owner, _, fact = label.partition(FACT)
        if owner == subject.id:
            shares[fact] += probability
    total = sum(shares.values()) or 1.0
    scores = {fact: share / total for fact, share in shares.items()}
    for match in longest(knowledge.reader.lexicon.facts[subject.id].find(reading.words, reading.stems)):
        scores[match.label] = scores.get(match.label, 0.0) + _FACT_WORD
    ranked = sorted(((s, f) for f, s in scores.items() if f), reverse=True)
    chosen = [f for s, f in ranked[:1] if s >= _FACT_SHARE]
    chosen += [f for s, f in ranked[1:2] if chosen and s >= _SECOND_FACT_SHARE and (knowledge_fact := subject.fact(f)) and knowledge_fact.text]
    return tuple(chosen)


def _without_subject(
    knowledge: Knowledge, reading: Reading, session: Session, aspects: tuple[str, ...], ranked: tuple[tuple[str, float], ...]
) -> Meaning:
    """Only "godziny?", "a jutro?", "telefon": about what was talked of, else ask which place is meant."""
    if not aspects and reading.when is None:
        return Meaning(Verdict.NOTHING, scores=ranked)
    if session.subject:
        kept = aspects or session.aspects
        subject = knowledge.subjects[session.subject]
        return Meaning(Verdict.ANSWER, (Query(session.subject, (), kept if isinstance(subject, Place) else aspects, reading.when),), scores=ranked)
    return Meaning(Verdict.ASK, options=knowledge.centre.main_places, scores=ranked)


def _only_asks(reading: Reading) -> bool:
    """Whether the message holds nothing but aspects, times and words without meaning of their own."""
    taken = reading.timed.union(i for m in reading.found.aspects for i in range(m.start, m.end))
    rest = [w for i, w in enumerate(reading.words) if i not in taken and w not in BREAKS and w not in STOP_WORDS]
    return bool(taken) and not rest


def _content_words(reading: Reading) -> int:
    return sum(w not in BREAKS and w not in STOP_WORDS for w in reading.words)


def _other_town(reading: Reading) -> bool:
    return any(m.label for m in reading.found.towns) and not any(not m.label for m in reading.found.towns)


def _elsewhere(subject: Subject) -> bool:
    return isinstance(subject, Topic) and subject.kind is Kind.ELSEWHERE


def _chatter(subject: Subject) -> bool:
    return isinstance(subject, Topic) and subject.kind in (Kind.ELSEWHERE, Kind.SMALLTALK, Kind.NOT_THAT)


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


STOP_WORDS = _words(
    """a i o u w we z ze na do od po za przy dla bez nad pod przed się to ten ta te tam tu tym tego tej jest są był była było być czy
    jak co kto gdy że żeby bo ale lub albo oraz też także już jeszcze tylko nie tak no ja ty on ona ono my wy oni mnie mi mam pan pani państwo
    proszę poproszę prosze dziękuję dzień dobry cześć witam hej chcę chciałbym chciałabym mogę można podaj powiedz jaki jaka jakie który która które której którym"""
)
"""Words that carry no match by themselves."""
_OPENERS = _words("a i to czyli no więc ale oraz albo i а")
_POINTERS = _words("tam tamten ten ta to tego tej tym tą on ona ono one oni nich nim nimi nią jego jej ich there it там це это він она")
