"""Delivering what waits: each chat in order, chats beside one another, at a pace that the carrier allows."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from aiolimiter import AsyncLimiter

from bot.core.delivery import TOO_OLD, Blocked, Later, Outcome, Refused, Sent, Waiting
from bot.core.dialogue import LATE

AT_ONCE = 48
"""Most sends at a time."""
HANGING = 208
"""Most sends beside them that the carrier leaves without an answer."""
_PATIENCE_SECONDS = 1.0
"""After this time without an answer a send counts as hanging, and gives its place to another chat's."""
_LONGEST_WAIT = 60.0
_GROWTH = 2
_IN_FLIGHT_SECONDS = 25.0
"""How long sends that have begun may take at the end: cut off, nobody would know whether they arrived."""


class Letter(Protocol):
    """A waiting reply made ready; sending it again goes on where it stopped."""

    answers: str
    """The id of the message that it answers, where that is to be remembered."""

    def apologise(self) -> None:
        """It goes out late: a word about that goes first, where there is room for it."""

    async def send(self) -> Outcome:
        """Send what is left of it."""


class Settling(Protocol):
    """What a postman needs of the inbox."""

    async def settle(self, reply: Waiting, message: str, sent: tuple[str, ...]) -> None:
        """The fate of a reply is known."""


Open = Callable[[Waiting], Awaitable[Letter | None]]
"""Makes a waiting reply ready; None where nobody can read it any more."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a postman goes by. `per_second`: most messages a second over all chats; `say` is told, in one line, what went wrong."""

    channel: str
    per_second: float
    now: Callable[[], datetime]
    say: Callable[[str], None]


class Postman:
    """Sends waiting replies. What cannot be sent now is tried again; what is still unsent at the end waits in the store for the next start."""

    def __init__(self, office: Office, inbox: Settling, opened: Open) -> None:
        """`opened` makes replies ready; their fate is told to the inbox."""
        self._office = office
        self._inbox = inbox
        self._open = opened
        self._pace = AsyncLimiter(office.per_second, 1)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._hanging = 0
        self._queues: dict[str, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._dropped: set[int] = set()
        self._stopping = asyncio.Event()

    def put(self, replies: Iterable[Waiting]) -> None:
        """Send these, each after what waits for its chat already."""
        for reply in replies:
            queue = self._queues.get(reply.chat)
            if queue is not None:
                queue.append(reply)
                continue
            self._queues[reply.chat] = deque([reply])
            task = asyncio.get_running_loop().create_task(self._serve(reply.chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def drop(self, chat: str) -> None:
        """Send nothing of what waits for a chat now, other than what is being sent this moment."""
        self._dropped |= {reply.id for reply in self._queues.get(chat, ())}

    async def stop(self, seconds: float) -> None:
        """Send what can be sent within the time, leave the rest where it waits; what is being sent is not cut off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_IN_FLIGHT_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, chat: str) -> None:
        """Deliver a chat's replies one after the other."""
        queue = self._queues[chat]
        try:
            while queue and not self._stopping.is_set():
                outcome = await self._deliver(queue[0])
                queue.popleft()
                while isinstance(outcome, Blocked) and queue:
                    await self._inbox.settle(queue.popleft(), "", ())
        finally:
            del self._queues[chat]

    async def _deliver(self, reply: Waiting) -> Outcome:
        letter = await self._open(reply)
        if letter is None:
            return await self._settled(reply, "", Refused("another version of this program wrote it"))
        wait = 0.0
        while isinstance(outcome := await self._attempt(reply, letter), Later):
            self._tell(f"{outcome.reason}; trying again")
            wait = max(outcome.seconds, min(wait * _GROWTH, _LONGEST_WAIT))
            if await self._stopped_within(wait):
                return outcome
        return await self._settled(reply, letter.answers, outcome)

    async def _attempt(self, reply: Waiting, letter: Letter) -> Outcome:
        async with self._pace, self._place():
            age = self._office.now() - reply.asked if reply.asked else timedelta()
            if age > TOO_OLD:
                return Refused("it could not be sent for a day")
            if age > LATE:
                letter.apologise()
            return Sent() if reply.id in self._dropped else await letter.send()

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """A place among those that send; a send that hangs leaves it to others, as long as not too many hang."""
        await self._room.acquire()
        hangs = False

        def hang() -> None:
            nonlocal hangs
            if self._hanging < HANGING:
                hangs = True
                self._hanging += 1
                self._room.release()

        patience = asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, hang)
        try:
            yield
        finally:
            patience.cancel()
            if hangs:
                self._hanging -= 1
            else:
                self._room.release()

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False

    async def _settled(self, reply: Waiting, answers: str, outcome: Outcome) -> Outcome:
        """The outcome, once it is noted."""
        if not isinstance(outcome, Sent | Blocked):
            self._tell(f"an answer was lost: {outcome.reason}")
        await self._inbox.settle(reply, answers, outcome.messages if isinstance(outcome, Sent) else ())
        self._dropped.discard(reply.id)
        return outcome

    def _tell(self, trouble: str) -> None:
        self._office.say(f"{self._office.channel}: {trouble}")
