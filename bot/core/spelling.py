"""Correcting words against the knowledge's own vocabulary, never turning one real word into another."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_LENGTH = 4
"""Shorter words are left alone: at three letters almost everything is one edit away from something."""
LONG = 7
"""From this length on two edits are tried, towards key words only."""
_CACHE = 4_096
_MAX_LENGTH = 24
_KEY_BONUS = 0.25
_SPLIT_MIN_COUNT = 3

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# What Polish ears and no Polish keyboard confuse; both sides of a comparison are mapped, so a spelling by ear costs little.
_BY_EAR = (
    ("rz", "z"),
    ("ch", "h"),
    ("sz", "s"),
    ("cz", "c"),
    ("dz", "z"),
    ("om", "a"),
    ("on", "a"),
    ("em", "e"),
    ("en", "e"),
    ("w", "f"),
    ("y", "i"),
    ("j", "i"),
    ("u", "o"),
)


def _neighbours() -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = {}
    for row, keys in enumerate(_ROWS):
        for column, key in enumerate(keys):
            around = {keys[c] for c in (column - 1, column + 1) if 0 <= c < len(keys)}
            for other in (row - 1, row + 1):
                if 0 <= other < len(_ROWS):
                    around |= {_ROWS[other][c] for c in (column - 1, column, column + 1) if 0 <= c < len(_ROWS[other])}
            near[key] = around
    return {key: frozenset(keys) for key, keys in near.items()}


_NEAR = _neighbours()


class Speller:
    """
    Finds the word of the vocabulary that a mistyped one was meant to be.

    Candidates come from a deletion index (one edit, swapped letters included), from words that sound alike, and for long words from key words
    two edits away. Ties go to the cheaper mistake (by ear, neighbour key) and to key words, then to the word more frequent in the knowledge.
    """

    def __init__(self, counts: Mapping[str, int], keys: Collection[str], protected: Collection[str]) -> None:
        """`counts`: the vocabulary with frequencies; `keys`: its names and asking words; `protected`: real words never changed."""
        self._counts = counts
        self._keys = keys
        self._protected = protected
        self._by_deletion: dict[str, list[str]] = {}
        self._by_ear: dict[str, list[str]] = {}
        for word in counts:
            if len(word) >= MIN_LENGTH and word.isalpha():
                for shorter in {word, *_deletions(word)}:
                    self._by_deletion.setdefault(shorter, []).append(word)
                self._by_ear.setdefault(_ear(word), []).append(word)
        self._long_keys = [word for word in keys if len(word) >= LONG and word.isalpha()]
        self.correct = lru_cache(maxsize=_CACHE)(self._correct)

    def knows(self, word: str) -> bool:
        """Whether the word is in the vocabulary or a protected real word."""
        return word in self._counts or word in self._protected

    def _correct(self, word: str) -> tuple[str, ...]:
        """The word as meant: itself when known or hopeless, a correction, or the two words it was run together from."""
        if len(word) < MIN_LENGTH or len(word) > _MAX_LENGTH or not word.isalpha() or self.knows(word):
            return (word,)
        near = self._nearest(word)
        if near:
            return (near,)
        return self._split(word) or (word,)

    def _nearest(self, word: str) -> str | None:
        candidates = set(self._by_deletion.get(word, ())) | set(self._by_ear.get(_ear(word), ()))
        for shorter in _deletions(word):
            candidates.update(self._by_deletion.get(shorter, ()))
        scored = [(cost, -self._counts[c], c) for c in candidates if (cost := self._cost(word, c)) < 1]
        if not scored and len(word) >= LONG:
            found = process.extract(word, self._long_keys, scorer=OSA.distance, score_cutoff=2, limit=3)
            scored = [(float(distance), -self._counts[c], c) for c, distance, _ in found]
        return min(scored)[2] if scored else None

    def _cost(self, typed: str, meant: str) -> float:
        return _cost(typed, meant) - (_KEY_BONUS if meant in self._keys else 0)

    def _split(self, word: str) -> tuple[str, ...] | None:
        best = None
        for at in range(1, len(word)):
            left, right = word[:at], word[at:]
            score = min(self._counts.get(left, 0), self._counts.get(right, 0))
            if score >= _SPLIT_MIN_COUNT and max(len(left), len(right)) >= MIN_LENGTH and (best is None or score > best[0]):
                best = (score, (left, right))
        return best[1] if best else None


def _deletions(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _ear(word: str) -> str:
    for written, heard in _BY_EAR:
        word = word.replace(written, heard)
    return word


def _cost(typed: str, meant: str) -> float:
    """How unlikely the mistake is: below 1 for one edit or a spelling by ear, the number of edits beyond that."""
    if _ear(typed) == _ear(meant):
        return 0.4
    edits = OSA.distance(typed, meant, score_cutoff=2)
    if edits != 1:
        return float(edits)
    if len(typed) != len(meant):
        return 0.6 if typed[0] == meant[0] else 0.9
    if sorted(typed) == sorted(meant):
        return 0.5
    a, b = next((a, b) for a, b in zip(typed, meant, strict=True) if a != b)
    return 0.65 if b in _NEAR.get(a, ()) else 0.9
