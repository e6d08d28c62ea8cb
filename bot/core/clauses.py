"""The parts of a message: its sentences, the questions it may hold, and what it says is not meant."""

from collections.abc import Sequence

from bot.core.common_words import ASKING, ASKING_ANEW, CONTRASTS, JOINING
from bot.core.phrases import Match
from bot.core.text import BREAKS, QUESTION

_SHORT = 3
"""A sentence of fewer words belongs to its neighbour ("Dzień dobry.")."""
_NOT, _BUT = "nie", "a"
_NEAR = 3
"""Words from "a nie" within which a name must begin."""
_LACKING = (["wiem"], ["mam"], ["znam"], ["moge"], ["pamietam"], ["umiem"])
"""After "nie": what is said of the thing asked about."""
_REACH = 9
"""Words from "nie" within which "tylko" must stand."""


def sentences(words: Sequence[str]) -> list[range]:
    """The sentences of a message as ranges of tokens, very short ones joined to the next."""
    found: list[range] = []
    start = 0
    for i, word in enumerate((*words, QUESTION)):
        if word in BREAKS and i - start >= _SHORT:
            found.append(range(start, i))
            start = i + 1
    if start < len(words) and found:
        found[-1] = range(found[-1].start, len(words))
    return found


def weight(words: Sequence[str], aspects: Sequence[Match], sentence: range) -> float:
    """How much a sentence tells about what is asked: questions more than the story around them, the last one most."""
    asks = sentence.stop < len(words) and words[sentence.stop] == QUESTION
    return 1.0 + 1.5 * asks + 0.5 * any(m.start in sentence for m in aspects) + 0.5 * (sentence.stop >= len(words) - 1)


def questions(words: Sequence[str], aspects: Sequence[Match]) -> list[range]:
    """The parts of a message that may each ask something: cut at the ends of sentences, before "i gdzie", "oraz telefon", "..., ile"."""
    begins = {m.start for m in aspects}
    found: list[range] = []
    start = 0
    for i, word in enumerate((*words, QUESTION)):
        if word in BREAKS or (word in JOINING and _asks_at(words, i + 1, begins)):
            found.append(range(start, i))
            start = i + 1
        elif word in ASKING_ANEW and i - start >= _SHORT and words[i - 1] not in JOINING:
            found.append(range(start, i))
            start = i
    return [part for part in found if part]


def _asks_at(words: Sequence[str], i: int, aspects: set[int]) -> bool:
    """Whether a question begins at a position: with a question word, "do których ...", or an aspect."""
    return i in aspects or not ASKING.isdisjoint(words[i : i + 2])


def not_meant(words: Sequence[str], names: Sequence[Match], aspects: Sequence[Match]) -> set[int]:
    """The tokens that say what is not asked about: "nie chodzi mi o KIS tylko o CWR", "o CWR, a nie o KIS"."""
    denied: set[int] = set()
    for i, word in enumerate(words):
        if word != _NOT or words[i + 1 : i + 2] in _LACKING:
            continue
        end = next((j for j in range(i + 1, min(i + _REACH, len(words))) if words[j] in CONTRASTS or words[j] in BREAKS), None)
        if end is not None and words[end] in CONTRASTS and any(_replaced(found, range(i, end)) for found in (names, aspects)):
            denied.update(range(i, end + 1))
        elif i and words[i - 1] == _BUT:
            denied.update(_excluded(names, i))
    return denied


def _replaced(found: Sequence[Match], part: range) -> bool:
    """Whether something found in the part is followed by another after it."""
    inside = {m.label for m in found if m.start in part}
    return bool(inside) and any(m.start >= part.stop and m.label not in inside for m in found)


def _excluded(names: Sequence[Match], i: int) -> range:
    """From "a nie" at position i to the end of the name after it, where another name stands before."""
    named = next((m for m in names if i < m.start <= i + _NEAR), None)
    return range(i - 1, named.end) if named and any(m.end < i and m.label != named.label for m in names) else range(0)
