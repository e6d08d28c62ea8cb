"""Safety first: danger to life recognised before anything else, and personal numbers that nobody should type into a chat."""

import re
from dataclasses import dataclass

from bot.core.matcher import CALM
from bot.core.reader import Reading

SURE = 0.3
"""From this probability on the reply is a crisis reply."""
POSSIBLE = 0.15
"""From this probability on the emergency number stands above the ordinary answer."""
PEAK = 0.97
"""A possible danger is sure where a dozen words of a longer story tell it this clearly."""
_FEW_WORDS = 5
_SHORT_IN_TALK = 2.6
"""A few words that go on with a talk ("a jeśli tylko ona pracuje?") tell little by themselves: they must tell it more clearly."""

_FIVE_DIGITS = re.compile(r"(?:\d[ -]?){5}")
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){10}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){16,26}(?!\d)")
_ID_CARD = re.compile(r"\b[A-Za-z]{3}[ -]?\d{6}\b")
_MAX_CHARS = 4_096
_PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


@dataclass(frozen=True, slots=True)
class Danger:
    """A kind of emergency that a message tells of; not `sure`: only possible."""

    kind: str
    sure: bool


def crisis(reading: Reading, *, in_talk: bool) -> Danger | None:
    """The likeliest kind of emergency; None where there is none. `in_talk`: the message goes on with a conversation.

    High recall matters more than precision: a sign is enough by itself, and a mere possibility still puts the number on top.
    """
    probability = reading.danger_probability()
    kind = next((label for label, _ in reading.danger if label != CALM), None)
    if reading.found.signs:
        signed = [m.label for m in reading.found.signs]
        return Danger(kind if kind in signed else signed[0], sure=True)
    if kind is None or not reading.content_words() or reading.only_asks():
        return None
    doubt = _SHORT_IN_TALK if in_talk and reading.content_words() <= _FEW_WORDS else 1.0
    if reading.peak >= PEAK:
        return Danger(kind, sure=True)
    return Danger(kind, probability >= SURE * doubt) if probability >= POSSIBLE * doubt else None


def holds_personal_data(text: str) -> bool:
    """Whether the text holds a PESEL, an identity card's or an account number."""
    text = text[:_MAX_CHARS]
    if not _FIVE_DIGITS.search(text):
        return False
    if _LONG_NUMBER.search(text) or _ID_CARD.search(text):
        return True
    return any(is_pesel(re.sub(r"\D", "", match)) for match in _ELEVEN_DIGITS.findall(text))


def is_pesel(digits: str) -> bool:
    """Whether eleven digits have a possible date and the right check digit (regulation of the Minister of Digital Affairs on PESEL)."""
    month, day = int(digits[2:4]) % 20, int(digits[4:6])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    control = sum(int(d) * w for d, w in zip(digits, _PESEL_WEIGHTS, strict=False))
    return (10 - control % 10) % 10 == int(digits[10])
