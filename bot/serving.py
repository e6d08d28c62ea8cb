"""The services of `run`, wired and run together: the store, Telegram, the web server; a signal stops them in good order."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from telegram.error import InvalidToken

from bot.channels.telegram.channel import Options, TelegramChannel
from bot.core.knowledge import Knowledge
from bot.inbox.durable import DurableInbox
from bot.settings import ServiceError, Settings, Telegram
from bot.store.database import Database, StoreError
from bot.store.migrate import migrate

Say = Callable[[str], None]


def open_store(url: str) -> Database:
    """The database with its tables up to date; raises ServiceError."""
    try:
        database = Database(url)
        migrate(database)
    except StoreError as error:
        raise ServiceError(f"DATABASE_URL: {error}") from error
    return database


def serve(settings: Settings, knowledge: Callable[[], Knowledge], now: Callable[[], datetime], say: Say) -> None:
    """Serve Telegram and SMS until a signal comes; raises ServiceError."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL)  # its lines hold addresses with the token, and tracebacks; ours say the same in words
    with open_store(settings.database) as database:
        try:
            asyncio.run(_until_stopped(settings, Services(knowledge, database, now, say)))
        except InvalidToken as error:
            raise ServiceError("TELEGRAM_BOT_TOKEN: Telegram does not know this token; copy it again from @BotFather") from error


@dataclass(frozen=True, slots=True)
class Services:
    """What every channel needs."""

    knowledge: Callable[[], Knowledge]
    database: Database
    now: Callable[[], datetime]
    say: Say

    def telegram(self, settings: Settings, telegram: Telegram) -> TelegramChannel:
        """The Telegram channel."""
        inbox = DurableInbox("telegram", self.knowledge, self.database, self.now)
        options = Options(telegram.token, telegram.base, telegram.per_second, settings.public_url, telegram.secret)
        return TelegramChannel(options, inbox, self.knowledge, self.now, self.say)


async def _until_stopped(settings: Settings, services: Services) -> None:
    """Run the channels until SIGINT or SIGTERM, then let them finish what they received."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    work: list[Coroutine[Any, Any, Any]] = [stop.wait()]
    web = Starlette()
    async with AsyncExitStack() as channels:
        if settings.telegram:
            channel = await channels.enter_async_context(services.telegram(settings, settings.telegram))
            work.append(_announced(channel) if settings.telegram.webhook else channel.poll())
            web.routes.extend([channel.route()] if settings.telegram.webhook else [])
        if settings.sms:
            from bot.sms_service import sms_channel  # its carriers' libraries are for those who use them

            sms = sms_channel(settings.sms, services.knowledge, services.database, services.now, services.say)
            web.routes.extend((await channels.enter_async_context(sms)).routes())
        if web.routes:
            work.append(_listen(settings, web))
        await _first_end(work)
        services.say("Stopping: what was received is answered first.")


async def _announced(channel: TelegramChannel) -> None:
    """Tell Telegram where we listen."""
    await channel.announce()
    await asyncio.Event().wait()


async def _first_end(work: list[Coroutine[Any, Any, Any]]) -> None:
    """Run these side by side until one ends or fails, then stop the others."""
    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Server(uvicorn.Server):
    """A web server that leaves the signals to us."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def _listen(settings: Settings, app: Starlette) -> None:
    """Serve the web until cancelled; requests that are being answered are finished. Raises ServiceError."""
    server = _Server(uvicorn.Config(app, host=settings.host, port=settings.port, log_level="critical", access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    except SystemExit as error:
        raise ServiceError(f"PORT: nothing can listen on {settings.host}:{settings.port}; another program may be there") from error
