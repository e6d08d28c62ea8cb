"""Opening hours in words: is it open, until when, on which days; for the moment, day or season that was asked about."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.core import hours, polish
from bot.core.calendar import holiday
from bot.core.knowledge import Exceptional, Place, say
from bot.core.when import Part, Scope, When

_LISTED_DAYS = 4
"""More days than this are told as a week."""
_YEAR = 366
_DARK = (Part.EVENING, Part.NIGHT)


def is_open(place: Place, now: datetime) -> bool:
    """Whether the place is open now; False where its hours are unknown."""
    exception = place.exception_on(hours.wall(now).date())
    if exception:
        return bool(exception.open)
    return place.hours is not None and hours.status(place.hours, now).open


def answer(place: Place, when: When | None, now: datetime, *, timetable: bool) -> Iterator[str]:
    """Sentences that answer a question about the hours, the asked time first. `timetable`: all seasons are wanted."""
    yield from _usual(place, when, now, timetable=timetable)
    days = (when.first, when.last) if when else (hours.wall(now).date(),) * 2
    for notice in place.exceptional:
        if notice.open is None and notice.first <= days[1] and notice.last >= days[0]:
            yield f"Komunikat: {notice.why}"


def _usual(place: Place, when: When | None, now: datetime, *, timetable: bool) -> Iterator[str]:
    text = place.hours or ""
    if when is None or when.scope is Scope.NOW:
        yield now_line(place, now)
        yield from _weeks(text, now.date(), now.date(), every=timetable and when is None)
    elif when.scope is Scope.MOMENT and when.moment is not None:
        yield _moment_line(place, when.moment, now)
        yield from _weeks(text, when.first, when.first)
    elif when.scope is Scope.MONTHS:
        yield from dict.fromkeys(line for first, last in when.months for line in _weeks(text, first, last))
    elif when.scope is Scope.HOLIDAYS:
        yield _holiday_line(place, now.date())
        yield from _weeks(text, now.date(), now.date())
    else:
        yield from _days(place, when, now)


def now_line(place: Place, now: datetime) -> str:
    """Noclegownia jest teraz zamknięta. Otwiera się dziś o 18:00 (za 2 godz. 10 min)."""
    text = place.hours or ""
    status = hours.status(text, now)
    here = hours.wall(now)
    exception = place.exception_on(here.date())
    if exception:
        return _exceptional_line(place, exception)
    subject = f"{say(place.short)} {_be(place)} teraz"
    if status.open:
        if status.until is None:
            return f"{subject} {polish.agree('otwart', place.gender)} całą dobę."
        end = status.until
        until = f"dziś do {polish.clock(end)}" if end.date() == here.date() else f"{_until_day(end.date(), here.date())} do {polish.clock(end)}"
        return f"{subject} {polish.agree('otwart', place.gender)} – {until}."
    closed = f"{subject} {polish.agree('zamknięt', place.gender)}{_because(here.date(), text)}."
    return closed if status.until is None else f"{closed} Otwarcie: {_wait(status.until, now)}."


def _exceptional_line(place: Place, exception: Exceptional) -> str:
    """Noclegownia jest otwarta całą dobę: trwa alert „silny mróz”."""
    if exception.open:
        return f"{say(place.short)} {_be(place)} teraz {polish.agree('otwart', place.gender)} całą dobę: {exception.why}"
    return f"{say(place.short)} {_be(place)} teraz {polish.agree('zamknięt', place.gender)}: {exception.why}"


def _wait(until: datetime, now: datetime) -> str:
    """dziś o 18:00 (za 2 godz. 10 min)."""
    wait = polish.duration(hours.elapsed(now, until))
    return polish.at_moment(until, hours.wall(now).date()) + (f" (za {wait})" if wait else "")


def note(place: Place, now: datetime) -> str:
    """When a phone is answered, for use beside the number; "" where unknown."""
    if place.hours is None or place.exception_on(hours.wall(now).date()):
        return ""
    status = hours.status(place.hours, now)
    today = hours.wall(now).date()
    if status.until is None:
        return "całą dobę" if status.open else ""
    if status.open:
        return f"odbierają {polish.on_day(status.until.date(), today)} do {polish.clock(status.until)}"
    return f"odbierają {polish.on_day(status.until.date(), today)} od {polish.clock(status.until)}"


def _be(place: Place) -> str:
    return "są" if place.gender == "pl" else "jest"


def _until_day(day: date, today: date) -> str:
    return "do jutra," if (day - today).days == 1 else f"{polish.on_day(day, today)},"


def _because(day: date, text: str) -> str:
    name = holiday(day)
    return f" (dziś {name})" if name and not hours.spans(text, day) else ""


def _moment_line(place: Place, moment: datetime, now: datetime) -> str:
    text, today = place.hours or "", hours.wall(now).date()
    at = hours.wall(moment)
    if place.exception_on(at.date()):
        return _spans_line(place, at.date(), None, today)
    status = hours.status(text, at)
    when = polish.at_moment(at, today)
    verb = "będą" if place.gender == "pl" else "będzie"
    state = polish.agree("otwart" if status.open else "zamknięt", place.gender)
    line = f"{when[0].upper()}{when[1:]} {say(place.short)} {verb} {state}"
    if status.open:
        return f"{line} – do {polish.clock(status.until)}." if status.until else f"{line} całą dobę."
    return f"{line}. {_spans_line(place, at.date(), None, today)}"


def _days(place: Place, when: When, now: datetime) -> Iterator[str]:
    text, today = place.hours or "", hours.wall(now).date()
    if when.first == when.last == today:
        yield from _today(place, when.part, now)
    elif (when.last - when.first).days < _LISTED_DAYS:
        for offset in range((when.last - when.first).days + 1):
            yield _spans_line(place, when.first + timedelta(offset), when.part, today)
        again = hours.opens_again(text, when.first)
        if again and again.start.date() > when.last:
            yield f"Najbliższe otwarcie po tym dniu: {polish.at_moment(again.start, today)}."
    else:
        for offset in range((when.last - when.first).days + 1):
            day = when.first + timedelta(offset)
            if holiday(day):
                yield _spans_line(place, day, None, today)
    yield from _weeks(text, when.first, when.first)


def _today(place: Place, part: Part | None, now: datetime) -> Iterator[str]:
    """Now and the day's hours; before the opening the day comes first and nothing says "closed", which could send people away."""
    status, today = hours.status(place.hours or "", now), hours.wall(now).date()
    if place.exception_on(today):
        yield now_line(place, now)
        return
    day = _spans_line(place, today, part, today)
    if not status.open and status.until and status.until.date() == today:
        yield day
        yield f"{'Otwierają' if place.gender == 'pl' else 'Otwiera'} się {_wait(status.until, now)}."
    else:
        yield now_line(place, now)
        yield day


