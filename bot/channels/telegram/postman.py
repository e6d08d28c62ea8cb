"""Delivering what waits: each chat in order, chats beside one another, at a pace that Telegram allows."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from aiolimiter import AsyncLimiter

from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.sending import Body, Parcel
from bot.core.delivery import Blocked, Later, Outcome, Sent, Waiting

_LONGEST_WAIT = 60.0
_GROWTH = 2


class Postman:
    """Sends waiting replies. What cannot be sent now is tried again; what is still unsent at the end waits in the store for the next start."""

    def __init__(self, inbox: Inbox, send: Callable[[Parcel], Awaitable[Outcome]], per_second: float, say: Callable[[str], None]) -> None:
        """`per_second`: most messages a second over all chats. `say` is told, in one line, what went wrong."""
        self._inbox = inbox
        self._send = send
        self._pace = AsyncLimiter(per_second, 1)
        self._say = say
        self._queues: dict[str, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

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
        """Send what can be sent within the time, leave the rest where it waits."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, chat: str) -> None:
        """Deliver a chat's replies one after the other."""
        queue = self._queues[chat]
        try:
            while queue:
                outcome = await self._deliver(queue[0])
                queue.popleft()
                while isinstance(outcome, Blocked) and queue:
                    await self._inbox.settle(queue.popleft(), "", ())
        finally:
            del self._queues[chat]

    async def _deliver(self, reply: Waiting) -> Outcome:
        body = Body.model_validate_json(reply.body)
        parcel = Parcel(body, await self._earlier(reply, body))
        wait = 0.0
        while True:
            async with self._pace:
                outcome = await self._send(parcel)
            if not isinstance(outcome, Later):
                break
            wait = max(outcome.seconds, min(wait * _GROWTH, _LONGEST_WAIT))
            self._say(f"Telegram: {outcome.reason}; trying again")
            await asyncio.sleep(wait)
        if not isinstance(outcome, Sent | Blocked):
            self._say(f"Telegram: an answer was lost: {outcome.reason}")
        answered = str(body.address.answers or "")
        await self._inbox.settle(reply, answered, outcome.messages if isinstance(outcome, Sent) else ())
        return outcome

    async def _earlier(self, reply: Waiting, body: Body) -> tuple[int, ...]:
        """Our messages whose place the reply takes: the one whose button was pressed, or those that answered before the edit."""
        if body.address.replaces:
            return (body.address.replaces,)
        if not body.address.edited:
            return ()
        return tuple(int(message) for message in await self._inbox.answers_to(reply.chat, str(body.address.answers)))
