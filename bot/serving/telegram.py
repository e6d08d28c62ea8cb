"""Telegram as a service: by polling, or by a webhook that the web server carries."""

import asyncio

from telegram.error import InvalidToken

from bot.channels.telegram.channel import Options, TelegramChannel
from bot.channels.telegram.words import Words
from bot.inbox.durable import Clerk, DurableInbox, Listeners
from bot.serving.services import Parts, Service
from bot.settings import ServiceError, Settings, Telegram

CHANNEL = "telegram"
OFF = "Telegram: off, set TELEGRAM_BOT_TOKEN (write to @BotFather in Telegram, send /newbot, copy the token it gives)"


def telegram_channel(parts: Parts, telegram: Telegram, clerk: Clerk | None) -> TelegramChannel:
    """The channel, wired to the store."""
    listeners = Listeners(Words(parts.say, parts.now).say, parts.metrics.answered)
    inbox = DurableInbox(CHANNEL, parts.knowledge, parts.database, parts.now, listeners=listeners, clerk=clerk)
    options = Options(telegram.token, telegram.base, telegram.per_second, parts.settings.public_url, telegram.secret)
    return TelegramChannel(options, inbox, parts.knowledge, parts.now, parts.say)


def telegram_service(settings: Settings, telegram: Telegram, channel: TelegramChannel) -> Service:
    """The bot on Telegram."""

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
