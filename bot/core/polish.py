"""Polish wording of dates, hours and durations."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.core.calendar import holiday
from bot.core.hours import Season, Span, Times

_WEEKDAYS = ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela")
_IN_WEEKDAY = ("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę")
_MONTHS = ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"]
_MONTH_NAMES = ["styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień"]
_ENDINGS = {"m": "y", "f": "a", "n": "e", "pl": "e"}


def agree(adjective: str, gender: str) -> str:
    """A hard-stem adjective in the nominative of that gender: "otwart" and "f" give "otwarta"."""
    return adjective + _ENDINGS[gender]


def clock(moment: datetime | time) -> str:
    """Hour and minute without a leading zero: 7:30."""
    return f"{moment.hour}:{moment.minute:02d}"


def day_month(day: date) -> str:
    """24 grudnia."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def on_day(day: date, today: date) -> str:
    """When a day is, from today: "dziś", "jutro", "w piątek 27 listopada"."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("dziś", "jutro")[ahead]
    year = f" {day.year}" if abs(ahead) > 300 else ""
    return f"{_IN_WEEKDAY[day.weekday()]} {day_month(day)}{year}"


def day_label(day: date, today: date) -> str:
    """A day with its weekday, date and holiday: "jutro (czwartek, 24 grudnia, Wigilia)"."""
    ahead = (day - today).days
    name = holiday(day)
    note = f", {name}" if name else ""
    if ahead in (0, 1):
        return f"{('dziś', 'jutro')[ahead]} ({_WEEKDAYS[day.weekday()]}, {day_month(day)}{note})"
    return on_day(day, today) + (f" ({name})" if name else "")


def at_moment(moment: datetime, today: date) -> str:
    """dziś o 18:00, w piątek 27 listopada o 7:30."""
    return f"{on_day(moment.date(), today)} o {clock(moment)}"


def duration(delta: timedelta) -> str:
    """2 godz. 10 min; "" for a day or more, where a date says it better."""
    minutes = round(delta.total_seconds() / 60)
    if minutes >= 24 * 60 or minutes <= 0:
        return ""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} godz." if hours else "", f"{rest} min" if rest else "") if part)


def times(openings: Times) -> str:
    """7:30–17:00; całą dobę."""
    if not openings:
        return "nieczynne"
    return ", ".join("całą dobę" if a == b else f"{clock(a)}–{clock(b)}" for a, b in openings)


def week(pattern: Sequence[Times]) -> str:
    """A week in short: "poniedziałek 7:30–17:00, wtorek–czwartek 7:30–15:30, piątek 7:30–14:00" or "codziennie 18:00–8:00"."""
    if len(set(pattern)) == 1:
        return f"codziennie {times(pattern[0])}" if pattern[0] and pattern[0][0][0] != pattern[0][0][1] else times(pattern[0])
    parts = []
    first = 0
    for i in range(1, 8):
        if i == 7 or pattern[i] != pattern[first]:
            if pattern[first]:
                days = _WEEKDAYS[first] if i - first == 1 else f"{_WEEKDAYS[first]}–{_WEEKDAYS[i - 1]}"
                parts.append(f"{days} {times(pattern[first])}")
            first = i
    return ", ".join(parts)


def season(found: Season) -> str:
    """Od 1 października do 31 marca."""
    return f"od {found.first[1]} {_MONTHS[found.first[0] - 1]} do {found.last[1]} {_MONTHS[found.last[0] - 1]}"


def span(opening: Span, day: date) -> str:
    """One opening as seen on a day: 7:30–15:30, "do 8:00", "od 18:00 (do 8:00 następnego dnia)"."""
    if opening.end is None:
        return "całą dobę"
    if opening.start.date() < day:
        return f"do {clock(opening.end)}"
    if opening.end.date() > day:
        return f"od {clock(opening.start)} (do {clock(opening.end)} następnego dnia)"
    return f"{clock(opening.start)}–{clock(opening.end)}"


def as_of(text: str) -> str:
    """styczeń 2020 for "2020-01", 2021 for "2021"."""
    year, _, month = text.partition("-")
    return f"{_MONTH_NAMES[int(month) - 1]} {year}" if month else year
