"""What the administrator was told, to be waited for."""

import asyncio


class Said(list[str]):
    """Lines that can be waited for; made in the running loop, and given to `Informator.said` before it is started."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    def append(self, line: str) -> None:
        """Note a line and wake who waits for it; the store's thread speaks as well."""
        super().append(line)
        self._loop.call_soon_threadsafe(self._changed.set)

    async def until(self, part: str, seconds: float = 10) -> str:
        """The first line with this in it."""
        async with asyncio.timeout(seconds):
            while (found := next((line for line in self if part in line), None)) is None:
                self._changed.clear()
                await self._changed.wait()
        return found
