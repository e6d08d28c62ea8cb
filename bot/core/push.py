"""Messages to many: what is said, to whom, and until when it still makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core import gsm7
from bot.core.knowledge import DEFAULT_LANG
from bot.core.message import Choice

SMS = "sms"
"""The channel on which every message costs."""


class State(StrEnum):
    """What became of one message to one person."""

    QUEUED = "queued"
    HELD = "held"
    """An SMS over a cap: it waits for room under the cap, or for an operator's word."""
    CLAIMED = "claimed"
    """Somebody is sending it right now."""
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """It may have arrived or not."""
    BLOCKED = "blocked"
    FAILED = "failed"
    EXPIRED = "expired"


class PushState(StrEnum):
    """How far a message to many is."""

    WAITING = "waiting"
    """For its time, or for its deliveries to be written."""
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, by language: in full, and as one SMS. `silent`: it may arrive without a sound. `choices`: buttons, where there are such."""

    text: Mapping[str, str]
    sms: Mapping[str, str]
    silent: bool = False
    choices: tuple[Choice, ...] = ()

    def full(self, lang: str) -> str:
        """The text in a language, in Polish where it is missing."""
        return self.text.get(lang, self.text[DEFAULT_LANG])

    def short(self, lang: str) -> str:
        """The SMS in a language, in Polish where it is missing; always in the letters that take fewest parts."""
        return gsm7.fold(self.sms.get(lang) or self.sms.get(DEFAULT_LANG) or self.full(lang))

    def parts(self, lang: str) -> int:
        """How many SMS parts it takes in a language."""
        return gsm7.parts(self.short(lang))


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address on a channel."""

    channel: str
    chat: str
    lang: str = DEFAULT_LANG


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets it: the subscribers of any of the topics on any of the channels, and those named.

    `told`: of them only those who were told of that alert, or may have been.
    """

    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    named: tuple[Recipient, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """A message to many. Its id is unique: the same one is never sent twice.

    `resend`: once more to those whose fate is unknown. `highest`: of the highest level, it goes out over the caps of SMS as well.
    """

    id: str
    message: Message
    audience: Audience
    not_before: datetime
    expires: datetime
    resend: bool = False
    alert: str = ""
    highest: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one person, as it is about to be sent."""

    id: int
    to: Recipient
    message: Message
    attempts: int
    resend: bool
    """Whether it may be sent once more where its fate is unknown."""
    parts: int = 0
    """SMS parts that it takes; 0 on other channels."""
