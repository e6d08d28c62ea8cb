"""The classifier of topics: softmax regression over character n-grams, word stems and pairs of stems (TF-IDF).

Why this and not fuzzy ratios: docs/matching.md. Training lives in training.py; here is what a question costs. The scores are linear in the
features, so what a word adds to every label is summed up once and kept: people use the same words over and over.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.core.text import BREAKS

NGRAM = 4
"""Length of character n-grams inside a word padded with spaces."""
_KEPT = 8_000_000
"""Bytes of sums kept for words that come again."""

CALM = "-"
"""Label of the danger head for everything that is no emergency."""

Floats = npt.NDArray[np.float32]


def word_features(word: str, stem: str) -> Iterator[str]:
    """What one word adds: its stem and its character n-grams."""
    yield f"w:{stem}"
    padded = f" {word} "
    yield from (padded[i : i + NGRAM] for i in range(len(padded) - NGRAM + 1))


def pair_features(stems: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What neighbouring words add together, with the position of the first; sentence ends do not part them."""
    places = [i for i, stem in enumerate(stems) if stem not in BREAKS]
    return ((i, f"b:{stems[i]}_{stems[j]}") for i, j in pairwise(places))


class Tokens(NamedTuple):
    """A message as the classifier takes it: words and stems with sentence ends, and (position, feature) of what other parts found there."""

    words: Sequence[str]
    stems: Sequence[str]
    marks: Sequence[tuple[int, str]]


class Model:
    """A trained classifier with two heads on the same features: a column of weights for each topic label, then for each danger label."""

    def __init__(self, labels: tuple[tuple[str, ...], tuple[str, ...]], columns: Mapping[str, int], idf: Floats, weights: Floats, bias: Floats) -> None:
        """`labels`: of topics and of dangers; `columns`: row of each feature; `weights`: already multiplied by `idf`."""
        self.topics, self.dangers = labels
        self._columns = columns
        self._idf = idf
        self._weights = weights
        self._bias = bias
        self._sums: dict[str, tuple[Floats, float]] = {}
        self._most_sums = _KEPT // bias.nbytes

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle without the sums kept."""
        return Model, ((self.topics, self.dangers), self._columns, self._idf, self._weights, self._bias)

    def knows(self, feature: str) -> bool:
        """Whether training saw the feature often enough."""
        return feature in self._columns

    def score(self, message: Tokens) -> "Scored":
        """What each word, pair and mark of the message adds to the labels."""
        words, stems, known = message.words, message.stems, self._sums
        places = [i for i, word in enumerate(words) if word not in BREAKS]
        sums = [known.get(words[i]) or self._sum(words[i], stems[i]) for i in places]
        columns = self._columns
        joint = [(i, columns[feature]) for i, feature in (*pair_features(stems), *message.marks) if feature in columns]
        index = [column for _, column in joint]
        rows = np.concatenate([*(row for row, _ in sums), self._weights[index].ravel()]).reshape(-1, len(self._bias))
        squares = [square for _, square in sums] + (self._idf[index] ** 2).tolist()
        return Scored([*places, *(i for i, _ in joint)], rows, squares, self._bias, len(self.topics))

    def _sum(self, word: str, stem: str) -> tuple[Floats, float]:
        """Sum up what a word adds, and keep it."""
        index = [self._columns[f] for f in word_features(word, stem) if f in self._columns]
        found = self._weights[index].sum(axis=0), float((self._idf[index] ** 2).sum())
        if len(self._sums) >= self._most_sums:
            self._sums.clear()
        self._sums[word] = found
        return found


class Scored:
    """A message taken apart: what stands at each position adds a row to the labels and a square to the length."""

    def __init__(self, positions: Sequence[int], rows: Floats, squares: Sequence[float], bias: Floats, topics: int) -> None:
        """`topics`: how many of the labels are topics, the others are dangers."""
        self._positions = positions
        self._rows = rows
        self._squares = squares
        self._bias = bias
        self._topics = topics

    def whole(self) -> tuple[Floats, Floats]:
        """Probabilities of the topic labels, and of the danger labels, from the whole message."""
        scores = self._scaled(np.add.reduce(self._rows), sum(self._squares), slice(None))
        return _probabilities(scores[: self._topics]), _probabilities(scores[self._topics :])

    def part(self, part: range) -> Floats:
        """Probabilities of the topic labels from a part of the message."""
        return self._part(part, slice(self._topics))

    def part_danger(self, part: range) -> Floats:
        """Probabilities of the danger labels from a part of the message."""
        return self._part(part, slice(self._topics, None))

    def _part(self, part: range, labels: slice) -> Floats:
        inside = [i for i, position in enumerate(self._positions) if position in part]
        return _probabilities(self._scaled(np.add.reduce(self._rows[inside, labels]), sum([self._squares[i] for i in inside]), labels))

    def _scaled(self, total: Floats, square: float, labels: slice) -> Floats:
        bias = self._bias[labels]
        return total / np.float32(square**0.5) + bias if square else bias


def _probabilities(scores: Floats) -> Floats:
    """The same as softmax for one row; numpy's general way costs a question more than its numbers."""
    if not len(scores):
        return scores
    result: Floats = np.exp(scores - np.maximum.reduce(scores))
    result /= np.add.reduce(result)
    return result


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities, row by row; no columns stay none."""
    result: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-np.inf))
    result /= result.sum(axis=-1, keepdims=True)
    return result
