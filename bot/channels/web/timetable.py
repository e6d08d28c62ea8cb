"""Opening hours as data for other programs: each season's openings, by weekday."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from bot.core import hours

WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening on some weekdays (0 is Monday) from a day to a day; it ends on the next day where it closes before it opens, `whole`: all day."""

    first: date
    last: date
    days: tuple[int, ...]
    opens: time
    closes: time

    @property
    def whole(self) -> bool:
        """Whether it is open round the clock."""
        return self.opens == self.closes


def openings(text: str, today: date) -> Iterator[Opening]:
    """The openings of the season that is now and of those that follow within a year."""
    for season in hours.seasons(text, today.year):
        first, last = _dates(season, today)
        days: dict[tuple[time, time], list[int]] = defaultdict(list)
        for weekday in range(WEEKDAYS):
            for times in season.week[weekday]:
                days[times].append(weekday)
        for (opens, closes), weekdays in days.items():
            yield Opening(first, last, tuple(weekdays), opens, closes)


def _dates(season: hours.Season, today: date) -> tuple[date, date]:
    """The season's next or present run through the calendar."""
    over_new_year = season.first > season.last
    year = today.year - 1 if over_new_year and (today.month, today.day) <= season.last else today.year
    for begin in (year, year + 1):
        last = _day(begin + over_new_year, season.last)
        if last >= today:
            return _day(begin, season.first), last
    return _day(year + 1, season.first), _day(year + 1 + over_new_year, season.last)


def _day(year: int, month_day: tuple[int, int]) -> date:
    """That day of a year; 29 February is the 28th where there is none."""
    month, day = month_day
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)
