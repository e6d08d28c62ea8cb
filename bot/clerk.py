"""What a message asks for beyond an answer: operators' commands, subscriptions, erasure, and questions that are kept because nothing answered them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import subscribing
from bot.announcing import Setting
from bot.core.delivery import Event
from bot.core.message import Reply, Status
from bot.core.push import Recipient
from bot.operators import commands
from bot.operators.desk import Desk
from bot.store import staff
from bot.subscribing import Asking

_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Clerk:
    """The clerk of one channel. `setting`: the schedule and the knowledge of the moment; `weather`: lines on how the sources stand."""

    channel: str
    setting: Callable[[], Setting]
    weather: Callable[[], Iterable[str]]
    changed: Callable[[], None] = lambda: None
    """Told when an operator may have changed what answers say."""

    def before(self, connection: Connection, event: Event, now: datetime) -> Reply | None:
        """The reply to an operator's command; None to everybody else."""
        setting = self.setting()
        if event.to not in setting.operators:
            return None
        reply = commands.answer(Desk(connection, setting, event.to, now, self.weather), event.message)
        if reply:
            self.changed()
        return reply

    def after(self, connection: Connection, event: Event, reply: Reply, now: datetime) -> Reply:
        """The reply once what it announces is done; a question without an answer is kept, without who asked."""
        setting, message = self.setting(), event.message
        if reply.action:
            who = Recipient(self.channel, event.to, message.lang)
            asking = Asking(who, message.chat, setting.schedule.topics, setting.content.centre, setting.schedule.housekeeping.keep_deliveries)
            return subscribing.carry_out(connection, asking, reply.action, reply, now)
        if reply.status is Status.FALLBACK and len(message.text.split()) >= _LEAST_WORDS:
            staff.unanswered(connection, message.text, now)
        return reply
