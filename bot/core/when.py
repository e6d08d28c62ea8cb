"""Time expressions: "dziś", "w przyszły piątek", "6.01 o 16", "za godzinę", "w majówkę" -> the days and moment asked about."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.core.calendar import named_days
from bot.core.hours import later, wall
from bot.core.phrases import Match, longest, phrase_words
from bot.core.when_words import CLOCK_PREPOSITIONS, HOUR_WORDS, MONTHS, NOT_A_CLOCK, NUMBER_WORDS, ORDINAL_DAYS, TIME_PHRASES


class Part(StrEnum):
    """Part of a day, as people name it."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


class Scope(StrEnum):
    """How much time is asked about."""

    NOW = "now"
    MOMENT = "moment"
    DAYS = "days"
    MONTHS = "months"
    HOLIDAYS = "holidays"
    """Public holidays in general."""


@dataclass(frozen=True, slots=True)
class When:
    """The time a question is about: the days first..last, local; `moment` where a clock time was said."""

    scope: Scope
    first: date
    last: date
    moment: datetime | None = None
    part: Part | None = None
    months: tuple[tuple[date, date], ...] = ()
    """Each month or season named."""


@dataclass(slots=True)
class _Found:
    """Pieces of one time expression while it is being read."""

    now: bool = False
    relative: bool = False
    days: tuple[date, date] | None = None
    months: list[tuple[date, date]] = field(default_factory=list)
    holidays: bool = False
    clock: time | None = None
    offset: timedelta | None = None
    parts: set[Part] = field(default_factory=set)

    @property
    def part(self) -> Part | None:
        """The part of the day, where just one was named."""
        return next(iter(self.parts)) if len(self.parts) == 1 else None


_BECAUSE = "bo"
_NUMERALS = frozenset((*HOUR_WORDS, *NUMBER_WORDS, *ORDINAL_DAYS))
_PAST: dict[tuple[str, ...], int] = {("kwadrans", "po"): 15, ("wpol", "do"): -30, ("pol", "do"): -30}
"""Minutes from the hour named: "wpół do ósmej"."""
_JUST_NOW = timedelta(minutes=30)
_CLOCK = re.compile(r"^([01]?\d|2[0-4])(?:[:.]([0-5]\d))?$")
_DATE = re.compile(r"^(0?[1-9]|[12]\d|3[01])[./-](0?[1-9]|1[0-2])(?:[./-](\d{4}|\d{2}))?$")
_SAFE_DATE = re.compile(r"^\d{1,2}[./]0[1-9]\b|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$|^(?:2[4-9]|3[01])[./]\d{1,2}$|^\d{1,2}/\d{1,2}$")


def time_words() -> list[str]:
    """All words of time expressions, for the speller's vocabulary."""
    words = [word for phrase, _ in TIME_PHRASES for word in phrase_words(phrase)]
    return [*words, *HOUR_WORDS, *NUMBER_WORDS, *ORDINAL_DAYS, *MONTHS]


def parse(words: Sequence[str], phrases: Sequence[Match], now: datetime, taken: AbstractSet[int] = frozenset()) -> tuple[When | None, frozenset[int]]:
    """The time a message is about, None where it names none, and which of its folded tokens say it.

    `phrases`: those of TIME_PHRASES found in it. `taken`: tokens that belong to a name and say no time ("Huty Julia" is not July).
    """
    found = _Found()
    used = set(taken)
    for match in longest(phrases):
        reason = found.days and words[match.start - 1 : match.start] == [_BECAUSE]  # "dziś od 18 czy od 19, bo jutro kwiecień"
        if used.isdisjoint(range(match.start, match.end)) and not reason:
            _apply(found, match, words, now.date())
            used.update(range(match.start, match.end))
    _numbers(found, words, used, now)
    return _resolve(found, now), frozenset(used - taken)


def _apply(found: _Found, match: Match, words: Sequence[str], today: date) -> None:
    """Put what one phrase says into its place."""
    kind, _, value = match.label.partition(":")
    if kind in _DAYS:
        found.days = found.days or _DAYS[kind](value, words[max(0, match.start - 2) : match.start], today)
    elif kind == "day":
        found.days, found.relative = (today + timedelta(int(value)),) * 2, int(value) > 0
    elif kind == "occasion":
        found.days = _occasion(value, today)
    elif kind == "season":
        first, last = value.split("-")
        months = _months(int(first), int(last), today)
        if months not in found.months:
            found.months.append(months)
    elif kind == "part":
        found.parts.add(Part(value))
    elif kind == "midnight":
        found.clock, found.days = time(), (today + timedelta(1),) * 2
    elif kind == "noon":
        found.clock = time(12)
    elif kind == "in":
        found.offset = timedelta(minutes=int(value))
    else:
        found.now = found.now or kind == "now"
        found.holidays = found.holidays or kind == "holidays"


def _weekday(value: str, before: Sequence[str], today: date) -> tuple[date, date]:
    """The next such weekday, today included; "przyszły": the one of next week."""
    weekday = int(value)
    ahead = (weekday - today.weekday()) % 7
    if any(word.startswith(("przyszl", "nastepn", "kolejn")) for word in before):
        ahead = 7 - today.weekday() + weekday
    day = today + timedelta(ahead)
    return day, day


def _week(value: str, _before: Sequence[str], today: date) -> tuple[date, date]:
    monday = today - timedelta(today.weekday()) + timedelta(7 * int(value))
    return max(monday, today), monday + timedelta(6)


def _weekend(_value: str, _before: Sequence[str], today: date) -> tuple[date, date]:
    if today.weekday() == 6:
        return today, today
    saturday = today + timedelta(5 - today.weekday())
    return saturday, saturday + timedelta(1)


