"""Reading a message: words corrected, names, aspects, towns and time found, topics and danger scored. What it means is decided elsewhere."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.core import training
from bot.core.common_words import COURTESIES, STOP_WORDS
from bot.core.knowledge import Content, Phone
from bot.core.matcher import Model, Vector, Vocabulary
from bot.core.phrases import Match, Phrases, longest, phrase_words
from bot.core.spelling import Speller
from bot.core.text import BREAKS, QUESTION, fold, read, stem, tokens
from bot.core.when import When, parse, time_words

FACT = "#"
"""Joins subject and fact in a label: "rodzina-zastepcza#dochod"."""
CALM = "-"
"""Label of the danger model for everything that is no emergency."""
_TOP = 12
_COMMON = 2
"""A word that one example uses and no other is no good target for a correction."""
_NAME, _ASPECT, _TOWN, _SIGN = "@?#!"
_CLEAR = 0.85
"""From this probability on the whole message says it; its sentences are not weighed one by one."""
_LONG_NUMBER = 9
_SHORT_CLAUSE = 3
"""A sentence of fewer words belongs to its neighbour ("Dzień dobry.")."""

Scores = tuple[tuple[str, float], ...]
"""(label, probability), the likeliest first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one message."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    found: "Findings"
    when: When | None
    timed: frozenset[int]
    """Positions of the words that say the time."""
    labels: Scores
    danger: Scores
    coverage: float
    """Share of the message's word stems, weighted by length, that the knowledge has seen: 0..1."""

    def content_words(self) -> int:
        """How many words mean something by themselves."""
        return sum(w not in BREAKS and w not in STOP_WORDS and w not in COURTESIES for w in self.words)

    def is_empty(self) -> bool:
        """Whether the message holds function words only: "nie", "czy"."""
        return not self.found.aspects and not self.timed and all(w in BREAKS or w in STOP_WORDS for w in self.words)

    def only_asks(self) -> bool:
        """Whether the message holds nothing but aspects, times and words without meaning of their own."""
        taken = self.timed.union(i for m in self.found.aspects for i in range(m.start, m.end))
        rest = (w for i, w in enumerate(self.words) if i not in taken and w not in BREAKS and w not in STOP_WORDS and w not in COURTESIES)
        return bool(taken) and next(rest, None) is None


@dataclass(frozen=True, slots=True)
class Trained:
    """What training yields and the loader caches."""

    vocabulary: Vocabulary
    model: Model


class Lexicon:
    """The knowledge's words compiled for finding: speller and phrase indexes."""

    def __init__(self, content: Content) -> None:
        """Compile the lexicon of the content; no training is needed for it."""
        self.shorthand = content.shorthand
        subjects = content.subjects.values()
        entries = [(name, _NAME + s.id) for s in subjects for name in s.names]
        entries += [(number, _NAME + p.id) for p in content.places() for phone in p.phones for number in _spellings(phone)]
        entries += [(word, _ASPECT + a.id) for a in content.aspects.values() for word in a.words]
        entries += [(town, _TOWN + town) for town in content.towns] + [(town, _TOWN) for town in content.centre.home]
        entries += [(sign, _SIGN + c.id) for c in content.crises.values() for signs in c.signs.values() for sign in signs]
        self._phrases = Phrases(entries)
        self.facts = {s.id: Phrases((word, f.id) for f in s.facts for word in f.words) for s in subjects}
        self.asked_facts = frozenset(label.partition(FACT)[2] for _, label in subject_examples(content))
        counts, keys = _vocabulary(content)
        self.speller = Speller(counts, keys, content.words)

    def words(self, text: str) -> list[str]:
        """Folded tokens of a message, shorthand expanded and misspelt words corrected."""
        return [part for word in read(text, self.shorthand) for part in self.speller.correct(word)]

    def names_in(self, text: str) -> frozenset[str]:
        """Ids of the subjects that a text calls by name."""
        words = self.words(text)
        return frozenset(m.label for m in self.find(words, [stem(w) for w in words]).names)

    def find(self, words: Sequence[str], stems: Sequence[str]) -> "Findings":
        """Names, aspects outside the names, towns and danger signs."""
        kinds: dict[str, list[Match]] = {_NAME: [], _ASPECT: [], _TOWN: [], _SIGN: []}
        for match in self._phrases.find(words, stems):
            kinds[match.label[0]].append(Match(match.label[1:], match.start, match.end, match.words))
        names = longest(kinds[_NAME])
        taken = {i for m in names for i in range(m.start, m.end)}
        aspects = [m for m in longest(kinds[_ASPECT]) if not taken.intersection(range(m.start, m.end))]
        return Findings(tuple(names), tuple(aspects), tuple(longest(kinds[_TOWN])), tuple(kinds[_SIGN]))


