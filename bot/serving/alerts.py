"""Alerts as a service: the situation kept current in every process; weather, rules and the outbox in the one that leads."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from bot.announcing import Setting
from bot.clerk import Clerk
from bot.core.knowledge import Content, Knowledge
from bot.core.schedule import Schedule
from bot.core.sms_cost import NO_CAPS
from bot.jobs import Jobs
from bot.leading import Leadership, this_process
from bot.loader.live_schedules import LiveSchedules
from bot.loader.problems import Problem
from bot.loader.schedules import centre_of
from bot.outbox import Outbox, Sender
from bot.serving.services import Say, Service
from bot.settings import Settings
from bot.situation import Situation
from bot.store.database import Database

PUBLIC = "telegram-channel"
_RELOAD_SECONDS = 5.0


class Alerts:
    """The alerts of a deployment; off where the schedule is another centre's."""

    def __init__(self, settings: Settings, base: Callable[[], Knowledge], database: Database, now: Callable[[], datetime], say: Say) -> None:
        """Raises SchedulesError."""
        self._settings = settings
        self._base = base
        self._database = database
        self._now = now
        self._say = say
        self._schedules = LiveSchedules(settings.schedules, base, self._report)
        self._situation = Situation(database, base, self.schedule, now)
        self._jobs: Jobs | None = None

    def schedule(self) -> Schedule:
        """The schedule of the moment."""
        return self._schedules.current()

    def knowledge(self) -> Knowledge:
        """The knowledge of the moment, alerts and notices laid over it."""
        return self._situation.current()

    def clerk(self, channel: str) -> Clerk:
        """Who does what messages of a channel ask for."""
        return Clerk(channel, self.setting, self.weather, self._situation.refresh_soon)

    def setting(self) -> Setting:
        """What alerts are made with right now."""
        return setting_of(self._settings, self.schedule(), self._base())

    def weather(self) -> Iterable[str]:
        """How the weather sources stand."""
        return self._jobs.weather_lines() if self._jobs else ["inny proces pyta o pogodę"]

    def weather_ages(self) -> Mapping[str, float]:
        """Seconds since the last good answer of each weather source; nothing in a process that does not lead."""
        return self._jobs.weather_ages() if self._jobs else {}

    def service(self, senders: Mapping[str, Sender]) -> Service:
        """Weather, rules and outbox; `senders` by channel."""
        holder = this_process()
        outbox = Outbox(self._database, senders, self._now, holder, self._say, budget=lambda: self.setting().budget())
        jobs = Jobs(self._database, self.setting, outbox, self._now, self._say)
        leadership = Leadership(self._database, holder, self._now, self._say)

        async def work() -> None:
            self._jobs = jobs
            async with asyncio.TaskGroup() as group:
                group.create_task(outbox.run())
                group.create_task(jobs.run())

        async def run() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._situation.run())
                group.create_task(self._reload())
                group.create_task(leadership.lead(work))

        told = ", ".join(senders) or "nobody yet: no channel that can send"
        return Service(f"Alerts: on, by {self._settings.schedules}; sent through {told}", run)

    async def _reload(self) -> None:
        while True:
            await asyncio.sleep(_RELOAD_SECONDS)
            self._schedules.reload()

    def _report(self, text: str, problems: Iterable[Problem]) -> None:
        self._say("\n".join((f"[{text}]", *map(str, problems))))


def setting_of(settings: Settings, schedule: Schedule, content: Content) -> Setting:
    """What alerts are made with, out of the settings and what is read from files."""
    public = settings.telegram.public_channel if settings.telegram else ""
    return Setting(schedule, content, settings.operators, public, settings.sms.caps if settings.sms else NO_CAPS)


def has_alerts(schedules: Path, knowledge: Path) -> bool:
    """Whether the schedule is for the centre that is served."""
    return schedules.is_file() and centre_of(schedules) == knowledge.resolve().name
