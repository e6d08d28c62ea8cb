"""How certain it is that queries are what a message asks, and what else it may have meant."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.knowledge import Knowledge, Place
from bot.core.lexicon import FACT
from bot.core.query import Query
from bot.core.reader import Reading
from bot.core.replies import PLACE_ASPECTS

SURE = 0.75
"""Certainty from which an answer stands alone; below it the reply says that it may be another matter, and which. Measured in docs/matching.md."""
_LEAST = 0.04
"""Probability from which something else may have been meant."""
_NEAR = 0.2
"""Probability from which what else may have been meant is told at once, where it belongs to the same matter."""
_FEW_WORDS = 12
"""Content words up to which a name and what is asked of it are the whole question; in a longer story they may be a side matter."""
MAX_ALTERNATIVES = 3


def certainty(knowledge: Knowledge, reading: Reading, queries: Sequence[Query]) -> float:
    """The probability, 0..1, that what the queries tell is what was asked: 1 where it was said in so many words.

    That the sources are silent about something tells nothing, unless it is all that is said.
    """
    if all(_is_said(knowledge, reading, query) for query in queries):
        return 1.0
    told = _told(knowledge, queries)
    silent = {label for label in told if _is_silent(knowledge, label)}
    told = told - silent or told
    return sum(probability for label, probability in reading.labels if label in told)


def with_near(knowledge: Knowledge, reading: Reading, queries: tuple[Query, ...]) -> tuple[tuple[Query, ...], tuple[Query, ...]]:
    """The queries with further facts that may have been meant, and near matters that may: told together they hold the answer more often."""
    first, *others = queries
    near: list[Query] = []
    told = _told(knowledge, queries)
    for label, probability in reading.labels:
        subject_id, _, fact_id = label.partition(FACT)
        if probability < _NEAR or label in told or _is_silent(knowledge, label):
            continue
        if subject_id == first.subject:
            first = replace(first, facts=(*first.facts, fact_id), whole=first.whole or not first.facts) if fact_id else replace(first, whole=True)
        elif _are_near(knowledge, first.subject, subject_id):
            near.append(Query(subject_id, (fact_id,) if fact_id else ()))
    if near and first.facts and not any(_is_stated(knowledge, first.subject, fact) for fact in first.facts):
        first, *near = near  # what one is silent about the other states
    return (first, *others), tuple(near)


def _is_stated(knowledge: Knowledge, subject: str, fact_id: str) -> bool:
    fact = knowledge.subjects[subject].fact(fact_id)
    return fact is not None and fact.text is not None


def _are_near(knowledge: Knowledge, one: str, other: str) -> bool:
    """Whether one of two subjects points at the other."""
    return other in knowledge.subjects[one].see_also or one in knowledge.subjects[other].see_also


def _is_silent(knowledge: Knowledge, label: str) -> bool:
    """Whether the sources are silent about what a label stands for."""
    subject_id, _, fact_id = label.partition(FACT)
    return knowledge.subjects[subject_id].is_silent_about(fact_id)


def alternatives(knowledge: Knowledge, reading: Reading, queries: Sequence[Query], others: Iterable[str]) -> tuple[Query, ...]:
    """What else may have been meant, the likeliest first: facts of the same subject, and other subjects of `others`."""
    told = _told(knowledge, queries)
    wanted = {query.subject for query in queries}.union(others)
    found: list[Query] = []
    for label, probability in reading.labels:
        subject_id, _, fact_id = label.partition(FACT)
        fact = knowledge.subjects[subject_id].fact(fact_id)
        if subject_id in wanted and label not in told and probability >= _LEAST:
            found.append(Query(subject_id, (fact.id,) if fact and fact.text else ()))
    told_whole = {Query(query.subject) for query in queries if not query.facts}
    return tuple(query for query in dict.fromkeys(found) if query not in told_whole)[:MAX_ALTERNATIVES]


def _told(knowledge: Knowledge, queries: Iterable[Query]) -> set[str]:
    """The labels that the answers to the queries cover."""
    told: set[str] = set()
    for query in queries:
        told.update(f"{query.subject}{FACT}{part}" for part in (*query.facts, *query.aspects))
        if query.whole or not query.facts or isinstance(knowledge.subjects[query.subject], Place):
            told.add(query.subject)
    return told


def _is_said(knowledge: Knowledge, reading: Reading, query: Query) -> bool:
    """Whether a place is called by its name and hours, address or phone are asked for, or the message holds nothing but names and aspects."""
    called = {match.label for match in reading.found.names} == {query.subject}
    plain = bool(query.aspects) and not query.facts and set(query.aspects) <= PLACE_ASPECTS.keys() and reading.content_words() <= _FEW_WORDS
    return called and (reading.only_names() or (plain and isinstance(knowledge.subjects[query.subject], Place)))
