"""The services of `run`, wired: the store, the web, Telegram, SMS, alerts. To add one, make a Service of it and put it into the list."""

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.core.knowledge import Knowledge
from bot.core.push import State
from bot.metrics import Metrics
from bot.outbox import Sender
from bot.serving.alerts import PUBLIC, Alerts, has_alerts
from bot.serving.services import Parts, Say, Service, run_together
from bot.serving.telegram import CHANNEL, OFF, telegram_channel, telegram_service
from bot.serving.web import web_service
from bot.settings import ServiceError, Settings
from bot.settings_sms import Sms
from bot.store import deliveries
from bot.store.conversations import waiting_by_channel
from bot.store.database import Database, StoreError, why
from bot.store.migrate import migrate

SMS_OFF = "SMS: off, set SMS_GATEWAY (docs/sms.md)"
_QUIET = ("apscheduler", "telegram", "stamina", "uvicorn")
"""Libraries whose lines hold tracebacks, and addresses with the token; ours say the same in words."""


def open_store(url: str) -> Database:
    """The database with its tables up to date; raises ServiceError."""
    try:
        database = Database(url)
    except StoreError as error:
        raise ServiceError(f"DATABASE_URL: {error}") from error
    try:
        migrate(database)
    except StoreError as error:
        database.close()
        raise ServiceError(f"DATABASE_URL: {error}") from error
    return database


def serve(settings: Settings, base: Callable[[], Knowledge], now: Callable[[], datetime], say: Say) -> None:
    """Serve everything that is configured until a signal comes; raises ServiceError. `base`: the knowledge as its files say."""
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.CRITICAL)
    with open_store(settings.database) as database:
        try:
            services = _services(settings, base, database, now, say)
            gc.collect()
            gc.freeze()  # what is there by now stays; walking it again and again would hold answers up for 50 ms each time
            asyncio.run(run_together(services, say))
        except SQLAlchemyError as error:
            raise ServiceError(f"DATABASE_URL: the database cannot be used: {why(error)}") from error


def _services(settings: Settings, base: Callable[[], Knowledge], database: Database, now: Callable[[], datetime], say: Say) -> list[Service]:
    """All services, those that are off as well."""
    alerts = Alerts(settings, base, database, now, say) if has_alerts(settings.schedules, settings.knowledge) else None
    parts = Parts(settings, alerts.knowledge if alerts else base, database, now, say, Metrics())
    others: list[Service] = []
    channel = telegram_channel(parts, settings.telegram, alerts.clerk(CHANNEL) if alerts else None) if settings.telegram else None
    others.append(telegram_service(settings, settings.telegram, channel) if settings.telegram and channel else Service(OFF))
    senders: dict[str, Sender] = {CHANNEL: channel.broadcast(), PUBLIC: channel.broadcast()} if channel else {}
    others.append(_sms(settings.sms, parts, alerts, senders) if settings.sms else Service(SMS_OFF))
    others.append(alerts.service(senders) if alerts else Service(f"Alerts: off, {settings.schedules} is for another centre"))
    _measure(parts.metrics, database, alerts)
    return [web_service(parts, [route for other in others for route in other.routes]), *others]


def _measure(metrics: Metrics, database: Database, alerts: Alerts | None) -> None:
    """Figures that are read when somebody looks."""

    def stored(read: Callable[[Connection], Mapping[str, float]]) -> Callable[[], Mapping[str, float]]:
        def now() -> Mapping[str, float]:
            try:
                return database.do_now(read)
            except SQLAlchemyError:
                return {}  # the other figures are wanted the more

        return now

    metrics.measure("informator_replies_waiting", "Replies that wait to be sent.", "channel", stored(waiting_by_channel))
    metrics.measure("informator_deliveries", "Messages to many, one for each person, by what became of them.", "state", stored(_outbox))
    if alerts:
        metrics.measure("informator_weather_age_seconds", "Since the last good answer of a source, in the process that leads.", "source", alerts.weather_ages)


def _outbox(connection: Connection) -> Mapping[str, float]:
    counted = deliveries.counts(connection)
    return {state.value: float(counted[state]) for state in State}


def _sms(sms: Sms, parts: Parts, alerts: Alerts | None, senders: dict[str, Sender]) -> Service:
    """SMS, which adds itself to the senders."""
    from bot.serving.sms import CHANNEL as SMS
    from bot.serving.sms import sms_channel, sms_service

    channel = sms_channel(parts, sms, alerts.clerk(SMS) if alerts else None)
    senders[SMS] = channel.broadcast()
    return sms_service(sms, channel)
