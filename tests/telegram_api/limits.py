"""Telegram's published limits on sending: about 30 messages a second in all, one a second to a chat, 20 a minute to a group."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.telegram_api.errors import too_many


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Rates and how many may come at once before the rate holds; a rate of 0 is no limit."""

    overall_rate: float = 30.0
    overall_burst: int = 30
    chat_rate: float = 1.0
    chat_burst: int = 3
    group_per_minute: float = 20.0
    group_burst: int = 20
    penalty: int = 0
    """Seconds added to `retry_after`, as Telegram does with those who insist."""


class RateLimiter:
    """Refuses what is too fast. Once refused, a chat (or everything) stays closed until `retry_after` has passed."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._due: dict[object, float] = {}
        self._closed: dict[object, float] = {}

    def check(self, chat_id: int) -> None:
        """Count one message to the chat; raises 429, and counts nothing, when a limit is reached."""
        if self.limits is None:
            return
        now = self._clock()
        due = {}
        for key, interval, burst in self._buckets(self.limits, chat_id):
            if (until := self._closed.get(key, 0.0)) > now:
                raise too_many(math.ceil(until - now))
            free_at = max(self._due.get(key, now), now)
            if (wait := free_at - now - interval * (burst - 1)) > 1e-9:
                retry_after = max(1, math.ceil(wait)) + self.limits.penalty
                self._closed[key] = now + retry_after
                raise too_many(retry_after)
            due[key] = free_at + interval
        self._due.update(due)
        self._forget(now)

    def _buckets(self, limits: Limits, chat_id: int) -> list[tuple[object, float, int]]:
        group = [(("minute", chat_id), 60 / limits.group_per_minute, limits.group_burst)] if chat_id < 0 and limits.group_per_minute else []
        overall = [("all", 1 / limits.overall_rate, limits.overall_burst)] if limits.overall_rate else []
        chat = [(chat_id, 1 / limits.chat_rate, limits.chat_burst)] if limits.chat_rate else []
        return [*group, *chat, *overall]

    def _forget(self, now: float) -> None:
        """Chats that have long been quiet need no memory."""
        if len(self._due) > 1_000:
            self._due = {key: due for key, due in self._due.items() if due > now}
            self._closed = {key: until for key, until in self._closed.items() if until > now}