def _spans_line(place: Place, day: date, part: Part | None, today: date) -> str:
    """KIS: w piątek 27 listopada 7:30–14:00."""
    if exception := place.exception_on(day):
        return f"{say(place.short)}: {polish.day_label(day, today)} {'całą dobę' if exception.open else 'nieczynne'} – {exception.why}"
    spans = hours.spans(place.hours or "", day)
    overnight = [s for s in spans if s.end is None or s.start.date() != s.end.date()]
    chosen = spans
    if overnight and part is Part.MORNING:
        chosen = tuple(s for s in spans if s.start.date() < day) or spans
    elif overnight and part in _DARK:
        chosen = tuple(s for s in spans if s.start.date() == day) or spans
    told = " i ".join(polish.span(s, day) for s in chosen) or "nieczynne"
    if spans and not overnight and part in _DARK:
        told = f"{told}, wieczorem i w nocy nieczynne"
    return f"{say(place.short)}: {polish.day_label(day, today)} {told}."


def _holiday_line(place: Place, today: date) -> str:
    text = place.hours or ""
    coming = next(d for d in (today + timedelta(i) for i in range(_YEAR)) if holiday(d) and d.weekday() < 5)
    label = polish.day_label(coming, today)
    if any(s.start.date() == coming or s.end is None for s in hours.spans(text, coming)):
        return f"W święta też czynne. {_spans_line(place, coming, None, today)}"
    return f"W święta {say(place.short)} {_be(place)} {polish.agree('zamknięt', place.gender)}. Najbliższe święto: {label}."


def _weeks(text: str, first: date, last: date, *, every: bool = False) -> Iterator[str]:
    """The week pattern of each season that the days first..last touch, or of every season."""
    found = hours.seasons(text, first.year)
    if len(found) == 1:
        yield f"Godziny: {polish.week(found[0].week)}."
        return
    touched = {hours.season_on(text, first + timedelta(i)) for i in range((last - first).days + 1)}
    current = hours.season_on(text, first)
    for season in sorted(found, key=lambda s: s != current):
        if every or season in touched:
            label = polish.season(season)
            yield f"{label[0].upper()}{label[1:]}: {polish.week(season.week)}."
