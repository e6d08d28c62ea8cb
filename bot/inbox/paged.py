"""The durable inbox of a channel that sends long replies in pages: it also keeps what is left of them."""

from bot.core.dialogue import LAPSE
from bot.inbox.durable import DurableInbox
from bot.store import rests


class PagedInbox(DurableInbox):
    """A durable inbox with a place for the rest of a reply."""

    async def keep_rest(self, chat: str, rest: str) -> None:
        """Keep what was left of the last reply to a chat, in place of what was kept before."""
        await self._database.do(lambda connection: rests.keep(connection, chat, rest, self._now()), lasting=False)  # it lapses anyway

    async def rest(self, chat: str) -> str:
        """What is left of the last reply to a chat; "" where nothing is, or it has lapsed."""
        return await self._database.do(lambda connection: rests.kept(connection, chat, self._now() - LAPSE))
