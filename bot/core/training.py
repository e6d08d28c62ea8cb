"""Training of the classifier: softmax regression by stochastic gradient descent, deterministic for given examples."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bot.core.knowledge import Content
from bot.core.lexicon import Lexicon, crisis_examples, subject_examples
from bot.core.matcher import CALM, Floats, Model, Tokens, pair_features, softmax, word_features
from bot.core.text import BREAKS

EPOCHS = 10
RATE = 4.0
"""Falls evenly to nothing. Faster ones depend on the order of the examples: measured in docs/matching.md."""
_BIAS_RATE = 0.02
_BATCH = 32
_FEWEST = ((1_000, 2), (20_000, 4), (math.inf, 5))
"""Up to so many examples, a feature must be in that many of them: seen in fewer it generalises too little to be worth its memory."""
_MANY = 512
"""From this many topics on a topic is trained against the nearest ones only: bounds the cost."""
_NEAREST = 16
_TELLING = 48
"""Features of a topic by which the nearest ones are found: its heaviest."""
_EPOCHS_OF_MANY = 2

Progress = Callable[[float], None]
_Ints = npt.NDArray[np.int64]
Vector = tuple[_Ints, Floats]
"""A sparse row of length 1: feature columns, each once, and their weights."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with its topic label ("" where it has none) and its danger label."""

    tokens: Tokens
    topic: str
    danger: str


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sentences as TF-IDF vectors of length 1, and the features they are made of with their inverse document frequencies."""

    columns: dict[str, int]
    idf: Floats
    rows: list[Vector]


def vectorise(sentences: Sequence[Tokens], fewest: int) -> Vectors:
    """Vectors of the features that occur in at least `fewest` of the sentences; idf is smoothed.

    Repeated features are scaled before they are added up: so does Model, a word at a time.
    """
    numbers, features, lengths = _numbered(sentences)
    sentence = np.repeat(np.arange(len(sentences)), lengths)
    cells, times = np.unique(sentence * len(numbers) + features, return_counts=True)
    row, feature = np.divmod(cells, len(numbers))
    frequency = np.bincount(feature, minlength=len(numbers))
    kept = frequency >= fewest
    idf = (np.log((1 + len(sentences)) / (1 + frequency)) + 1).astype(np.float32)
    row, feature, times = row[kept[feature]], feature[kept[feature]], times[kept[feature]]
    square = np.bincount(row, weights=times * idf[feature] ** 2, minlength=len(sentences))
    weight = (times * idf[feature] / np.sqrt(square)[row]).astype(np.float32)
    column = np.cumsum(kept) - 1
    bounds = np.searchsorted(row, np.arange(len(sentences) + 1))
    rows = [(column[feature[first:last]], weight[first:last]) for first, last in pairwise(bounds)]
    return Vectors({name: int(column[i]) for name, i in numbers.items() if kept[i]}, idf[kept], rows)


def _numbered(sentences: Iterable[Tokens]) -> tuple[dict[str, int], _Ints, list[int]]:
    """A number for each feature, the numbers of all sentences in a row, and how many each sentence has."""
    numbers: dict[str, int] = {}
    of_word: dict[str, list[int]] = {}
    row: list[int] = []
    lengths = []
    for sentence in sentences:
        before = len(row)
        for word, stem in zip(sentence.words, sentence.stems, strict=True):
            if word not in BREAKS:
                if word not in of_word:
                    of_word[word] = [numbers.setdefault(feature, len(numbers)) for feature in word_features(word, stem)]
                row += of_word[word]
        row += [numbers.setdefault(feature, len(numbers)) for _, feature in (*pair_features(sentence.stems), *sentence.marks)]
        lengths.append(len(row) - before)
    return numbers, np.array(row, np.int64), lengths


def train(content: Content, lexicon: Lexicon, progress: Progress | None = None) -> Model:
    """Train on the content's examples, names and near misses; `progress` is told the share done."""
    examples = [Example(lexicon.tokens(text), label, CALM) for text, label in subject_examples(content)]
    names = ((name, s.id) for s in content.subjects.values() for name in s.names)
    examples += [Example(lexicon.tokens(name.replace("=", "")), label, CALM) for name, label in names]
    examples += [Example(lexicon.tokens(text), "", kind) for text, kind in crisis_examples(content)]
    examples += [Example(lexicon.tokens(text), "", CALM) for text in content.nearmiss]
    return fit(examples, progress)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """The examples in numbers: vectors, and their topics (-1: none) and dangers as columns of the weights."""

    vectors: list[Vector]
    topic: _Ints
    danger: _Ints
    topics: int
    columns: int
    features: int


@dataclass(frozen=True, slots=True)
class _Batch:
    """Examples of one step: their `features` (rows of the weights), a dense block of `values`, and what each should get.

    `columns`: the labels they are trained on, `topics` of them topics first; None for all labels.
    """

    features: _Ints
    values: Floats
    wanted: Floats
    topical: npt.NDArray[np.bool_]
    columns: _Ints | None
    topics: int


