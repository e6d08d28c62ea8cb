"""When places change their hours with the season: read off the hours themselves, so that no date is written twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core import hours, polish
from bot.core.knowledge import Address, Place, say


@dataclass(frozen=True, slots=True)
class Change:
    """From that day on the place keeps other hours."""

    day: date
    place: Place
    before: hours.Season
    after: hours.Season


def changes(places: Iterable[Place], year: int) -> Iterator[Change]:
    """The season changes of a year, by day."""
    found = []
    for place in places:
        seasons = hours.seasons(place.hours, year) if place.hours else ()
        for season in seasons:
            before = next((s for s in seasons if _next_day(s.last, year) == season.first), None)
            if before is not None and before.week != season.week:
                found.append(Change(date(year, *season.first), place, before, season))
    return iter(sorted(found, key=lambda c: (c.day, c.place.id)))


def due(places: Iterable[Place], day: date, days_before: int) -> list[Change]:
    """The changes that are announced on that day."""
    target = day + timedelta(days_before)
    return [change for change in changes(places, target.year) if change.day == target]


def announcement(centre: str, change: Change) -> str:
    """MOPR Bytom: od 1 kwietnia noclegownia (ul. Kosynierów 26, Bytom): codziennie 19:00–7:00. Do 31 marca: codziennie 18:00–8:00."""
    last = change.day - timedelta(1)
    name = say(change.place.short)
    name = name[0].lower() + name[1:] if name[1:2].islower() else name
    where = f" ({_where(change.place.address)})" if change.place.address else ""
    return (
        f"{centre}: od {polish.day_month(change.day)} {name}{where} ma inne godziny: {polish.week(change.after.week)}. "
        f"Do {polish.day_month(last)} bez zmian: {polish.week(change.before.week)}."
    )


def _where(address: Address) -> str:
    return f"{address.street}, {address.city}"


def _next_day(day: tuple[int, int], year: int) -> tuple[int, int]:
    following = date(year, *day) + timedelta(1)
    return following.month, following.day
