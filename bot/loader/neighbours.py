"""Examples that stand nearer to another topic than to their own: leave-one-out over the classifier's own features."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bot.core.knowledge import Content
from bot.core.lexicon import FACT, Lexicon, subject_examples
from bot.core.training import Vector, vectorise

NEAR = 0.8
"""Cosine from which two sentences say the same thing; below it a foreign neighbour is chance."""


def strangers(content: Content, lexicon: Lexicon) -> Iterator[tuple[str, str, str, str]]:
    """(label, example, other label, the other's example) wherever the nearest sentence belongs to another topic and says the same.

    An example that calls its own subject by name is anchored by that name and never a stranger.
    """
    examples = list(subject_examples(content))
    read = [lexicon.analyse(text) for text, _ in examples]
    vectors = vectorise([tokens for tokens, _ in read], fewest=1).rows
    subjects = [label.partition(FACT)[0] for _, label in examples]
    _, topic = np.unique(np.array(subjects), return_inverse=True)
    index = _Index(vectors)
    for i, vector in enumerate(vectors):
        if any(name.label == subjects[i] for name in read[i][1].names):
            continue
        scores = index.similarities(vector)
        scores[i] = 0
        nearest = int(scores.argmax())
        if scores[nearest] < NEAR or topic[nearest] == topic[i] or scores[topic == topic[i]].max(initial=0.0) >= scores[nearest]:
            continue
        yield examples[i][1], examples[i][0], examples[nearest][1], examples[nearest][0]


class _Index:
    """Rows by feature column, to compare one row with all."""

    def __init__(self, vectors: Sequence[Vector]) -> None:
        rows: dict[int, list[int]] = defaultdict(list)
        values: dict[int, list[float]] = defaultdict(list)
        for i, (columns, weights) in enumerate(vectors):
            for column, weight in zip(columns.tolist(), weights.tolist(), strict=True):
                rows[column].append(i)
                values[column].append(weight)
        self._size = len(vectors)
        self._columns = {c: (np.array(rows[c]), np.array(values[c], np.float32)) for c in rows}

    def similarities(self, vector: Vector) -> npt.NDArray[np.float32]:
        """Cosine of the row with every row."""
        scores = np.zeros(self._size, np.float32)
        for column, weight in zip(vector[0].tolist(), vector[1].tolist(), strict=True):
            rows, values = self._columns[column]
            scores[rows] += weight * values
        return scores
