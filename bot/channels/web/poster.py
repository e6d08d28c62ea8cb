"""A card as a sheet that hangs for months: nothing on it depends on the hour, and everything fits on one side."""

from datetime import date
from typing import Any

from bot.channels.web.view import View
from bot.core import hours, polish
from bot.core.card import lead
from bot.core.knowledge import Place, Topic, say

_TITLE_LINE, _ADDRESS_LINE, _LEAD_LINE = 18, 44, 80
"""Characters of each that take the height of one large line."""
_ROOM = 7
"""Large lines that one sheet has room for."""


def sheet(subject: Place | Topic, shown: View, today: date) -> dict[str, Any]:
    """What the template of the poster needs beside the card: the year's hours by season, a short lead, whether it has to be set smaller."""
    seasons = _seasons(subject.hours, today) if isinstance(subject, Place) and subject.hours else []
    phones = sum(item.kind == "phone" for item in shown.items)
    address = max((len(item.text) for item in shown.items if item.kind == "address"), default=0)
    text = lead(subject)
    lines = -(-len(say(subject.title)) // _TITLE_LINE) + sum(len(days) for _, days in seasons) + phones + address // _ADDRESS_LINE + len(text) // _LEAD_LINE
    return {"seasons": seasons, "lead": text, "dense": lines > _ROOM}


def _seasons(text: str, today: date) -> list[tuple[str, list[str]]]:
    """Each season with its days, the present one first; without a name where there is but one."""
    found, current = hours.seasons(text, today.year), hours.season_on(text, today)
    if len(found) == 1:
        return [("", polish.week(current.week).split(", "))]
    ordered = sorted(found, key=lambda season: season != current)
    return [(_capital(polish.season(season)), polish.week(season.week).split(", ")) for season in ordered]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
