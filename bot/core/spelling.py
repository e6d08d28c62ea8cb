"""Correcting words against the knowledge's own vocabulary, never turning one real word into another."""

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_LENGTH = 4
"""Shorter words are left alone: at three letters almost everything is one edit away from something."""
LONG = 7
"""From this length on two edits are tried, towards key words only."""
_CACHE = 8_192
_MAX_LENGTH = 24
_MOST_CANDIDATES = 12
_KEY_BONUS = 0.25
_HARDLY = 1.3
"""Cost of another first letter from elsewhere on the keyboard: the first letter people get right."""
_SPLIT_MIN_COUNT = 3
_SLIP_RATIO = 4
"""A word this many times rarer than the key word it sounds like is a slip."""

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
    """Finds the word of the vocabulary that a mistyped one was meant to be.

    Candidates are one edit away (swapped letters count as one), or sound alike, or, for long words, are key words two edits away. Ties go to the
    cheaper mistake (by ear, neighbour key) and to key words, then to the word more frequent in the knowledge.
    """

    def __init__(self, counts: Mapping[str, int], keys: Collection[str], protected: Collection[str]) -> None:
        """`counts`: the vocabulary with frequencies; `keys`: its names and asking words; `protected`: real words never changed."""
        self._counts = counts = _without_slips(counts, keys, protected)
        self._keys = keys
        self._protected = protected
        self._by_edge: dict[str, list[str]] = {}
        self._by_ear: dict[str, list[str]] = {}
        for word in sorted(counts):
            if len(word) >= MIN_LENGTH and word.isalpha():
                self._by_ear.setdefault(_ear(word), []).append(word)
                for edge in _edges(word):
                    self._by_edge.setdefault(edge, []).append(word)
        self._corrected: dict[str, tuple[str, ...]] = {}

    def correct(self, words: Sequence[str]) -> list[str]:
        """The words as meant: each itself when known or hopeless, a correction, or the two words it was run together from."""
        meant: list[str] = []
        for word in words:
            found = self._corrected.get(word)
            if found is None:
                found = self._meant(word)
                if len(self._corrected) >= _CACHE:
                    self._corrected.clear()
                self._corrected[word] = found
            meant += found
        return meant

    def _meant(self, word: str) -> tuple[str, ...]:
        if len(word) < MIN_LENGTH or len(word) > _MAX_LENGTH or not word.isalpha() or word in self._counts or word in self._protected:
            return (word,)
        near = self._nearest(word)
        return (near,) if near else self._split(word) or (word,)

    def _nearest(self, word: str) -> str | None:
        near = [choice for edge in _edges(word) for choice in self._by_edge.get(edge, ())]
        candidates = {*self._by_ear.get(_ear(word), ()), *self._within(word, near, 1)}
        scored = [(cost, -self._counts[c], c) for c in candidates if (cost := self._cost(word, c)) < 1]
        if not scored and len(word) >= LONG:
            scored = [
                (float(OSA.distance(word, c)), -self._counts[c], c) for c in self._within(word, [n for n in near if n in self._keys and len(n) >= LONG], 2)
            ]
        return min(scored)[2] if scored else None

    @staticmethod
    def _within(word: str, choices: Collection[str], edits: int) -> list[str]:
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=edits, limit=_MOST_CANDIDATES)
        return [choice for choice, _, _ in found]

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


def _without_slips(counts: Mapping[str, int], keys: Collection[str], protected: Collection[str]) -> dict[str, int]:
    """The vocabulary without rare words that are but a key word spelt by ear ("mruz"): examples too hold what people type."""
    heard = {_ear(key): key for key in keys if len(key) >= MIN_LENGTH}
    return {
        word: count for word, count in counts.items() if word in keys or word in protected or count * _SLIP_RATIO > counts.get(heard.get(_ear(word), ""), 0)
    }


def _edges(word: str) -> tuple[str, ...]:
    """Where to look for words one edit away: an edit in one half of a word leaves the beginning or the end as it was; in four letters one of each."""
    return (f"{word[:2]}-", f"-{word[-2:]}", *((f"{word[0]}-{word[-1]}",) if len(word) == MIN_LENGTH else ()))


def _ear(word: str) -> str:
    for written, heard in _BY_EAR:
        word = word.replace(written, heard)
    return word


def _cost(typed: str, meant: str) -> float:
    """How unlikely the mistake is: below 1 for one edit or a spelling by ear, the number of edits beyond that."""
    if _ear(typed) == _ear(meant):
        return min(0.4 * max(OSA.distance(typed, meant), 1), 0.9)
    edits = OSA.distance(typed, meant, score_cutoff=2)
    if edits != 1:
        return float(edits)
    if meant.startswith(typed):
        return 0.45
    if len(typed) != len(meant):
        return 0.6 if typed[0] == meant[0] else 0.9
    if sorted(typed) == sorted(meant):
        return 0.5
    return _substituted(typed, meant)


def _substituted(typed: str, meant: str) -> float:
    """The cost of one letter for another."""
    a, b = next((a, b) for a, b in zip(typed, meant, strict=True) if a != b)
    if b in _NEAR.get(a, ()):
        return 0.65
    return 0.9 if typed[0] == meant[0] else _HARDLY
