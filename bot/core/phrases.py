"""Finding known phrases among tokens: one index for names, aspects, towns and danger signs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.text import BREAKS, fold, stem, tokens

GAP = "..."
"""In a phrase: up to MAX_GAP further words may stand here."""
MAX_GAP = 3
_EXACT = "="
_ANY = ""
"""Stands for the second word of a pattern that has none or a gap there."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at tokens[start:end]; `words` counts the words of the phrase without gaps."""

    label: str
    start: int
    end: int
    words: int

    def shifted(self, by: int) -> "Match":
        """The same match in a text that begins elsewhere."""
        return Match(self.label, self.start + by, self.end + by, self.words)


_Pattern = tuple[str, ...]
_Entry = tuple[_Pattern, str, int]
"""Pattern, label, and how many words the pattern has."""


class Phrases:
    """An index of phrases. Words match in any inflected form (by stem); a word written `=so` only as it stands; `...` is a gap.

    Patterns are found by their first word, and by their second where that follows directly: frequent words begin many phrases.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """Index (phrase, label) pairs; a phrase may carry several labels."""
        self._begin: dict[str, dict[str, list[_Entry]]] = {}
        for pattern, label in dict.fromkeys((compile_phrase(phrase), label) for phrase, label in entries):
            if not pattern:
                continue
            second = pattern[1] if len(pattern) > 1 and pattern[1] != GAP else _ANY
            self._begin.setdefault(pattern[0], {}).setdefault(second, []).append((pattern, label, sum(part != GAP for part in pattern)))

    def find(self, words: Sequence[str], stems: Sequence[str]) -> list[Match]:
        """All matches in order of position, longer ones first at a position."""
        begin = self._begin
        exact = [_EXACT + word for word in words]
        starts = [i for i, pair in enumerate(zip(stems, exact, strict=True)) if pair[0] in begin or pair[1] in begin]
        if not starts:
            return []
        keys = list(zip(stems, exact, strict=True))
        found: list[Match] = []
        for start in starts:
            for first in keys[start]:
                seconds = begin.get(first)
                if seconds is not None:
                    found.extend(_matches(seconds, keys, start))
        found.sort(key=lambda m: (m.start, -m.words))
        return found


def _matches(seconds: Mapping[str, list[_Entry]], keys: Sequence[tuple[str, str]], start: int) -> Iterator[Match]:
    """Matches among the patterns whose first word stands at `start`, by what they have second."""
    after = keys[start + 1] if start + 1 < len(keys) else ()
    for second in (_ANY, *after):
        for pattern, label, count in seconds.get(second, ()):
            done = 1 if second is _ANY else 2
            end = start + done if len(pattern) == done else _match(pattern, done, keys, start + done)
            if end:
                yield Match(label, start, end, count)


def positions(matches: Iterable[Match]) -> set[int]:
    """The tokens that the matches cover."""
    return {i for m in matches for i in range(m.start, m.end)}


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


def _match(pattern: _Pattern, part_at: int, keys: Sequence[tuple[str, str]], at: int) -> int:
    """End of the match whose first `part_at` parts end before position `at`, or 0."""
    gap = 0
    for part in pattern[part_at:]:
        if part == GAP:
            gap = MAX_GAP
            continue
        limit = min(len(keys), at + gap + 1)
        while at < limit and part not in keys[at]:
            if keys[at][0] in BREAKS:
                return 0
            at += 1
        if at >= limit:
            return 0
        at += 1
        gap = 0
    return at
