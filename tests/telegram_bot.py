"""The bot on the fake Telegram: the real channel and inbox on a real database file, with a clock and a knowledge that the test sets."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram.channel import Options, TelegramChannel
from bot.core.knowledge import Knowledge
from bot.inbox.durable import DurableInbox, Listeners
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.telegram_api import FakeTelegram
from tests.telegram_api.server import listen

SECRET = "s3cret"  # noqa: S105
_PER_SECOND = 1_000.0


class Clock:
    """The time that the bot and the fake Telegram go by; it stands still until the test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time, for the bot."""
        return self.at

    def timestamp(self) -> float:
        """The time, for the fake Telegram."""
        return self.at.timestamp()

    def set(self, at: datetime) -> None:
        """From now on it is that time."""
        self.at = at

    def pass_(self, time: timedelta) -> None:
        """So much time passes."""
        self.at += time


class Informator:
    """A bot that can be stopped and started again on the same database file. Use as an async context.

        async def test_...(informator: Informator, fake: FakeTelegram):
            anna = await fake.person("Anna")
            await anna.say("gdzie moge sie przespac")
            assert "Kosynierów 26" in (await anna.reply())["text"]
            await informator.restart()

    `knowledge` may be set to another one at any time; `said` is what the administrator was told.
    """

    def __init__(self, fake: FakeTelegram, folder: Path, knowledge: Knowledge, now: Callable[[], datetime], *, webhook: bool = False) -> None:
        """`folder`: where the database file is; `webhook`: be told of updates instead of polling for them."""
        self.knowledge = knowledge
        self.said: list[str] = []
        self.stop_seconds = 10.0
        self.file = folder / "bot.sqlite"
        self._fake = fake
        self._now = now
        self._webhook = webhook
        self.hello = "Telegram: delivers to the webhook" if webhook else "Telegram: connected, waiting for questions"
        """What the administrator is told where all is well."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start; with a webhook, return only once Telegram knows it."""
        self._open = contextlib.AsyncExitStack()
        self.database = self._open.enter_context(Database(f"sqlite:///{self.file}"))
        migrate(self.database)
        listener = listen() if self._webhook else None
        self.public_url = f"http://127.0.0.1:{listener.getsockname()[1]}" if listener else ""
        options = Options(self._fake.token, f"{self._fake.url}", _PER_SECOND, self.public_url, SECRET, self.stop_seconds)
        inbox = DurableInbox("telegram", lambda: self.knowledge, self.database, self._now, listeners=Listeners(self.said.append))
        self.channel = await self._open.enter_async_context(TelegramChannel(options, inbox, lambda: self.knowledge, self._now, self.said.append))
        if listener is None:
            polling = asyncio.create_task(self.channel.poll())
            self._open.push_async_callback(_ended, polling)
            return
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=[self.channel.route()]), log_config=None, access_log=False, lifespan="off"))
        server.config.load()
        serving = asyncio.create_task(server._serve([listener]))
        self._open.push_async_callback(_closed, server, serving)
        await self.channel.announce()

    async def stop(self) -> None:
        """Stop in good order: what was received is answered."""
        await self._open.aclose()

    async def restart(self) -> None:
        """Stop, and start on the same file."""
        await self.stop()
        await self.start()

    def stored(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table. What is being settled shows once the bot is stopped."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608  # names of its own tables


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _closed(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    server.should_exit = True
    await serving
