"""The bot as a process of its own, as it is deployed: `python -m bot run` with its settings in the environment."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.ports import free_port
from tests.said import Said
from tests.telegram_api.server import ROOT

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz012345"  # noqa: S105
"""A token of the form that Telegram's have; give it to the fake as well."""

_STATES = ("Web: ", "Telegram: on", "Alerts: ", "SMS: o")


class BotProcess:
    """A running bot. `said` are the lines on its standard error, without those that say at the start what is on."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.said = Said()
        self._process = process
        self._listening = asyncio.create_task(self._listen())

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        """The exit code, once there is one."""
        async with asyncio.timeout(40):
            await self._listening
            return await self._process.wait()

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            told = line.decode().rstrip("\n")
            if not told.startswith(_STATES):
                self.said.append(told)


@contextlib.asynccontextmanager
async def running(url: str, folder: Path, **environment: str) -> AsyncIterator[BotProcess]:
    """A bot on the Telegram at `url`, its database in the folder; killed at the end if it still runs."""
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": url,
        "TELEGRAM_PER_SECOND": "1000",
        "DATABASE_URL": f"sqlite:///{folder}/bot.sqlite",
        "PORT": str(free_port()),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "bot", "run"),
        cwd=ROOT,
        env=os.environ | settings | environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    bot = BotProcess(process)
    try:
        yield bot
    finally:
        await bot.stop(signal.SIGKILL)
