"""Long polling: updates are asked for until we stop, and acknowledged only once the inbox has them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.sending import seconds_of
from bot.channels.telegram.words import Words

_HOLD_SECONDS = 30
"""How long Telegram may hold a question for updates."""
_GRACE_SECONDS = 10
_FAREWELL_SECONDS = 2
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_REVOKED = "Unauthorized"
WANTED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")

Json = dict[str, Any]
T = TypeVar("T")
Take = Callable[[Sequence[Json]], Awaitable[None]]
"""Takes updates in; raises where it cannot, and they come again."""


async def poll(bot: Bot, take: Take, words: Words) -> None:
    """Poll until cancelled; raises InvalidToken where Telegram does not know the bot."""
    offset, hold = 0, 0

    async def some() -> None:
        nonlocal offset, hold
        held, hold = hold, 0  # a first answer, and the first after trouble, is wanted at once: it tells that all is well
        updates = await _updates(bot, offset, held)
        await take(updates)
        offset, hold = (int(updates[-1]["update_id"]) + 1 if updates else offset), _HOLD_SECONDS

    try:
        while True:
            await persist(some, words)
            words.say("Telegram: connected, waiting for questions")
    finally:
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await _updates(bot, offset, 0)  # acknowledges what was taken in


async def persist(attempt: Callable[[], Awaitable[T]], words: Words) -> T:
    """Try until it succeeds, with growing pauses; raises InvalidToken, which no waiting mends."""
    wait = _FIRST_WAIT
    while True:
        try:
            return await attempt()
        except InvalidToken:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, people's questions wait at Telegram until it is over
            words.say(_trouble(error))
            await asyncio.sleep(max(wait, seconds_of(error)) if isinstance(error, RetryAfter) else wait)
            wait = min(2 * wait, _LONGEST_WAIT)


async def _updates(bot: Bot, offset: int, hold: int) -> list[Json]:
    """The next updates as Telegram sends them: one that cannot be understood must not keep the others from us."""
    asked = {"offset": offset, "timeout": hold, "allowed_updates": list(WANTED)}
    # Telegram does not mind upper and lower case; python-telegram-bot calls its own getUpdates, which understands all or nothing.
    try:
        answer = await bot.do_api_request("getupdates", api_kwargs=asked, read_timeout=hold + _GRACE_SECONDS)
    except EndPointNotFound as error:  # as python-telegram-bot calls it where an earlier call knew the token
        if str(error.__cause__).startswith(_REVOKED):
            raise InvalidToken from error
        raise
    return list(answer)


def _trouble(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "Telegram: another program uses the same token; stop it, or give this one a token of its own"
    if isinstance(error, TelegramError):
        return f"Telegram: no connection ({type(error).__name__}); trying again"
    return f"Telegram: questions cannot be taken in ({type(error).__name__}); they wait, trying again"
