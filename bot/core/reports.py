"""Delivery reports: what carriers say of a message after they took it, in a closed vocabulary.

Reports come out of order, twice, or never. The best that was ever said of a message stands, so their order does not matter.
"""

from dataclasses import dataclass
from enum import IntEnum


class Fate(IntEnum):
    """What became of a message, the stronger word the greater."""

    UNKNOWN = 0
    """The carrier does not know, or uses a word of its own."""
    QUEUED = 1
    """The carrier has it."""
    ACCEPTED = 2
    """The phone network has it."""
    REJECTED = 3
    """The carrier or the network would not take it."""
    EXPIRED = 4
    """The phone was off for too long."""
    FAILED = 5
    """It could not be delivered."""
    DELIVERED = 6
    """The phone has it."""

    @property
    def final(self) -> bool:
        """Whether nothing more is to be expected, other than a better word."""
        return self >= Fate.REJECTED


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `message`: the carrier's id as the send gave it; `key`: our own key, where the carrier hands it back."""

    message: str
    fate: Fate
    key: str = ""


def after(known: Fate, said: Fate) -> Fate:
    """What stands after a further report."""
    return max(known, said)
