"""What the channel needs of the inbox; bot.inbox.durable has it."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.delivery import Event, Waiting


class Inbox(Protocol):
    """Takes messages in once, answers them, and keeps the replies until their fate is known."""

    async def take_in(self, events: Sequence[Event]) -> Sequence[Waiting]:
        """Replies to messages, for those that have one; all are taken in or, where this raises, none."""

    async def kept(self) -> None:
        """What was taken in survives a power failure when this returns."""

    async def waiting(self) -> Sequence[Waiting]:
        """Replies left unsent by an earlier process."""

    async def settle(self, reply: Waiting, message: str, sent: tuple[str, ...]) -> None:
        """The fate of a reply is known."""

    async def answers_to(self, chat: str, message: str) -> Sequence[str]:
        """Our messages that answer a message of a chat."""

    async def left(self, chat: str) -> None:
        """Somebody blocked the bot: nothing is sent there by itself any more."""

    async def tidy(self) -> None:
        """Delete what has lapsed."""
