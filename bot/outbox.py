"""Delivering messages to many: claimed, sent, recorded, one row at a time; resumable at any point, paced, nobody twice.

A row is claimed, and the claim committed, right before its message goes out; what was claimed when a process died is uncertain, never sent
blindly again. No transaction is open while a carrier is spoken to.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import spending
from bot.core.delivery import Blocked, Later, Outcome, Refused, Sent
from bot.core.push import Delivery, State
from bot.pace import Pace
from bot.spending import Budget
from bot.store import deliveries, sms_spent, subscriptions
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

    def __init__(  # noqa: PLR0913
        self,
        database: Database,
        senders: Mapping[str, Sender],
        now: Callable[[], datetime],
        holder: str,
        say: Callable[[str], None],
        *,
        budget: Callable[[], Budget] = Budget,
        pace: Callable[[float], Pace] = Pace,
    ) -> None:
        """`holder` names this process in the rows that it claims; `budget`: the caps of SMS at the moment; `pace`: made from messages a second."""
        self._database = database
        self._senders = senders
        self._paces = {channel: pace(sender.per_second) for channel, sender in senders.items()}
        self._now = now
        self._holder = holder
        self._say = say
        self._budget = budget
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
        tried = last = 0
        while rows := await self._database.do(partial(self._next, last)):
            for row in rows:
                await self._start(row)
            last = rows[-1].id
            tried += len(rows)
        await asyncio.gather(*self._sending)
        return tried

    def _next(self, after: int, connection: Connection) -> list[Delivery]:
        """The next rows to send; what has become due or stale since the last ones comes first."""
        now = self._now()
        spending.spread(connection, self._budget(), now)
        deliveries.expire(connection, now)
        return deliveries.due(connection, self._senders, now, after)

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
        message = await self._database.do(lambda connection: deliveries.claim(connection, delivery.id, self._holder, self._now()))
        if message is None:
            return
        outcome = await self._senders[channel].send(replace(delivery, message=message))
        if isinstance(outcome, Later):
            self._paces[channel].slow_down(outcome.seconds)
            await self._record(delivery, State.QUEUED, self._now() + self._wait(delivery, outcome))
        elif isinstance(outcome, Blocked):
            await self._database.do(lambda connection: subscriptions.unsubscribe(connection, delivery.to))
            await self._record(delivery, State.BLOCKED)
        elif isinstance(outcome, Sent):
            await self._record(delivery, State.SENT, parts=delivery.parts)
        elif isinstance(outcome, Refused):
            await self._record(delivery, State.FAILED)
        elif delivery.resend and not delivery.attempts:
            await self._record(delivery, State.QUEUED, self._now() + _FIRST_WAIT, parts=delivery.parts)
        else:
            await self._record(delivery, State.UNCERTAIN, parts=delivery.parts)

    @staticmethod
    def _wait(delivery: Delivery, outcome: Later) -> timedelta:
        grown = _FIRST_WAIT * 2 ** min(delivery.attempts, 10)
        return max(timedelta(seconds=outcome.seconds), min(grown, _LONGEST_WAIT)) if delivery.attempts else timedelta(seconds=outcome.seconds)

    async def _record(self, delivery: Delivery, state: State, due: datetime | None = None, parts: int = 0) -> None:
        """Write down what became of it, however long the database is busy: a sent message must not be sent again. `parts`: SMS parts that it cost."""

        def job(connection: Connection) -> None:
            deliveries.record(connection, delivery.id, state, self._now(), due)
            sms_spent.add(connection, parts, self._now())

        while True:
            try:
                await self._database.do(job)
            except SQLAlchemyError as error:
                self._say(f"Outbox: the database fails ({type(error).__name__}); trying again")
                await asyncio.sleep(_IDLE_SECONDS)
            else:
                return
