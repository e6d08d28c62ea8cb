"""The store on real SQLite files: its tables, its thread, what is kept of people and for how long, and what happens when it cannot write."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, insert, select
from sqlalchemy import text as statement
from sqlalchemy.exc import OperationalError

from bot.core.dialogue import LAPSE
from bot.core.knowledge import Knowledge
from bot.core.message import Session
from bot.store import conversations, staff
from bot.store.database import Database, Log, StoreError
from bot.store.migrate import migrate
from bot.store.tables import deliveries, metadata, questions, sessions
from tests.conftest import WEDNESDAY
from tests.ports import free_port
from tests.postgresql import Postgresql
from tests.said import Said
from tests.telegram_api import ATTACHMENTS, FakeTelegram
from tests.telegram_bot import Clock, Informator

_HOLDER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); print(1, flush=True); sys.stdin.read()"


@pytest.fixture
async def watched(fake: FakeTelegram, tmp_path: Path, bytom: Knowledge, clock: Clock) -> AsyncIterator[Informator]:
    """A bot whose words to the administrator can be waited for."""
    informator = Informator(fake, tmp_path, bytom, clock.now)
    informator.said = Said()
    async with informator:
        yield informator


def take(name: str, *, failing: bool = False) -> Any:
    """A job that notes a question, and may fail after it did."""

    def job(connection: Connection) -> str:
        connection.execute(insert(questions).values(text=name, at=0))
        if failing:
            raise RuntimeError(name)
        return name

    return job


def noted(connection: Connection) -> list[str]:
    return list(connection.execute(select(questions.c.text).order_by(questions.c.id)).scalars())


def bytes_of(folder: Path) -> bytes:
    """All that the database's files hold, what was deleted as well."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("bot.sqlite*")))


def differences(database: Database) -> list[Any]:
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_migrations_make_the_tables_of_the_program_on_a_new_file_and_leave_an_old_one_alone(database: Database) -> None:
    assert differences(database) == []
    database.do_now(take("kept"))
    migrate(database)
    assert differences(database) == []
    assert database.do_now(noted) == ["kept"]


def test_a_database_of_an_earlier_program_is_brought_up_to_date_with_what_it_holds(store_url: str) -> None:
    with Database(store_url) as database:
        migrate(database, "0002")
        old = {"push": "p", "channel": "sms", "chat": "1", "lang": "pl", "state": "sent", "attempts": 1, "due": 0, "at": 0}
        names, marks = ", ".join(old), ", ".join(f":{name}" for name in old)
        database.do_now(lambda connection: connection.execute(statement(f"INSERT INTO deliveries ({names}) VALUES ({marks})"), old).rowcount)  # noqa: S608
        migrate(database)
        assert differences(database) == []
        row = database.do_now(lambda connection: connection.execute(select(deliveries)).one())
        assert (row.state, row.parts, row.fate) == ("sent", 0, 0)


