"""Training of the classifier: softmax regression by stochastic gradient descent, deterministic for given examples."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.core.matcher import Model, Vector, Vocabulary, pair_features, softmax, word_features

EPOCHS = 6
RATE = 7.0
_LAST_RATE = 0.05
"""Share of the rate that is left in the last epoch."""
_BIAS_RATE = 0.02
_MIN_EXAMPLES = 4
"""A feature seen in fewer examples generalises too little to be worth its memory."""
_SMALL = 1_000
"""In a knowledge of fewer examples two must do."""
_CANDIDATES = 48
"""Topics an example is trained against where there are very many: its own and the nearest ones. Bounds the cost."""
_MANY = 512

Progress = Callable[[float], None]
_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as the classifier sees it, its topic label ("" where it has none) and its danger label."""

    words: Sequence[str]
    stems: Sequence[str]
    marks: Sequence[str]
    topic: str
    danger: str


@dataclass(frozen=True, slots=True)
class _Target:
    """Numbers of an example's labels. `columns`: the topics it is trained against, its own first, then all dangers; None for all."""

    topic: int | None
    danger: int
    columns: _Ints | None


def vocabulary(examples: Iterable[Example], fewest: int | None = None) -> Vocabulary:
    """Features that occur in at least `fewest` of the examples (by default in several), with smoothed inverse document frequency."""
    frequency: Counter[str] = Counter()
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    rows = 0
    for example in examples:
        features = set(pair_features(example.stems, example.marks))
        for word in zip(example.words, example.stems, strict=True):
            if word not in known:
                known[word] = tuple(word_features(*word))
            features.update(known[word])
        frequency.update(features)
        rows += 1
    if fewest is None:
        fewest = _MIN_EXAMPLES if rows >= _SMALL else 2
    kept = sorted(f for f, count in frequency.items() if count >= fewest)
    counts = np.array([frequency[f] for f in kept], np.float32)
    idf = np.log((1 + rows) / (1 + counts)) + 1
    return Vocabulary({f: i for i, f in enumerate(kept)}, idf.astype(np.float32))


def train(words: Vocabulary, examples: Sequence[Example], progress: Progress | None = None) -> Model:
    """Fit a model to the examples; their order is shuffled with a fixed seed."""
    topics, dangers = tuple(sorted({e.topic for e in examples} - {""})), tuple(sorted({e.danger for e in examples}))
    shape = (len(words.idf), len(topics) + len(dangers))
    model = Model(topics, dangers, np.zeros(shape, np.float32), np.zeros(shape[1], np.float32))
    vectors = [summed(words.vector(e.words, e.stems, e.marks)) for e in examples]
    number = {label: i for i, label in enumerate(topics)}
    topic = [number.get(e.topic) for e in examples]
    danger = [dangers.index(e.danger) for e in examples]
    columns = _columns(vectors, topic, model)
    order = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS + _LAST_RATE)
        for i in order.permutation(len(vectors)):
            target = _Target(topic[i], danger[i], columns[i] if columns else None)
            _step(model, vectors[i], target, rate)
        if progress:
            progress((epoch + 1) / EPOCHS)
    return model


def summed(vector: Vector) -> Vector:
    """The row with each column once."""
    index, inverse = np.unique(vector[0], return_inverse=True)
    return index, np.bincount(inverse, weights=vector[1], minlength=len(index)).astype(np.float32)


def _step(model: Model, vector: Vector, target: _Target, rate: float) -> None:
    """One gradient step."""
    (index, value), columns = vector, target.columns
    block = model.weights[index] if columns is None else model.weights[index[:, None], columns]
    scores = value @ block + (model.bias if columns is None else model.bias[columns])
    split = len(scores) - len(model.dangers)
    scores[split:] = softmax(scores[split:])
    scores[split + target.danger] -= 1
    scores[:split] = softmax(scores[:split]) if target.topic is not None else 0
    if target.topic is not None:
        scores[target.topic if columns is None else 0] -= 1
    change = block - (rate * value)[:, None] * scores
    if columns is None:
        model.weights[index] = change
        model.bias[:] -= _BIAS_RATE * rate * scores
    else:
        model.weights[index[:, None], columns] = change
        model.bias[columns] -= _BIAS_RATE * rate * scores


def _columns(vectors: Sequence[Vector], topic: Sequence[int | None], model: Model) -> list[_Ints]:
    """Where topics are very many: per example its own topic, those whose centroid is nearest, and all dangers; else nothing."""
    if len(model.topics) <= _MANY:
        return []
    centroids = np.zeros((len(model.weights), len(model.topics)), np.float32)
    for (index, value), label in zip(vectors, topic, strict=True):
        if label is not None:
            centroids[index, label] += value
    centroids /= np.maximum(np.sqrt((centroids**2).sum(axis=0)), 1e-9)
    dangers = np.arange(len(model.topics), len(model.topics) + len(model.dangers))
    columns = []
    for (index, value), label in zip(vectors, topic, strict=True):
        scores = value @ centroids[index]
        own = label if label is not None else int(scores.argmax())
        scores[own] = -np.inf
        nearest = np.argpartition(scores, -_CANDIDATES)[-_CANDIDATES:]
        columns.append(np.concatenate([[own], nearest, dangers]))
    return columns
