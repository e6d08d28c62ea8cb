"""What an update asks of us, and where the answer goes. Whatever is not meant for the bot is None."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.core import handout
from bot.core.knowledge import DEFAULT_LANG
from bot.core.message import Incoming

_GROUPS = frozenset((ChatType.GROUP, ChatType.SUPERGROUP))

_TELLING = frozenset(("uk", "ru"))


class Address(BaseModel):
    """Where an answer goes. `replaces`: a message of ours that it takes the place of; `answers`: the message that it answers."""

    model_config = ConfigDict(frozen=True)

    chat: int
    thread: int | None = None
    quotes: int | None = None
    """A message in a group that the answer is a reply to."""
    replaces: int | None = None
    answers: int | None = None
    edited: bool = False
    """The message was edited: what answered it before is to be replaced."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An update that is meant for the bot.

    `card`: what a card to pass on is wanted of, None where the message is a question. `press`: the id of a button press, which Telegram wants acknowledged.
    """

    event: str
    message: Incoming
    address: Address
    card: str | None = None
    press: str = ""


def hear(update: Update, me: User) -> Heard | None:
    """What the update asks; None where it is not for us: a channel's post, talk in a group, a service message, another bot."""
    if update.callback_query:
        return _press(update)
    message = update.message or update.edited_message
    if message is None or _is_of_a_bot(message) or message.via_bot == me:
        return None
    if message.chat.type not in _GROUPS and message.chat.type != ChatType.PRIVATE:
        return None
    if message.chat.type in _GROUPS and not _is_addressed(message, me):
        return None
    text = message.text or message.caption or ""
    wordless = message.effective_attachment is not None
    edited = update.edited_message is not None
    if not text and (edited or not wordless):
        return None  # somebody joined, a title was changed; a live location moved
    # The pictures of an album come one by one; those without words are one message for the inbox.
    album = f"album:{message.chat.id}:{message.media_group_id}" if message.media_group_id and not text else ""
    if message.chat.type in _GROUPS:
        text = _without_name(text, me)
    incoming = _incoming(message, text, wordless=wordless)
    return Heard(album or str(update.update_id), incoming, _address(message, edited=edited), handout.wanted(incoming))


def _is_of_a_bot(message: Message) -> bool:
    """Whether a bot wrote it. Telegram puts a bot in the place of people who write in a group's or channel's name, but not of forwarded posts."""
    return bool(message.from_user and message.from_user.is_bot and not message.sender_chat) or bool(message.is_automatic_forward)


def left_by(update: Mapping[str, Any]) -> str | None:
    """The chat that blocked the bot or put it out, if the update says so. Read from the plain update: a strange one must not hide it."""
    match update:
        case {"my_chat_member": {"chat": {"id": int(chat)}, "new_chat_member": {"status": "kicked" | "left"}}}:
            return str(chat)
    return None


def _incoming(message: Message, text: str, *, wordless: bool) -> Incoming:
    chat = _session(message.chat.id, message.chat.type, message.from_user)
    return Incoming(chat, text, _lang(message.from_user), wordless=wordless, at=message.edit_date or message.date)


def _address(message: Message, *, edited: bool) -> Address:
    thread = message.message_thread_id if message.is_topic_message else None
    quotes = message.message_id if message.chat.type in _GROUPS else None
    return Address(chat=message.chat.id, thread=thread, quotes=quotes, answers=message.message_id, edited=edited)


def _press(update: Update) -> Heard | None:
    """A button of ours was pressed: its message is replaced, where Telegram still has it."""
    press = update.callback_query
    if press is None or press.message is None or not press.data:
        return None
    message = press.message
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    replaced = message.message_id if message.is_accessible else None
    incoming = Incoming(_session(message.chat.id, message.chat.type, press.from_user), "", _lang(press.from_user), pressed=press.data)
    address = Address(chat=message.chat.id, thread=thread, replaces=replaced)
    return Heard(str(update.update_id), incoming, address, handout.wanted(incoming), press.id)


def _session(chat: int, kind: str, user: User | None) -> str:
    """The key of a conversation: in a group every person has one of their own."""
    return f"telegram:{chat}:{user.id}" if kind in _GROUPS and user else f"telegram:{chat}"


def _lang(user: User | None) -> str:
    """The person's language where the telephone tells it for sure: many Poles have theirs in English."""
    code = (user.language_code or "").partition("-")[0] if user else ""
    return code if code in _TELLING else DEFAULT_LANG


def _is_addressed(message: Message, me: User) -> bool:
    """Whether a message in a group is for the bot: a reply to it, its name, or a command; a command may name another bot instead."""
    found = message.parse_entities() | message.parse_caption_entities()
    if any(_names(entity, text, me) for entity, text in found.items()):
        return True
    answered = message.reply_to_message
    replies = answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    return replies and not any(entity.type == MessageEntity.BOT_COMMAND for entity in found)


def _names(entity: MessageEntity, text: str, me: User) -> bool:
    if entity.type == MessageEntity.BOT_COMMAND:
        return _is_mine(text.partition("@")[2] or str(me.username), me)
    if entity.type == MessageEntity.MENTION:
        return _is_mine(text.removeprefix("@"), me)
    return entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id


def _is_mine(name: str, me: User) -> bool:
    return name.lower() == (me.username or "").lower()


def _without_name(text: str, me: User) -> str:
    """The text without the bot's name."""
    return " ".join(re.sub(rf"@{re.escape(me.username or '')}\b[,:]?", " ", text, flags=re.IGNORECASE).split())
