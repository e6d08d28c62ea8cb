"""Delivering messages to many: claimed, sent, recorded, one row at a time; resumable at any point, paced, nobody twice.

A row is claimed, and the claim committed, right before its message goes out; what was claimed when a process died is uncertain, never sent
blindly again. No transaction is open while a carrier is spoken to.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.core.delivery import Blocked, Later, Outcome, Refused, Sent
from bot.core.push import Delivery, State
from bot.pace import Pace
from bot.store import deliveries, subscriptions
from bot.store.database import Database

_IN_FLIGHT = 8
"""Messages under way at once. Whatever is under way when the process dies is uncertain, so no more than the pace needs."""
_LONGEST_WAIT = timedelta(minutes=5)
_FIRST_WAIT = timedelta(seconds=5)
_IDLE_SECONDS = 1.0


class Sender(Protocol):
    """A channel that can send to many. Telegram, its public channel, the SMS gateways have one each."""

    per_second: float
    """Most messages a second."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Send one message; carriers' failures become outcomes."""


class Outbox:
    """Sends what is due. One process at a time runs it: the leader."""

    def __init__(self, database: Database, senders: Mapping[str, Sender], now: Callable[[], datetime], holder: str, say: Callable[[str], None]) -> None:
        """`holder` names this process in the rows that it claims."""
        self._database = database
        self._senders = senders
        self._paces = {channel: Pace(sender.per_second) for channel, sender in senders.items()}
        self._now = now
        self._holder = holder
        self._say = say
        self._free = asyncio.Semaphore(_IN_FLIGHT)
        self._sending: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; what is being sent then is brought to its end."""
        lost = await self._database.do(lambda connection: deliveries.recover(connection, self._holder, self._now()))
        if lost:
            self._say(f"Outbox: of {lost} messages nobody knows whether they arrived before the restart")
        try:
            while True:
                try:
                    idle = not await self.send_due()
                except SQLAlchemyError as error:
                    self._say(f"Outbox: the database fails ({type(error).__name__}); nothing is lost, trying again")
                    idle = True
                if idle:
                    await self._rest()
        finally:
            await asyncio.gather(*self._sending, return_exceptions=True)

    async def send_due(self) -> int:
        """Send everything that is due now; how many messages were tried."""
        await self._database.do(lambda connection: deliveries.spread(connection, self._now()))
        await self._database.do(lambda connection: deliveries.expire(connection, self._now()))
        tried = last = 0
        while True:
            after = last
            rows = await self._database.do(lambda connection: deliveries.due(connection, self._senders, self._now(), after))  # noqa: B023
            for row in rows:
                await self._start(row)
                last = row.id
            tried += len(rows)
            if not rows:
                break
        await asyncio.gather(*self._sending)
        return tried

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _start(self, delivery: Delivery) -> None:
        """Begin to send when the pace allows and somebody is free."""
        await self._paces[delivery.to.channel].wait()
        await self._free.acquire()
        task = asyncio.create_task(self._deliver(delivery))
        self._sending.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._free.release()
        if not task.cancelled() and task.exception() is not None:
            self._say(f"Outbox: a delivery could not be recorded ({type(task.exception()).__name__})")

    async def _deliver(self, delivery: Delivery) -> None:
        channel = delivery.to.channel
        mine = await self._database.do(lambda connection: deliveries.claim(connection, delivery.id, self._holder, self._now()))
        if not mine:
            return
        outcome = await self._senders[channel].send(delivery)
        if isinstance(outcome, Later):
            self._paces[channel].slow_down(outcome.seconds)
            await self._record(delivery, State.QUEUED, self._now() + self._wait(delivery, outcome))
        elif isinstance(outcome, Blocked):
            await self._database.do(lambda connection: subscriptions.unsubscribe(connection, delivery.to))
            await self._record(delivery, State.BLOCKED)
        elif isinstance(outcome, Sent):
            await self._record(delivery, State.SENT)
        elif isinstance(outcome, Refused):
            await self._record(delivery, State.FAILED)
        elif delivery.resend and not delivery.attempts:
            await self._record(delivery, State.QUEUED, self._now() + _FIRST_WAIT)
        else:
            await self._record(delivery, State.UNCERTAIN)

    @staticmethod
    def _wait(delivery: Delivery, outcome: Later) -> timedelta:
        grown = _FIRST_WAIT * 2 ** min(delivery.attempts, 10)
        return max(timedelta(seconds=outcome.seconds), min(grown, _LONGEST_WAIT)) if delivery.attempts else timedelta(seconds=outcome.seconds)

    async def _record(self, delivery: Delivery, state: State, due: datetime | None = None) -> None:
        """Write down what became of it, however long the database is busy: a sent message must not be sent again."""
        while True:
            try:
                await self._database.do(lambda connection: deliveries.record(connection, delivery.id, state, self._now(), due))
            except SQLAlchemyError as error:
                self._say(f"Outbox: the database fails ({type(error).__name__}); trying again")
                await asyncio.sleep(_IDLE_SECONDS)
            else:
                return
