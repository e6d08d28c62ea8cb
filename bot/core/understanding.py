"""What a message asks: readings and the conversation so far become queries, a question back, or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.certainty import SURE, alternatives, certainty, with_near
from bot.core.common_words import CONJUNCTIONS, OPENERS, POINTERS
from bot.core.knowledge import Kind, Knowledge, Place, Subject, Topic
from bot.core.lexicon import FACT
from bot.core.message import Session
from bot.core.phrases import Match, positions
from bot.core.queries import BARE_WORDS, FOLLOW_UP_WORDS, fact_words, query_of, said_query
from bot.core.query import Query
from bot.core.reader import Reading
from bot.core.replies import OPEN, PLACE_ASPECTS, TIMETABLE
from bot.core.town import Town, town

ANSWER_FROM = 0.30
"""Score from which the likeliest subject is answered."""
NAMED_FROM = 0.25
"""The same for a subject called by its name."""
ASK_FROM = 0.12
"""Score from which a subject is worth asking back about."""
_LIKELY = 0.5
"""Score from which a matter goes on where its place was talked of."""
_CLEAR = 0.9
"""Score from which a part of a message asks about a subject of its own that it does not call by name."""
_QUESTION_WORDS = range(3, 11)
"""Content words of such a part: fewer tell too little, more are a story."""
_PLAIN = 0.6
"""Score from which small talk, or what is not the centre's matter, is taken for just that."""
_OURS = 0.33
"""Score from which a matter of the centre is asked about where another's is likelier, but not sure."""
MAX_QUERIES = 3
MAX_OPTIONS = 3
MAX_ALSO = 2
_NEAR_WORDS = 4
_NAMED = 0.35
"""What being called by its name adds to a subject's score."""
_NAMED_ELSEWHERE = 0.15
"""The same for a matter that is not the centre's, where nothing of the centre's is named: "paszport dla dziecka"."""
_DIALLED = 1.0
"""What a phone number typed out adds to its owner's score."""
_GOES_ON = 1.0
"""What being the subject talked about adds, when a short message names no other and leans on the one before."""
_MEANT = 1.2
"""What an alternative gains that the talk so far picks from an ambiguous name."""
_STAYS = 0.15
"""The same for a short message that stands alone."""
_CHATTER_IN_TALK = 0.5
"""What is left of small talk and of matters that are not the centre's, when a short message goes on with a talk."""


