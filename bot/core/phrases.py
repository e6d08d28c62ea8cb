"""Finding known phrases among tokens: one index for names, aspects, towns and danger signs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.text import BREAKS, fold, stem, tokens

GAP = "..."
"""In a phrase: up to MAX_GAP further words may stand here."""
MAX_GAP = 3
_EXACT = "="


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at tokens[start:end]; `words` counts the words of the phrase without gaps."""

    label: str
    start: int
    end: int
    words: int


class Phrases:
    """An index of phrases. Words match in any inflected form (by stem); a word written `=so` only as it stands; `...` is a gap."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """Index (phrase, label) pairs; a phrase may carry several labels."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for pattern, label in dict.fromkeys((compile_phrase(phrase), label) for phrase, label in entries):
            if pattern:
                self._by_first.setdefault(pattern[0], []).append((pattern, label))

    def find(self, words: Sequence[str], stems: Sequence[str]) -> list[Match]:
        """All matches in order of position, longer ones first at a position."""
        found = []
        for start, word in enumerate(words):
            for key in (stems[start], _EXACT + word):
                for pattern, label in self._by_first.get(key, ()):
                    end = _match(pattern, words, stems, start)
                    if end:
                        found.append(Match(label, start, end, sum(part != GAP for part in pattern)))
        found.sort(key=lambda m: (m.start, -m.words))
        return found


def compile_phrase(phrase: str) -> tuple[str, ...]:
    """Pattern of a phrase as written in YAML: stems, `=exact` words and gaps."""
    pattern = []
    for part in phrase.split():
        if part == GAP:
            pattern.append(GAP)
        elif part.startswith(_EXACT):
            pattern.extend(_EXACT + word for word in tokens(fold(part[1:])))
        else:
            pattern.extend(stem(word) for word in tokens(fold(part)) if word not in BREAKS)
    return tuple(pattern)


def phrase_words(phrase: str) -> list[str]:
    """The folded words of a phrase, for the speller's vocabulary."""
    return [word for word in tokens(fold(phrase.replace(GAP, " ").replace(_EXACT, " "))) if word not in BREAKS]


def longest(matches: Sequence[Match]) -> list[Match]:
    """The matches that no longer one overlaps; equal ones at the same place all stay (an ambiguous name)."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (-(m.end - m.start), -m.words, m.start)):
        if all(match.end <= k.start or match.start >= k.end or (match.start, match.end) == (k.start, k.end) for k in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


def _match(pattern: tuple[str, ...], words: Sequence[str], stems: Sequence[str], start: int) -> int:
    """End of the match that starts at `start`, or 0."""
    at = start + 1
    gap = False
    for part in pattern[1:]:
        if part == GAP:
            gap = True
            continue
        limit = min(len(words), at + (MAX_GAP if gap else 0) + 1)
        while at < limit and words[at] not in BREAKS and not (stems[at] == part or (part[0] == _EXACT and words[at] == part[1:])):
            at += 1
        if at >= limit or words[at] in BREAKS:
            return 0
        at += 1
        gap = False
    return at
