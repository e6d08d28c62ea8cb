"""The services of `run`, wired and run together: the store, Telegram, the web server; a signal stops them in good order."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from telegram.error import InvalidToken

from bot.channels.telegram.channel import Options, TelegramChannel
from bot.channels.telegram.words import Words
from bot.core.knowledge import Knowledge
from bot.inbox.durable import DurableInbox
from bot.settings import ServiceError, Settings, Telegram
from bot.store.database import Database, StoreError
from bot.store.migrate import migrate

_FINISH_SECONDS = 5
"""How long requests that are being answered may take at the end."""
_BACKLOG = 1024

Say = Callable[[str], None]


def open_store(url: str) -> Database:
    """The database with its tables up to date; raises ServiceError."""
    try:
        database = Database(url)
    except StoreError as error:
        raise ServiceError(f"DATABASE_URL: {error}") from error
    try:
        migrate(database)
    except StoreError as error:
        database.close()
        raise ServiceError(f"DATABASE_URL: {error}") from error
    return database


def serve(settings: Settings, knowledge: Callable[[], Knowledge], now: Callable[[], datetime], say: Say) -> None:
    """Serve Telegram until a signal comes; raises ServiceError."""
    for library in ("telegram", "stamina"):  # their lines hold tracebacks, and addresses with the token; ours say the same in words
        logging.getLogger(library).setLevel(logging.CRITICAL)
    telegram = settings.telegram
    if telegram is None:
        return
    with open_store(settings.database) as database:
        inbox = DurableInbox("telegram", knowledge, database, now, Words(say, now).say)
        options = Options(telegram.token, telegram.base, telegram.per_second, settings.public_url, telegram.secret)
        channel = TelegramChannel(options, inbox, knowledge, now, say)
        try:
            asyncio.run(_until_stopped(settings, telegram, channel, say))
        except InvalidToken as error:
            raise ServiceError(f"TELEGRAM_BOT_TOKEN: {telegram.base} does not know this token; copy it again from @BotFather") from error
        except SQLAlchemyError as error:
            raise ServiceError(f"DATABASE_URL: the database cannot be used: {getattr(error, 'orig', None) or error}") from error


async def _until_stopped(settings: Settings, telegram: Telegram, channel: TelegramChannel, say: Say) -> None:
    """Run the channel until SIGINT or SIGTERM, then let it finish what it received."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with channel:
        await _first_end([stop.wait(), _webhook(settings, channel) if telegram.webhook else channel.poll()])
        say("Stopping: what was received is answered first.")


async def _webhook(settings: Settings, channel: TelegramChannel) -> None:
    """Listen, and tell Telegram where."""

    async def announced() -> None:
        await channel.announce()
        await asyncio.Event().wait()

    await _first_end([_listen(settings, Starlette(routes=[channel.route()])), announced()])


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
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=_FINISH_SECONDS)
    server = _Server(config)
    serving = asyncio.create_task(server.serve([_listener(settings.host, settings.port)]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens. That it is TCP must be said, or asyncio leaves Nagle's delay on and each answer takes 40 ms."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServiceError(f"HOST: {host!r} is no address of this machine") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ServiceError(f"PORT: nothing can listen on {host}:{port} ({error.strerror}); another program may be there") from error
    return listener