class Verdict(StrEnum):
    """What to do with a message."""

    ANSWER = "answer"
    ASK = "ask"
    WHICH_PLACE = "which-place"
    ELSEWHERE = "elsewhere"
    OTHER_TOWN = "other-town"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The verdict with its queries, to answer or to choose from; `scores` by subject, `others`: those that came next.

    `near`: matters told with an answer, since they may have been meant as well. `certainty` of all that is told, 0..1; below `certainty.SURE` the reply
    offers `instead`: what else may have been meant.
    """

    verdict: Verdict
    queries: tuple[Query, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()
    others: tuple[str, ...] = ()
    near: tuple[Query, ...] = ()
    certainty: float = 1.0
    instead: tuple[Query, ...] = ()

    def is_sure(self) -> bool:
        """Whether an answer can stand alone."""
        return self.certainty >= SURE


def understand(knowledge: Knowledge, reading: Reading, session: Session) -> Meaning:
    """Decide what the message asks."""
    whole = _understand(knowledge, reading, session)
    if whole.verdict is Verdict.OTHER_TOWN:
        return whole
    queries = _several(knowledge, reading.parts, session)
    more = len({q.subject for q in queries}) > 1 or (_is_silent(knowledge, whole) and _asks_on(reading.parts))
    return Meaning(Verdict.ANSWER, queries, whole.scores, whole.others) if queries and more else whole


def _is_silent(knowledge: Knowledge, whole: Meaning) -> bool:
    """Whether all that was understood is something the sources are silent about."""
    silent = [knowledge.subjects[q.subject].is_silent_about(f) for q in whole.queries for f in q.facts]
    return bool(silent) and all(silent)


def _asks_on(parts: Sequence[Reading]) -> bool:
    """Whether a part asks for hours, address or phone and nothing else: "z psem można? i do której czynne"."""
    return any(part.only_asks() and any(m.label in PLACE_ASPECTS for m in part.found.aspects) for part in parts)


def _several(knowledge: Knowledge, parts: Sequence[Reading], session: Session) -> tuple[Query, ...]:
    """What the parts of a message clearly ask, one by one; nothing where one of them is not clear by itself."""
    queries: list[Query] = []
    for part in parts:
        meaning = _understand(knowledge, part, session)
        clear = meaning.verdict is Verdict.ANSWER and _asks_clearly(knowledge, part, meaning)
        if part.asks() and not clear:
            return ()
        if clear:
            session = Session(subject=meaning.queries[0].subject)
            queries += meaning.queries if part.asks() else ()
    return tuple(dict.fromkeys(queries))[:MAX_QUERIES]


def _asks_clearly(knowledge: Knowledge, part: Reading, meaning: Meaning) -> bool:
    """Whether a part of a message stands for itself: it calls its subject by name, or tells it in some words, and something is asked of it."""
    query = meaning.queries[0]
    subject = knowledge.subjects[query.subject]
    if isinstance(subject, Topic) and subject.kind in (Kind.CHOICE, Kind.SMALLTALK, Kind.NOT_THAT):
        return False
    if isinstance(subject, Place) and not (query.facts or query.aspects):
        return False
    called = {m.label for m in part.found.names}
    named = subject.id in called.union(*(_asked_there(knowledge.subjects[i]) for i in called))
    told = part.content_words() in _QUESTION_WORDS and meaning.scores[0][1] >= _CLEAR
    return part.only_asks() or (named and part.content_words() <= _QUESTION_WORDS[-1]) or told


def _asked_there(subject: Subject) -> set[str]:
    """Places that stand for a matter: whom to ask about it."""
    return {*subject.contacts, *((subject.place,) if subject.place else ())} if isinstance(subject, Topic) else set()


def _understand(knowledge: Knowledge, reading: Reading, session: Session) -> Meaning:
    if reading.is_empty():
        return Meaning(Verdict.NOTHING)
    aspects = tuple(dict.fromkeys(m.label for m in reading.found.aspects))
    ranked = tuple(sorted(_scores(knowledge, reading, session).items(), key=lambda item: (-item[1], item[0])))
    if (reading.only_asks() or reading.only_wonders()) and not reading.found.names:
        return _without_subject(knowledge, reading, session, aspects, ranked)
    best, score = _best(knowledge, ranked)
    subject = knowledge.subjects[best]
    where = town(reading, knowledge.centre.ask)
    if where is Town.ELSEWHERE or (where is Town.OTHER and (isinstance(subject, Place) or score < ANSWER_FROM or _elsewhere(subject))):
        return Meaning(Verdict.OTHER_TOWN, (Query(best, (), aspects, reading.when),), ranked)
    near = [(i, s) for i, s in ranked if s >= ASK_FROM and not _chatter(knowledge.subjects[i])]
    others = tuple(i for i, _ in near if i != best)[:MAX_OPTIONS]
    called = best in {m.label for m in reading.found.names}
    ours = _elsewhere(subject) and not called and score < _PLAIN and bool(near) and near[0][1] >= _OURS
    if ours or score < (NAMED_FROM if called else ANSWER_FROM):
        options = tuple(query_of(knowledge, reading, session, i, aspects) for i, _ in near[:MAX_OPTIONS])
        return Meaning(Verdict.ASK if options else Verdict.NOTHING, options, ranked)
    if _elsewhere(subject):
        return Meaning(Verdict.ELSEWHERE, (Query(best),), ranked, others)
    subjects = [best, *_also_named(knowledge, reading, best, aspects)]
    queries = tuple(query_of(knowledge, reading, session, s, aspects) for s in subjects)
    return _weighed(knowledge, reading, Meaning(Verdict.ANSWER, queries, ranked, others), goes_on=session.subject == best)


def _weighed(knowledge: Knowledge, reading: Reading, answer: Meaning, *, goes_on: bool) -> Meaning:
    """An answer with how certain it is; what goes on with the talk is taken for certain."""
    if goes_on or certainty(knowledge, reading, answer.queries) >= SURE:
        return answer
    queries, near = with_near(knowledge, reading, answer.queries)
    told = (*queries, *near)
    instead = alternatives(knowledge, reading, told, answer.others)
    return replace(answer, queries=queries, near=near, certainty=certainty(knowledge, reading, told), instead=instead)


def _best(knowledge: Knowledge, ranked: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """The likeliest subject; small talk only where it is likelier than not, for a matter may stand beside it: "z kim mogę porozmawiać o ..."."""
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else ranked[0]
    if not _small_talk(knowledge.subjects[first[0]]) or first[1] >= _PLAIN:
        return first
    return second if second[1] >= ANSWER_FROM and not _chatter(knowledge.subjects[second[0]]) else first


def _also_named(knowledge: Knowledge, reading: Reading, best: str, aspects: tuple[str, ...]) -> list[str]:
    """Further places called by name in a question about hours, address or phone: "telefon do KIS i adres CWR"."""
    if not (reading.when or set(aspects).intersection(PLACE_ASPECTS)) or not isinstance(knowledge.subjects[best], Place):
        return []
    taken = positions(m for m in reading.found.names if m.label == best)
    named = [m for m in reading.found.names if taken.isdisjoint(range(m.start, m.end)) and _is_telling_name(knowledge, m.label)]
    if set(aspects) <= {OPEN, TIMETABLE}:
        named = [m for m in named if _joined(reading.words, taken, m)]
    return [i for i in dict.fromkeys(m.label for m in named) if isinstance(knowledge.subjects[i], Place)][:MAX_ALSO]


def _joined(words: Sequence[str], taken: set[int], match: Match) -> bool:
    """Whether "i", "oraz" or the like stands between the words of one name and another name."""
    if not taken:
        return False
    first, last = sorted((range(min(taken), max(taken) + 1), range(match.start, match.end)), key=lambda r: r.start)
    between = words[first.stop : last.start]
    return len(between) <= _NEAR_WORDS and not CONJUNCTIONS.isdisjoint(between)


def _scores(knowledge: Knowledge, reading: Reading, session: Session) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    for label, probability in reading.labels:
        scores[label.partition(FACT)[0]] += probability
    length = reading.content_words()
    called = {m.label for m in reading.found.names}
    telling = {i for i in called if _is_telling_name(knowledge, i)}
    for subject_id in telling:
        scores[subject_id] += _NAMED * max(reading.weight_of(m) for m in reading.found.names if m.label == subject_id)
    for subject_id in called - telling if not telling else ():
        scores[subject_id] += _NAMED_ELSEWHERE * _elsewhere(knowledge.subjects[subject_id])
    for match in reading.found.names:
        scores[match.label] += _DIALLED * all(word.isdigit() for word in reading.words[match.start : match.end])
    meant = _meant_in_talk(knowledge, session.subject, called) if session.subject else None
    if not (meant or telling) and reading.only_names() and {m.label for m in reading.found.aspects} <= set(PLACE_ASPECTS):
        scores.update({i: scores[i] + _DIALLED for i in called if _is_ambiguous(knowledge.subjects[i])})
    if session.subject and not telling and length <= FOLLOW_UP_WORDS:
        for subject_id in scores:
            if _elsewhere(knowledge.subjects[subject_id]) or _small_talk(knowledge.subjects[subject_id]):
                scores[subject_id] *= _CHATTER_IN_TALK
        back = _MEANT if meant else _refers_back(knowledge, reading, session)
        for subject_id in {meant or session.subject, *_matters_of(knowledge, session, scores)}:
            scores[subject_id] += back
    return scores


def _matters_of(knowledge: Knowledge, session: Session, scores: Mapping[str, float]) -> list[str]:
    """Topics that the place talked of stands for: who was told the room of a matter goes on to ask about the matter, likely now or meant before."""
    likely = (i for i, score in scores.items() if score >= _LIKELY or i in session.others)
    return [i for i in likely if session.subject in _asked_there(knowledge.subjects[i])]


def _meant_in_talk(knowledge: Knowledge, talked_of: str, called: Iterable[str]) -> str | None:
    """Which alternative of an ambiguous name is meant, where the talk so far tells: "a biuro tego projektu?" after CWR."""
    near = set(knowledge.subjects[talked_of].see_also)
    for subject_id in called:
        subject = knowledge.subjects[subject_id]
        meant = [c for c in subject.choices if c in near] if isinstance(subject, Topic) else []
        if len(meant) == 1:
            return meant[0]
    return None


def _is_telling_name(knowledge: Knowledge, subject_id: str) -> bool:
    """Whether the name points at one thing; the centre's own name and ambiguous words do not."""
    subject = knowledge.subjects[subject_id]
    return not _chatter(subject) and subject_id != knowledge.centre.ask and not _is_ambiguous(subject)


