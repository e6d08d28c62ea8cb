"""The services of `run`, wired: the store, the web, Telegram. To add one, make a Service of it and put it into the list in `serve`."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.core.knowledge import Knowledge
from bot.metrics import Metrics
from bot.serving.services import Parts, Say, run_together
from bot.serving.telegram import telegram_service
from bot.serving.web import web_service
from bot.settings import ServiceError, Settings
from bot.store.conversations import waiting_by_channel
from bot.store.database import Database, StoreError
from bot.store.migrate import migrate

_QUIET = ("telegram", "stamina", "uvicorn")
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


def serve(settings: Settings, knowledge: Callable[[], Knowledge], now: Callable[[], datetime], say: Say) -> None:
    """Serve everything that is configured until a signal comes; raises ServiceError."""
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.CRITICAL)
    with open_store(settings.database) as database:
        parts = Parts(settings, knowledge, database, now, say, Metrics())
        parts.metrics.measure("informator_replies_waiting", "Replies that wait to be sent.", "channel", lambda: database.do_now(waiting_by_channel))
        others = [telegram_service(parts)]
        web = web_service(parts, [route for other in others for route in other.routes])
        try:
            asyncio.run(run_together([web, *others], say))
        except SQLAlchemyError as error:
            raise ServiceError(f"DATABASE_URL: the database cannot be used: {getattr(error, 'orig', None) or error}") from error
