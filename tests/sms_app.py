"""The SMS channel as an application of its own: real inbox, database file and web server in a thread, which can be down and up again."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.announcing import Setting
from bot.channels.sms.broadcast import key_of
from bot.channels.sms.channel import Options, SmsChannel
from bot.channels.sms.gateway import Gateway
from bot.channels.sms.render import Style
from bot.clerk import Clerk
from bot.core.delivery import Event, Outcome
from bot.core.hours import TZ
from bot.core.knowledge import Knowledge
from bot.core.message import Reply
from bot.core.push import Audience, Delivery, Message, Push, Recipient
from bot.core.reports import Fate, Report, after
from bot.inbox.paged import PagedInbox
from bot.loader.schedules import load_schedules
from bot.outbox import Outbox
from bot.serving.sms import follow_up
from bot.store import deliveries, subscriptions
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.conftest import ROOT
from tests.kannel import OURS
from tests.telegram_api.server import listen

NIGHT = datetime(2026, 1, 15, 22, 10, tzinfo=TZ)
SECRET = "0123456789abcdef-webhook"  # noqa: S105


@dataclass
class SmsApp:
    """An application on one database file and one port. `gateways` makes them anew at each start, given our address."""

    folder: Path
    knowledge: Knowledge
    port: int
    gateways: Callable[[str], Sequence[Gateway]]
    style: Style = field(default_factory=Style)
    now: Callable[[], datetime] = lambda: NIGHT
    per_second: float = 1000.0
    stop_seconds: float = 10.0
    said: list[str] = field(default_factory=list)
    fates: dict[str, Fate] = field(default_factory=dict)
    reports: int = 0
    fails: list[Exception] = field(default_factory=list)
    """What the next messages meet."""
    refuses: int = 0
    """So many of the next requests are answered 503 before anything is read of them."""
    asked: int = 0
    """Requests that came."""
    public: str = ""
    """Our address as carriers know it, where it is another than where we listen."""

    @property
    def url(self) -> str:
        """Our address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve."""
        ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, SmsChannel]] = Future()

        def run() -> None:
            try:
                asyncio.run(self._main(ready))
            except Exception as error:
                if ready.done():
                    raise
                ready.set_exception(error)

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        self._loop, self._stop, self.channel = ready.result(20)

    def stop(self) -> None:
        """Stop in good order."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(40)

    def send(self, to: str, text: str, row: int = 1) -> Future[Outcome]:
        """Send something that nobody asked for, as the outbox does."""
        return asyncio.run_coroutine_threadsafe(self.channel.broadcast().send(delivery(to, text, row)), self._loop)

    def push(self, text: str) -> None:
        """Send to all subscribers, through the outbox."""
        message = Message({"pl": f"Długo: {text}"}, {"pl": text})
        push = Push(f"push:{text}", message, Audience(("mroz",), ("sms",)), self.now(), self.now() + timedelta(hours=12))
        self.database.do_now(lambda connection: deliveries.add_push(connection, push))
        outbox = Outbox(self.database, {"sms": self.channel.broadcast()}, self.now, "test", self.said.append)
        asyncio.run_coroutine_threadsafe(outbox.send_due(), self._loop).result(120)

    def states(self) -> Counter[str]:
        """What became of all deliveries."""
        return self.database.do_now(deliveries.counts)

    def subscribed(self, number: str) -> list[str]:
        """What a number is subscribed to."""
        found = self.database.do_now(lambda connection: subscriptions.of_chat(connection, Recipient("sms", number)))
        return [held.topic for held in found]

    async def _main(self, ready: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, SmsChannel]]") -> None:
        stop = asyncio.Event()
        async with AsyncExitStack() as stack:
            database = stack.enter_context(Database(f"sqlite:///{self.folder / 'bot.sqlite'}"))
            migrate(database)
            self.database = database
            schedule = load_schedules(ROOT / "schedules.yaml", self.knowledge)
            clerk = _Failing(Clerk("sms", lambda: Setting(schedule, self.knowledge), lambda: ()), self.fails)
            inbox = PagedInbox("sms", lambda: self.knowledge, database, self.now, clerk=clerk)
            self._follow_up = follow_up(database, self.now)
            options = Options(
                self.gateways(self.url), self.public or self.url, OURS, self.style, per_second=self.per_second, note=self._note, stop_seconds=self.stop_seconds
            )
            channel = await stack.enter_async_context(SmsChannel(options, inbox, lambda: self.knowledge, self.now, self.said.append))
            self._web = Starlette(routes=channel.routes())
            server = uvicorn.Server(uvicorn.Config(self._counted, interface="asgi3", log_config=None, access_log=False, lifespan="off"))
            server.config.load()
            serving = asyncio.create_task(server._serve([listen(self.port)]))
            ready.set_result((asyncio.get_running_loop(), stop, channel))
            await stop.wait()
            server.should_exit = True
            await serving

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        if self.refuses:
            self.refuses -= 1
            await Response(status_code=503)(scope, receive, send)
        else:
            await self._web(scope, receive, send)

    async def _note(self, gateway: str, report: Report) -> None:
        self.reports += 1
        self.fates[report.key or report.message] = after(self.fates.get(report.key or report.message, Fate.UNKNOWN), report.fate)
        await self._follow_up(gateway, report)


@dataclass
class _Failing:
    """A clerk that meets what the test says, then does its work."""

    clerk: Clerk
    fails: list[Exception]

    def before(self, connection: Connection, event: Event, now: datetime) -> Reply | None:
        """Fail, or what the clerk does."""
        if self.fails:
            raise self.fails.pop()
        return self.clerk.before(connection, event, now)

    def after(self, connection: Connection, event: Event, reply: Reply, now: datetime) -> Reply:
        """What the clerk does."""
        return self.clerk.after(connection, event, reply, now)


def delivery(to: str, text: str, row: int) -> Delivery:
    """A delivery as the outbox hands it over."""
    return Delivery(row, Recipient("sms", to), Message({"pl": text}, {"pl": text}), 0, resend=False)


def key(to: str, text: str, row: int = 1) -> str:
    """What its reports come under."""
    return key_of(delivery(to, text, row))
