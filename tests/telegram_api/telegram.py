"""The fake Telegram itself: everything it knows, in one object that lives in one event loop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_api.chats import Chat, Chats
from tests.telegram_api.errors import Json
from tests.telegram_api.faults import Faults
from tests.telegram_api.journal import Journal
from tests.telegram_api.limits import Limits, RateLimiter
from tests.telegram_api.params import Params
from tests.telegram_api.updates import Updates


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this Telegram behaves."""

    token: str = "123456:TEST-TOKEN"  # noqa: S105
    username: str = "informator_test_bot"
    first_name: str = "Informator"
    limits: Limits | None = None
    """Rate limits; None for none."""
    journal: int | None = None
    """Calls remembered in full: None for all, 0 for counts only."""
    history: int = 100
    """Messages and events remembered per chat; older messages can no longer be edited."""
    open_to_all: bool = False
    """Every positive chat id is a person who has started the bot."""
    strict_html: bool = True
    """Refuse an & that is no known entity, as documented; the live server lets it through."""
    inline: bool = True
    """Whether inline queries were switched on with /setinline at @BotFather."""
    privacy: bool = False
    """Groups show the bot only commands, mentions and replies."""
    query_lifetime: float = 60.0
    """Seconds within which a button press or inline query can be answered."""
    first_update_id: int = 700_000_001
    now: Callable[[], float] = time.time
    """When people and the bot write, in unix seconds; how long calls take is measured in real time all the same."""
    webhook_backoff: float = 0.05
    """Seconds before the first repeat of a failed delivery; doubles each time up to 20 times this."""
    webhook_timeout: float = 10.0


@dataclass(slots=True)
class Query:
    """A button press or inline query that waits for an answer."""

    chat: Chat
    expires: float
    details: Json


@dataclass
class Telegram:
    """The state behind the methods."""

    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        settings = self.settings
        self.chats = Chats(settings.history, open_to_all=settings.open_to_all)
        self.updates = Updates(settings.first_update_id)
        self.journal = Journal(settings.journal)
        self.faults = Faults()
        self.limiter = RateLimiter(settings.limits)
        self.queries: dict[str, Query] = {}
        self.texts: dict[tuple[str, str, str], object] = {}
        """Commands and descriptions, by method, scope and language."""
        self.webhook: Json = {}
        self.logged_out = False
        self.bot = {"id": int(settings.token.partition(":")[0]), "is_bot": True, "first_name": settings.first_name, "username": settings.username}
        self.webhook_changed: Callable[[], None] = lambda: None
        """Told when the webhook is set or deleted; the server hangs itself in here."""
        self._query_number = 0

    def set_webhook(self, webhook: Json) -> None:
        """Another webhook, or none when empty; a poll that waits ends with 409."""
        self.webhook = webhook
        self.updates.webhook_url = webhook.get("url", "")
        self.updates.changed.ring()
        self.webhook_changed()

    def open_query(self, chat: Chat, details: Json) -> str:
        """Remember a query that wants an answer; the expired are forgotten."""
        now = time.monotonic()
        for expired in [known for known, query in self.queries.items() if query.expires < now]:
            del self.queries[expired]
        self._query_number += 1
        number = str(4_000_000_000_000_000 + self._query_number)
        self.queries[number] = Query(chat, now + self.settings.query_lifetime, details)
        return number

    def close_query(self, number: str) -> Query | None:
        """The open query of this id, which is answered now."""
        query = self.queries.pop(number, None)
        return query if query is not None and query.expires >= time.monotonic() else None


Method = Callable[[Telegram, Params], Any]
"""A method of the Bot API: it answers with its result (or one to be awaited), or raises ApiError."""


@dataclass(frozen=True)
class Described:
    """A result with the remark that Telegram adds to it."""

    result: Any
    description: str