def fit(examples: Sequence[Example], progress: Progress | None = None) -> Model:
    """Fit a model to the examples; their order is shuffled with a fixed seed."""
    vectors = vectorise([e.tokens for e in examples], next(fewest for most, fewest in _FEWEST if len(examples) < most))
    topics, dangers = tuple(sorted({e.topic for e in examples} - {""})), tuple(sorted({e.danger for e in examples}))
    number = {label: i for i, label in enumerate(topics)} | {"": -1}
    data = _Labelled(
        vectors.rows,
        np.array([number[e.topic] for e in examples], np.int64),
        np.array([len(topics) + dangers.index(e.danger) for e in examples], np.int64),
        len(topics),
        len(topics) + len(dangers),
        len(vectors.idf),
    )
    order = np.random.default_rng(0)
    batches = _by_topic(data) if len(topics) > _MANY else _at_random(data, order)
    weights, bias = np.zeros((data.features, data.columns), np.float32), np.zeros(data.columns, np.float32)
    epochs = EPOCHS if len(topics) <= _MANY else _EPOCHS_OF_MANY
    steps = epochs * len(batches)
    for epoch in range(epochs):
        for done, i in enumerate(order.permutation(len(batches)), epoch * len(batches)):
            _step(weights, bias, batches[i], RATE * (1 - done / steps))
        if progress:
            progress((epoch + 1) / epochs)
    weights *= vectors.idf[:, None]
    return Model((topics, dangers), vectors.columns, vectors.idf, weights, bias)


def _step(weights: Floats, bias: Floats, batch: _Batch, rate: float) -> None:
    """One gradient step."""
    features, columns, split = batch.features, batch.columns, batch.topics
    block = weights[features] if columns is None else weights[features[:, None], columns]
    scores = batch.values @ block + (bias if columns is None else bias[columns])
    error = np.concatenate([softmax(scores[:, :split]), softmax(scores[:, split:])], axis=1) - batch.wanted
    error[:, :split] *= batch.topical
    block -= rate * (batch.values.T @ error)
    if columns is None:
        weights[features] = block
        bias -= _BIAS_RATE * rate * error.sum(axis=0)
    else:
        weights[features[:, None], columns] = block
        bias[columns] -= _BIAS_RATE * rate * error.sum(axis=0)


def _at_random(data: _Labelled, order: np.random.Generator) -> list[_Batch]:
    shuffled = order.permutation(len(data.vectors))
    return [_batch(data, shuffled[i : i + _BATCH], None) for i in range(0, len(shuffled), _BATCH)]


def _by_topic(data: _Labelled) -> list[_Batch]:
    """A batch for each topic, against the topics whose centroids are nearest to its own; examples without topic teach danger only."""
    by_topic = np.argsort(data.topic, kind="stable")
    bounds = np.searchsorted(data.topic[by_topic], np.arange(data.topics + 1))
    members = [by_topic[first:last] for first, last in pairwise(bounds)]
    dangers = np.arange(data.topics, data.columns)
    batches = [_batch(data, by_topic[i : min(i + _BATCH, bounds[0])], dangers) for i in range(0, bounds[0], _BATCH)]
    for topic, nearest in enumerate(_nearest([_centroid([data.vectors[i] for i in examples]) for examples in members], data.features)):
        batches.append(_batch(data, members[topic], np.concatenate([np.union1d(nearest, topic), dangers])))
    return batches


def _nearest(centroids: Sequence[Vector], features: int) -> Iterator[_Ints]:
    """For each topic the topics whose centroids are nearest, by their heaviest features."""
    telling = [(index[top], value[top]) for index, value in centroids for top in [np.argsort(value)[-_TELLING:]]]
    index, value = (np.concatenate(parts) for parts in zip(*telling, strict=True))
    topic = np.repeat(np.arange(len(telling)), [len(own) for own, _ in telling])
    order = np.argsort(index, kind="stable")
    topic, value = topic[order], value[order]
    bounds = np.searchsorted(index[order], np.arange(features + 1))
    for own, weights in telling:
        there = [slice(bounds[i], bounds[i + 1]) for i in own]
        products = np.concatenate([weight * value[at] for weight, at in zip(weights, there, strict=True)])
        scores = np.bincount(np.concatenate([topic[at] for at in there]), weights=products, minlength=len(telling))
        yield np.argpartition(scores, -_NEAREST)[-_NEAREST:]


def _centroid(vectors: Sequence[Vector]) -> Vector:
    features, inverse = np.unique(np.concatenate([index for index, _ in vectors]), return_inverse=True)
    values = np.bincount(inverse, weights=np.concatenate([value for _, value in vectors]))
    return features, (values / np.sqrt(values @ values)).astype(np.float32)


def _batch(data: _Labelled, chosen: _Ints, columns: _Ints | None) -> _Batch:
    found = [data.vectors[i] for i in chosen]
    features = np.unique(np.concatenate([index for index, _ in found]))
    values = np.zeros((len(found), len(features)), np.float32)
    for row, (index, value) in enumerate(found):
        values[row, np.searchsorted(features, index)] = value
    labels = np.arange(data.columns) if columns is None else columns
    topical = data.topic[chosen] >= 0
    wanted = (labels == data.topic[chosen, None]) | (labels == data.danger[chosen, None])
    return _Batch(features, values, wanted.astype(np.float32), topical[:, None], columns, int((labels < data.topics).sum()))
