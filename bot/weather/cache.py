"""The last good word of every source with its age, and since when each has been silent. Plain values: a new one for every answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.evidence import Evidence, Unavailable, utc
from bot.core.schedule import SourceConfig


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one source. `silent_since`: the first failure after the last good answer, None while it answers."""

    good: Evidence | None = None
    silent_since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cache:
    """The entries of all sources, by name."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def after(self, answer: Evidence | Unavailable) -> "Cache":
        """The cache with one more answer. A failure leaves the last good evidence where it is."""
        if isinstance(answer, Evidence):
            entry = Entry(good=answer)
        else:
            known = self.entries.get(answer.source, Entry())
            entry = replace(known, silent_since=known.silent_since or answer.at, reason=answer.reason)
        return Cache({**self.entries, answer.source: entry})

    def age(self, source: str, now: datetime) -> timedelta | None:
        """How old the last good evidence of a source is; None where there is none."""
        good = self.entries.get(source, Entry()).good
        return None if good is None else utc(now) - good.fetched

    def usable(self, configs: Iterable[SourceConfig], now: datetime) -> list[Evidence]:
        """The evidence that the rules may rely on: the last of each source, unless it is stale."""
        found = []
        for config in configs:
            good = self.entries.get(config.name, Entry()).good
            age = self.age(config.name, now)
            if good is not None and age is not None and age <= config.stale_after:
                found.append(good)
        return found

    def all_silent(self, configs: Iterable[SourceConfig], now: datetime, limit: timedelta) -> bool:
        """Whether no source has been reachable for longer than that: the operators must hear of it."""
        entries = [self.entries.get(config.name, Entry()) for config in configs]
        return bool(entries) and all(e.silent_since is not None and utc(now) - (e.good.fetched if e.good else e.silent_since) > limit for e in entries)
