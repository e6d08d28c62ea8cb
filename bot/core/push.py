"""Messages to many: what is said, to whom, and until when it still makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.knowledge import DEFAULT_LANG
from bot.core.message import Choice


class State(StrEnum):
    """What became of one message to one person."""

    QUEUED = "queued"
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
        """The SMS in a language, in Polish where it is missing."""
        return self.sms.get(lang) or self.sms.get(DEFAULT_LANG) or self.full(lang)


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address on a channel."""

    channel: str
    chat: str
    lang: str = DEFAULT_LANG


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets it: the subscribers of any of the topics on any of the channels, and those named."""

    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    named: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Push:
    """A message to many. Its id is unique: the same one is never sent twice. `resend`: once more to those whose fate is unknown."""

    id: str
    message: Message
    audience: Audience
    not_before: datetime
    expires: datetime
    resend: bool = False
    alert: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one person, as it is about to be sent."""

    id: int
    to: Recipient
    message: Message
    attempts: int
    resend: bool
    """Whether it may be sent once more where its fate is unknown."""
