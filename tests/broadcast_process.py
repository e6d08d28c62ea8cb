"""A process that sends what waits in an outbox, to be killed at any moment: `python -m tests.broadcast_process DATABASE_URL API_URL TOKEN [RATE]`."""

import asyncio
import sys
from datetime import UTC, datetime

from telegram import Bot

from bot.channels.telegram.broadcast import Broadcast
from bot.leading import Leadership, this_process
from bot.outbox import Outbox
from bot.store.database import Database

LEASE_SECONDS = 1.5


def now() -> datetime:
    return datetime.now(UTC)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def main(url: str, api: str, token: str, rate: str = "1000") -> None:
    """Lead, send until nothing waits any more, then end."""
    from datetime import timedelta

    with Database(url) as database:
        async with Bot(token, base_url=f"{api}/bot") as bot:
            holder = this_process()
            outbox = Outbox(database, {"telegram": Broadcast(bot, float(rate))}, now, holder, say)
            leading = asyncio.create_task(Leadership(database, holder, now, say, timedelta(seconds=LEASE_SECONDS)).lead(outbox.run))
            await leading


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
