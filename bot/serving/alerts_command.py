"""`python -m bot alerts list|propose|approve|cancel|status`: what operators do in Telegram, from the command line of the server."""

import argparse
import getpass
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot import alerts, operators
from bot.alerts import AlertError, Setting
from bot.core.knowledge import Content
from bot.loader.schedules import load_schedules
from bot.operators import Desk
from bot.serving import open_store
from bot.settings import ServiceError, Settings
from bot.store import alerts as rows
from bot.store.alerts import Status
from bot.store.database import why


def run(options: argparse.Namespace, settings: Settings, content: Content, now: datetime) -> Iterable[str]:
    """Carry out an action and return what to print; raises ServiceError, SchedulesError."""
    setting = Setting(load_schedules(settings.schedules, content), content, settings.operators, settings.telegram.public_channel if settings.telegram else "")
    with open_store(settings.database) as database:
        try:
            return database.do_now(lambda connection: list(_lines(Desk(connection, setting, f"cli:{getpass.getuser()}", now, _unknown), options)))
        except AlertError as error:
            raise ServiceError(str(error)) from error
        except SQLAlchemyError as error:
            raise ServiceError(f"DATABASE_URL: the database cannot be used: {why(error)}") from error


def _lines(desk: Desk, options: argparse.Namespace) -> Iterable[str]:
    connection = desk.connection
    if options.action == "status":
        return [operators.state(desk).plain()]
    if options.action == "list":
        found = rows.listed(connection, tuple(Status))
        return [line for row in found for line in operators.alert_lines(desk, row)] or ["Nie było jeszcze żadnego alertu."]
    if options.action == "propose":
        row = alerts.propose(connection, desk.setting, options.rule, options.level, options.onset or desk.now, options.until, desk.operator, desk.now)
    else:
        decide = {"approve": alerts.approve, "cancel": alerts.cancel}[options.action]
        row = decide(connection, desk.setting, options.id, desk.operator, desk.now)
    return operators.alert_lines(desk, row)


def _unknown() -> Iterable[str]:
    return ["pyta o nią działający bot; tu jej nie widać"]
