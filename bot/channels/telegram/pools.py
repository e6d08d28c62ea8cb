"""HTTP to Telegram over several small pools of connections.

httpcore looks at every connection of a pool, several times, at each request: with one pool for all, that costs more than the requests themselves.
"""

from typing import Any

import httpx
from telegram.request import BaseRequest, HTTPXRequest

_EACH = 8
"""Connections of a pool."""


_AT_FIRST = 8
"""Pools from the beginning; further ones are made when all are busy."""


class Pools(BaseRequest):
    """Gives each request to the pool that has least to do, the first of them where all rest, so that connections are used again."""

    def __init__(self, connections: int, timeout: float) -> None:
        """`connections`: most at a time; `timeout`: seconds to wait for an answer, or for a free connection."""
        self._timeout = timeout
        self._trust = {"verify": httpx.create_ssl_context()}
        self._most = -(-connections // _EACH)
        self._pools = [self._pool() for _ in range(min(_AT_FIRST, self._most))]
        self._busy = [0] * len(self._pools)

    def _pool(self) -> HTTPXRequest:
        return HTTPXRequest(connection_pool_size=_EACH, read_timeout=self._timeout, pool_timeout=self._timeout, httpx_kwargs=self._trust)

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer."""
        return self._timeout

    async def initialize(self) -> None:
        """Make ready."""
        for pool in self._pools:
            await pool.initialize()

    async def shutdown(self) -> None:
        """Close all connections."""
        for pool in self._pools:
            await pool.shutdown()

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """One request; its parameters are those of python-telegram-bot's own."""
        number = self._busy.index(min(self._busy))
        if self._busy[number] >= _EACH and len(self._pools) < self._most:
            number = len(self._pools)
            self._pools.append(self._pool())
            self._busy.append(0)
        self._busy[number] += 1
        try:
            return await self._pools[number].do_request(*arguments, **options)
        finally:
            self._busy[number] -= 1
