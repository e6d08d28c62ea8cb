"""The classifier of topics: softmax regression over character n-grams, word stems and pairs of stems (TF-IDF).

Why this and not fuzzy ratios: docs/matching.md. Training lives in training.py; here is what a question costs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NGRAMS = (3, 4)
"""Lengths of character n-grams inside a word padded with spaces."""
MAX_FEATURES = 600
"""Features of one message that count; a message longer than that is noise."""

Vector = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]
"""A sparse row: feature columns and their weights, of length 1."""


def features(words: Sequence[str], stems: Sequence[str], marks: Iterable[str] = ()) -> list[str]:
    """What the classifier sees of a message; `marks` are findings of other parts (a place's name, an aspect)."""
    found: list[str] = [f"w:{s}" for s in stems]
    found += [f"b:{a}_{b}" for a, b in zip(stems, stems[1:], strict=False)]
    found += marks
    for word in words:
        padded = f" {word} "
        for n in NGRAMS:
            found += [padded[i : i + n] for i in range(len(padded) - n + 1)]
        if len(found) > MAX_FEATURES:
            break
    return found[:MAX_FEATURES]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Columns of the features and their inverse document frequencies."""

    columns: Mapping[str, int]
    idf: npt.NDArray[np.float32]

    def vector(self, found: Sequence[str]) -> Vector:
        """Sublinear TF-IDF of the known features, scaled to length 1."""
        counts: dict[int, int] = {}
        for feature in found:
            column = self.columns.get(feature)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        index = np.fromiter(counts.keys(), np.int32, len(counts))
        weight = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[index]
        norm = float(np.sqrt(weight @ weight))
        return index, weight / norm if norm else weight


@dataclass(frozen=True, slots=True)
class Model:
    """A trained classifier: one column of weights a label."""

    labels: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def probabilities(self, vector: Vector) -> npt.NDArray[np.float32]:
        """Softmax over the labels."""
        index, weight = vector
        scores = weight @ self.weights[index] + self.bias
        scores = np.exp(scores - scores.max())
        result: npt.NDArray[np.float32] = scores / scores.sum()
        return result
