"""A limit to what one chat may send, kind and cheap: one notice, then silence for a minute."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

MOST = 20
WITHIN = timedelta(seconds=30)
SILENCE = timedelta(minutes=1)
DELAYED = timedelta(minutes=2)
"""A message that was under way for longer waited for us: it counts from when it was sent, as it was no flood then."""
_MOST_CHATS = 10_000


class Verdict(Enum):
    """What to do with a message."""

    ANSWER = auto()
    WARN = auto()
    IGNORE = auto()


@dataclass(slots=True)
class _Chat:
    arrivals: deque[tuple[datetime, str]] = field(default_factory=deque)
    silent_until: datetime | None = None


class Flood:
    """Counts the messages of the chats that wrote last."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    def verdict(self, chat: str, event: str, sent: datetime | None, now: datetime) -> Verdict:
        """Whether to answer a message that comes now. One that comes again, because it could not be taken in, does not count again."""
        at = sent if sent and now - sent > DELAYED else now
        seen = self._chats.setdefault(chat, _Chat())
        self._chats.move_to_end(chat)
        if len(self._chats) > _MOST_CHATS:
            self._chats.popitem(last=False)
        if any(event == known for _, known in seen.arrivals):
            return Verdict.ANSWER
        if seen.silent_until:
            if at < seen.silent_until:
                return Verdict.IGNORE
            seen.silent_until = None
            seen.arrivals.clear()
        while seen.arrivals and at - seen.arrivals[0][0] > WITHIN:
            seen.arrivals.popleft()
        if len(seen.arrivals) < MOST:
            seen.arrivals.append((at, event))
            return Verdict.ANSWER
        seen.silent_until = at + SILENCE
        return Verdict.WARN
