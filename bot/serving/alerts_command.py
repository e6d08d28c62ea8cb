"""`python -m bot alerts list|status|propose|approve|move|cancel|release`: what operators do in Telegram, from the command line of the server."""

import argparse
import getpass
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot import alerts
from bot.announcing import AlertError
from bot.core.knowledge import Content
from bot.loader.schedules import load_schedules
from bot.operators import commands, deciding
from bot.operators.desk import Desk
from bot.serving import open_store
from bot.serving.alerts import setting_of
from bot.settings import ServiceError, Settings
from bot.spending import RELEASE
from bot.store import alerts as rows
from bot.store.alerts import Row, Status
from bot.store.database import why


def run(options: argparse.Namespace, settings: Settings, content: Content, now: datetime) -> Iterable[str]:
    """Carry out an action and return what to print; raises ServiceError, SchedulesError."""
    setting = setting_of(settings, load_schedules(settings.schedules, content), content)
    with open_store(settings.database) as database:
        try:
            return database.do_now(lambda connection: list(_lines(Desk(connection, setting, f"cli:{getpass.getuser()}", now, _unknown), options)))
        except AlertError as error:
            raise ServiceError(str(error)) from error
        except SQLAlchemyError as error:
            raise ServiceError(f"DATABASE_URL: the database cannot be used: {why(error)}") from error


def _lines(desk: Desk, options: argparse.Namespace) -> Iterable[str]:
    if options.action == "status":
        return [commands.state(desk).plain()]
    if options.action == "list":
        found = rows.listed(desk.connection, tuple(Status))
        return [line for row in found for line in deciding.alert_lines(desk, row)] or ["Nie było jeszcze żadnego alertu."]
    if options.action == "release":
        return [deciding.pressed(desk, RELEASE + options.id).plain()]
    return deciding.card_lines(desk, _changed(desk, options))


def _changed(desk: Desk, options: argparse.Namespace) -> Row:
    connection, setting, operator, now = desk.connection, desk.setting, desk.operator, desk.now
    if options.action == "propose":
        return alerts.propose(connection, setting, options.rule, options.level, options.onset or now, options.until, operator, now)
    if options.action == "move":
        return alerts.move(connection, setting, options.id, options.onset, options.until, operator, now)
    decide = {"approve": alerts.approve, "cancel": alerts.cancel}[options.action]
    return decide(connection, setting, options.id, operator, now)


def _unknown() -> Iterable[str]:
    return ["pyta o nią działający bot; tu jej nie widać"]
