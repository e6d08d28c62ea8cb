"""Reading a message: words corrected, names, aspects, towns and time found, topics and danger scored. What it means is decided elsewhere."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.core import training
from bot.core.knowledge import Content
from bot.core.matcher import Model, Vector, Vocabulary, features
from bot.core.phrases import Match, Phrases, longest, phrase_words
from bot.core.spelling import Speller
from bot.core.text import BREAKS, QUESTION, fold, read, stem, tokens
from bot.core.when import When, parse, time_words

FACT = "#"
"""Joins subject and fact in a label: "rodzina-zastepcza#dochod"."""
CALM = "-"
"""Label of the danger model for everything that is no emergency."""
_TOP = 12
_SHORT_CLAUSE = 3
"""A sentence of fewer words belongs to its neighbour ("Dzień dobry.")."""

Scores = tuple[tuple[str, float], ...]
"""(label, probability), the likeliest first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one message."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    names: tuple[Match, ...]
    aspects: tuple[Match, ...]
    towns: tuple[Match, ...]
    signs: tuple[Match, ...]
    when: When | None
    timed: frozenset[int]
    """Positions of the words that say the time."""
    labels: Scores
    danger: Scores
    coverage: float
    """Share of the message's word stems, weighted by length, that the knowledge has seen: 0..1."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training yields and the loader caches."""

    vocabulary: Vocabulary
    topics: Model
    danger: Model


class Lexicon:
    """The knowledge's words compiled for finding: speller and phrase indexes."""

    def __init__(self, content: Content) -> None:
        """Compile the lexicon of the content; no training is needed for it."""
        self.shorthand = content.shorthand
        subjects = content.subjects.values()
        self.names = Phrases((name, s.id) for s in subjects for name in s.names)
        self.aspects = Phrases((word, a.id) for a in content.aspects.values() for word in a.words)
        self.towns = Phrases([(t, t) for t in content.towns] + [(t, "") for t in content.centre.home])
        self.signs = Phrases((sign, c.id) for c in content.crises.values() for signs in c.signs.values() for sign in signs)
        self.facts = {s.id: Phrases((word, f.id) for f in s.facts for word in f.words) for s in subjects}
        counts, keys = _vocabulary(content)
        self.speller = Speller(counts, keys, content.words)

    def words(self, text: str) -> list[str]:
        """Folded tokens of a message, shorthand expanded and misspelt words corrected."""
        return [part for word in read(text, self.shorthand) for part in self.speller.correct(word)]

    def find(self, words: Sequence[str], stems: Sequence[str]) -> tuple[list[Match], list[Match]]:
        """Names, and aspects outside the names."""
        names = longest(self.names.find(words, stems))
        taken = {i for m in names for i in range(m.start, m.end)}
        aspects = [m for m in longest(self.aspects.find(words, stems)) if not taken.intersection(range(m.start, m.end))]
        return names, aspects


class Reader:
    """Lexicon and trained models of one knowledge."""

    def __init__(self, lexicon: Lexicon, trained: Trained) -> None:
        """Put together what was compiled and what was trained."""
        self.lexicon = lexicon
        self._trained = trained

    def read(self, text: str, now: datetime) -> Reading:
        """Everything found in the message; never raises, whatever the text."""
        lexicon, trained = self.lexicon, self._trained
        words = lexicon.words(text)
        stems = [stem(w) for w in words]
        names, aspects = lexicon.find(words, stems)
        vector = trained.vocabulary.vector(message_features(words, stems, names, aspects))
        whole = trained.topics.probabilities(vector)
        clauses = _clauses(words)
        when, timed = parse(words, stems, now)
        if len(clauses) > 1:
            whole = _pooled(whole, [self._clause(words, stems, names, aspects, c) for c in clauses], [_weight(words, aspects, c) for c in clauses])
        return Reading(
            words=tuple(words),
            stems=tuple(stems),
            names=tuple(names),
            aspects=tuple(aspects),
            towns=tuple(longest(lexicon.towns.find(words, stems))),
            signs=tuple(lexicon.signs.find(words, stems)),
            when=when,
            timed=timed,
            labels=_ranked(trained.topics, whole),
            danger=_ranked(trained.danger, trained.danger.probabilities(vector)),
            coverage=_coverage(trained.vocabulary, stems),
        )

    def _clause(
        self, words: Sequence[str], stems: Sequence[str], names: Sequence[Match], aspects: Sequence[Match], clause: range
    ) -> npt.NDArray[np.float32]:
        inside = [m for m in names if m.start in clause]
        around = [m for m in aspects if m.start in clause]
        part = slice(clause.start, clause.stop)
        found = message_features(words[part], stems[part], inside, around)
        return self._trained.topics.probabilities(self._trained.vocabulary.vector(found))


