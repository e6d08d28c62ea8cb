"""Training of the classifier: softmax regression by stochastic gradient descent, deterministic for given examples."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bot.core.matcher import Model, Vector, Vocabulary

EPOCHS = 8
RATE = 6.0
_LAST_RATE = 0.05
"""Share of the rate that is left in the last epoch."""
_BIAS_RATE = 0.02
_MIN_EXAMPLES = 2
"""A feature seen in one example only cannot generalise."""
_CANDIDATES = 64
"""Labels an example is trained against where there are very many: its own and the nearest ones. Bounds the cost."""
_MANY = 512

Progress = Callable[[float], None]
_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int64]


def vocabulary(rows: Sequence[Sequence[str]]) -> Vocabulary:
    """Features that occur in at least two of the rows, with smoothed inverse document frequency."""
    frequency = Counter(feature for row in rows for feature in set(row))
    kept = sorted(f for f, count in frequency.items() if count >= _MIN_EXAMPLES)
    counts = np.array([frequency[f] for f in kept], np.float32)
    idf = np.log((1 + len(rows)) / (1 + counts)) + 1
    return Vocabulary({f: i for i, f in enumerate(kept)}, idf.astype(np.float32))


def train(vectors: Sequence[Vector], labels: Sequence[str], size: int, progress: Progress | None = None) -> Model:
    """Fit a model to the vectors; `size` is the number of columns. The order of examples is shuffled with a fixed seed."""
    vectors = [_summed(vector) for vector in vectors]
    names = tuple(sorted(set(labels)))
    number = {name: i for i, name in enumerate(names)}
    target = np.array([number[label] for label in labels])
    model = Model(names, np.zeros((size, len(names)), np.float32), np.zeros(len(names), np.float32))
    near = _nearest(vectors, target, model) if len(names) > _MANY else None
    order = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS + _LAST_RATE)
        for i in order.permutation(len(vectors)):
            if near is None:
                _step(model, vectors[i], int(target[i]), rate)
            else:
                _step_among(model, vectors[i], near[i], rate)
        if progress:
            progress((epoch + 1) / EPOCHS)
    return model


def _summed(vector: Vector) -> Vector:
    """The row with each column once."""
    index, inverse = np.unique(vector[0], return_inverse=True)
    return index, np.bincount(inverse, weights=vector[1], minlength=len(index)).astype(np.float32)


def _step(model: Model, vector: Vector, target: int, rate: float) -> None:
    """One gradient step against all labels."""
    index, value = vector
    block = model.weights[index]
    error = _error(value @ block + model.bias, target)
    model.weights[index] = block - (rate * value)[:, None] * error
    model.bias[:] -= _BIAS_RATE * rate * error


def _step_among(model: Model, vector: Vector, near: _Ints, rate: float) -> None:
    """One gradient step against some labels, the right one first."""
    index, value = vector
    block = model.weights[index[:, None], near]
    error = _error(value @ block + model.bias[near], 0)
    model.weights[index[:, None], near] = block - (rate * value)[:, None] * error
    model.bias[near] -= _BIAS_RATE * rate * error


def _error(scores: _Floats, target: int) -> _Floats:
    """Softmax minus the truth."""
    error: _Floats = np.exp(scores - scores.max())
    error /= error.sum()
    error[target] -= 1
    return error


def _nearest(vectors: Sequence[Vector], target: _Ints, model: Model) -> list[_Ints]:
    """Per example its own label, then those whose centroid is nearest."""
    centroids = np.zeros_like(model.weights)
    for (index, value), label in zip(vectors, target, strict=True):
        centroids[index, label] += value
    centroids /= np.maximum(np.sqrt((centroids**2).sum(axis=0)), 1e-9)
    near = []
    for (index, value), label in zip(vectors, target, strict=True):
        scores = value @ centroids[index]
        scores[label] = -np.inf
        near.append(np.append(label, np.argpartition(scores, -_CANDIDATES)[-_CANDIDATES:]))
    return near
