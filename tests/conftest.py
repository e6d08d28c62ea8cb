"""What the tests share: the real knowledge, trained once and cached; databases."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from telegram import Bot

from bot.announcing import Setting
from bot.core.dialogue import respond
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session
from bot.loader.loading import load_knowledge
from bot.loader.schedules import load_schedules
from bot.store.migrate import migrate
from tests import postgresql as postgresql_server
from tests.centre import EVENING, Centre
from tests.fast_loop import Watched
from tests.postgresql import Postgresql
from tests.telegram_api import FakeTelegram, Settings, in_thread
from tests.telegram_bot import Clock, Informator

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "var" / "cache"
WEDNESDAY = datetime(2026, 11, 25, 10, 30, tzinfo=TZ)
"""A working day, when a question names no other time."""

Ask = Callable[..., Reply]


@pytest.fixture(scope="session")
def bytom() -> Knowledge:
    return load_knowledge(ROOT / "knowledge" / "bytom", CACHE)


@pytest.fixture(scope="session")
def gdansk() -> Knowledge:
    return load_knowledge(ROOT / "knowledge" / "gdansk", CACHE)


@pytest.fixture
def ask(bytom: Knowledge) -> Ask:
    """Ask Bytom's bot one question, by default on a Wednesday morning; `session` goes on with a talk."""

    def ask_(text: str, at: str | datetime = WEDNESDAY, session: Session | None = None) -> Reply:
        moment = datetime.fromisoformat(at).replace(tzinfo=TZ) if isinstance(at, str) else at
        return respond(bytom, session or Session(), Incoming("test", text), moment)

    return ask_


@pytest.fixture
def clock() -> Clock:
    """The time in the fake Telegram and its bot: a Wednesday morning, until the test moves it."""
    return Clock(WEDNESDAY)


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeTelegram]:
    """A Telegram of the test's own."""
    async with in_thread(Settings(now=clock.timestamp)) as fake_:
        yield fake_


@pytest.fixture
def webhook() -> bool:
    """How updates reach the bot: False for long polling; a module whose tests hold for both gives both."""
    return False


@pytest.fixture
async def informator(fake: FakeTelegram, tmp_path: Path, bytom: Knowledge, clock: Clock, *, webhook: bool) -> AsyncIterator[Informator]:
    """Bytom's bot on it."""
    async with Informator(fake, tmp_path, bytom, clock.now, webhook=webhook) as informator_:
        yield informator_


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    """The real client, connected to it."""
    async with Bot(fake.token, base_url=fake.base_url) as bot_:
        yield bot_


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server; tests that want it are left out where its programs are absent."""
    with postgresql_server.server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.sqlite"
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.fresh()


@pytest.fixture
def database(store_url: str) -> Iterator[Watched]:
    """A migrated database of each kind in turn."""
    with Watched(store_url) as database_:
        migrate(database_)
        yield database_


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Watched]:
    """A migrated database file, for what only SQLite does."""
    with Watched(f"sqlite:///{tmp_path}/bot.sqlite") as database_:
        migrate(database_)
        yield database_


@pytest.fixture
def setting(bytom: Knowledge) -> Setting:
    """Bytom's own schedule, one operator, a public channel."""
    return Setting(load_schedules(ROOT / "schedules.yaml", bytom), bytom, ("77",), "@mopr")


@pytest.fixture
def centre(database: Watched, setting: Setting) -> Centre:
    """Its alerts, on a January evening."""
    return Centre(database, setting, Clock(EVENING))
