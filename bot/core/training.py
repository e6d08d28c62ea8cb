"""Training of the classifier: softmax regression by stochastic gradient descent, deterministic for given examples."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bot.core.matcher import Model, Vector, Vocabulary

EPOCHS = 8
RATE = 6.0
_BIAS_RATE = 0.02
_MIN_EXAMPLES = 2
"""A feature seen in one example only cannot generalise."""
_CANDIDATES = 64
"""Labels an example is trained against: its own and the nearest ones. Bounds the cost for thousands of topics."""

Progress = Callable[[float], None]


def vocabulary(rows: Sequence[Sequence[str]]) -> Vocabulary:
    """Features that occur in at least two of the rows, with smoothed inverse document frequency."""
    frequency = Counter(feature for row in rows for feature in set(row))
    kept = sorted(f for f, count in frequency.items() if count >= _MIN_EXAMPLES)
    counts = np.array([frequency[f] for f in kept], np.float32)
    idf = np.log((1 + len(rows)) / (1 + counts)) + 1
    return Vocabulary({f: i for i, f in enumerate(kept)}, idf.astype(np.float32))


def train(vectors: Sequence[Vector], labels: Sequence[str], size: int, progress: Progress | None = None) -> Model:
    """Fit a model to the vectors; `size` is the number of columns. The order of examples is shuffled with a fixed seed."""
    names = tuple(sorted(set(labels)))
    number = {name: i for i, name in enumerate(names)}
    target = np.array([number[label] for label in labels])
    weights = np.zeros((size, len(names)), np.float32)
    bias = np.zeros(len(names), np.float32)
    near = _candidates(vectors, target, len(names), size)
    order = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS) + 0.05 * RATE
        for i in order.permutation(len(vectors)):
            _step(weights, bias, vectors[i], int(target[i]), near[i] if near is not None else None, rate)
        if progress:
            progress((epoch + 1) / EPOCHS)
    return Model(names, weights, bias)


def _step(weights: npt.NDArray[np.float32], bias: npt.NDArray[np.float32], vector: Vector, target: int, near: npt.NDArray[np.int64] | None, rate: float) -> None:
    index, value = vector
    if near is None:
        block = weights[index]
        scores = value @ block + bias
    else:
        block = weights[index[:, None], near]
        scores = value @ block + bias[near]
        target = int(np.flatnonzero(near == target)[0])
    error = np.exp(scores - scores.max())
    error /= error.sum()
    error[target] -= 1
    step = (rate * value)[:, None] * error
    if near is None:
        weights[index] = block - step
        bias -= _BIAS_RATE * rate * error
    else:
        weights[index[:, None], near] = block - step
        bias[near] -= _BIAS_RATE * rate * error


def _candidates(vectors: Sequence[Vector], target: npt.NDArray[np.int64], classes: int, size: int) -> list[npt.NDArray[np.int64]] | None:
    """For many labels: per example the labels whose centroid is nearest, its own among them; None where all fit."""
    if classes <= 8 * _CANDIDATES:
        return None
    centroids = np.zeros((size, classes), np.float32)
    for (index, value), label in zip(vectors, target, strict=True):
        centroids[index, label] += value
    centroids /= np.maximum(np.sqrt((centroids**2).sum(axis=0)), 1e-9)
    near = []
    for (index, value), label in zip(vectors, target, strict=True):
        scores = value @ centroids[index]
        scores[label] = np.inf
        near.append(np.argpartition(scores, -_CANDIDATES)[-_CANDIDATES:])
    return near
