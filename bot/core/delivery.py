"""Messages on their way, as seen from inside: what came in, what waits to be sent, and how a send can end.

Channels turn what their carriers say into these few.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.message import Incoming, Reply


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
