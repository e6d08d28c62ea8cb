"""Finding cards: what the bot understands of the words, then what holds them as they are written."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core.card import card_of, has_card
from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge, Place, Topic, say
from bot.core.message import Card, Incoming, Reply, Session, Status
from bot.core.text import clip, fold

_LIKELY = 0.1
"""From this probability on what the bot understood is shown among the finds."""


def find(knowledge: Knowledge, words: str, now: datetime) -> list[Place | Topic]:
    """The subjects with a card, the likeliest first; in danger those who help."""
    reply = respond(knowledge, Session(), Incoming("", words), now)
    folded = [word for word in fold(clip(words)).split() if any(map(str.isalnum, word))]
    holding = [s.id for s in knowledge.subjects.values() if folded and all(word in _searched(s) for word in folded)]
    found = (knowledge.subjects.get(i) for i in dict.fromkeys((*_understood(knowledge, reply), *holding)))
    return [s for s in found if s is not None and has_card(s)]


def cards(knowledge: Knowledge, words: str, now: datetime) -> list[Card]:
    """The cards to forward that the words find; the main ones where there are no words."""
    centre = knowledge.centre
    main = [knowledge.subjects[i] for i in dict.fromkeys((*centre.menu, *centre.main_places))]
    return list(to_forward(knowledge, find(knowledge, words, now) if words.strip() else main))


def to_forward(knowledge: Knowledge, subjects: Iterable[Place | Topic]) -> Iterator[Card]:
    """The cards of subjects, of an ambiguous word's meanings instead of its own."""
    each = (i for s in subjects for i in (s.choices if isinstance(s, Topic) and s.choices else (s.id,)))
    return filter(None, (card_of(knowledge.subjects[i]) for i in dict.fromkeys(each)))


def _understood(knowledge: Knowledge, reply: Reply) -> list[str]:
    if reply.status is Status.CRISIS:
        kind = reply.topics[0][0]
        return [*knowledge.crises[kind].calls, *knowledge.centre.crisis_contacts.get(kind, ())]
    return [topic for topic, score in reply.topics if score >= _LIKELY] + [c.key.partition("?")[0] for c in reply.choices if reply.asks]


def _searched(subject: Place | Topic) -> str:
    texts = (say(subject.title), *subject.names, say(subject.summary), *(say(f.title) for f in subject.facts))
    return fold(" ".join(texts))
