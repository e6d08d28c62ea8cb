"""Messages to many: each person once, whatever happens to the process, the carrier or the database."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import OperationalError
from telegram import Bot

from bot import spending
from bot.channels.telegram.broadcast import Broadcast
from bot.core.push import Audience, Message, Push, Recipient, State
from bot.core.reports import Fate
from bot.outbox import Outbox
from bot.pace import Pace
from bot.spending import Budget
from bot.store import deliveries, subscriptions
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.tables import deliveries as rows
from bot.store.tables import leases
from bot.store.tables import subscriptions as subscription_rows
from tests.amount import amount
from tests.conftest import ROOT
from tests.telegram_api import FakeTelegram, in_process

FIRST = 5_000_000
TEXT = {"pl": "Silny mróz.\nNoclegownia czynna całą dobę.", "uk": "Сильний мороз."}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def sender(fake: FakeTelegram) -> AsyncIterator[Broadcast]:
    async with Bot(fake.token, base_url=fake.base_url) as bot:
        yield Broadcast(bot, 1000)


async def people(fake: FakeTelegram, count: int) -> list[int]:
    return [(await fake.person(f"Osoba {i}", number=FIRST + i)).id for i in range(count)]


def subscribe(database: Database, chats: list[int], topic: str = "mroz") -> None:
    fresh = [{"channel": "telegram", "chat": str(c), "topic": topic, "lang": "pl", "consent": "tak", "at": 0} for c in chats]
    database.do_now(lambda connection: _run(connection, insert(subscription_rows), fresh))


def push(number: str = "p1", *, resend: bool = False, expires: timedelta = timedelta(hours=1), named: tuple[Recipient, ...] = ()) -> Push:
    return Push(number, Message(TEXT, {}), Audience(("mroz", "godziny"), ("telegram",), named), now(), now() + expires, resend, "alert-1")


def _run(connection: Connection, *statement: Any) -> None:
    connection.execute(*statement)


def add(database: Database, push_: Push) -> bool:
    return database.do_now(lambda connection: deliveries.add_push(connection, push_))


def states(database: Database) -> Counter[str]:
    return database.do_now(deliveries.counts)


class Unhurried(Pace):
    """No pace: what waits for a turn waits in test_outbox_time, where that takes no time."""

    async def wait(self) -> None:
        """One's turn is now."""


def outbox(database: Database, sender: Broadcast) -> Outbox:
    return Outbox(database, {"telegram": sender}, now, "test", print, pace=Unhurried)


async def test_everybody_gets_it_once_even_with_two_topics_or_asked_twice(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 40)
    subscribe(database, chats)
    subscribe(database, chats[:20], "godziny")
    assert add(database, push())
    assert not add(database, push())
    box = outbox(database, sender)
    await box.send_due()
    await box.send_due()
    assert await fake.sent() == dict.fromkeys(chats, 1)
    assert states(database) == {"sent": 40}
    assert (await fake.messages(chats[0]))[0]["text"] == TEXT["pl"]


