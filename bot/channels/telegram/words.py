"""What the administrator reads: every change of a state in one line, no line twice in a row."""

from collections.abc import Callable
from datetime import datetime, timedelta

_AGAIN = timedelta(hours=1)
"""What lasts is said again after this time."""


class Words:
    """Says each thing once until something else was said, or an hour has passed. One for each state that can change by itself."""

    def __init__(self, out: Callable[[str], None], now: Callable[[], datetime]) -> None:
        """`out` gets the lines."""
        self._out = out
        self._now = now
        self._last = ""
        self._at: datetime | None = None

    def say(self, text: str) -> None:
        """How it stands now, or still."""
        now = self._now()
        if text != self._last or self._at is None or now - self._at > _AGAIN:
            self._out(text)
            self._last, self._at = text, now
