"""Sending a waiting reply: new messages, or in place of old ones; what Telegram says of it becomes an outcome."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from html import escape, unescape

import httpx
from pydantic import BaseModel, ConfigDict
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.sharing import qr_png
from bot.channels.telegram.hearing import Address
from bot.channels.telegram.render import MAX_UNITS, Button, Code, Rendered, units
from bot.core.delivery import Blocked, Later, Outcome, Refused, Sent, Uncertain

_UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures before anything was sent."""
_RETRY_SECONDS = 1.0
_TOKEN_SECONDS = 30.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_OUT_OF_ORDER = "Telegram is out of order"
_SAME = "message is not modified"
_MARKUP = "can't parse entities"
_TAG = re.compile(r"</?[a-z][^>]*>")


class Body(BaseModel):
    """What waits in the store for this channel."""

    model_config = ConfigDict(frozen=True)

    address: Address
    rendered: Rendered
    apology: str = ""
    """What goes before it where it is sent late."""


@dataclass(slots=True)
class Parcel:
    """A waiting reply and how far it got: what was sent is not sent again when the rest is tried later."""

    body: Body
    earlier: tuple[int, ...] = ()
    """Messages of ours that it takes the place of."""
    sent: list[int] = field(default_factory=list)
    late: bool = False

    def texts(self) -> tuple[str, ...]:
        """Its messages as HTML, with the apology where it is late."""
        texts, apology = self.body.rendered.texts, self.body.apology
        if not self.late or not apology or not texts:
            return texts
        word = f"<i>{escape(apology)}</i>"
        first = f"{word}\n{texts[0]}"
        return (first, *texts[1:]) if units(first) <= MAX_UNITS else (word, *texts)


async def send(bot: Bot, parcel: Parcel) -> Outcome:
    """Send what is left of a parcel: earlier messages are edited, further parts sent anew, earlier ones left over deleted."""
    texts, earlier, code = parcel.texts(), parcel.earlier, parcel.body.rendered.code
    try:
        while len(parcel.sent) < len(texts):
            parcel.sent.append(await _part(bot, parcel, len(parcel.sent)))
        if code and len(parcel.sent) == len(texts):
            parcel.sent.append(await _picture(bot, parcel.body.address, code))
    except TelegramError as error:
        outcome = outcome_of(error)
        repeatable = len(parcel.sent) < min(len(earlier), len(texts))  # to edit twice is to edit once
        return Later(_RETRY_SECONDS, outcome.reason) if isinstance(outcome, Uncertain) and repeatable else outcome
    pins = await _finish(bot, parcel)
    return Sent(tuple(str(message) for message in (*parcel.sent, *pins)))


def outcome_of(error: TelegramError) -> Outcome:
    """How a send ended that Telegram or the network refused."""
    if isinstance(error.__cause__, TelegramError):
        return Later(_RETRY_SECONDS, _OUT_OF_ORDER)  # refused in other words than Telegram's own: something in between did
    if isinstance(error, Forbidden):
        return Blocked()
    if isinstance(error, ChatMigrated):
        return Refused("the group has become another one")
    if isinstance(error, BadRequest):
        return Refused(str(error))
    return _later(error) or Uncertain("no readable answer from Telegram")


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _later(error: TelegramError) -> Later | None:
    """What may be tried again because nothing was taken for sure."""
    if isinstance(error, RetryAfter):
        return Later(seconds_of(error), "Telegram asks to wait")
    if isinstance(error, InvalidToken):
        return Later(_TOKEN_SECONDS, "Telegram refuses the token")
    if isinstance(error.__cause__, _UNREACHED):
        return Later(_RETRY_SECONDS, "Telegram cannot be reached")
    answered = isinstance(error, NetworkError) and error.__cause__ is None
    return Later(_RETRY_SECONDS, _OUT_OF_ORDER) if answered else None  # an answer of 5xx


async def _part(bot: Bot, parcel: Parcel, number: int) -> int:
    """One message of the reply; the buttons go under the last one. Returns its id."""
    texts, address = parcel.texts(), parcel.body.address
    text = texts[number]
    buttons = keyboard(parcel.body.rendered) if number == len(texts) - 1 else None
    if number < len(parcel.earlier) and await _edited(bot, address.chat, parcel.earlier[number], text, buttons):
        return parcel.earlier[number]
    quoted = ReplyParameters(address.quotes, allow_sending_without_reply=True) if address.quotes and not number else None
    send_message = partial(
        bot.send_message,
        address.chat,
        reply_markup=buttons,
        message_thread_id=address.thread,
        reply_parameters=quoted,
        link_preview_options=NO_PREVIEW,
    )
    try:
        return (await send_message(text, parse_mode=ParseMode.HTML)).message_id
    except BadRequest as error:
        if _MARKUP not in str(error).lower():
            raise
        return (await send_message(unescape(_TAG.sub("", text)))).message_id


async def _picture(bot: Bot, address: Address, code: Code) -> int:
    """The QR code; returns its message's id."""
    picture = qr_png(code.link)
    return (await bot.send_photo(address.chat, picture, caption=code.caption, message_thread_id=address.thread, filename="qr.png")).message_id


async def _finish(bot: Bot, parcel: Parcel) -> list[int]:
    """What the reply does not depend on: messages of an earlier answer that have no part of this one, and the pin on the map, whose id is returned."""
    chat, venue = parcel.body.address.chat, parcel.body.rendered.venue
    for left in (message for message in parcel.earlier if message not in parcel.sent):
        with suppress(TelegramError):
            await bot.delete_message(chat, left)
    with suppress(TelegramError):
        if venue:
            pin = await bot.send_venue(chat, venue.latitude, venue.longitude, venue.title, venue.address, message_thread_id=parcel.body.address.thread)
            return [pin.message_id]
    return []


async def _edited(bot: Bot, chat: int, message: int, text: str, buttons: InlineKeyboardMarkup | None) -> bool:
    """Whether the text could be put in the place of a message of ours; one that is gone cannot be edited."""
    try:
        await bot.edit_message_text(text, chat, message, parse_mode=ParseMode.HTML, reply_markup=buttons, link_preview_options=NO_PREVIEW)
    except BadRequest as error:
        return _SAME in str(error).lower()
    return True


def keyboard(rendered: Rendered) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None where there are none."""
    if not rendered.buttons:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rendered.buttons])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.label, url=button.url) if button.url else InlineKeyboardButton(button.label, callback_data=button.data)
