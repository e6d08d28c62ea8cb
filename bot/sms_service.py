"""The SMS channel wired from the settings."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.channels.sms import kannel, numbers
from bot.channels.sms.channel import Desk, Options, SmsChannel
from bot.channels.sms.gateway import Gateway
from bot.channels.sms.render import Style
from bot.core import keyword_answers
from bot.core.keywords import Command
from bot.core.knowledge import DEFAULT_LANG, Knowledge
from bot.core.message import Reply
from bot.inbox.paged import PagedInbox
from bot.settings_sms import Kannel, Sms, Smsapi, Twilio
from bot.store.database import Database

_TALKATIVE = ("httpx", "httpcore", "urllib3", "smsapi", "twilio")
"""Libraries whose lines hold addresses with numbers and texts."""


def sms_channel(sms: Sms, knowledge: Callable[[], Knowledge], database: Database, now: Callable[[], datetime], say: Callable[[str], None]) -> SmsChannel:
    """The channel; it must be made where its event loop runs."""
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.CRITICAL)

    async def obey(_number: str, asked: Command) -> Reply:
        return keyword_answers.answer(knowledge(), asked, DEFAULT_LANG)

    gateways = [_gateway(sms, gateway) for gateway in sms.gateways]
    own = numbers.normalised(sms.sender) or ""
    options = Options(gateways, sms.callback, own, Style(sms.parts, sms.diacritics), sms.countries, sms.per_second)
    return SmsChannel(options, PagedInbox("sms", knowledge, database, now), Desk(obey), now, say)


def _gateway(sms: Sms, gateway: Kannel | Smsapi | Twilio) -> Gateway:
    if isinstance(gateway, Kannel):
        return kannel.Kannel(kannel.Options(gateway.url, gateway.user, gateway.password, sms.sender, sms.callback, sms.secret))
    if isinstance(gateway, Smsapi):
        from bot.channels.sms import smsapi

        return smsapi.Smsapi(smsapi.Options(gateway.token, sms.sender, sms.callback, sms.secret, gateway.url, sms.parts))
    from bot.channels.sms import twilio

    return twilio.Twilio(twilio.Options(gateway.account, gateway.token, sms.sender, sms.callback, gateway.url))
