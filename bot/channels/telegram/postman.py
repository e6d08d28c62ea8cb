"""Delivering what waits: each chat in order, chats beside one another, at a pace that Telegram allows."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from aiolimiter import AsyncLimiter
from pydantic import ValidationError

from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.sending import Body, Parcel
from bot.channels.telegram.words import Words
from bot.core.delivery import Blocked, Later, Outcome, Refused, Sent, Waiting

AT_ONCE = 48
"""Most sends at a time. Those that Telegram leaves without an answer count as well, until their time is over."""
_LONGEST_WAIT = 60.0
_GROWTH = 2
_IN_FLIGHT_SECONDS = 25.0
"""How long sends that have begun may take at the end: cut off, nobody would know whether they arrived."""


class Postman:
    """Sends waiting replies. What cannot be sent now is tried again; what is still unsent at the end waits in the store for the next start."""

    def __init__(self, inbox: Inbox, send: Callable[[Parcel], Awaitable[Outcome]], per_second: float, words: Words) -> None:
        """`per_second`: most messages a second over all chats. `words` are told, in one line, what went wrong."""
        self._inbox = inbox
        self._send = send
        self._pace = AsyncLimiter(per_second, 1)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._words = words
        self._queues: dict[str, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
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
        try:
            body = Body.model_validate_json(reply.body)
        except ValidationError:
            return await self._settled(reply, "", Refused("another version of this program wrote it"))
        parcel = Parcel(body, await self._earlier(reply, body))
        wait = 0.0
        while isinstance(outcome := await self._paced(parcel), Later):
            self._words.say(f"Telegram: {outcome.reason}; trying again")
            wait = max(outcome.seconds, min(wait * _GROWTH, _LONGEST_WAIT))
            if await self._stopped_within(wait):
                return outcome
        return await self._settled(reply, str(body.address.answers or ""), outcome)

    async def _paced(self, parcel: Parcel) -> Outcome:
        async with self._pace, self._room:
            return await self._send(parcel)

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False

    async def _settled(self, reply: Waiting, answers: str, outcome: Outcome) -> Outcome:
        """The outcome, once it is noted: `answers` is the message that the reply answers."""
        if not isinstance(outcome, Sent | Blocked):
            self._words.say(f"Telegram: an answer was lost: {outcome.reason}")
        await self._inbox.settle(reply, answers, outcome.messages if isinstance(outcome, Sent) else ())
        return outcome

    async def _earlier(self, reply: Waiting, body: Body) -> tuple[int, ...]:
        """Our messages whose place the reply takes: the one whose button was pressed, or those that answered before the edit."""
        if body.address.replaces:
            return (body.address.replaces,)
        if not body.address.edited:
            return ()
        return tuple(int(message) for message in await self._inbox.answers_to(reply.chat, str(body.address.answers)))
