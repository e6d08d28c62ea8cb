"""What happens by itself: the weather asked, alerts looked after, season messages, old rows deleted. APScheduler only wakes us; the store decides."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import alerts, announcing
from bot.announcing import Setting
from bot.core import season_changes
from bot.core.dialogue import LAPSE
from bot.core.hours import TZ
from bot.core.knowledge import say
from bot.core.push import Audience, Message, Push
from bot.outbox import Outbox
from bot.store import alerts as rows
from bot.store import conversations, deliveries, sms_spent, staff
from bot.store.database import Database
from bot.weather.cache import Cache
from bot.weather.source import Source, ask
from bot.weather.sources import sources

_LOOK_SECONDS = 60
_WORTH_SENDING = timedelta(hours=12)
_MONTH = timedelta(days=31)


class Jobs:
    """The leader's work besides sending. `setting` gives the schedule and the knowledge of the moment."""

    def __init__(self, database: Database, setting: Callable[[], Setting], outbox: Outbox, now: Callable[[], datetime], say: Callable[[str], None]) -> None:
        self._database = database
        self._setting = setting
        self._outbox = outbox
        self._now = now
        self._say = say
        self._cache = Cache()
        self._tidied: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        scheduler = AsyncIOScheduler(timezone=TZ, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        async with httpx.AsyncClient() as http:
            for source in sources(self._setting().schedule):
                every = next(c.every for c in self._setting().schedule.sources if c.name == source.name)
                scheduler.add_job(self._poll, "interval", [http, source], seconds=every.total_seconds(), next_run_time=self._now())
            scheduler.add_job(self.look, "interval", seconds=_LOOK_SECONDS)
            scheduler.start()
            try:
                await asyncio.Event().wait()
            finally:
                scheduler.shutdown(wait=False)

    def weather_lines(self) -> Iterator[str]:
        """How each source stands, for the operators."""
        now = self._now()
        for config in self._setting().schedule.sources:
            age = self._cache.age(config.name, now)
            entry = self._cache.entries.get(config.name)
            silent = f"; milczy od {entry.silent_since.astimezone(TZ):%d.%m %H:%M} ({entry.reason})" if entry and entry.silent_since else ""
            yield f"{config.name}: " + (f"dane sprzed {int(age.total_seconds() // 60)} min" if age is not None else "jeszcze bez danych") + silent

    def weather_ages(self) -> dict[str, float]:
        """Seconds since the last good answer of each source that has given one."""
        now = self._now()
        ages = {config.name: self._cache.age(config.name, now) for config in self._setting().schedule.sources}
        return {name: age.total_seconds() for name, age in ages.items() if age is not None}

    async def _poll(self, http: httpx.AsyncClient, source: Source) -> None:
        answer = await ask(source, http, self._now())
        self._cache = self._cache.after(answer)  # what it holds now: other sources may have answered meanwhile
        await self.look()

    async def look(self) -> None:
        """Everything that is due now, decided from the store: safe to repeat, late or twice."""
        setting, now = self._setting(), self._now()
        evidence = self._cache.usable(setting.schedule.sources, now)

        def due(connection: Connection) -> None:
            alerts.look(connection, setting, evidence, now)
            for push in (*_season_messages(setting, now), *_outreach(setting, now), *self._silence(setting, now)):
                deliveries.add_push(connection, push)
            self._tidy(connection, setting, now)

        try:
            await self._database.do(due)
        except SQLAlchemyError as error:
            self._say(f"Jobs: the database fails ({type(error).__name__}); trying again in a minute")
        self._outbox.wake()

    def _silence(self, setting: Setting, now: datetime) -> Iterator[Push]:
        """Word to the operators when no source can be reached, once a day."""
        schedule = setting.schedule
        if setting.operators and self._cache.all_silent(schedule.sources, now, schedule.silence):
            text = "Żadne źródło pogody nie odpowiada, alerty mrozowe nie powstaną same:\n" + "\n".join(self.weather_lines())
            yield Push(f"silence:{now.astimezone(TZ):%Y-%m-%d}", Message({"pl": text}, {}), Audience(named=setting.desks()), now, now + _WORTH_SENDING)

    def _tidy(self, connection: Connection, setting: Setting, now: datetime) -> None:
        """Delete what is no longer kept, once a day."""
        keep = setting.schedule.housekeeping
        if (self._tidied and now - self._tidied < timedelta(hours=20)) or now.astimezone(TZ).time() < keep.at:
            return
        self._tidied = now
        conversations.forget_lapsed(connection, now, LAPSE)
        staff.forget_questions(connection, now, keep.keep_questions)
        staff.forget_audit(connection, now, keep.keep_audit)
        deliveries.forget_old(connection, now, keep.keep_deliveries)
        rows.forget(connection, now - keep.keep_alerts)
        sms_spent.forget(connection, now - keep.keep_deliveries - _MONTH)


def _season_messages(setting: Setting, now: datetime) -> Iterator[Push]:
    """Word of changing hours, some days ahead; the dates come from the places' hours."""
    messages, here = setting.schedule.season_messages, now.astimezone(TZ)
    if here.time() < messages.at:
        return
    places = [setting.content.place(place) for place in messages.places]
    for change in season_changes.due(places, here.date(), messages.days_before):
        text = season_changes.announcement(say(setting.content.centre.name), change)
        audience = setting.audience(messages.topics, messages.channels)
        yield Push(f"season:{here:%Y-%m-%d}:{change.place.id}", Message({"pl": text}, {"pl": text}), audience, now, _end_of(here))


def _outreach(setting: Setting, now: datetime) -> Iterator[Push]:
    """The message on the first day of winter outreach."""
    outreach, here = setting.schedule.outreach, now.astimezone(TZ)
    if (here.month, here.day) == outreach.first and here.time() >= outreach.at:
        message = Message(
            dict(announcing.filled(setting, outreach.message.text)),
            dict(announcing.filled(setting, outreach.message.sms, short=True)),
        )
        yield Push(f"outreach:{here:%Y-%m-%d}", message, setting.audience(outreach.topics, outreach.channels), now, _end_of(here))


def _end_of(day: datetime) -> datetime:
    return datetime.combine(day.date(), time(22), TZ)
