"""Updates that wait for the bot: numbered, kept until acknowledged by an offset or a 2xx of the webhook."""

from itertools import islice
from typing import TYPE_CHECKING

from tests.telegram_api.bell import Bell
from tests.telegram_api.errors import ApiError, Json

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds of updates that a bot gets only when it asks for them."""


class Updates:
    """One queue for both ways of delivery."""

    def __init__(self, first_id: int) -> None:
        self.pending: dict[int, Json] = {}
        self.allowed: list[str] = []
        self.changed = Bell()
        self.webhook_url = ""
        self.on_arrival: Callable[[int, Json], None] | None = None
        """Told of each new update while a webhook is set."""
        self._next_id = first_id
        self._poller = 0

    def push(self, content: Json, *, filtered: bool = True) -> Json | None:
        """Queue an update under the next id; None when the bot has not asked for its kind."""
        kind = next(iter(content), "")
        if filtered and (kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT):
            return None
        update = {"update_id": self._next_id, **content}
        self._next_id = max(self._next_id, int(update["update_id"])) + 1
        self.pending[update["update_id"]] = update
        self.changed.ring()
        if self.on_arrival is not None:
            self.on_arrival(update["update_id"], update)
        return update

    def forget(self, update_id: int) -> None:
        """An update was taken by the webhook."""
        self.pending.pop(update_id, None)
        self.changed.ring()

    def forget_all(self) -> None:
        """The bot wants nothing of what waits."""
        self.pending.clear()
        self.changed.ring()

    async def poll(self, offset: int, limit: int, wait: float) -> list[Json]:
        """What getUpdates answers; a later poll or a webhook ends this one with 409."""
        self._refuse_beside_webhook()
        self._acknowledge(offset)
        mine = self._poller = self._poller + 1
        self.changed.ring()

        def look() -> list[Json] | None:
            if mine != self._poller:
                raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
            if self.webhook_url:
                raise ApiError(409, "Conflict: terminated by setWebhook request")
            return list(islice(self.pending.values(), limit)) or None

        return await self.changed.until(look, wait) or []

    async def drained(self, wait: float) -> bool:
        """Whether everything gets acknowledged within the time."""
        return await self.changed.until(lambda: True if not self.pending else None, wait) is True

    def _refuse_beside_webhook(self) -> None:
        if self.webhook_url:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")

    def _acknowledge(self, offset: int) -> None:
        """Forget what is below the offset; a negative one counts from the end."""
        if offset < 0:
            offset = next(islice(reversed(self.pending), min(-offset, len(self.pending)) - 1, None), 0) if self.pending else 0
        for update_id in [known for known in self.pending if known < offset]:
            del self.pending[update_id]
        if offset > 0:
            self.changed.ring()
