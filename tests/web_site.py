"""The web channel as it is served, with a time of the test's own: the real application, the real store, a real port."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from bot.core.knowledge import Knowledge
from bot.inbox.stored import StoredInbox
from bot.metrics import Metrics
from bot.serving import open_store
from bot.serving.services import Parts
from bot.serving.web import listening, web_app
from bot.settings import Settings
from bot.store.database import Database
from tests.conftest import WEDNESDAY

PLENTY = 1_000_000.0


@dataclass
class Clock:
    """The time that the site thinks it is."""

    now: datetime = WEDNESDAY

    def __call__(self) -> datetime:
        """What the site calls."""
        return self.now


@dataclass
class World:
    """A site under test."""

    app: ASGIApp
    clock: Clock
    metrics: Metrics
    database: Database
    said: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def world(knowledge: Knowledge, folder: Path, **settings: object) -> Iterator[World]:
    """The application with a store in the folder."""
    said: list[str] = []
    clock, metrics = Clock(), Metrics()
    with open_store(f"sqlite:///{folder / 'test.db'}") as database:
        values = {"web_per_minute": PLENTY} | settings
        parts = Parts(Settings(**values), lambda: knowledge, database, clock, said.append, metrics)  # type: ignore[arg-type]
        app = web_app(parts, StoredInbox(parts.knowledge, database, clock, said.append))
        yield World(app, clock, metrics, database, said)


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals are the tests' own."""


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The application on a free port of this machine, in a thread; its address."""
    listener = listening("127.0.0.1", 0)
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False, server_header=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def served(knowledge: Knowledge, folder: Path, **settings: object) -> Iterator[World]:
    """A site on a port."""
    with world(knowledge, folder, **settings) as found, serving(found.app) as url:
        found.url = url
        yield found
