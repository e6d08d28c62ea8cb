"""What an operator's request is carried out with, and how its words are read."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection

from bot.announcing import Setting
from bot.core.hours import TZ
from bot.core.message import Choice, Line, Reply, Role, Status

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Desk:
    """What an operator's request is carried out with."""

    connection: Connection
    setting: Setting
    operator: str
    now: datetime
    weather: Callable[[], Iterable[str]]
    """Lines on how the weather sources stand."""


def reply(lines: Iterable[str], choices: Iterable[Choice] = ()) -> Reply:
    """An answer to an operator, with buttons."""
    first, *rest = lines
    return Reply(Status.ANSWER, (Line(first, Role.LEAD), *(Line(line) for line in rest)), tuple(choices))


def day_of(text: str, today: date) -> date | None:
    """2026-11-27, 27.11.2026, or 27.11 of this year or the next."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        if found[1]:
            return date(int(found[1]), int(found[2]), int(found[3]))
        day = date(int(found[6] or today.year), int(found[5]), int(found[4]))
        return day if found[6] or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None


def moment_of(words: tuple[str, ...], today: date) -> datetime | None:
    """A day and a clock time, local; None where they are none."""
    day, clock = (day_of(words[0], today), _CLOCK.fullmatch(words[1])) if len(words) == 2 else (None, None)
    if day is None or clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return None
    return datetime.combine(day, time(int(clock[1]), int(clock[2])), TZ)