async def test_the_language_of_the_subscriber(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    anna = await fake.person("Anna")
    who = Recipient("telegram", str(anna.id), "uk")
    database.do_now(lambda connection: subscriptions.subscribe(connection, who, ["mroz"], "так", now()))
    add(database, push())
    await outbox(database, sender).send_due()
    assert (await anna.reply())["text"] == TEXT["uk"]


async def test_who_blocked_the_bot_leaves_by_themselves(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    anna, jan = await fake.person("Anna"), await fake.person("Jan")
    subscribe(database, [anna.id, jan.id])
    await anna.block()
    add(database, push())
    await outbox(database, sender).send_due()
    assert states(database) == {"sent": 1, "blocked": 1}
    await anna.unblock()
    add(database, push("p2"))
    await outbox(database, sender).send_due()
    assert await fake.sent() == {jan.id: 2}, "unblocking does not subscribe again"


async def test_unknown_fate_is_left_or_sent_once_more(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 2)
    subscribe(database, chats)
    await fake.fault(method="sendMessage", chat=chats[0], drop=True, stored=True, times=1)
    add(database, push())
    box = outbox(database, sender)
    await box.send_due()
    assert states(database) == {"sent": 1, "uncertain": 1}
    assert await fake.sent() == dict.fromkeys(chats, 1)
    await fake.fault(method="sendMessage", chat=chats[1], drop=True, stored=True, times=1)
    add(database, push("p2", resend=True))
    await box.send_due()
    assert states(database)["queued"] == 1
    database.do_now(lambda connection: _run(connection, rows.update().values(due=0)))
    await box.send_due()
    assert await fake.sent() == {chats[0]: 2, chats[1]: 3}, "once more, and only once"
    assert states(database) == {"sent": 3, "uncertain": 1}


async def test_what_telegram_refuses_for_a_while_goes_out_later(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 6)
    subscribe(database, chats)
    await fake.fault(method="sendMessage", chat=chats[0], status=429, description="Too Many Requests: retry after 1", retry_after=1, times=1)
    await fake.fault(method="sendMessage", chat=chats[1], status=502, body="<html>502</html>", times=1)
    await fake.fault(method="sendMessage", chat=chats[2], drop=True, times=1)
    add(database, push())
    box = outbox(database, sender)
    await box.send_due()
    assert states(database) == {"sent": 3, "queued": 2, "uncertain": 1}
    database.do_now(lambda connection: _run(connection, rows.update().where(rows.c.state == State.QUEUED).values(due=0)))
    await box.send_due()
    assert states(database) == {"sent": 5, "uncertain": 1}
    assert await fake.sent() == {chat: 1 for chat in chats if chat != chats[2]}


async def test_a_storm_of_everything_at_once(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    """429, 502, connections dropped before and after the message is stored, a tenth who blocked the bot."""
    chats = await people(fake, 150)
    subscribe(database, chats)
    blocked = set(chats[::10])
    for chat in blocked:
        await fake.fault(method="sendMessage", chat=chat, status=403, description="Forbidden: bot was blocked by the user")
    await fake.fault(method="sendMessage", probability=0.05, seed=1, status=429, description="Too Many Requests: retry after 1", retry_after=1, times=5)
    await fake.fault(method="sendMessage", probability=0.1, seed=2, status=502, body="<html>Bad Gateway</html>", times=15)
    await fake.fault(method="sendMessage", probability=0.05, seed=3, drop=True, times=6)
    await fake.fault(method="sendMessage", probability=0.05, seed=4, drop=True, stored=True, times=6)
    add(database, push())
    box = outbox(database, sender)
    while {"queued", "claimed"}.intersection(await _states_after(box, database)):
        database.do_now(lambda connection: _run(connection, rows.update().where(rows.c.state == State.QUEUED).values(due=0)))
    told, sent = states(database), await fake.sent()
    assert sum(told.values()) == 150
    assert told["blocked"] == len(blocked)
    assert max(sent.values()) == 1, "nobody twice"
    lost = [chat for chat in chats if chat not in sent and chat not in blocked]
    assert len(lost) <= told["uncertain"], "who got nothing is recorded uncertain"
    assert told["uncertain"] <= 12
    assert len(database.do_now(lambda connection: list(connection.scalars(select(subscription_rows.c.chat))))) == 150 - len(blocked)


async def _states_after(box: Outbox, database: Database) -> Counter[str]:
    await box.send_due()
    return states(database)


async def test_while_the_database_is_locked_nothing_is_lost(fake: FakeTelegram, sqlite_database: Database, sender: Broadcast, tmp_path: Path) -> None:
    chats = await people(fake, 5)
    subscribe(sqlite_database, chats)
    add(sqlite_database, push())
    other = sqlite3.connect(tmp_path / "bot.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    sending = asyncio.create_task(outbox(sqlite_database, sender).send_due())
    await asyncio.sleep(0)
    assert await fake.sent() == {}
    other.execute("COMMIT")
    other.close()
    await sending
    assert await fake.sent() == dict.fromkeys(chats, 1)


async def test_a_full_disk_is_told_and_nothing_goes_out_twice(fake: FakeTelegram, sqlite_database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 3)
    subscribe(sqlite_database, chats)
    add(sqlite_database, push())
    sqlite_database.do_now(lambda connection: spending.spread(connection, Budget(), now()))

    def full(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.exec_driver_sql("CREATE TABLE filler (x TEXT)")

    with pytest.raises(OperationalError, match="full"):
        sqlite_database.do_now(full)
    big = [{"channel": "x", "chat": "y" * 100, "topic": str(i), "lang": "pl", "consent": "z" * 2000, "at": 0} for i in range(500)]
    with pytest.raises(OperationalError, match="full"):
        sqlite_database.do_now(lambda connection: _run(connection, insert(subscription_rows), big))
    await outbox(sqlite_database, sender).send_due()
    sqlite_database.do_now(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1073741823").close())
    await outbox(sqlite_database, sender).send_due()
    assert await fake.sent() == dict.fromkeys(chats, 1)
    assert states(sqlite_database) == {"sent": 3}


async def test_the_clock_may_jump(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 2)
    subscribe(database, chats)
    add(database, push())
    jumps = iter([now() - timedelta(hours=2), now(), now() - timedelta(minutes=30), now()])
    box = Outbox(database, {"telegram": sender}, lambda: next(jumps, now()), "test", print)
    await box.send_due()
    await box.send_due()
    assert await fake.sent() == dict.fromkeys(chats, 1)


async def test_a_broadcast_can_be_stopped_midway_and_expires(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 4)
    subscribe(database, chats)
    add(database, push())
    database.do_now(lambda connection: spending.spread(connection, Budget(), now()))
    database.do_now(lambda connection: deliveries.stop(connection, "alert-1", now()))
    add(database, push("late", expires=timedelta(seconds=-1)))
    await outbox(database, sender).send_due()
    assert await fake.sent() == {}
    assert states(database) == {"expired": 4}


async def test_who_leaves_gets_nothing_that_still_waits(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 2)
    subscribe(database, chats)
    add(database, push())
    database.do_now(lambda connection: spending.spread(connection, Budget(), now()))
    database.do_now(lambda connection: subscriptions.unsubscribe(connection, Recipient("telegram", str(chats[0]))))
    await outbox(database, sender).send_due()
    assert await fake.sent() == {chats[1]: 1}


async def test_the_dead_leaders_claims_are_uncertain_or_sent_once_more(fake: FakeTelegram, database: Database, sender: Broadcast) -> None:
    chats = await people(fake, 3)
    subscribe(database, chats)
    add(database, push("leave"))
    database.do_now(lambda connection: spending.spread(connection, Budget(), now()))
    first = database.do_now(lambda connection: connection.execute(select(rows.c.id).limit(1)).scalar_one())
    assert database.do_now(lambda connection: deliveries.claim(connection, first, "dead", now()))
    assert not database.do_now(lambda connection: deliveries.claim(connection, first, "other", now())), "claimed is claimed"
    assert database.do_now(lambda connection: deliveries.recover(connection, "test", now())) == 1
    await outbox(database, sender).send_due()
    assert states(database) == {"sent": 2, "uncertain": 1}


def start(url: str, fake: FakeTelegram) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.broadcast_process", url, fake.url, fake.token]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("resend", [False, True])
async def test_killed_at_random_points_nobody_is_lost_and_nobody_doubled(store_url: str, resend: bool) -> None:  # noqa: FBT001
    """Ten thousand and twenty kills with FULL=1 on SQLite; else fewer, so that the tests stay quick."""
    many = store_url.startswith("sqlite")
    count, kills, seeded = amount(10_000 if many else 1_200, 400), amount(20 if many else 6, 2), random.Random(7)
    async with in_process("--people", str(count), "--journal", "0") as fake:
        chats = list(range(1_000_001, 1_000_001 + count))
        with Database(store_url) as database:
            migrate(database)
            subscribe(database, chats)
            add(database, push(resend=resend))
            for _ in range(kills):
                before = sum((await fake.sent()).values())
                process = start(store_url, fake)
                goal = before + seeded.randrange(20, 3 * count // (4 * kills))
                await _until(partial(_sent, fake, goal))
                process.send_signal(signal.SIGKILL)
                process.wait()
            last = start(store_url, fake)
            try:
                await _until(lambda: _settled(database), seconds=600)
            finally:
                os.kill(last.pid, signal.SIGTERM)
                last.wait()
            sent, told = await fake.sent(), states(database)
        uncertain = told["uncertain"]
        assert sum(told.values()) == count
        assert told["sent"] + uncertain == count
        assert uncertain <= kills * 8, "only what was in flight"
        missing = [chat for chat in chats if chat not in sent]
        assert len(missing) <= uncertain, "nobody is lost without being recorded"
        doubled = {chat: times for chat, times in sent.items() if times > 1}
        assert (not doubled) if not resend else (max(sent.values()) <= 2 and len(doubled) <= kills * 8 and not missing)


async def test_two_processes_at_once_double_nobody_and_one_takes_over(store_url: str) -> None:
    count = 400
    async with in_process("--people", str(count), "--journal", "0") as fake:
        chats = list(range(1_000_001, 1_000_001 + count))
        with Database(store_url) as database:
            migrate(database)
            subscribe(database, chats)
            add(database, push())
            both = [start(store_url, fake), start(store_url, fake)]
            try:
                await _until(lambda: _sent(fake, 100))
                leader = database.do_now(_leader)
                killed = next(p for p in both if f":{p.pid}:" in leader)
                killed.kill()
                await _until(lambda: _settled(database))
            finally:
                for process in both:
                    process.kill()
                    process.wait()
            sent, told = await fake.sent(), states(database)
            assert max(sent.values()) == 1
            assert told["sent"] + told["uncertain"] == count
            assert f":{killed.pid}:" not in database.do_now(_leader)


def _leader(connection: Connection) -> str:
    return str(connection.execute(select(leases.c.holder)).scalar())


async def _sent(fake: FakeTelegram, goal: int) -> bool:
    return sum((await fake.sent()).values()) >= goal


async def _settled(database: Database) -> bool:
    told = await database.do(deliveries.counts)
    return bool(told) and not {"queued", "claimed"}.intersection(told)


async def _until(done: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Wait for another process to get so far; it has no event to wait for."""
    async with asyncio.timeout(seconds):
        while not await done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("order", list(permutations([Fate.ACCEPTED, Fate.FAILED, Fate.DELIVERED, Fate.QUEUED])))
@pytest.mark.parametrize("known", [State.SENT, State.UNCERTAIN])
def test_reports_in_any_order_leave_the_best_word(sqlite_database: Database, order: tuple[Fate, ...], known: State) -> None:
    subscribe(sqlite_database, [1])
    add(sqlite_database, push())

    def job(connection: Connection) -> tuple[str, str]:
        spending.spread(connection, Budget(), now())
        row = deliveries.due(connection, ["telegram"], now(), 0)[0].id
        deliveries.claim(connection, row, "test", now())
        deliveries.record(connection, row, known, now())
        for fate in order[:2]:
            deliveries.reported(connection, row, fate, now())
        middle = str(connection.execute(select(rows.c.state)).scalar_one())
        for fate in (*order[2:], *order):
            deliveries.reported(connection, row, fate, now())
        deliveries.reported(connection, 999, Fate.FAILED, now())
        return middle, str(connection.execute(select(rows.c.state)).scalar_one())

    middle, last = sqlite_database.do_now(job)
    assert last == State.SENT
    best = max(order[:2])
    assert middle == (State.SENT if best is Fate.DELIVERED else State.FAILED if best is Fate.FAILED else known)