def test_what_is_committed_is_on_the_disk(sqlite_database: Database) -> None:
    pragmas = sqlite_database.do_now(lambda connection: [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")])
    assert pragmas == ["wal", 2]


async def test_what_need_not_last_at_once_is_brought_to_the_disk_with_others(sqlite_database: Database) -> None:
    def level(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)

    class Counted(Log):
        turns = 0

        def flush(self) -> None:
            self.turns += 1
            super().flush()

    normal, full = 1, 2
    assert [await sqlite_database.do(level, lasting=lasting) for lasting in (False, True, False, True)] == [normal, full, normal, full]
    together = await asyncio.gather(sqlite_database.do(level, lasting=False), sqlite_database.do(level))
    assert together[1] == full
    log = Counted(f"{sqlite_database.engine.url.database}-wal")
    await asyncio.gather(*(log.flushed() for _ in range(50)))
    assert 1 <= log.turns <= 2, "one turn for those who came while the disk worked"
    with pytest.raises(IsADirectoryError):
        await Log(str(Path(str(sqlite_database.engine.url.database)).parent)).flushed()


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    database.do_now(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"^the database was written by another version of this program: .*9999") as refused:
        migrate(database)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_and_one_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Szanowni Państwo, " * 100, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for name, sentence in (("letter", "file is not a database"), ("folder", "unable to open database file")):
        with Database(f"sqlite:///{tmp_path / name}") as database, pytest.raises(StoreError) as refused:
            migrate(database)
        assert str(refused.value) == f"the database cannot be used: {sentence}"
    with pytest.raises(StoreError, match="letter cannot be made: "):
        Database(f"sqlite:///{tmp_path}/letter/bot.db")


async def test_a_failing_job_takes_no_other_of_its_batch_with_it(database: Database) -> None:
    jobs = [take(str(number), failing=number % 10 == 7) for number in range(100)]
    done = await asyncio.gather(*(database.do(job) for job in jobs), return_exceptions=True)
    assert [str(result) for result in done] == [str(number) for number in range(100)]
    assert await database.do(noted) == [str(number) for number in range(100) if number % 10 != 7]


async def test_who_no_longer_waits_harms_nobody(database: Database) -> None:
    waiting = [asyncio.ensure_future(database.do(take(str(number)))) for number in range(200)]
    await asyncio.sleep(0)
    for number in range(0, 200, 2):
        waiting[number].cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert done[1::2] == [str(number) for number in range(1, 200, 2)]
    assert set(await database.do(noted)) >= set(done[1::2])


def test_closing_finishes_what_was_asked_for(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    migrate(database)
    asked = [database._put(take(str(number))) for number in range(100)]
    database.close()
    assert [future.result(0) for future in asked] == [str(number) for number in range(100)]


async def test_a_lock_held_by_another_process_is_waited_for(sqlite_database: Database, tmp_path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, f"{tmp_path}/bot.sqlite", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"1\n"
    job = asyncio.ensure_future(sqlite_database.do(take("late")))
    assert not (await asyncio.wait({job}, timeout=0.5))[0]
    await holder.communicate(b"")
    assert await asyncio.wait_for(job, 5) == "late"


async def test_an_unknown_or_old_form_of_a_session_is_a_new_session(database: Database) -> None:
    await database.do(lambda c: conversations.remember(c, "x", Session("kis"), WEDNESDAY))
    for state in ("{", "[]", '{"subject": 5}', '{"colour": "red", "choices": [1]}'):
        await database.do(lambda c, state=state: c.execute(sessions.update().values(state=state)).rowcount)  # type: ignore[misc]
        assert await database.do(lambda c: conversations.session_of(c, "x")) == Session()


async def test_nothing_that_a_person_wrote_or_showed_is_in_any_byte_of_the_files(informator: Informator, fake: FakeTelegram, tmp_path: Path) -> None:
    zofia = await fake.person("Zofia-Wyjątkowa")
    written = ["gdzie moge sie przespac, mam na imie Zdzisława", "moj numer 601 222 333", "pesel 44051401359", "a jutro?"]
    for content in written:
        await zofia.say(content)
        message = await zofia.reply()
    await zofia.press(message, message["reply_markup"]["inline_keyboard"][0][0]["text"])
    await zofia.toast()
    await zofia.edit(await zofia.say("ulica Tajna 7"), "ulica Skryta 8")
    for kind in ("contact", "location"):
        await zofia.send(ATTACHMENTS[kind])
    assert await fake.drained()
    await informator.stop()
    stored = bytes_of(tmp_path)
    await informator.start()
    assert str(zofia.id).encode() in stored
    for secret in ("Zofia", "Wyj", "Zdzis", "przespac", "601 222", "601222333", "44051401359", "Tajna", "Skryta", "500600700", "48500600", "50.348", "18.915"):
        assert secret.encode() not in stored, secret


async def test_sessions_lapse_and_are_deleted(informator: Informator, fake: FakeTelegram, clock: Clock) -> None:
    anna = await fake.person("Anna")
    await anna.say("gdzie jest KIS")
    assert "KIS" in (await anna.reply())["text"]
    clock.pass_(LAPSE - timedelta(seconds=1))
    await anna.say("a telefon?")
    assert "507 726 335" in (await anna.reply())["text"]
    clock.pass_(LAPSE + timedelta(seconds=1))
    assert len(informator.stored()["sessions"]) == 1
    await anna.say("a telefon?")
    assert (await anna.reply())["text"].startswith("O które miejsce pytasz?")
    clock.pass_(LAPSE + timedelta(seconds=1))
    await informator.restart()
    await anna.say("dzień dobry")
    await anna.reply()
    assert await fake.drained()
    await informator.stop()
    clock.pass_(timedelta(days=4))
    await informator.start()
    await anna.say("dzień dobry")
    await anna.reply()
    assert await fake.drained()
    await informator.restart()
    kept = {name: len(rows) for name, rows in informator.stored().items() if rows and name != "alembic_version"}
    assert kept == {"sessions": 1, "events": 1, "answered": 1}


async def test_a_full_disk_leaves_the_questions_at_telegram_until_there_is_room(watched: Informator, fake: FakeTelegram) -> None:
    full = True

    def limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() if full else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(watched.database.engine, "begin", limit)
    people = [await fake.person() for _ in range(30)]
    for person in people:
        await person.say("gdzie moge sie przespac")
    assert isinstance(watched.said, Said)
    assert await watched.said.until("cannot be taken in") == "Telegram: questions cannot be taken in (OperationalError); they wait, trying again"
    assert len(await fake.call("pending")) > 0
    full = False
    for person in people:
        assert "Kosynierów 26" in (await person.reply(timeout=10))["text"]
    assert await fake.drained()
    assert set((await fake.sent()).values()) == {1}
    await watched.stop()  # what was sent is noted by then, however often that had to be tried
    assert watched.stored()["replies"] == []


async def test_telegram_forgets_a_question_only_once_the_disk_has_it(watched: Informator, fake: FakeTelegram) -> None:
    class Failing(Log):
        broken = True

        def flush(self) -> None:
            if self.broken:
                raise OSError("the disk")
            super().flush()

    watched.database.log = log = Failing(f"{watched.file}-wal")
    anna = await fake.person()
    await anna.say("gdzie jest KIS")
    assert "KIS" in (await anna.reply())["text"], "the answer waits for no disk"
    assert isinstance(watched.said, Said)
    await watched.said.until("cannot be taken in (OSError)")
    assert len(await fake.call("pending")) == 1
    log.broken = False
    assert await fake.drained()
    await anna.say("gdzie jest noclegownia")
    assert "Kosynierów 26" in (await anna.reply())["text"]
    assert await fake.sent() == {anna.id: 2}, "what came again was not answered again"


async def test_a_sent_reply_that_cannot_be_noted_is_not_sent_again(watched: Informator, fake: FakeTelegram) -> None:
    failing = 3

    def fail(_: Connection, __: object, statement: str, *___: object) -> None:
        nonlocal failing
        if statement.startswith("DELETE FROM replies") and failing:
            failing -= 1
            raise OperationalError(statement, None, sqlite3.OperationalError("disk I/O error"))

    event.listen(watched.database.engine, "before_cursor_execute", fail)
    anna = await fake.person()
    await anna.say("gdzie jest KIS")
    await anna.say("gdzie jest noclegownia")
    assert "KIS" in (await anna.reply())["text"]
    assert "Kosynierów 26" in (await anna.reply())["text"]
    assert isinstance(watched.said, Said)
    await watched.said.until("what was sent cannot be noted")
    await watched.restart()
    assert watched.stored()["replies"] == []
    assert await fake.sent() == {anna.id: 2}


def test_questions_hold_whatever_somebody_sends(database: Database) -> None:
    database.do_now(lambda connection: staff.unanswered(connection, "co\x00 z\ud800 tym\u2028zrobić\x07 😀", WEDNESDAY))
    assert database.do_now(lambda connection: staff.unanswered_since(connection, WEDNESDAY)) == ["co z tym zrobić 😀"]


def test_a_server_that_cannot_be_reached_is_told_in_one_line_without_the_password() -> None:
    with Database(f"postgresql://bot:pa55word@127.0.0.1:{free_port()}/bot") as database, pytest.raises(StoreError) as refused:
        migrate(database)
    assert str(refused.value).startswith("the database cannot be used: connection failed")
    assert "\n" not in str(refused.value)
    assert "pa55word" not in str(refused.value)
    with pytest.raises(StoreError, match=r"driver .* is not installed .* pip install 'psycopg\[binary\]'"):
        Database("postgresql+pg8000://bot:pa55word@127.0.0.1/bot")


async def test_transactions_of_two_processes_follow_one_another(store_url: str) -> None:
    """Each reads, waits and writes; without the lock both would read the same."""
    with Database(store_url) as one, Database(store_url) as other:
        migrate(one)
        one.do_now(take("0"))

        def count_on(connection: Connection) -> None:
            last = connection.execute(select(questions.c.text).order_by(questions.c.id.desc()).limit(1)).scalar_one()
            connection.execute(insert(questions).values(text=str(int(last) + 1), at=0))

        await asyncio.gather(*(database.do(count_on) for _ in range(30) for database in (one, other)))
        assert one.do_now(noted) == [str(number) for number in range(61)]


def test_a_connection_that_the_server_ended_is_replaced(postgresql: Postgresql) -> None:
    url = postgresql.fresh()
    with Database(url) as database, Database(url) as other:
        migrate(database)
        database.do_now(take("before"))
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert other.do_now(lambda connection: connection.exec_driver_sql(ended).scalar()) == 1
        database.do_now(take("after"))
        assert database.do_now(noted) == ["before", "after"]
