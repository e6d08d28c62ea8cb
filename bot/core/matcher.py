"""The classifier of topics: softmax regression over character n-grams, word stems and pairs of stems (TF-IDF).

Why this and not fuzzy ratios: docs/matching.md. Training lives in training.py; here is what a question costs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

NGRAM = 4
"""Length of character n-grams inside a word padded with spaces."""
_CACHE = 8_192

Vector = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
"""A sparse row of length 1: feature columns and their weights; a column may come twice."""


def word_features(word: str, stem: str) -> Iterator[str]:
    """What one word adds: its stem and its character n-grams."""
    yield f"w:{stem}"
    padded = f" {word} "
    yield from (padded[i : i + NGRAM] for i in range(len(padded) - NGRAM + 1))


def pair_features(stems: Sequence[str], marks: Sequence[str]) -> Iterator[str]:
    """What the words add together: neighbouring stems, and `marks`, the findings of other parts (a name, an aspect)."""
    yield from (f"b:{a}_{b}" for a, b in pairwise(stems))
    yield from marks


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Columns of the features and their inverse document frequencies."""

    columns: Mapping[str, int]
    idf: npt.NDArray[np.float32]
    _of_word: dict[tuple[str, str], npt.NDArray[np.int64]] = field(default_factory=dict, repr=False)

    def vector(self, words: Sequence[str], stems: Sequence[str], marks: Sequence[str]) -> Vector:
        """TF-IDF of the known features: one entry an occurrence, all together scaled to length 1."""
        columns = self.columns
        pairs = [columns[f] for f in pair_features(stems, marks) if f in columns]
        parts = [self._word_columns(word, stem) for word, stem in zip(words, stems, strict=True)]
        index = np.concatenate([*parts, np.array(pairs, np.int64)])
        weight = self.idf[index]
        norm = float(np.sqrt(weight @ weight))
        return index, weight / norm if norm else weight

    def _word_columns(self, word: str, stem: str) -> npt.NDArray[np.int64]:
        """Columns of one word's features; words repeat, so they are kept."""
        key = (word, stem)
        known = self._of_word.get(key)
        if known is None:
            columns = self.columns
            known = np.array([columns[f] for f in word_features(word, stem) if f in columns], np.int64)
            if len(self._of_word) < _CACHE:
                self._of_word[key] = known
        return known


@dataclass(frozen=True, slots=True)
class Model:
    """A trained classifier with two heads on the same features: a column of weights for each topic label, then for each danger label."""

    topics: tuple[str, ...]
    dangers: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def topic_probabilities(self, vector: Vector) -> npt.NDArray[np.float32]:
        """Probabilities of the topic labels."""
        return self.probabilities(vector)[0]

    def probabilities(self, vector: Vector) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Probabilities of the topic labels, and of the danger labels."""
        index, weight = vector
        scores = weight @ self.weights[index] + self.bias
        split = len(self.topics)
        return softmax(scores[:split]), softmax(scores[split:])


def softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Scores as probabilities."""
    result: npt.NDArray[np.float32] = np.exp(scores - scores.max())
    result /= result.sum()
    return result
