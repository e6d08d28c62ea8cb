"""Opening hours: what an OSM opening_hours text means at a minute, on a day, through the year. Local (Warsaw) wall time throughout."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # the stubs leave the error out

from bot.core.calendar import holiday

TZ = ZoneInfo("Europe/Warsaw")
_COUNTRY = "PL"
_DAY = timedelta(days=1)


class HoursError(ValueError):
    """The text is no valid opening_hours expression; the message is the parser's."""


@dataclass(frozen=True, slots=True)
class Status:
    """Open or closed at a moment, and until when (local wall time); None: it never changes."""

    open: bool
    until: datetime | None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One opening, local wall time; it may end on a later day. `end` None: open without end."""

    start: datetime
    end: datetime | None


Times = tuple[tuple[time, time], ...]
"""Openings that start on one day; an end before its start is on the next day, an end equal to it means round the clock."""


@dataclass(frozen=True, slots=True)
class Season:
    """The part of the year first..last (as (month, day)) in which the week, Monday first, is `week`."""

    first: tuple[int, int]
    last: tuple[int, int]
    week: tuple[Times, ...]


@lru_cache(maxsize=512)
def parse(text: str) -> OpeningHours:
    """Compile an opening_hours text; raises HoursError."""
    try:
        return OpeningHours(text, country=_COUNTRY)
    except ParserError as error:
        raise HoursError(str(error)) from None


@lru_cache(maxsize=256)
def wall(moment: datetime) -> datetime:
    """Local wall time without zone, to the minute: what opening hours are written in."""
    local = moment.astimezone(TZ) if moment.tzinfo else moment
    return local.replace(tzinfo=None, second=0, microsecond=0)


def elapsed(since: datetime, until: datetime) -> timedelta:
    """Time that really passes between two wall times, clock changes counted."""
    return _utc(until) - _utc(since)


def later(moment: datetime, delay: timedelta) -> datetime:
    """The local time when that much time has really passed."""
    return (_utc(moment) + delay).astimezone(TZ)


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=TZ)).astimezone(UTC)


def status(text: str, moment: datetime) -> Status:
    """Whether it is open at that moment and until when."""
    return _status(text, wall(moment))


@lru_cache(maxsize=512)
def _status(text: str, at: datetime) -> Status:
    """One reply asks for the same minute several times."""
    hours = parse(text)
    return Status(hours.is_open(at), _change(hours, at))


@lru_cache(maxsize=512)
def spans(text: str, day: date) -> tuple[Span, ...]:
    """The openings that touch the day, whole: one begun the evening before is there too."""
    hours = parse(text)
    midnight = datetime.combine(day, time())
    found = []
    for start, end, state, _ in hours.intervals(midnight - _DAY, midnight + 2 * _DAY):
        if state == State.OPEN and start < midnight + _DAY and end > midnight:
            found.append(Span(start, end if end < midnight + 2 * _DAY else _change(hours, max(start, midnight))))
    return tuple(found)


def opens_again(text: str, day: date) -> Span | None:
    """The first opening that starts on that day or later; None where there is none within a year or it never closes."""
    for ahead in range(366):
        current = day + timedelta(ahead)
        for span in spans(text, current):
            if span.start.date() >= current:
                return span
    return None


@lru_cache(maxsize=512)
def seasons(text: str, year: int) -> tuple[Season, ...]:
    """The year split into stretches with one week pattern each; public holidays do not break a stretch."""
    stretches: list[tuple[date, date, dict[int, Times]]] = []
    for day, times in _days(text, year):
        known = {} if holiday(day) and not times else {day.weekday(): times}
        if stretches:
            first, _, week = stretches[-1]
            if all(week.get(weekday, value) == value for weekday, value in known.items()):
                stretches[-1] = (first, day, week | known)
                continue
        stretches.append((day, day, known))
    if len(stretches) > 1 and stretches[0][2] == stretches[-1][2]:  # winter goes on over New Year
        first, _, week = stretches.pop()
        stretches[0] = (first, stretches[0][1], week)
    return tuple(Season((first.month, first.day), (last.month, last.day), tuple(week.get(i, ()) for i in range(7))) for first, last, week in stretches)


def _days(text: str, year: int) -> Iterator[tuple[date, Times]]:
    """What opens on each day of the year; what never closes opens every day."""
    first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    starting: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for span in year_spans(text, year):
        days = (span.start.toordinal(),) if span.end else range(max(span.start.toordinal(), first), after)
        for day in days:
            starting[day].append((span.start.time(), (span.end or span.start).time()))
    for day in range(first, after):
        yield date.fromordinal(day), tuple(starting[day])


def year_spans(text: str, year: int) -> Iterator[Span]:
    """The openings that start in the year or never end, in one pass over it."""
    hours = parse(text)
    first, after = (datetime.combine(date(y, 1, 1), time()) for y in (year, year + 1))
    for start, end, state, _ in hours.intervals(first - _DAY, after + _DAY):
        if state == State.OPEN:
            last = end if end < after + _DAY else _change(hours, after)
            if last is None or start.year == year:
                yield Span(start, last)


def _change(hours: OpeningHours, at: datetime) -> datetime | None:
    """When the state changes next; None where never."""
    change = hours.next_change(at)
    return change if change is not None and change.year < 9999 else None


def season_on(text: str, day: date) -> Season:
    """The season that the day belongs to."""
    found = seasons(text, day.year)
    key = (day.month, day.day)
    for season in found:
        inside = season.first <= key <= season.last if season.first <= season.last else key >= season.first or key <= season.last
        if inside:
            return season
    return found[0]