_DAYS = {"weekday": _weekday, "week": _week, "weekend": _weekend}


def _occasion(name: str, today: date) -> tuple[date, date]:
    first, last = named_days(name, today.year)
    return (first, last) if last >= today else named_days(name, today.year + 1)


def _months(first: int, last: int, today: date) -> tuple[date, date]:
    """The months first..last that are running or come next, as days."""
    year = today.year
    if first > last:  # winter reaches into the next year
        start = date(year - 1, first, 1) if today.month <= last else date(year, first, 1)
        return start, _month_end(start.year + 1, last)
    if today > _month_end(year, last):
        year += 1
    return date(year, first, 1), _month_end(year, last)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def _numbers(found: _Found, words: Sequence[str], used: set[int], now: datetime) -> None:
    """Dates and clock times written with digits or number words."""
    for i, word in enumerate(words):
        if i in used or not (word[0].isdigit() or word in _NUMERALS):
            continue
        before = words[i - 1] if i else ""
        after = words[i + 1] if i + 1 < len(words) else ""
        if after in ("go", "ego") and i + 2 < len(words):
            after = words[i + 2]  # "1-go maja"
        day = int(word) if word.isdigit() and len(word) <= 2 else ORDINAL_DAYS.get(word)
        if day and after in MONTHS:
            if not found.relative:  # "30 września dziś, a jutro": the relative day is what is asked
                found.days = _day_of_month(day, MONTHS[after], words[i + 2 : i + 3], now.date())
            found.months.clear()
        elif before == "za" and (count := _count(word)) is not None:
            _offset(found, count, after, now.date())
            used.add(i + 1)
        elif _is_clock(word, words[max(0, i - 2) : i], after):
            found.clock = _clock(word, found.part, words[max(0, i - 2) : i])
        elif (match := _DATE.match(word)) and _SAFE_DATE.match(word):
            found.days = _written_date(match, now.date()) or found.days
        else:
            continue
        used.add(i)


def _is_clock(word: str, before: Sequence[str], after: str) -> bool:
    if after in NOT_A_CLOCK or not (_CLOCK.match(word) or word in HOUR_WORDS):
        return False
    if tuple(before) in _PAST or not CLOCK_PREPOSITIONS.isdisjoint(before[-1:]):
        return True
    return ":" in word or ("." in word and not _SAFE_DATE.match(word) and word.endswith((".00", ".15", ".30", ".45")))


def _clock(word: str, part: Part | None, before: Sequence[str]) -> time:
    match = _CLOCK.match(word)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (HOUR_WORDS[word], 0)
    if hour < 12 and (part in (Part.AFTERNOON, Part.EVENING) or (part is Part.NIGHT and hour > 6)):
        hour += 12
    elif 1 <= hour <= 4 and part is None and not match:
        hour += 12  # "o trzeciej" in office talk
    minutes = 60 * hour + minute + _PAST.get(tuple(before), 0)
    return time(minutes // 60 % 24, minutes % 60)


def _count(word: str) -> int | None:
    return int(word) if word.isdigit() and len(word) <= 3 else NUMBER_WORDS.get(word)


def _offset(found: _Found, count: int, unit: str, today: date) -> None:
    if unit.startswith("godz"):
        found.offset = timedelta(hours=count)
    elif unit.startswith("min"):
        found.offset = timedelta(minutes=count)
    elif unit in ("dni", "dzien", "dzionki"):
        found.days = (today + timedelta(count),) * 2
    elif unit.startswith("tyg"):
        found.days = (today + timedelta(7 * count),) * 2


def _day_of_month(day: int, month: int, after: Sequence[str], today: date) -> tuple[date, date] | None:
    year = int(after[0]) if after and after[0].isdigit() and len(after[0]) == 4 else None
    return _valid_day(day, month, year, today)


def _written_date(match: re.Match[str], today: date) -> tuple[date, date] | None:
    year = int(match[3]) if match[3] else None
    if year is not None and year < 100:
        year += 2000
    return _valid_day(int(match[1]), int(match[2]), year, today)


def _valid_day(day: int, month: int, year: int | None, today: date) -> tuple[date, date] | None:
    try:
        result = date(year or today.year, month, day)
        if year is None and result < today:
            result = date(today.year + 1, month, day)
    except ValueError:
        return None
    return result, result


def _resolve(found: _Found, now: datetime) -> When | None:
    today = wall(now).date()
    if found.offset is not None:
        moment = later(now, found.offset)
        return When(Scope.MOMENT, moment.date(), moment.date(), moment)
    if found.clock is not None:
        return _moment(found, found.clock, now)
    if found.days and not (found.now and found.days == (today, today)):
        return When(Scope.DAYS, *found.days, part=found.part)
    if found.months and not found.holidays:
        return When(Scope.MONTHS, *found.months[0], months=tuple(found.months))
    if found.holidays or found.part:
        return When(Scope.HOLIDAYS if found.holidays else Scope.DAYS, today, today, part=found.part)
    return When(Scope.NOW, today, today, now) if found.now else None


def _moment(found: _Found, clock: time, now: datetime) -> When:
    """A clock time on the day named, else at its next occurrence; of several days the clock picks none."""
    if found.days:
        first, last = found.days
        if first != last:
            return When(Scope.DAYS, first, last, part=found.part)
        return When(Scope.MOMENT, first, first, datetime.combine(first, clock), found.part)
    day = wall(now).date()
    if datetime.combine(day, clock) == wall(now).replace(second=0, microsecond=0) and not found.part:
        return When(Scope.NOW, day, day, now)
    if datetime.combine(day, clock) < wall(now) - _JUST_NOW:
        day += timedelta(1)
    return When(Scope.MOMENT, day, day, datetime.combine(day, clock), found.part)