def message_features(words: Sequence[str], stems: Sequence[str], names: Iterable[Match], aspects: Iterable[Match]) -> list[str]:
    """Features of words and findings; sentence ends are left out."""
    plain = [w for w in words if w not in BREAKS]
    marks = [f"@{m.label}" for m in names] + [f"?{m.label}" for m in aspects]
    return features(plain, [s for s in stems if s not in BREAKS], marks)


def _clauses(words: Sequence[str]) -> list[range]:
    """The sentences of a message as ranges of tokens, very short ones joined to the next."""
    found: list[range] = []
    start = 0
    for i, word in enumerate((*words, QUESTION)):
        if word in BREAKS and i - start >= _SHORT_CLAUSE:
            found.append(range(start, i))
            start = i + 1
    if start < len(words) and found:
        found[-1] = range(found[-1].start, len(words))
    return found


def _weight(words: Sequence[str], aspects: Sequence[Match], clause: range) -> float:
    """How much a sentence tells about what is asked: questions more than the story around them, the last one most."""
    asks = clause.stop < len(words) and words[clause.stop] == QUESTION
    return 1.0 + 1.5 * asks + 0.5 * any(m.start in clause for m in aspects) + 0.5 * (clause.stop >= len(words) - 1)


def _pooled(whole: npt.NDArray[np.float32], parts: Sequence[npt.NDArray[np.float32]], weights: Sequence[float]) -> npt.NDArray[np.float32]:
    share = np.array(weights, np.float32) / sum(weights)
    result: npt.NDArray[np.float32] = 0.4 * whole + 0.6 * (share[:, None] * np.stack(parts)).sum(axis=0)
    return result


def _coverage(vocabulary: Vocabulary, stems: Sequence[str]) -> float:
    """Long words carry the meaning; one- and two-letter words none."""
    weights = {s: min(max(len(s) - 2, 0), 5) for s in stems if s not in BREAKS}
    total = sum(weights.values())
    return sum(w for s, w in weights.items() if f"w:{s}" in vocabulary.columns) / total if total else 0.0


def _ranked(model: Model, probabilities: npt.NDArray[np.float32]) -> Scores:
    top = np.argsort(-probabilities)[:_TOP]
    return tuple((model.labels[i], float(probabilities[i])) for i in top)


def train(content: Content, lexicon: Lexicon, progress: training.Progress | None = None) -> Trained:
    """Train the topic and the danger model on the content's examples; `progress` is told the share done."""
    topics = list(topic_examples(content))
    danger = [(text, crisis.id) for crisis in content.crises.values() for text in _flat(crisis.examples.values())]
    calm = [(text, CALM) for text in content.nearmiss]
    rows = [_example_features(lexicon, text) for text, _ in topics + danger + calm]
    vocabulary = training.vocabulary(rows)
    vectors = [vocabulary.vector(row) for row in rows]
    topic_model = training.train(vectors[: len(topics)], [label for _, label in topics], len(vocabulary.idf), progress)
    danger_labels = [CALM] * len(topics) + [label for _, label in danger + calm]
    return Trained(vocabulary, topic_model, training.train(vectors, danger_labels, len(vocabulary.idf)))


def _example_features(lexicon: Lexicon, text: str) -> list[str]:
    words = lexicon.words(text)
    stems = [stem(w) for w in words]
    return message_features(words, stems, *lexicon.find(words, stems))


def topic_examples(content: Content) -> Iterator[tuple[str, str]]:
    """(example, label) of every subject and fact; a subject's names are examples too."""
    for subject in content.subjects.values():
        for text in _flat(subject.examples.values()):
            yield text, subject.id
        for name in subject.names:
            yield name.replace("=", ""), subject.id
        for fact in subject.facts:
            for text in _flat(fact.examples.values()):
                yield text, f"{subject.id}{FACT}{fact.id}"


def _flat(lists: Iterable[Sequence[str]]) -> Iterator[str]:
    return (text for texts in lists for text in texts)


def _vocabulary(content: Content) -> tuple[Counter[str], frozenset[str]]:
    """How often the knowledge uses each word, and its key words: names, asking words, danger signs, towns, words of time."""
    keys = set(time_words())
    phrases = [name for subject in content.subjects.values() for name in subject.names]
    phrases += [word for subject in content.subjects.values() for fact in subject.facts for word in fact.words]
    phrases += [word for aspect in content.aspects.values() for word in aspect.words]
    phrases += [text for crisis in content.crises.values() for text in _flat(crisis.signs.values())]
    phrases += [*content.towns, *content.centre.home]
    for phrase in phrases:
        keys.update(phrase_words(phrase))
    counts = Counter(keys)
    texts = [text for text, _ in topic_examples(content)]
    texts += [text for crisis in content.crises.values() for text in _flat(crisis.examples.values())]
    for text in texts:
        counts.update(w for w in tokens(fold(text)) if w not in BREAKS)
    return counts, frozenset(keys)
