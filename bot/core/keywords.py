"""SMS keywords: STOP, ALERT, POMOC, INFO, WIĘCEJ. A message is one only where it holds nothing else; typing errors are forgiven."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from bot.core import gsm7


class Keyword(StrEnum):
    """What a one-word message asks for."""

    STOP = "stop"
    ALERT = "alert"
    HELP = "help"
    INFO = "info"
    MORE = "more"


class Topic(StrEnum):
    """What one can subscribe to, by the ids of the schedule."""

    FROST = "mroz"
    HOURS = "godziny"
    NOTICES = "komunikaty"


@dataclass(frozen=True, slots=True)
class Command:
    """A keyword, and the topic it is limited to; None where all are meant."""

    keyword: Keyword
    topic: Topic | None = None


_KEYWORDS: Mapping[str, Keyword] = {
    "stop": Keyword.STOP,
    "stp": Keyword.STOP,
    "sop": Keyword.STOP,
    "stopall": Keyword.STOP,
    "wypisz": Keyword.STOP,
    "unsubscribe": Keyword.STOP,
    "alert": Keyword.ALERT,
    "alerty": Keyword.ALERT,
    "pomoc": Keyword.HELP,
    "help": Keyword.HELP,
    "info": Keyword.INFO,
    "informacja": Keyword.INFO,
    "wiecej": Keyword.MORE,
    "wiencej": Keyword.MORE,
    "dalej": Keyword.MORE,
    "more": Keyword.MORE,
}
_TOPICS: Mapping[str, Topic] = {
    "mroz": Topic.FROST,
    "mrozy": Topic.FROST,
    "mruz": Topic.FROST,
    "zima": Topic.FROST,
    "godziny": Topic.HOURS,
    "komunikat": Topic.NOTICES,
    "komunikaty": Topic.NOTICES,
}
_SILENT = frozenset(("prosze", "mnie", "sms", "teraz", "o", "mi"))
"""Words that may stand beside a keyword and change nothing."""
_OTHERS = frozenset(
    ("sto", "top", "stos", "stok", "stoi", "step", "stopa", "stopy", "pomocy", "pomog", "pomoz", "moc", "alter", "wypis", "dale", "nalej", "daleko")
)
"""Words of their own that a typing error away from a keyword are not it; "pomocy" is a cry for help, not a question how this works."""
_LONG = 4
"""Shorter words must be written right."""
_LONGEST = 40
_MARKS = re.compile(r"[^\w\s]+|_")


def command(text: str) -> Command | None:
    """The command that a message is; None where it says anything else."""
    if len(text) > _LONGEST:
        return None
    words = [w for w in _MARKS.sub(" ", gsm7.fold(text).lower()).split() if w not in _SILENT]
    joined = "".join(words)
    if len(words) > 2 and all(len(w) == 1 for w in words):
        words = [joined]  # S T O P
    if not 1 <= len(words) <= 2:
        return None
    keyword = _KEYWORDS.get(_nearest(words[0], _KEYWORDS))
    if keyword is None or len(words) == 1:
        return Command(keyword) if keyword else None
    return _limited(keyword, words[1])


def _limited(keyword: Keyword, word: str) -> Command | None:
    """STOP MROZ, ALERT GODZINY; "stop alert" is STOP."""
    if keyword not in (Keyword.STOP, Keyword.ALERT):
        return None
    topic = _TOPICS.get(_nearest(word, _TOPICS))
    if topic:
        return Command(keyword, topic)
    return Command(keyword) if _KEYWORDS.get(_nearest(word, _KEYWORDS)) in (Keyword.ALERT, keyword) else None


def _nearest(word: str, known: Mapping[str, object]) -> str:
    """The known word that this one is, a typing error allowed; "" where it is none."""
    if word in known:
        return word
    if len(word) < _LONG or word in _OTHERS:
        return ""
    near = [k for k in known if len(k) >= _LONG and OSA.distance(word, k, score_cutoff=1) <= 1]
    return near[0] if near else ""
