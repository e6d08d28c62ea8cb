"""Uvicorn's HTTP connection, with a handle to break it off, and with one write for each answer."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol


class Breakable(H11Protocol):
    """Requests find the transport in their state, so that a fault can end it without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where requests find it."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(cast("asyncio.Transport", _OneWrite(transport)))


class _OneWrite:
    """A transport that sends the head and the body of an answer together: half the system calls, which cost most here."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        data, self._waiting = b"".join(self._waiting), []
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
