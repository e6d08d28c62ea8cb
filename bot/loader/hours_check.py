"""Opening hours proved sound: they parse, no season has a gap or an overlap, no night is cut at a season's edge."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.core import hours

LEAP_YEAR, COMMON_YEAR = 2028, 2027
_MIDNIGHT = time()
_RANGE = re.compile(r"\b([A-Z][a-z]{2})(?: (\d{2})(?!:))?-([A-Z][a-z]{2})(?: (\d{2})(?!:))?\b")
_MONTHS = {name: i for i, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1)}


def hours_problems(text: str) -> Iterator[str]:
    """Everything wrong with an opening_hours text, in Polish; a leap and a common year are walked, exact to the minute."""
    try:
        hours.parse(text)
    except hours.HoursError:
        yield f"„{text}” nie jest poprawnym zapisem godzin; przykład: Mo 07:30-17:00; Tu-Fr 07:30-15:30; PH off"
        return
    seen = set()
    for year in (COMMON_YEAR, LEAP_YEAR):
        for problem in (*_season_days(text, year), *_nights(text, year)):
            if problem not in seen:
                seen.add(problem)
                yield problem


def _season_days(text: str, year: int) -> Iterator[str]:
    """Days of the year that no date range covers, or more than one."""
    ranges = [(int(b or 1), _MONTHS.get(a), int(d or 31), _MONTHS.get(c)) for a, b, c, d in _RANGE.findall(text)]
    if not ranges or any(first is None or last is None for _, first, _, last in ranges):
        return
    covered: Counter[date] = Counter()
    day = date(year, 1, 1)
    while day.year == year:
        for first_day, first_month, last_day, last_month in ranges:
            start, end = (first_month, first_day), (last_month, last_day)
            now = (day.month, day.day)
            covered[day] += start <= now <= end if start <= end else now >= start or now <= end
        day += timedelta(1)
    for wrong, word in ((0, "luka między sezonami: nie obejmuje"), (2, "sezony zachodzą na siebie: dwa razy obejmują")):
        days = sorted(d for d, count in covered.items() if min(count, 2) == wrong)
        if days:
            yield f"{word} {days[0]:%d.%m}" + (f"–{days[-1]:%d.%m}" if len(days) > 1 else "")


def _nights(text: str, year: int) -> Iterator[str]:
    """Nights that end at midnight although their neighbours go on till morning, and openings of a length seen on one day only."""
    openings = [(span.start, span.end) for span in hours.year_spans(text, year) if span.end is not None]
    lengths = Counter(end - start for start, end in openings)
    if not any(end.date() > start.date() and end.time() != _MIDNIGHT for start, end in openings):
        return
    for start, end in openings:
        if end.time() == _MIDNIGHT and end.date() > start.date():
            yield f"noc z {start:%d.%m} urywa się o północy – rozdziel sezony przecinkiem, nie średnikiem"
        elif lengths[end - start] == 1:
            yield f"noc z {start:%d.%m} trwa inaczej niż wszystkie ({start:%H:%M}–{end:%H:%M}) – sprawdź granicę sezonów"
