"""What the administrator reads of the connection: every change of its state in one line, no line twice in a row."""

from collections.abc import Callable


class Words:
    """Says each thing once until something else was said."""

    def __init__(self, out: Callable[[str], None]) -> None:
        """`out` gets the lines."""
        self._out = out
        self._last = ""

    def say(self, text: str) -> None:
        """How it stands now, or still."""
        if text != self._last:
            self._out(text)
        self._last = text
