"""Which town a message is about: a question about another one is not for the centre, even if its words are."""

from collections.abc import Collection
from enum import Enum, auto

from bot.core.phrases import Match
from bot.core.reader import Reading
from bot.core.text import BREAKS

_WITHIN = frozenset(("w", "we"))
_FROM = frozenset(("z", "ze"))
_STAYING = frozenset(("jestem", "jestesmy", "mieszkam", "mieszkamy", "mieszka", "siedze", "utknalem", "utknelam", "nocuje", "spie", "stoje"))
"""Who "jest w Chorzowie" is only there now."""
_COMING = frozenset(
    ("jestem", "jestesmy", "jest", "pochodze", "pochodzimy", "pochodzi", "przyjechalem", "przyjechalam", "przyjechal", "przyjechala", "jade", "wracam")
)
"""Who "jest z Chorzowa" asks about here."""
_WRITING = frozenset(("pisze", "piszemy", "dzwonie", "dzwonimy", "pracuje", "pracujemy", "pytam", "pytamy", "kontaktuje", "kontaktujemy", "reprezentuje"))
"""Who "pisze z ośrodka w Chorzowie" asks about here."""
_INSTITUTIONS = (
    "ops",
    "mops",
    "gops",
    "mopr",
    "osrod",
    "opiek",
    "pomoc",
    "szpital",
    "urzed",
    "gmin",
    "fundacj",
    "stowarzyszen",
    "szkol",
    "polic",
    "komisariat",
    "straz",
    "sad",
    "areszt",
    "zaklad",
    "hospicj",
    "parafi",
    "caritas",
)
"""Beginnings of words for where people work, or come from: "z opieki w Piekarach"."""
_REACH = 6
"""Words between the verb and the town."""


class Town(Enum):
    """Which town a message is about: ours or none, another one that is mentioned, or surely another one."""

    HERE = auto()
    OTHER = auto()
    ELSEWHERE = auto()


def town(reading: Reading, generic: str) -> Town:
    """Where the matter is: what is asked for "w Chorzowie" is elsewhere, even if our town is mentioned too.

    `generic`: the place whose name every such centre has ("MOPS"), which a sentence about its writer may hold.
    """
    towns = [m for m in reading.found.towns if not _is_the_writers(reading, m, generic)]
    within = [m for m in towns if _before(reading, m) in _WITHIN and not (m.start > 1 and reading.words[m.start - 2] in _STAYING)]
    if within:
        return Town.HERE if any(not m.label for m in within) else Town.ELSEWHERE
    return Town.OTHER if towns and all(m.label for m in towns) else Town.HERE


def _is_the_writers(reading: Reading, match: Match, generic: str) -> bool:
    """Whether the town is where the writer comes from or writes from, as far as nothing that is asked about stands between."""
    if not match.label:
        return False
    if _before(reading, match) in _FROM and _verb_near(reading, match, _COMING, "", 1):
        return True
    return _verb_near(reading, match, _WRITING, generic, _REACH) or _is_an_institutions(reading, match)


def _is_an_institutions(reading: Reading, match: Match) -> bool:
    """Whether somebody comes "z opieki" in the town."""
    words = reading.words
    return any(words[i] in _FROM and words[i + 1].startswith(_INSTITUTIONS) for i in range(max(match.start - _REACH, 0), match.start - 1))


def _verb_near(reading: Reading, match: Match, verbs: Collection[str], generic: str, reach: int) -> bool:
    """Whether one of the verbs stands at most so many words before the preposition of the town, or right behind the town."""
    named = {m.start for m in reading.found.names if m.label != generic}
    for i in range(match.start - 2, max(match.start - 3 - reach, -1), -1):
        if reading.words[i] in BREAKS or i in named:
            break
        if reading.words[i] in verbs:
            return True
    return match.end < len(reading.words) and reading.words[match.end] in verbs


def _before(reading: Reading, match: Match) -> str:
    return reading.words[match.start - 1] if match.start else ""
