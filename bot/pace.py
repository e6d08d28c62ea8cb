"""A pace for sending: so many a second, evenly; slower after the carrier asked for it, then slowly back."""

import asyncio

_SLOWER = 0.7
_FASTER = 1.02
_LEAST = 0.05
"""Share of the full rate that is always left."""


class Pace:
    """Gives out turns; times in seconds of the event loop's clock."""

    def __init__(self, per_second: float) -> None:
        """`per_second`: the full rate."""
        self._full = per_second
        self._rate = per_second
        self._next = 0.0
        self._paused_until = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        turn = max(self._next, self._paused_until, loop.time())
        self._rate = min(self._full, self._rate * _FASTER)
        self._next = turn + 1 / self._rate
        while (left := max(turn, self._paused_until) - loop.time()) > 0:  # noqa: ASYNC110  # a pause may grow while we sleep
            await asyncio.sleep(left)

    def slow_down(self, seconds: float) -> None:
        """The carrier wants nothing for so long, and less after that."""
        self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + seconds)
        self._rate = max(self._full * _LEAST, self._rate * _SLOWER)
