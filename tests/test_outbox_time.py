"""A broadcast over time: outages, locked databases, jumping clocks, nights when the clock changes; on an event loop whose waiting takes no time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, insert
from sqlalchemy.exc import OperationalError
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.telegram.broadcast import Broadcast
from bot.core.delivery import Later, Outcome, Sent
from bot.core.hours import TZ
from bot.core.push import Audience, Delivery, Message, Push, Recipient
from bot.outbox import Outbox
from bot.store import deliveries
from bot.store.tables import subscriptions
from tests import fast_loop
from tests.centre import Post
from tests.fast_loop import Watched
from tests.ports import free_port

RATE = 30.0
START = datetime(2027, 1, 14, 12, tzinfo=UTC)
PEOPLE = 450


def add(database: Watched, at: datetime, people: int = PEOPLE, expires: timedelta = timedelta(hours=12), *, resend: bool = False) -> None:
    """So many subscribers and a message to all of them."""
    fresh = [{"channel": "telegram", "chat": str(chat), "topic": "mroz", "lang": "pl", "consent": "tak", "at": 0} for chat in range(people)]
    push = Push("p", Message({"pl": "Mróz"}, {}), Audience(("mroz",), ("telegram",)), at, at + expires, resend)

    def job(connection: Connection) -> None:
        connection.execute(insert(subscriptions), fresh)
        deliveries.add_push(connection, push)

    database.do_now(job)


class Stage:
    """An outbox that runs, and what it sends."""

    def __init__(self, database: Watched, start: datetime, rate: float = RATE) -> None:
        self.database = database
        self.post = Post(rate)
        self.said: list[str] = []
        self.time = asyncio.get_running_loop().time
        self.now = fast_loop.clock(start)

    def box(self, now: Callable[[], datetime] | None = None, holder: str = "test") -> Outbox:
        """A process that sends."""
        return Outbox(self.database, {"telegram": self.post}, now or self.now, holder, self.said.append)

    @asynccontextmanager
    async def running(self, now: Callable[[], datetime] | None = None, holder: str = "test") -> AsyncIterator[None]:
        """It runs until the end of the block, and ends in good order."""
        task = asyncio.ensure_future(self.box(now, holder).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def settled(self) -> Counter[str]:
        """Once nothing waits any more."""
        while {"queued", "claimed"}.intersection(told := await self.database.do(deliveries.counts)) or not told:  # noqa: ASYNC110  # takes no time here
            await asyncio.sleep(10)
        return told

    def each_once(self) -> bool:
        """Whether nobody got it twice."""
        return max(Counter(to for to, _ in self.post.sent).values()) == 1


def test_a_minute_without_telegram_in_the_middle_costs_a_minute_and_nobody(database: Watched) -> None:
    add(database, START)

    async def story() -> None:
        stage = Stage(database, START)
        tries = 0

        def outcome(_delivery: Delivery) -> Outcome:
            nonlocal tries
            tries += 1
            return Later(1.0, "Telegram cannot be reached") if 5 <= stage.time() < 65 else Sent()

        stage.post.outcome = outcome
        async with stage.running():
            assert await stage.settled() == {"sent": PEOPLE}
            assert stage.each_once()
            assert stage.time() < 65 + PEOPLE / RATE + 45
            assert tries < PEOPLE + 400, "a carrier that is away is not hammered at"

    fast_loop.run(story(), database)


async def test_the_real_client_takes_a_closed_door_for_later() -> None:
    async with HTTPXRequest() as request:
        bot = Bot("123:TOKEN", base_url=f"http://127.0.0.1:{free_port()}/bot", request=request)
        delivery = Delivery(1, Recipient("telegram", "1"), Message({"pl": "Mróz"}, {}), 0, resend=False)
        assert isinstance(await Broadcast(bot, 30).send(delivery), Later)


@pytest.mark.parametrize("night", [datetime(2026, 10, 25, 0, 55, tzinfo=UTC), datetime(2027, 3, 28, 0, 55, tzinfo=UTC)])
def test_while_the_clock_changes_everybody_gets_it_once(sqlite_database: Watched, night: datetime) -> None:
    """From five minutes before the change on, one message a second; some must wait over it."""
    add(sqlite_database, night)

    async def story() -> None:
        stage = Stage(sqlite_database, night, rate=1.0)
        waited: set[str] = set()

        def outcome(delivery: Delivery) -> Outcome:
            if int(delivery.to.chat) % 150 or delivery.to.chat in waited:
                return Sent()
            waited.add(delivery.to.chat)
            return Later(60, "Telegram asks to wait")

        stage.post.outcome = outcome
        async with stage.running():
            assert await stage.settled() == {"sent": PEOPLE}
        assert stage.each_once()
        before, after = (moment.astimezone(TZ).utcoffset() for moment in (night, stage.now()))
        assert before != after

    fast_loop.run(story(), sqlite_database)


@pytest.mark.parametrize("resend", [False, True])
def test_a_database_that_is_locked_for_half_a_minute_loses_and_doubles_nobody(sqlite_database: Watched, resend: bool) -> None:  # noqa: FBT001
    add(sqlite_database, START, resend=resend)

    async def story() -> None:
        stage = Stage(sqlite_database, START)

        def locked(_: Connection) -> None:
            if 5 <= stage.time() < 35 and stage.post.sent:
                raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))

        event.listen(sqlite_database.engine, "begin", locked)
        async with stage.running():
            await asyncio.sleep(40)
            assert await stage.settled() == {"sent": PEOPLE}
        assert stage.each_once()
        assert any("the database fails (OperationalError)" in line for line in stage.said)

    fast_loop.run(story(), sqlite_database)


def test_a_clock_that_jumps_back_and_forth_doubles_nobody(sqlite_database: Watched) -> None:
    add(sqlite_database, START)

    async def story() -> None:
        stage = Stage(sqlite_database, START)

        def now() -> datetime:
            jump = {0: timedelta(0), 1: timedelta(hours=-2), 2: timedelta(hours=3)}.get(int(stage.time() // 5), timedelta(0))
            return stage.now() + jump

        async with stage.running(now):
            assert await stage.settled() == {"sent": PEOPLE}
        assert stage.each_once()

    fast_loop.run(story(), sqlite_database)


def test_a_clock_that_jumps_over_the_end_leaves_the_rest_unsent_and_says_so(sqlite_database: Watched) -> None:
    add(sqlite_database, START, expires=timedelta(hours=1))

    async def story() -> None:
        stage = Stage(sqlite_database, START)
        async with stage.running(lambda: stage.now() + (timedelta(hours=2) if stage.time() > 5 else timedelta(0))):
            told = await stage.settled()
        assert set(told) == {"sent", "expired"}
        assert told["sent"] == len(stage.post.sent) < told["expired"]

    fast_loop.run(story(), sqlite_database)


@pytest.mark.parametrize(("late", "told"), [(timedelta(hours=3), {"sent": PEOPLE}), (timedelta(hours=13), {})])
def test_started_late_what_still_holds_goes_out_and_what_does_not_stays(sqlite_database: Watched, late: timedelta, told: dict[str, int]) -> None:
    add(sqlite_database, START)

    async def story() -> None:
        stage = Stage(sqlite_database, START + late)
        async with stage.running():
            await asyncio.sleep(60)
        assert dict(await sqlite_database.do(deliveries.counts)) == told
        assert len(stage.post.sent) == told.get("sent", 0)

    fast_loop.run(story(), sqlite_database)


def test_stopped_in_good_order_nothing_is_uncertain_and_the_next_process_goes_on(sqlite_database: Watched) -> None:
    add(sqlite_database, START)

    async def story() -> None:
        stage = Stage(sqlite_database, START)
        for holder in ("first", "second", "third"):
            async with stage.running(holder=holder):
                await asyncio.sleep(5)
            told = await sqlite_database.do(deliveries.counts)
            assert set(told) <= {"sent", "queued"}
        async with stage.running(holder="last"):
            assert await stage.settled() == {"sent": PEOPLE}
        assert stage.each_once()

    fast_loop.run(story(), sqlite_database)
