"""Waking everybody who waits for a change, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Rung at each change; whoever waits looks again."""

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None

    def ring(self) -> None:
        """Wake all who wait."""
        if self._event is not None:
            self._event.set()
            self._event = None

    async def until(self, look: Callable[[], Found | None], timeout: float) -> Found | None:  # noqa: ASYNC109
        """What `look` finds, looking again at each ring; None when the time is over."""
        found = look()
        if found is not None or timeout <= 0:
            return found
        try:
            async with asyncio.timeout(timeout):
                while found is None:
                    self._event = self._event or asyncio.Event()
                    await self._event.wait()
                    found = look()
        except TimeoutError:
            return look()
        return found
