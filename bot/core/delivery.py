"""Messages on their way, as seen from inside: what came in, what waits to be sent, and how a send can end.

Channels turn what their carriers say into these few.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.message import Incoming, Line, Reply, Status
from bot.core.sentences import sentence

TOO_OLD = timedelta(days=1)
"""A question older than this is not answered any more, nor is an answer to it sent."""


@dataclass(frozen=True, slots=True)
class Event:
    """A message as a carrier delivers it: `id` is the carrier's, the same at every repetition; `to` is the address its reply goes to."""

    id: str
    to: str
    message: Incoming
    render: Callable[[Reply], str]
    """Makes the body that the channel will send."""
    reply: Callable[[], Reply] | None = None
    """Makes the reply where the channel has understood the message by itself, a keyword; its action is carried out, the session stays as it is."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply that waits in the store. `body` is for its channel alone: rendered, with the address it goes to."""

    id: int
    chat: str
    body: str
    asked: datetime | None = None
    """When what it answers was asked; None where that does not matter."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier took it; `messages` are its own ids of what was sent."""

    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The carrier may have taken it or not: sending again could double it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person does not want messages from us."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not sent and never will be."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """It was not sent; it may be tried again after so many seconds."""

    seconds: float
    reason: str


Outcome = Sent | Uncertain | Blocked | Refused | Later


def apology(reply: Reply, lang: str) -> str:
    """What is to be said before a reply that goes out late; "" in danger, and where the reply says it already."""
    said = sentence("late", lang)
    return "" if reply.status is Status.CRISIS or any(isinstance(block, Line) and block.text == said for block in reply.blocks) else said