@dataclass(frozen=True, slots=True)
class Findings:
    """Phrases of the knowledge found in a message."""

    names: tuple[Match, ...]
    aspects: tuple[Match, ...]
    towns: tuple[Match, ...]
    signs: tuple[Match, ...]

    def marks(self, part: range) -> list[str]:
        """Names and aspects in a part of the message, as features for the classifier."""
        return [f"@{m.label}" for m in self.names if m.start in part] + [f"?{m.label}" for m in self.aspects if m.start in part]


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
        found = lexicon.find(words, stems)
        vector = message_vector(trained.vocabulary, words, stems, found, range(len(words)))
        whole, danger = trained.model.probabilities(vector)
        clauses = _clauses(words) if whole.max() < _CLEAR else []
        if len(clauses) > 1:
            parts = [trained.model.topic_probabilities(message_vector(trained.vocabulary, words, stems, found, c)) for c in clauses]
            whole = _pooled(whole, parts, [_weight(words, found.aspects, c) for c in clauses])
        when, timed = parse(words, stems, now)
        return Reading(
            words=tuple(words),
            stems=tuple(stems),
            found=found,
            when=when,
            timed=timed,
            labels=_ranked(trained.model.topics, whole),
            danger=_ranked(trained.model.dangers, danger),
            coverage=_coverage(trained.vocabulary, stems),
        )


def _spellings(phone: Phone) -> Iterator[str]:
    """The ways people write a phone number: "32 388 67 22", "323886722", "388 67 22"."""
    digits = "".join(c for c in phone.shown if c.isdigit())
    yield " ".join(f"={part}" for part in re.findall(r"\d+", phone.shown))
    yield f"={digits}"
    if len(digits) == _LONG_NUMBER:
        yield f"={digits[:2]} ={digits[2:5]} ={digits[5:7]} ={digits[7:]}"
        yield f"={digits[:3]} ={digits[3:6]} ={digits[6:]}"
        yield f"={digits[2:5]} ={digits[5:7]} ={digits[7:]}"


def message_vector(vocabulary: Vocabulary, words: Sequence[str], stems: Sequence[str], found: Findings, part: range) -> Vector:
    """Feature vector of a part of a message; sentence ends are left out."""
    places = [i for i in part if words[i] not in BREAKS]
    return vocabulary.vector([words[i] for i in places], [stems[i] for i in places], found.marks(part))


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


def _ranked(labels: Sequence[str], probabilities: npt.NDArray[np.float32]) -> Scores:
    top = np.argpartition(probabilities, -_TOP)[-_TOP:] if len(probabilities) > _TOP else np.arange(len(probabilities))
    top = top[np.argsort(-probabilities[top])]
    return tuple((labels[i], float(probabilities[i])) for i in top)


def train(content: Content, lexicon: Lexicon, progress: training.Progress | None = None) -> Trained:
    """Train on the content's examples; `progress` is told the share done."""
    examples = [_example(lexicon, text, label, CALM) for text, label in subject_examples(content)]
    names = ((name, s.id) for s in content.subjects.values() for name in s.names)
    examples += [_example(lexicon, name.replace("=", ""), label, CALM) for name, label in names]
    examples += [_example(lexicon, text, "", c.id) for c in content.crises.values() for text in _flat(c.examples.values())]
    examples += [_example(lexicon, text, "", CALM) for text in content.nearmiss]
    vocabulary = training.vocabulary(examples)
    return Trained(vocabulary, training.train(vocabulary, examples, progress))


def example_vectors(lexicon: Lexicon, texts: Sequence[str]) -> list[Vector]:
    """The texts as the classifier sees them, with every feature that it might leave out as too rare."""
    examples = [_example(lexicon, text, "", CALM) for text in texts]
    vocabulary = training.vocabulary(examples, fewest=1)
    return [training.summed(vocabulary.vector(e.words, e.stems, e.marks)) for e in examples]


def _example(lexicon: Lexicon, text: str, topic: str, danger: str) -> training.Example:
    words = lexicon.words(text)
    stems = [stem(w) for w in words]
    marks = lexicon.find(words, stems).marks(range(len(words)))
    plain = [w for w in words if w not in BREAKS]
    return training.Example(plain, [s for s in stems if s not in BREAKS], marks, topic, danger)


def subject_examples(content: Content) -> Iterator[tuple[str, str]]:
    """(example, label) of every subject and fact."""
    for subject in content.subjects.values():
        for text in _flat(subject.examples.values()):
            yield text, subject.id
        for fact in subject.facts:
            for text in _flat(fact.examples.values()):
                yield text, f"{subject.id}{FACT}{fact.id}"


def _flat(lists: Iterable[Sequence[str]]) -> Iterator[str]:
    return (text for texts in lists for text in texts)


def _vocabulary(content: Content) -> tuple[dict[str, int], frozenset[str]]:
    """How often the knowledge uses its common words, and its key words: names, asking words, danger signs, towns, words of time."""
    keys = set(time_words())
    phrases = [name for subject in content.subjects.values() for name in subject.names]
    phrases += [word for subject in content.subjects.values() for fact in subject.facts for word in fact.words]
    phrases += [word for aspect in content.aspects.values() for word in aspect.words]
    phrases += [text for crisis in content.crises.values() for text in _flat(crisis.signs.values())]
    phrases += [*content.towns, *content.centre.home]
    for phrase in phrases:
        keys.update(phrase_words(phrase))
    counts = Counter(keys)
    texts = [text for text, _ in subject_examples(content)]
    texts += [text for crisis in content.crises.values() for text in _flat(crisis.examples.values())]
    for text in texts:
        counts.update(w for w in tokens(fold(text)) if w not in BREAKS)
    common = {word: count for word, count in counts.items() if count >= _COMMON or word in keys}
    return common, frozenset(keys)
