"""What weather sources say: hourly temperatures and official warnings, in one form whatever the source. Moments are in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, order=True)
class Hour:
    """Temperatures at one moment, in °C; None: the source does not say."""

    at: datetime
    temperature: float | None
    apparent: float | None = None

    def value(self, *, apparent: bool) -> float | None:
        """The temperature, or what it feels like."""
        return self.apparent if apparent else self.temperature


@dataclass(frozen=True, slots=True, order=True)
class Warning:  # noqa: A001  # the field's own word; nothing here warns in Python's sense
    """An official warning for our county. `event` is IMGW's name of it, `level` IMGW's 1..3, `text` what it says."""

    source: str
    id: str
    event: str
    level: int
    area: str
    onset: datetime
    expires: datetime
    text: str = ""

    def same_as(self, other: "Warning") -> bool:
        """Whether both speak of the same weather: event, county and overlapping validity. Ids change with every reissue and say nothing."""
        return event_key(self.event) == event_key(other.event) and self.area == other.area and self.onset <= other.expires and other.onset <= self.expires


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one source said when it was last reached.

    `complete` False: what is missing in it proves nothing (nulls, unreadable rows), so it may raise an alert and never clear one.
    """

    source: str
    fetched: datetime
    hours: tuple[Hour, ...] = ()
    warnings: tuple[Warning, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A source that could not be reached or read: no evidence of anything, least of all of mild weather."""

    source: str
    at: datetime
    reason: str


def event_key(name: str) -> str:
    """An event's name without case and odd spaces, for comparing."""
    return " ".join(name.casefold().split())


def utc(moment: datetime) -> datetime:
    """The moment in UTC, so that adding hours is adding hours on the nights the clock changes too."""
    return moment.astimezone(UTC)


def merged_hours(evidence: Iterable[Evidence]) -> tuple[Hour, ...]:
    """One row of hours out of all sources: where they disagree, the colder counts."""
    sources = [e.hours for e in evidence if e.hours]
    if len(sources) == 1:
        return sources[0]
    coldest: dict[datetime, Hour] = {}
    for hour in (h for hours in sources for h in hours):
        known = coldest.get(hour.at)
        coldest[hour.at] = hour if known is None else Hour(hour.at, _colder(known.temperature, hour.temperature), _colder(known.apparent, hour.apparent))
    return tuple(coldest[at] for at in sorted(coldest))


def between(hours: Iterable[Hour], first: datetime, last: datetime) -> Iterator[Hour]:
    """The hours from the hour that `first` lies in up to `last`, both counted."""
    return (hour for hour in hours if first - HOUR < hour.at <= last)


def distinct(warnings: Iterable[Warning]) -> tuple[Warning, ...]:
    """One warning for each piece of weather, the highest and longest of those that speak of it."""
    kept: list[Warning] = []
    for warning in sorted(warnings, key=lambda w: (-w.level, -w.expires.timestamp(), w.source, w.id)):
        if not any(warning.same_as(other) for other in kept):
            kept.append(warning)
    return tuple(sorted(kept, key=lambda w: w.onset))


def _colder(one: float | None, other: float | None) -> float | None:
    return min((t for t in (one, other) if t is not None), default=None)
