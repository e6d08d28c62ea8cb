"""Uvicorn's HTTP connection, with a handle to break it off."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Breakable(H11Protocol):
    """Requests find the transport in their state, so that a fault can end it without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where requests find it."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
