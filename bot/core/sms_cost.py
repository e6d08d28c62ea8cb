"""What SMS cost: parts of a broadcast, and caps by day and month. Prices are the provider's; here are only parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bot.core import gsm7

WARNING_AT = Fraction(4, 5)
"""The share of a cap at which operators are warned."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A broadcast: how many people, how many SMS parts in all."""

    recipients: int
    parts: int


@dataclass(frozen=True, slots=True)
class Caps:
    """Most parts in a day and in a calendar month; None: no cap."""

    daily: int | None = None
    monthly: int | None = None


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Spent:
    """Parts sent so far today and this month."""

    today: int = 0
    month: int = 0


class Leave(StrEnum):
    """Whether a broadcast may go out."""

    GO = "go"
    WARN = "warn"
    """It may; the operators are told that 80 % of a cap is reached."""
    OVER = "over"
    """Over a cap, and it may all the same, being of the highest level; the operators are told."""
    HOLD = "hold"
    """Over a cap: it does not go out now."""


class Period(StrEnum):
    """What a cap counts over, local days and calendar months."""

    DAY = "day"
    MONTH = "month"


def preview(messages: Iterable[tuple[str, int]]) -> Cost:
    """The cost of sending each text to so many people."""
    counted = [(people, gsm7.parts(text) * people) for text, people in messages]
    return Cost(sum(people for people, _ in counted), sum(parts for _, parts in counted))


def leave(caps: Caps, spent: Spent, parts: int, *, highest: bool) -> Leave:
    """Whether so many parts may still be sent; `highest`: the message is of the highest level."""
    share = max((share for _, share in shares(caps, spent, parts)), default=Fraction(0))
    if share > 1:
        return Leave.OVER if highest else Leave.HOLD
    return Leave.WARN if share >= WARNING_AT else Leave.GO


def shares(caps: Caps, spent: Spent, parts: int = 0) -> Iterator[tuple[Period, Fraction]]:
    """What part of each cap is used once so many more are sent; over 1 is over the cap."""
    for period, cap, used in ((Period.DAY, caps.daily, spent.today), (Period.MONTH, caps.monthly, spent.month)):
        if cap is not None:
            yield period, Fraction(used + parts, cap) if cap else Fraction(2)
