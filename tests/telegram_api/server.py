"""Running the fake: in a thread of the tests with a loop of its own, or as its own process."""

import asyncio
import contextlib
import json
import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from uvicorn.server import ServerState

from tests.telegram_api.api import Api
from tests.telegram_api.app import make_app
from tests.telegram_api.client import FakeTelegram, RemoteTelegram
from tests.telegram_api.connection import Breakable
from tests.telegram_api.control import Control
from tests.telegram_api.telegram import Settings, Telegram

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Parts:
    """A fake that is wired up but not yet listening."""

    api: Api
    control: Control


def build(settings: Settings) -> Parts:
    """Wire a fake up; must run in the loop that will serve it."""
    api = Api(Telegram(settings))
    return Parts(api, Control(api))


async def serve(parts: Parts, listener: socket.socket, until: asyncio.Event) -> None:
    """Serve until told to stop; open connections are broken off then."""
    app = make_app(parts.api, parts.control)
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, proxy_headers=False, timeout_keep_alive=75)
    config.load()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Breakable(config=config, server_state=state, app_state={}), sock=listener)
    try:
        await until.wait()
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await parts.api.close()


def listen(port: int = 0) -> socket.socket:
    """A listening socket. That it is TCP must be said, or asyncio leaves Nagle's delay on and each answer takes 40 ms."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1024)
    return listener


class _ThreadTelegram(FakeTelegram):
    """A fake in a thread of this process; operations hop over to its loop."""

    def __init__(self, settings: Settings, port: int) -> None:
        self._listener = listen(port)
        super().__init__(f"http://127.0.0.1:{self._listener.getsockname()[1]}", settings.token)
        self._settings = settings
        self._ready: Future[tuple[asyncio.AbstractEventLoop, Control, asyncio.Event]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="telegram", daemon=True)

    async def _main(self) -> None:
        parts, stop = build(self._settings), asyncio.Event()
        self._ready.set_result((asyncio.get_running_loop(), parts.control, stop))
        await serve(parts, self._listener, stop)

    def start(self) -> None:
        self._thread.start()
        self._loop, self._control, self._stop = self._ready.result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def call(self, operation: str, **arguments: Any) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._control.call(operation, arguments), self._loop))


@contextlib.asynccontextmanager
async def in_thread(settings: Settings | None = None, port: int = 0) -> AsyncIterator[FakeTelegram]:
    """A fake in a thread of this process."""
    fake = _ThreadTelegram(settings or Settings(), port)
    fake.start()
    try:
        yield fake
    finally:
        fake.stop()


@contextlib.asynccontextmanager
async def in_process(*options: str) -> AsyncIterator[FakeTelegram]:
    """A fake as its own process, with the options of the command line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.telegram_api", *options, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no output to read the port from")
        hello = json.loads(await process.stdout.readline())
        async with httpx.AsyncClient(base_url=hello["url"], timeout=None, trust_env=False) as client:  # noqa: S113
            yield RemoteTelegram(hello["url"], hello["token"], client)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()
