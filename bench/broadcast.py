"""The outbox measured: `make bench-broadcast`. Achieved over allowed rate, CPU a thousand messages, memory at 100,000 subscribers, and kills.

`python bench/broadcast.py --kills 20 --people 10000` kills the sending process at so many random points and counts what everybody got; with
`--rate 30` at the pace that Telegram allows.
"""

import argparse
import asyncio
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from telegram import Bot

from bot import spending
from bot.channels.telegram.broadcast import Broadcast
from bot.core.push import Audience, Message, Push
from bot.outbox import Outbox
from bot.spending import Budget
from bot.store import deliveries
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.tables import subscriptions
from tests.telegram_api import FakeTelegram, in_process

RATE, SENT = 30.0, 600
MANY = 100_000
FIRST = 1_000_001
TEXT = {"pl": "MOPR Bytom: nadchodzi silny mróz.\nNoclegownia i ogrzewalnia: ul. Kosynierów 26, Bytom – czynne całą dobę."}


def now() -> datetime:
    return datetime.now(UTC)


def ready(folder: str, people: int, *, resend: bool = False) -> Database:
    """A database with so many subscribers and one message to all of them."""
    database = Database(f"sqlite:///{folder}/bench.sqlite")
    migrate(database)
    rows = [{"channel": "telegram", "chat": str(FIRST + i), "topic": "mroz", "lang": "pl", "consent": "tak", "at": 0} for i in range(people)]
    push = Push("p", Message(TEXT, {}), Audience(("mroz",), ("telegram",)), now(), now() + timedelta(hours=5), resend)
    with database.engine.begin() as connection:
        connection.execute(insert(subscriptions), rows)
        deliveries.add_push(connection, push)
    return database


async def rate() -> None:
    """Send at Telegram's limit, which the fake enforces."""
    with tempfile.TemporaryDirectory() as folder:
        async with in_process("--people", str(SENT), "--limits", "--journal", "0") as fake:
            database = ready(folder, SENT)
            async with Bot(fake.token, base_url=fake.base_url) as bot:
                outbox = Outbox(database, {"telegram": Broadcast(bot, RATE)}, now, "bench", print)
                start, cpu = time.perf_counter(), time.process_time()
                await outbox.send_due()
                took, used = time.perf_counter() - start, time.process_time() - cpu
            refused = (await fake.counts())["sendMessage"].get("429", 0)
            database.close()
    print(f"rate achieved over allowed ({RATE:.0f}/s, {SENT} messages)      {SENT / took / RATE:6.3f}   target 0.97")
    print(f"answers of 429                                          {refused:6d}   target 0")
    print(f"CPU a thousand messages                                 {1000 * used / SENT:6.2f} s")


def memory() -> None:
    """Write and read the deliveries of very many subscribers; nothing is sent."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--prepare", folder]  # in a process of its own: what that needs must not hide what is measured
        subprocess.run(command, check=True)
        database = Database(f"sqlite:///{folder}/bench.sqlite")
        before = _resident()
        start = time.perf_counter()
        database.do_now(lambda connection: spending.spread(connection, Budget(), now()))
        spread, last, read = time.perf_counter() - start, 0, 0
        while rows := database.do_now(lambda connection: deliveries.due(connection, ["telegram"], now(), last)):  # noqa: B023
            last, read = rows[-1].id, read + len(rows)
        print(f"{read} deliveries written in {spread:.1f} s; memory grew by        {_resident() - before:6.1f} MB")
        database.close()


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def kills(count: int, people: int, rate: float, *, resend: bool) -> None:
    """Kill the sending process at random points and start it again; every recipient counts."""
    seeded = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        async with in_process("--people", str(people), "--journal", "0") as fake:
            database = ready(folder, people, resend=resend)
            command = [sys.executable, "-m", "tests.broadcast_process", f"sqlite:///{folder}/bench.sqlite", fake.url, fake.token, str(rate)]
            for _ in range(count):
                process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
                await _reached(fake, await _total(fake) + seeded.randrange(10, max(11, people // count)))
                process.send_signal(signal.SIGKILL)
                process.wait()
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
            while {"queued", "claimed"}.intersection(told := await database.do(deliveries.counts)):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            process.terminate()
            process.wait()
            sent = await fake.sent()
            database.close()
    times = Counter(sent.values())
    print(
        f"{people} people, {count} kills at {rate:g}/s, {'resend' if resend else 'leave'}: recorded {dict(told)}; got it once {times[1]}, twice {times[2]}, ",
        end="",
    )
    print(f"not {people - len(sent)} (all of them recorded uncertain: {people - len(sent) <= told['uncertain']})")


async def _total(fake: FakeTelegram) -> int:
    return sum((await fake.sent()).values())


async def _reached(fake: FakeTelegram, goal: int) -> None:
    while await _total(fake) < goal:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--prepare", help=argparse.SUPPRESS)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=1000)
    options = parser.parse_args()
    if options.prepare:
        ready(options.prepare, MANY).close()
        return
    if options.kills:
        for resend in (False, True):
            asyncio.run(kills(options.kills, options.people, options.rate, resend=resend))
        return
    memory()
    asyncio.run(rate())


if __name__ == "__main__":
    Path("var").mkdir(exist_ok=True)
    main()
