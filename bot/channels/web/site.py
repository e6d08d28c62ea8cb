"""What the web channel is given: how to answer, what is known, what time it is, and how it may be reached."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply

Handle = Callable[[Incoming, datetime], Awaitable[Reply]]
"""The reply to a message that came at a time; a message without a chat is answered without a session."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the site may be reached.

    `public_url`: its address on the internet, "" where it has none. `embed_origins`: whose pages may show the chat in a frame.
    `trusted_proxies`: addresses and networks whose forwarding headers count. `per_minute`: most questions of one client.
    """

    public_url: str = ""
    embed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    per_minute: float = 60.0


async def _ready() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the pages need. `ready` tells what is missing to answer, "" for nothing; `metrics` is the page of figures."""

    handle: Handle
    knowledge: Callable[[], Knowledge]
    now: Callable[[], datetime]
    say: Callable[[str], None]
    ready: Callable[[], Awaitable[str]] = _ready
    metrics: Callable[[], bytes] = bytes
    options: Options = field(default_factory=Options)
