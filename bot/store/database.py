"""The database: opened, migrated, and written to by one thread that commits what waits together."""

import asyncio
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

_BUSY_SECONDS = 10
_TOGETHER = 64
"""Most jobs in one transaction."""
_KINDS = ("sqlite", "postgresql")
_DRIVER = "postgresql+psycopg"
"""What plain postgresql:// means: psycopg 3."""
_ONE_WRITER = 4_621_462
"""The advisory lock that every transaction on PostgreSQL takes first; any number that nobody else uses."""
_MEMORY = ":memory:"
_LASTING = "lasting"
"""Whether commits wait for the disk: an option of transactions, noted of each connection."""

T = TypeVar("T")


class StoreError(Exception):
    """The database cannot be used; the message says why in plain words."""


@dataclass(slots=True)
class _Job:
    """Something to do in a transaction, and who waits for it."""

    run: Callable[[Connection], Any]
    lasting: bool = True
    done: "Future[Any]" = field(default_factory=Future)


class Database:
    """A database and the thread that writes to it.

    Jobs that wait are done in one transaction: under load a commit, with its wait for the disk, is shared by many. A job that fails is done
    again alone, so that it takes no other with it.

    What is committed survives the end of the process, however it ends. What is to survive a power failure as well waits for the disk: the commit
    itself, or `flushed` for those that can use the time.
    """

    def __init__(self, url: str) -> None:
        """Open `url` (RFC 1738 as SQLAlchemy reads it) and bring its tables up to date; raises StoreError."""
        self.engine = _engine(url)
        self._passing = self.engine.execution_options(**{_LASTING: False})
        self.log = Log(f"{self.engine.url.database}-wal")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    async def do(self, job: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Do a job in a transaction; what it returns is committed when this returns. Raises what the job or the database raised.

        `lasting`: it is on the disk by then. Else a power failure may undo it until the next lasting job, or `flushed`; never out of order.
        """
        return await asyncio.wrap_future(self._put(job, lasting=lasting))

    async def flushed(self) -> None:
        """Whatever was committed is on the disk when this returns; raises OSError."""
        if self.engine.dialect.name == "sqlite":  # on PostgreSQL every commit is
            await self.log.flushed()

    def do_now(self, job: Callable[[Connection], T]) -> T:
        """The same for callers that are no coroutine."""
        return self._put(job).result()

    def close(self) -> None:
        """Finish what was asked for and close."""
        self._jobs.put(None)
        self._thread.join()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put(self, job: Callable[[Connection], T], *, lasting: bool = True) -> "Future[T]":
        waiting = _Job(job, lasting)
        self._jobs.put(waiting)
        return waiting.done

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            while len(jobs) < _TOGETHER and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    self._jobs.put(None)
                    break
                jobs.append(following)
            self._together([job for job in jobs if job.done.set_running_or_notify_cancel()])  # who was cancelled waits for nothing

    def _together(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        engine = self.engine if any(job.lasting for job in jobs) else self._passing
        try:
            with engine.begin() as connection:
                results = [job.run(connection) for job in jobs]
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to whoever asked for the job
            if len(jobs) == 1:
                jobs[0].done.set_exception(error)
                return
            for job in jobs:
                self._together([job])
        else:
            for job, result in zip(jobs, results, strict=True):
                job.done.set_result(result)


class Log:
    """SQLite's write-ahead log: commits that did not wait for the disk are brought there, many at a time."""

    def __init__(self, file: str) -> None:
        """`file`: where it is."""
        self._file = file
        self._asked = 0
        self._done = 0
        self._turn = asyncio.Lock()

    async def flushed(self) -> None:
        """Wait until what was written before is on the disk; those who ask while the disk works share the next turn."""
        self._asked = mine = self._asked + 1
        async with self._turn:
            if self._done < mine:
                through = self._asked
                await asyncio.to_thread(self.flush)
                self._done = through

    def flush(self) -> None:
        """Have the disk take what was written; raises OSError."""
        try:
            handle = os.open(self._file, os.O_RDWR)
        except FileNotFoundError:
            return  # where a file system cannot have such a log, SQLite does without, and every commit waits for the disk
        try:
            _to_disk(handle)
        finally:
            os.close(handle)


_to_disk = getattr(os, "fdatasync", os.fsync)


def why(error: SQLAlchemyError) -> str:
    """What the database says of a failure, in one line."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        _check(parsed)
        engine = create_engine(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(f"the driver of this database is not installed ({error}); for PostgreSQL: pip install 'psycopg[binary]'") from error
    except (ArgumentError, ValueError):  # its text may hold a piece of the address, and so of the password
        raise StoreError("this is no address of a database; it looks like sqlite:///var/informator.db") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_to_write)
    return engine


def _postgresql(url: URL) -> Engine:
    """Transactions one after the other, over all processes: what SQLite's one writer gives, so that the program means the same on both."""
    driven = url.set(drivername=_DRIVER) if url.drivername == "postgresql" else url
    engine = create_engine(driven, pool_pre_ping=True, connect_args={"connect_timeout": _BUSY_SECONDS})
    event.listen(engine, "begin", _wait_for_the_others)
    return engine


def _check(url: URL) -> None:
    """Refuse what cannot be used, and make the folder of a database file."""
    kind = url.get_backend_name()
    if kind not in _KINDS:
        raise StoreError(f"{kind} is no kind of database known here; it is {' or '.join(_KINDS)}")
    if kind != "sqlite":
        return
    file = url.database or _MEMORY  # one in memory would forget everything at the end, and show every thread another one
    if file.startswith(_MEMORY):
        raise StoreError("a database in memory keeps nothing; name a file, such as sqlite:///var/informator.db")
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {Path(file).parent} cannot be made: {error.strerror}") from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Readers beside one writer (WAL), every commit on the disk before it counts unless it says otherwise, locks waited for."""
    connection.isolation_level = None  # the driver would begin transactions late and by itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_SECONDS * 1000}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_to_write(connection: Connection) -> None:
    lasting = connection.get_execution_options().get(_LASTING, True)
    if connection.info.get(_LASTING, True) != lasting:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
        connection.info[_LASTING] = lasting
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_for_the_others(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
