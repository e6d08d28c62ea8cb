"""The knowledge as it holds right now: alerts in force and notices laid over it, read from the store every few seconds."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import alerts
from bot.core.hours import TZ
from bot.core.knowledge import Exceptional, Knowledge, say
from bot.core.schedule import Schedule
from bot.core.situation import laid_over
from bot.store import staff
from bot.store.database import Database

_REFRESH_SECONDS = 2.0

Held = dict[str, list[Exceptional]]


class Situation:
    """Gives every channel the same knowledge at the same moment, in every process."""

    def __init__(self, database: Database, knowledge: Callable[[], Knowledge], schedule: Callable[[], Schedule], now: Callable[[], datetime]) -> None:
        self._database = database
        self._knowledge = knowledge
        self._schedule = schedule
        self._now = now
        self._held: Held = {}
        self._soon = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._made: tuple[Knowledge, Held, Knowledge] | None = None

    def current(self) -> Knowledge:
        """The knowledge with what is exceptional today."""
        base = self._knowledge()
        if self._made is None or self._made[0] is not base or self._made[1] is not self._held:
            self._made = (base, self._held, laid_over(base, self._held))
        return self._made[2]

    async def run(self) -> None:
        """Keep it current until cancelled; what was known stays while the database fails."""
        self._loop = asyncio.get_running_loop()
        while True:
            with suppress(SQLAlchemyError):
                await self.refresh()
            with suppress(TimeoutError):
                async with asyncio.timeout(_REFRESH_SECONDS):
                    await self._soon.wait()
            self._soon.clear()

    def refresh_soon(self) -> None:
        """Something was changed just now; may be called in any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._soon.set)

    async def refresh(self) -> None:
        """Read the store now."""
        held = await self._database.do(self._read)
        if held != self._held:
            self._held = held

    def _read(self, connection: Connection) -> Held:
        now = self._now()
        held: Held = defaultdict(list)
        today = now.astimezone(TZ).date()
        for row in alerts.active(connection, now):
            rule = self._schedule().rule_with(row.alert.rule, row.alert.level)
            if rule is None:
                continue  # an editor took it out; the next look ends the alert
            until = row.alert.until.astimezone(TZ).date() if row.alert.until else today
            name = say(rule.level(row.alert.level).name)
            told = f"do {row.alert.until.astimezone(TZ):%d.%m, %H:%M}" if row.alert.until else "do odwołania"
            _add(held, rule.places, Exceptional(row.alert.onset.astimezone(TZ).date(), max(until, today), open=True, why=f"trwa alert „{name}” ({told})."))
        for notice in staff.notices_from(connection, today - timedelta(1)):
            _add(held, (notice.place,), Exceptional(notice.first, notice.last, False if notice.closed else None, f"{notice.text.rstrip('.')}."))
        return dict(held)


def _add(held: Held, places: Iterable[str], what: Exceptional) -> None:
    for place in places:
        held[place].append(what)
