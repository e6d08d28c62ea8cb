"""Telegram as a service: by polling, or by a webhook that the web server carries."""

import asyncio

from telegram.error import InvalidToken

from bot.channels.telegram.channel import Options, TelegramChannel
from bot.inbox.durable import DurableInbox
from bot.serving.services import Parts, Service
from bot.settings import ServiceError, Settings, Telegram

OFF = "Telegram: off, set TELEGRAM_BOT_TOKEN (write to @BotFather in Telegram, send /newbot, copy the token it gives)"


def telegram_service(parts: Parts) -> Service:
    """The bot on Telegram, where it has a token."""
    settings, telegram = parts.settings, parts.settings.telegram
    if telegram is None:
        return Service(OFF)
    inbox = DurableInbox("telegram", parts.knowledge, parts.database, parts.now, answered=parts.metrics.answered)
    options = Options(telegram.token, telegram.base, telegram.per_second, settings.public_url, telegram.secret)
    channel = TelegramChannel(options, inbox, parts.knowledge, parts.now, parts.say)

    async def run() -> None:
        try:
            async with channel:
                await (_announced(channel) if telegram.webhook else channel.poll())
        except InvalidToken as error:
            raise ServiceError(f"TELEGRAM_BOT_TOKEN: {telegram.base} does not know this token; copy it again from @BotFather") from error

    return Service(_state(settings, telegram), run, (channel.route(),) if telegram.webhook else ())


async def _announced(channel: TelegramChannel) -> None:
    """Tell Telegram where to deliver; the web server does the rest."""
    await channel.announce()
    await asyncio.Event().wait()


def _state(settings: Settings, telegram: Telegram) -> str:
    return f"Telegram: on, by webhook at {settings.public_url}" if telegram.webhook else "Telegram: on, by polling"
