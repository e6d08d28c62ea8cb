"""Who leads, and how fast: on an event loop whose waiting takes no time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from bot.leading import Leadership
from bot.pace import Pace
from bot.store.database import Database
from tests import fast_loop
from tests.fast_loop import Watched

LASTING = timedelta(seconds=30)
START = datetime(2026, 12, 1, tzinfo=UTC)


class Process:
    """A process that wants to lead; it notes from when to when it did."""

    def __init__(self, database: Database, name: str) -> None:
        self.began: list[float] = []
        self.ended: list[float] = []
        self.said: list[str] = []
        leadership = Leadership(database, name, fast_loop.clock(START), self.said.append, LASTING)
        self.task = asyncio.ensure_future(leadership.lead(self._work))

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        self.began.append(loop.time())
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.append(loop.time())

    async def stop(self) -> None:
        """In good order: the lease is given back."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def test_one_leads_and_when_it_stops_the_other_does_at_its_next_look(database: Watched) -> None:
    async def story() -> None:
        one = Process(database, "one")
        await asyncio.sleep(1)
        other = Process(database, "other")
        await asyncio.sleep(500)
        assert (len(one.began), other.began, one.ended) == (1, [], [])
        await one.stop()
        stopped = asyncio.get_running_loop().time()
        await asyncio.sleep(LASTING.total_seconds())
        assert other.began[0] - stopped <= 2
        await other.stop()

    fast_loop.run(story(), database)


def test_when_the_leader_is_killed_the_other_takes_over_within_its_lease(database: Watched) -> None:
    async def story() -> None:
        killed_until = START + LASTING
        await database.do(lambda connection: _lease(connection, "killed", killed_until))
        other = Process(database, "other")
        await asyncio.sleep(LASTING.total_seconds() * 2)
        assert LASTING.total_seconds() <= other.began[0] <= LASTING.total_seconds() + 2
        await other.stop()

    fast_loop.run(story(), database)


def test_a_leader_that_cannot_renew_its_lease_stops_before_another_may_begin(sqlite_database: Watched) -> None:
    async def story() -> None:
        failing = False

        def fail(_: Connection) -> None:
            if failing:
                raise OperationalError("BEGIN", None, Exception("database is locked"))

        event.listen(sqlite_database.engine, "begin", fail)
        leader = Process(sqlite_database, "one")
        await asyncio.sleep(60)
        failing, failed = True, asyncio.get_running_loop().time()
        await asyncio.sleep(120)
        assert leader.ended[0] - failed <= LASTING.total_seconds() * 4 / 3 + 1
        assert leader.said == ["Leader: the lease could not be renewed; another process may lead now"]
        failing = False
        await asyncio.sleep(60)
        assert len(leader.began) == 2, "it leads again once it can"
        await leader.stop()

    fast_loop.run(story(), sqlite_database)


def _lease(connection: Connection, holder: str, until: datetime) -> None:
    from bot.store import leases

    assert leases.acquire(connection, "leader", holder, until - LASTING, LASTING)


@pytest.mark.parametrize("rate", [1.0, 30.0, 1000.0])
def test_the_pace_is_kept_and_slows_down_when_the_carrier_asks(rate: float) -> None:
    async def story() -> None:
        pace, loop = Pace(rate), asyncio.get_running_loop()
        times = []
        for _ in range(200):
            await pace.wait()
            times.append(loop.time())
        assert (times[-1] - times[0]) * rate == pytest.approx(199), "so many a second, no more and no less"
        asked = loop.time()
        pace.slow_down(7)
        await pace.wait()
        assert loop.time() - asked > 6.999
        after = loop.time()
        await pace.wait()
        assert (loop.time() - after) * rate == pytest.approx(1 / 0.714, rel=0.01), "slower at first"
        for _ in range(30):
            await pace.wait()
        full = loop.time()
        await pace.wait()
        assert (loop.time() - full) * rate == pytest.approx(1), "and back at the full rate"

    fast_loop.run(story())
