"""Replies to questions that begin a talk, kept for the minute in which they hold: after an alert hundreds ask the same within it."""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.core import freshness
from bot.core.dialogue import respond
from bot.core.knowledge import Knowledge
from bot.core.message import Incoming, Reply, Session

_MOST = 2_000
"""Replies kept; some kilobytes each."""
_DIGEST = 16


class Memo:
    """Answers as `respond` does. It may keep replies since nothing in them changes within a minute: doors open, and times are told, at full minutes.

    What was asked is kept as a hash. May be used by several threads.
    """

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._state: tuple[Knowledge | None, datetime | None, dict[bytes, Reply]] = (None, None, {})

    def respond(self, knowledge: Knowledge, session: Session, message: Incoming, now: datetime) -> Reply:
        """The reply; kept where the message begins a talk and comes at once."""
        if session != Session() or message.at is not None:
            return respond(knowledge, session, message, now)
        minute = freshness.minute(now)
        known, held, kept = self._state
        if known is not knowledge or held != minute:
            kept = {}
            self._state = (knowledge, minute, kept)  # swapped whole: who still uses the old replies keeps to them
        key = _hash(message)
        reply = kept.get(key)
        if reply is None:
            reply = respond(knowledge, session, message, now)
            if len(kept) < _MOST:
                kept[key] = reply
        return reply if reply.session.at == now else replace(reply, session=replace(reply.session, at=now))


def _hash(message: Incoming) -> bytes:
    asked = "\0".join((message.lang, message.pressed, str(message.wordless), message.text))
    return blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
