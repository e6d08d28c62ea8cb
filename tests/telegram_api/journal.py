"""What was asked of the API and how it went: every call in full, or counts only where memory must stay flat."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from tests.telegram_api.errors import Json


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method."""

    number: int
    method: str
    params: Json
    chat: int | str | None
    at: float
    """When it arrived, on the monotonic clock that all processes of a machine share."""
    time: float
    """When it arrived, in unix seconds."""
    status: int
    """The HTTP status; 0 where the connection was dropped."""
    description: str
    """Why it was refused; empty for a success."""
    stored: bool
    """Whether it had its effect, whatever the caller was told."""
    message_id: int | None
    via: str
    """`http`, or `webhook` for a call made in the answer to a webhook."""


class Journal:
    """The last `limit` calls (None: all, 0: none) and counts of all of them."""

    def __init__(self, limit: int | None) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self.number = 0
        self.counts: dict[str, Counter[int]] = {}
        self.sent: Counter[int] = Counter()

    def add(self, call: Call) -> None:
        """Write a call down and count it."""
        self._calls.append(call)
        self.counts.setdefault(call.method, Counter())[call.status] += 1

    def next_number(self) -> int:
        """Calls are numbered as they arrive, written down as they are handled."""
        self.number += 1
        return self.number

    def find(self, wanted: Json) -> Iterator[Json]:
        """Calls whose fields equal those wanted; `after` a number, at most `last` of them."""
        after, last = wanted.pop("after", 0), wanted.pop("last", None)
        calls = [call for call in self._calls if call.number > after and all(getattr(call, name) == value for name, value in wanted.items())]
        yield from (asdict(call) for call in (calls if last is None else calls[-last:]))

    def forget(self) -> None:
        """Start anew, but go on numbering."""
        self._calls.clear()
        self.counts.clear()
        self.sent.clear()
