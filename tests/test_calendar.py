"""Holidays by name against the calendar of the opening-hours library, and Easter against published dates."""

from datetime import date, datetime, timedelta

import pytest
from opening_hours import OpeningHours

from bot.core.calendar import OCCASIONS, WIGILIA_FREE_SINCE, easter, holiday, named_days


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2024, date(2024, 3, 31)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_is_when_almanacs_say(year: int, expected: date) -> None:
    assert easter(year) == expected


def test_holidays_are_those_the_hours_are_evaluated_with() -> None:
    closed = OpeningHours("24/7; PH off", country="PL")
    day = date(2020, 1, 1)
    wrong = []
    while day.year <= 2035:
        noon = datetime(day.year, day.month, day.day, 12)
        if closed.is_closed(noon) != (holiday(day) is not None):
            wrong.append(day)
        day += timedelta(1)
    assert wrong == []


def test_christmas_eve_is_free_since_2025() -> None:
    assert holiday(date(WIGILIA_FREE_SINCE - 1, 12, 24)) is None
    assert holiday(date(WIGILIA_FREE_SINCE, 12, 24)) == "Wigilia"


@pytest.mark.parametrize("name", OCCASIONS)
def test_every_occasion_has_days_in_every_year(name: str) -> None:
    for year in range(2024, 2040):
        first, last = named_days(name, year)
        assert first <= last
        assert first.year == last.year == year
