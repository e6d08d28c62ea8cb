"""One process leads: it watches the weather and sends what waits. Another takes over when its lease lapses."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from bot.store import leases
from bot.store.database import Database

LASTING = timedelta(seconds=30)
"""How long a lease lasts unless it is renewed."""
_NAME = "leader"
_RENEWALS, _LOOKS = 3, 30
"""How often, while a lease lasts, its holder renews it, and those who wait look whether it lapsed."""


def this_process() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid4().hex[:8]}"


class Leadership:
    """Holds the lease, or waits for it."""

    def __init__(self, database: Database, holder: str, now: Callable[[], datetime], say: Callable[[str], None], lasting: timedelta = LASTING) -> None:
        self._database = database
        self._holder = holder
        self._now = now
        self._say = say
        self._lasting = lasting

    async def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work while this process leads, until cancelled. The work is stopped when the lease cannot be renewed in time."""
        try:
            while True:
                if await self._hold():
                    await self._while_held(work)
                await asyncio.sleep(self._lasting.total_seconds() / _LOOKS)
        finally:
            await self._database.do(lambda connection: leases.release(connection, _NAME, self._holder))

    async def _while_held(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(work())
        try:
            held_until = self._now() + self._lasting
            while self._now() < held_until:
                done, _ = await asyncio.wait([task], timeout=self._pause())
                if done:
                    task.result()
                    return
                if await self._hold():
                    held_until = self._now() + self._lasting
            self._say("Leader: the lease could not be renewed; another process may lead now")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _hold(self) -> bool:
        try:
            return await self._database.do(lambda connection: leases.acquire(connection, _NAME, self._holder, self._now(), self._lasting))
        except SQLAlchemyError:
            return False

    def _pause(self) -> float:
        return self._lasting.total_seconds() / _RENEWALS