def _refers_back(knowledge: Knowledge, reading: Reading, session: Session) -> float:
    """How much a short message leans on the one before: "a ...", "tam", "ten" most, a bare aspect or time less."""
    asks = bool(reading.found.aspects or reading.when) or bool(fact_words(knowledge, reading, session.subject))
    if any(not m.label for m in reading.found.towns) and reading.content_words() <= BARE_WORDS:
        return _GOES_ON  # "to w Bytomiu", after a question about another town
    if (reading.words and reading.words[0] in OPENERS) or any(w in POINTERS for w in reading.words):
        return _GOES_ON if asks else _GOES_ON - 0.4
    return _GOES_ON - 0.5 if asks else _STAYS


def _without_subject(knowledge: Knowledge, reading: Reading, session: Session, aspects: tuple[str, ...], ranked: tuple[tuple[str, float], ...]) -> Meaning:
    """Only "godziny?", "a jutro?", "telefon": about what was talked of, else ask which place is meant."""
    if session.subject:
        query = said_query(knowledge.subjects[session.subject], aspects or session.aspects, reading.when)
        return Meaning(Verdict.ANSWER, (query,), ranked)
    asked = tuple(a for a in aspects if a in PLACE_ASPECTS) or ((OPEN,) if reading.when or reading.only_wonders() else ())
    if not asked:
        return Meaning(Verdict.NOTHING, scores=ranked)
    return Meaning(Verdict.WHICH_PLACE, tuple(Query(p, (), asked, reading.when) for p in knowledge.centre.main_places), ranked)


def _elsewhere(subject: Subject) -> bool:
    return isinstance(subject, Topic) and subject.kind is Kind.ELSEWHERE


def _is_ambiguous(subject: Subject) -> bool:
    return isinstance(subject, Topic) and subject.kind is Kind.CHOICE


def _small_talk(subject: Subject) -> bool:
    return isinstance(subject, Topic) and subject.kind is Kind.SMALLTALK


def _chatter(subject: Subject) -> bool:
    return isinstance(subject, Topic) and subject.kind in (Kind.ELSEWHERE, Kind.SMALLTALK, Kind.NOT_THAT)
