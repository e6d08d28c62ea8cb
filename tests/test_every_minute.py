"""Right at every minute: open or closed, and until when, against arithmetic written without the hours code.

The sources say (2020): night shelter 1 October to 31 March 18-8, 1 April to 30 September 19-7; warming room 1 October to 30 April 18-8,
1 May to 30 September 19-7; offices Monday 7:30-17:00, Tuesday to Thursday 7:30-15:30, Friday 7:30-14:00, closed on public holidays.
"""

import random
import re
from datetime import date, datetime, timedelta

import pytest

from bot.core.hours import TZ
from tests.conftest import Ask

# Public holidays of 2026 and 2027, typed from the act and an almanac.
HOLIDAYS = {
    date.fromisoformat(text)
    for text in [
        "2026-01-01",
        "2026-01-06",
        "2026-04-05",
        "2026-04-06",
        "2026-05-01",
        "2026-05-03",
        "2026-05-24",
        "2026-06-04",
        "2026-08-15",
        "2026-11-01",
        "2026-11-11",
        "2026-12-24",
        "2026-12-25",
        "2026-12-26",
        "2027-01-01",
        "2027-01-06",
        "2027-03-28",
        "2027-03-29",
        "2027-05-01",
        "2027-05-03",
        "2027-05-16",
        "2027-05-27",
        "2027-08-15",
        "2027-11-01",
        "2027-11-11",
        "2027-12-24",
        "2027-12-25",
        "2027-12-26",
    ]
}
OFFICE_CLOSES = {0: (17, 0), 1: (15, 30), 2: (15, 30), 3: (15, 30), 4: (14, 0)}
CLOCK_CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]
YEARS = datetime(2026, 1, 1), datetime(2028, 1, 1)


def night(day: date, winter_ends: tuple[int, int]) -> tuple[datetime, datetime]:
    """Opening and closing of the night that begins on that day."""
    winter = day.month >= 10 or (day.month, day.day) <= winter_ends
    evening, morning = (18, 8) if winter else (19, 7)
    midnight = datetime(day.year, day.month, day.day)
    return midnight + timedelta(hours=evening), midnight + timedelta(days=1, hours=morning)


def shelter(at: datetime, winter_ends: tuple[int, int]) -> tuple[bool, datetime]:
    """Open at that minute, and when that changes."""
    for day in (at.date() - timedelta(1), at.date()):
        opens, closes = night(day, winter_ends)
        if opens <= at < closes:
            return True, closes
        if at < opens:
            return False, opens
    raise AssertionError


def office(at: datetime) -> tuple[bool, datetime]:
    for ahead in range(20):
        day = at.date() + timedelta(ahead)
        if day in HOLIDAYS or day.weekday() not in OFFICE_CLOSES:
            continue
        hour, minute = OFFICE_CLOSES[day.weekday()]
        opens = datetime(day.year, day.month, day.day, 7, 30)
        closes = datetime(day.year, day.month, day.day, hour, minute)
        if at < opens:
            return False, opens
        if at < closes:
            return True, closes
    raise AssertionError


def minutes() -> list[datetime]:
    """2,000 random minutes of two years, and the minutes around every edge."""
    random_minutes = random.Random(2026)
    start, end = YEARS
    span = int((end - start).total_seconds() // 60)
    found = [start + timedelta(minutes=random_minutes.randrange(span)) for _ in range(2_000)]
    edges: list[datetime] = []
    days = {day for holiday in HOLIDAYS for day in (holiday - timedelta(1), holiday, holiday + timedelta(1))}
    days.update(CLOCK_CHANGES)
    for year in (2026, 2027):
        for month, last in ((3, 31), (4, 30), (9, 30)):
            edge = date(year, month, last)
            days.update((edge - timedelta(1), edge, edge + timedelta(1), edge + timedelta(2)))
    for day in sorted(days):
        midnight = datetime(day.year, day.month, day.day)
        for hour, minute in ((0, 0), (2, 30), (3, 0), (7, 0), (7, 30), (8, 0), (14, 0), (15, 30), (17, 0), (18, 0), (19, 0)):
            edges += [midnight + timedelta(hours=hour, minutes=minute, seconds=60 * offset) for offset in (-1, 0, 1)]
    return found + [e for e in edges if start <= e < end]


def told(text: str, asked: datetime) -> tuple[bool, datetime | None]:
    """Open or closed and the moment named, read back from the sentence of the reply."""
    line = next(line for line in text.splitlines() if " jest teraz " in line)
    clock = re.search(r"(\d{1,2}):(\d{2})(?: \(za|\.$| \()", line)
    assert clock, line
    hour, minute = int(clock[1]), int(clock[2])
    if "dziś" in line.split("–")[-1].split("Otwarcie:")[-1]:
        day = asked.date()
    elif "jutr" in line:
        day = asked.date() + timedelta(1)
    else:
        named = re.search(r"we? \w+ (\d{1,2}) (\w+)", line.split("Otwarcie:")[-1])
        assert named, line
        day = next(d for d in (asked.date() + timedelta(i) for i in range(2, 20)) if d.day == int(named[1]))
    return " otwart" in line, datetime(day.year, day.month, day.day, hour, minute)


QUESTIONS = {
    "czy noclegownia jest teraz otwarta?": lambda at: shelter(at, (3, 31)),
    "czy ogrzewalnia jest teraz otwarta?": lambda at: shelter(at, (4, 30)),
    "czy TPPŚ nr 6 jest teraz otwarty?": office,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_open_now_at_every_minute(ask: Ask, question: str) -> None:
    expected = QUESTIONS[question]
    wrong = []
    asked = minutes()
    for at in asked:
        reply = ask(question, at.replace(tzinfo=TZ))
        answer, truth = told(reply.plain(), at), expected(at)
        if answer != truth:
            wrong.append((at, answer, truth))
    assert len(asked) > 2_500
    assert wrong == []
