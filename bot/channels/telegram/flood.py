"""A limit to what one chat may send, kind and cheap: one notice, then silence for a minute."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

MOST = 20
WITHIN = timedelta(seconds=30)
SILENCE = timedelta(minutes=1)
_MOST_CHATS = 10_000


class Verdict(Enum):
    """What to do with a message."""

    ANSWER = auto()
    WARN = auto()
    IGNORE = auto()


@dataclass(slots=True)
class _Chat:
    arrivals: deque[datetime] = field(default_factory=deque)
    silent_until: datetime | None = None


class Flood:
    """Counts the messages of the chats that wrote last."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    def verdict(self, chat: str, now: datetime) -> Verdict:
        """Whether to answer a message that came now."""
        seen = self._chats.setdefault(chat, _Chat())
        self._chats.move_to_end(chat)
        if len(self._chats) > _MOST_CHATS:
            self._chats.popitem(last=False)
        if seen.silent_until:
            if now < seen.silent_until:
                return Verdict.IGNORE
            seen.silent_until = None
            seen.arrivals.clear()
        while seen.arrivals and now - seen.arrivals[0] > WITHIN:
            seen.arrivals.popleft()
        seen.arrivals.append(now)
        if len(seen.arrivals) <= MOST:
            return Verdict.ANSWER
        seen.silent_until = now + SILENCE
        return Verdict.WARN
