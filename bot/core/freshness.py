"""How long an answer stays true: to the end of the minute.

Places open and close at full minutes, days begin at one, and "za 2 godz. 10 min" is told to the minute; so within a minute every answer stays as it
is. A frost alert or a corrected number shows within that minute, too.
"""

from datetime import datetime

_MINUTE = 60


def minute(now: datetime) -> datetime:
    """The minute that is told of: waits are rounded, and half a minute must not change the words."""
    return now.replace(second=0, microsecond=0)


def seconds(now: datetime) -> int:
    """Whole seconds until the minute ends, rounded down: nothing may be shown past it."""
    return int(_MINUTE - now.second - now.microsecond / 1_000_000)
