"""An event loop on which waiting takes no time: where nothing is left to do but to wait, its clock goes on to what is waited for."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.store.database import Database

T = TypeVar("T")
_MOMENT = 0.002
"""Real seconds that other threads get to wake the loop before its clock goes on."""


class Watched(Database):
    """A database that tells whether the loop waits for its thread."""

    asked = 0

    async def do(self, job: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """The same, counted."""
        self.asked += 1
        try:
            return await super().do(job, lasting=lasting)
        finally:
            self.asked -= 1


class _Selector(selectors.DefaultSelector):
    """Looks for events as ever, and lets the clock jump instead of waiting for them, unless the database is at work."""

    ahead = 0.0
    database: Watched | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What happened; where nothing did within the time, the time has passed."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        events = super().select(min(timeout, _MOMENT))
        while not events and self.database and self.database.asked:
            events = super().select(_MOMENT)
        if not events:
            self.ahead += timeout
        return events


class FastLoop(asyncio.SelectorEventLoop):
    """Its `time()` starts at 0."""

    def __init__(self, database: Watched | None) -> None:
        self._fast = _Selector()
        self._fast.database = database
        super().__init__(self._fast)

    def time(self) -> float:
        """Seconds, those that nobody waited for among them."""
        return self._fast.ahead


def clock(start: datetime) -> Callable[[], datetime]:
    """The time by the running loop, for any thread."""
    loop = asyncio.get_running_loop()
    return lambda: start + timedelta(seconds=loop.time())


def run(coroutine: Coroutine[Any, Any, T], database: Watched | None = None) -> T:
    """Run to the end, in no time other than the database's."""
    with asyncio.Runner(loop_factory=lambda: FastLoop(database)) as runner:
        return runner.run(coroutine)
