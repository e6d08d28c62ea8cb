"""SMS as a service: carriers reach it through the web server, replies and alerts go out through the gateways."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.channels.sms import kannel, numbers
from bot.channels.sms.broadcast import delivery_of
from bot.channels.sms.channel import Note, Options, SmsChannel
from bot.channels.sms.gateway import Gateway
from bot.channels.sms.render import Style
from bot.channels.telegram.words import Words
from bot.core.reports import Report
from bot.inbox.durable import Clerk, Listeners
from bot.inbox.paged import PagedInbox
from bot.serving.services import Parts, Service
from bot.settings_sms import Kannel, Sms, Smsapi, Twilio
from bot.store import deliveries
from bot.store.database import Database

CHANNEL = "sms"
_TALKATIVE = ("httpx", "httpcore", "urllib3", "smsapi", "twilio")
"""Libraries whose lines hold addresses with numbers and texts."""


def sms_channel(parts: Parts, sms: Sms, clerk: Clerk | None) -> SmsChannel:
    """The channel, wired to the store."""
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.CRITICAL)

    say = Words(parts.say, parts.now).say
    inbox = PagedInbox(CHANNEL, parts.knowledge, parts.database, parts.now, listeners=Listeners(say, parts.metrics.answered), clerk=clerk)
    gateways = [_gateway(sms, gateway) for gateway in sms.gateways]
    style = Style(sms.parts, sms.diacritics)
    options = Options(gateways, sms.callback, numbers.normalised(sms.sender) or "", style, sms.countries, sms.per_second, follow_up(parts.database, parts.now))
    return SmsChannel(options, inbox, parts.knowledge, parts.now, say)


def follow_up(database: Database, now: Callable[[], datetime]) -> Note:
    """Takes what carriers say of alerts; replies to questions are not followed up."""

    async def note(_gateway: str, report: Report) -> None:
        row = delivery_of(report.key or report.message)
        if row is not None:
            await database.do(lambda connection: deliveries.reported(connection, row, report.fate, now()))

    return note


def sms_service(sms: Sms, channel: SmsChannel) -> Service:
    """The bot by SMS."""

    async def run() -> None:
        async with channel:
            await asyncio.Event().wait()

    names = ", then ".join(type(gateway).__name__ for gateway in sms.gateways)
    return Service(f"SMS: on, through {names}; carriers reach it at {sms.callback}", run, tuple(channel.routes()))


def _gateway(sms: Sms, gateway: Kannel | Smsapi | Twilio) -> Gateway:
    if isinstance(gateway, Kannel):
        return kannel.Kannel(kannel.Options(gateway.url, gateway.user, gateway.password, sms.sender, sms.callback, sms.secret))
    if isinstance(gateway, Smsapi):
        from bot.channels.sms import smsapi

        return smsapi.Smsapi(smsapi.Options(gateway.token, sms.sender, sms.callback, sms.secret, gateway.url, sms.parts))
    from bot.channels.sms import twilio

    return twilio.Twilio(twilio.Options(gateway.account, gateway.token, sms.sender, sms.callback, gateway.url))
