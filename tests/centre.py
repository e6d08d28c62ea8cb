"""A centre's alerts over time, in a store of the test's own: weather in, operators' words in, messages to many out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from bot import alerts
from bot.announcing import Setting
from bot.core.delivery import Outcome, Sent
from bot.core.evidence import HOUR, Evidence, Hour, utc
from bot.core.hours import TZ
from bot.core.message import Incoming, Reply
from bot.core.push import Delivery, Recipient
from bot.operators import commands
from bot.operators.desk import Desk
from bot.outbox import Outbox
from bot.store import alerts as rows
from bot.store import subscriptions
from bot.store.alerts import Status
from bot.store.database import Database
from bot.store.tables import pushes
from tests.telegram_bot import Clock

EVENING = datetime(2027, 1, 14, 18, 0, tzinfo=TZ)
MILD, COLD, DEADLY = 1.0, -12.0, -20.0
COMING = ((30, MILD), (10, COLD), (40, MILD))
"""Frost from six hours ahead on."""


def weather(now: datetime, *temperatures: tuple[int, float]) -> list[Evidence]:
    """Hours from 24 before now on; each (count, temperature) goes on where the one before ended."""
    values = [t for count, t in temperatures for _ in range(count)]
    start = utc(now).replace(minute=0) - 24 * HOUR
    return [Evidence("open-meteo", utc(now), tuple(Hour(start + i * HOUR, t, t - 3) for i, t in enumerate(values)))]


def nothing(_count: int) -> None:
    """What happens before a message, unless the test wants something."""


def taken(_delivery: Delivery) -> Outcome:
    """How a send ends, unless the test wants something else."""
    return Sent()


@dataclass
class Post:
    """A carrier that takes everything at once and remembers it; `before` may do something before each message."""

    per_second: float = 1_000_000.0
    sent: list[tuple[str, str]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    before: Callable[[int], None] = nothing
    outcome: Callable[[Delivery], Outcome] = taken

    async def send(self, delivery: Delivery) -> Outcome:
        """Take a message; by SMS it is the short one."""
        self.before(len(self.sent))
        outcome = self.outcome(delivery)
        if not isinstance(outcome, Sent):
            return outcome
        channel, chat, message = delivery.to.channel, delivery.to.chat, delivery.message
        self.sent.append((f"{channel}:{chat}", message.short(delivery.to.lang) if channel == "sms" else message.full(delivery.to.lang)))
        self.silent += [chat] if message.silent else []
        return outcome

    def to(self, address: str) -> list[str]:
        """What an address got, in order."""
        return [text for to, text in self.sent if to == address]


class Centre:
    """The alerts of a centre over time."""

    def __init__(self, database: Database, setting: Setting, clock: Clock) -> None:
        self.database, self.setting, self.clock = database, setting, clock
        self.post = Post()

    def look(self, *temperatures: tuple[int, float]) -> None:
        """What a look at this weather leads to; none: all sources are silent."""
        now = self.clock.now()
        evidence = weather(now, *temperatures) if temperatures else []
        self.database.do_now(lambda connection: alerts.look(connection, self.setting, evidence, now))

    def one(self) -> rows.Row:
        """The only alert there is."""
        (row,) = self.database.do_now(lambda connection: rows.listed(connection, tuple(Status)))
        return row

    def decide(self, what: str) -> rows.Row:
        """An operator decides on it."""
        act = {"approve": alerts.approve, "cancel": alerts.cancel}[what]
        found = self.one().id
        return self.database.do_now(lambda connection: act(connection, self.setting, found, "77", self.clock.now()))

    def pushes(self) -> list[str]:
        """Ids of all messages to many."""
        return self.database.do_now(lambda connection: list(connection.scalars(select(pushes.c.id).order_by(pushes.c.id))))

    def kinds(self) -> list[str]:
        """What was put into the outbox for people, without the alert's own id."""
        return [push.partition(":")[2] for push in self.pushes() if ":operators:" not in push]

    def subscribe(self, channel: str, *chats: str, topic: str = "mroz") -> None:
        """These addresses want to be told."""
        for chat in chats:
            who = Recipient(channel, chat)
            self.database.do_now(lambda connection: subscriptions.subscribe(connection, who, [topic], "tak", self.clock.now()))  # noqa: B023

    def outbox(self) -> Outbox:
        """The outbox of a process; nothing is lost with it."""
        senders = dict.fromkeys(("telegram", "telegram-channel", "sms"), self.post)
        return Outbox(self.database, senders, self.clock.now, "test", print, budget=self.setting.budget)

    async def deliver(self) -> None:
        """Send what is due, and what the operators are told of it."""
        for _ in range(2):
            while await self.outbox().send_due():
                pass

    def operate(self, text: str = "", pressed: str = "") -> Reply:
        """What an operator writes or presses, and the reply."""

        def job(connection: Connection) -> Reply | None:
            desk = Desk(connection, self.setting, "77", self.clock.now(), lambda: ["imgw: dane sprzed 5 min"])
            return commands.answer(desk, Incoming("telegram:77", text, pressed=pressed))

        reply = self.database.do_now(job)
        assert reply is not None
        return reply

    def press(self, label: str, among: Reply) -> Reply:
        """Press the button whose label begins so."""
        (key,) = [choice.key for choice in among.choices if choice.label.startswith(label)]
        return self.operate(pressed=key)
