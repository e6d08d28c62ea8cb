"""What a social worker is handed to pass on: a card's link and its SMS. The picture with the link as a QR code is the channel's."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.core import gsm7
from bot.core.card import sms
from bot.core.dialogue import respond
from bot.core.knowledge import DEFAULT_LANG, Knowledge, Place, Topic, say
from bot.core.message import Card, Choice, Incoming, Line, Reply, Role, Session, Status
from bot.core.search import cards, to_forward
from bot.core.sentences import sentence
from bot.core.text import fold

COMMAND = "karta"
KEY = f"{COMMAND}:"
"""What a choice's key begins with whose card is wanted, not its answer."""
_MOST = 8

LinkOf = Callable[[str], str]
"""The address of a card, by its key."""


def wanted(message: Incoming) -> str | None:
    """The words for which a message wants a card: those after the command, or what was pressed; None where it wants none."""
    if message.pressed:
        return message.pressed.removeprefix(KEY) if message.pressed.startswith(KEY) else None
    command, _, words = message.text.strip().partition(" ")
    return words.strip() if command.partition("@")[0].lower() == f"/{COMMAND}" else None


def hand_out(knowledge: Knowledge, words: str, link_of: LinkOf, now: datetime) -> Reply:
    """The card that the words name, ready to pass on; a question back where they name none or several. In danger the help comes first."""
    if not words:
        return _ask("card-how", cards(knowledge, "", now))
    meant = list(to_forward(knowledge, _named(knowledge, words)))
    if not meant:
        understood = respond(knowledge, Session(), Incoming("", words), now)
        if understood.status is Status.CRISIS:
            return understood
        meant = [understood.card] if understood.card else cards(knowledge, words, now)
    if len(meant) == 1:
        return _handed(knowledge, meant[0], link_of(meant[0].key), now)
    return _ask("card-which", meant) if meant else _ask("card-unknown", cards(knowledge, "", now))


def _named(knowledge: Knowledge, words: str) -> list[Place | Topic]:
    """What is called exactly so."""
    name = fold(words).strip()
    return [s for s in knowledge.subjects.values() if name in {s.id, fold(say(s.title))}]


def _handed(knowledge: Knowledge, card: Card, link: str, now: datetime) -> Reply:
    text = sms(knowledge, knowledge.subjects[card.key], link, now)
    blocks = (
        Line(sentence("card", DEFAULT_LANG, title=card.title), Role.LEAD),
        Line(sentence("card-link", DEFAULT_LANG)),
        Line(link, Role.COPY),
        Line(sentence("card-sms", DEFAULT_LANG, length=str(gsm7.length(text)))),
        Line(text, Role.COPY),
    )
    return Reply(Status.ANSWER, blocks, card=card, topics=((card.key, 1.0),))


def _ask(question: str, cards: Sequence[Card]) -> Reply:
    choices = tuple(Choice(KEY + card.key, card.title) for card in cards[:_MOST])
    return Reply(Status.CLARIFY, (Line(sentence(question, DEFAULT_LANG), Role.QUESTION),), choices, asks=True)
