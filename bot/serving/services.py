"""Services that run side by side, and one good end for all of them."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.routing import BaseRoute

from bot.core.knowledge import Knowledge
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store.database import Database

Say = Callable[[str], None]
"""A line for the administrator."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What services are made of."""

    settings: Settings
    knowledge: Callable[[], Knowledge]
    database: Database
    now: Callable[[], datetime]
    say: Say
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Service:
    """Something that runs beside the others.

    `state` says in one line that it is on, or off and how to switch it on. `run` works until it is cancelled, then finishes what it has received;
    None where it is off. `routes`: where the world reaches it over HTTP.
    """

    state: str
    run: Callable[[], Coroutine[Any, Any, None]] | None = None
    routes: tuple[BaseRoute, ...] = ()


async def run_together(services: Sequence[Service], say: Say) -> None:
    """Run until SIGINT or SIGTERM comes or one service ends, then let all of them finish; raises what a service raised."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    for service in services:
        say(service.state)
    tasks = [asyncio.create_task(service.run()) for service in services if service.run]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)  # a second Ctrl-C ends at once
        if stopping.done():
            say("Stopping: what was received is answered first.")
        for task in (stopping, *tasks):
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
            raise end
