"""Questions a second over Telegram, end to end through the fake Bot API, beside a bare echo bot on the same load; memory after many questions.

Run with `make bench-telegram`; `--memory 100000` measures the memory as well. The fakes and the bots are processes of their own. Figures are to be
compared within one run, and the ratios are medians of rounds.

Rate: the questions wait when the bot starts; from the first answer to the last, both bots in turn.

Latency: after a warm-up the same questions come to both bots at the same time and the same steady pace, far below what either can do, each from another
chat; from the question to the arrival of the call that answers it. So it is what a person feels and not the length of a saturated bot's queue, and
whatever else the machine does meets both alike.
"""

import argparse
import asyncio
import contextlib
import os
import re
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import percentile, questions, row
from tests.telegram_api import FakeTelegram, in_process
from tests.telegram_api.server import ROOT

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz012345"  # noqa: S105
FIRST = 1_000_001
BOTS = {"echo": ["bench/echo_bot.py"], "ours": ["-m", "bot"]}
STEADY = 20
"""Questions a second to each where the latency is measured."""
WARM_UP = 100
MEMORY_CHATS = 5_000


@dataclass
class Figures:
    """What was measured of one bot in one mode."""

    rates: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    """Milliseconds of the processor for a question: what the rate comes to where the machine does nothing else."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


@contextlib.asynccontextmanager
async def serving(name: str, mode: str, url: str) -> AsyncIterator[int]:
    """A bot in its own process, with a database of its own; its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free, tempfile.TemporaryDirectory() as folder:
        port = free.getsockname()[1]
        free.close()
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": url,
            "TELEGRAM_PER_SECOND": "1000",
            "TELEGRAM_MODE": mode,
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-some-length",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
            "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        }
        command = [*BOTS[name], mode if name == "echo" else "run"]
        process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, env=os.environ | settings, stderr=asyncio.subprocess.DEVNULL)
        try:
            yield process.pid
        finally:
            process.terminate()
            await process.wait()


async def ask(fake: FakeTelegram, chat: int, text: str) -> None:
    user = {"id": chat, "is_bot": False, "first_name": "Person", "language_code": "pl"}
    await fake.call("say", chat_id=chat, sender=user, content={"text": text})


async def all_answered(fake: FakeTelegram, count: int) -> None:
    """Wait until so many chats have got an answer."""
    while (await fake.counts()).get("sendMessage", {}).get("200", 0) < count or len(await fake.sent()) < count:  # noqa: ASYNC110  # the fake is another process
        await asyncio.sleep(0.02)


async def rate(name: str, mode: str, texts: Sequence[str]) -> tuple[float, float]:
    """Questions a second, and milliseconds of the processor for each."""
    async with in_process("--token", TOKEN, "--people", str(len(texts))) as fake:
        for number, text in enumerate(texts):
            await ask(fake, FIRST + number, text)
        async with serving(name, mode, fake.url) as pid:
            await all_answered(fake, WARM_UP)
            began, before = processor(pid), len(await fake.sent())
            await all_answered(fake, len(texts))
            work = (processor(pid) - began) / (len(texts) - before)
        at = sorted({call["chat"]: call["at"] for call in reversed(await fake.journal(method="sendMessage"))}.values())
        return float((len(at) - 1) / (at[-1] - at[0])), work


async def latencies(name: str, mode: str, texts: Sequence[str]) -> list[float]:
    """Milliseconds from each question to its answer."""
    async with in_process("--token", TOKEN, "--people", str(len(texts))) as fake, serving(name, mode, fake.url):
        for number, text in enumerate(texts[:WARM_UP]):
            await ask(fake, FIRST + number, text)
        await all_answered(fake, WARM_UP)
        asked: dict[int, float] = {}
        began = time.monotonic()
        for number, text in enumerate(texts[WARM_UP:], start=WARM_UP):
            await asyncio.sleep(began + (number - WARM_UP) / STEADY - time.monotonic())
            asked[FIRST + number] = time.monotonic()
            await ask(fake, FIRST + number, text)
        await all_answered(fake, len(texts))
        answered = {call["chat"]: call["at"] for call in reversed(await fake.journal(method="sendMessage"))}
        return sorted(1000 * (answered[chat] - at) for chat, at in asked.items())


async def compare(mode: str, rounds: int, texts: Sequence[str], steady: Sequence[str]) -> None:
    found = {name: Figures() for name in BOTS}
    for number in range(rounds):
        for name in BOTS if number % 2 else reversed(BOTS):
            figures = found[name]
            per_second, work = await rate(name, mode, texts)
            figures.rates.append(per_second)
            figures.work.append(work)
        for name, milliseconds in zip(BOTS, await asyncio.gather(*(latencies(name, mode, steady) for name in BOTS)), strict=True):
            found[name].p50.append(percentile(milliseconds, 0.5))
            found[name].p99.append(percentile(milliseconds, 0.99))
    echo, ours = found["echo"], found["ours"]
    told = ", ".join(f"{mine:.0f}/{other:.0f}" for mine, other in zip(ours.rates, echo.rates, strict=True))
    print(f"\n{mode}: questions a second, ours/echo by round: {told}")
    row(f"{mode}: rate, ours to echo, median", f"{ratio(ours.rates, echo.rates):.2f}", ">= 0.8")
    row(f"{mode}: processor for a question, ours and echo", f"{statistics.median(ours.work):.1f}, {statistics.median(echo.work):.1f} ms", "-")
    row(f"{mode}: latency at {STEADY}/s each, p50, ours and echo", f"{statistics.median(ours.p50):.0f}, {statistics.median(echo.p50):.0f} ms", "-")
    row(f"{mode}: the same, p99", f"{statistics.median(ours.p99):.0f}, {statistics.median(echo.p99):.0f} ms", "-")
    row(f"{mode}: p99, ours to echo, median", f"{ratio(ours.p99, echo.p99):.2f}", "<= 1.5")


def ratio(ours: Sequence[float], echo: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(mine / other for mine, other in zip(ours, echo, strict=True))


def processor(pid: int) -> float:
    """Milliseconds of the processor that a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Megabytes in memory."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


async def memory(count: int, texts: Sequence[str]) -> None:
    """What the bot holds after a tenth of the questions, and after all of them."""
    async with (
        in_process("--token", TOKEN, "--journal", "0", "--history", "2", "--people", str(MEMORY_CHATS)) as fake,
        serving("ours", "polling", fake.url) as pid,
    ):
        held = []
        for asked in range(count):
            await ask(fake, FIRST + asked % MEMORY_CHATS, texts[asked % len(texts)])
            if asked % 500 == 499:
                await fake.drained(timeout=60)
            if (asked + 1) % (count // 10) == 0:
                held.append(resident(pid))
                print(f"{asked + 1} questions: {held[-1]:.0f} MB", flush=True)
    row(f"memory after {count} questions to that after a tenth", f"{held[-1] / held[0]:.2f}", "1.0 (flat)")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="0 for the memory alone")
    parser.add_argument("--questions", type=int, default=600, help="questions of one measurement of the rate")
    parser.add_argument("--seconds", type=int, default=30, help="how long one measurement of the latency takes")
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="measure the memory over so many questions as well")
    options = parser.parse_args()
    texts = questions()
    load = (texts * (options.questions // len(texts) + 1))[: options.questions]
    steady = (texts * (options.seconds * STEADY // len(texts) + 2))[: WARM_UP + options.seconds * STEADY]
    for mode in ("polling", "webhook") if options.rounds else ():
        await compare(mode, options.rounds, load, steady)
    if options.memory:
        await memory(options.memory, texts)


if __name__ == "__main__":
    asyncio.run(main())
