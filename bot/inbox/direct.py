"""Messages whose replies go straight back: in the terminal, in a batch, over the JSON API."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session

_MOST_SESSIONS = 10_000


class Inbox:
    """Answers messages whose replies go straight back; keeps the sessions of the chats that wrote last, in memory."""

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        """`knowledge` gives the current knowledge, which may be reloaded meanwhile."""
        self._knowledge = knowledge
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def handle(self, message: Incoming, now: datetime) -> Reply:
        """The reply to a message that came at `now`."""
        session = self._sessions.pop(message.chat, Session())
        reply = respond(self._knowledge(), session, message, now)
        self._sessions[message.chat] = reply.session
        if len(self._sessions) > _MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return reply
