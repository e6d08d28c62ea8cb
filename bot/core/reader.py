"""Reading a message: words corrected, names, aspects, towns and time found, topics and danger scored. What it means is decided elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.core.common_words import COURTESIES, STOP_WORDS
from bot.core.lexicon import Findings, Lexicon
from bot.core.matcher import CALM, Floats, Model, Scored
from bot.core.phrases import Match, positions
from bot.core.text import BREAKS, QUESTION
from bot.core.when import When, parse

_TOP = 12
_LEAST = 0.005
"""Labels less likely than this are not told."""
_CLEAR = 0.85
"""From this probability on the whole message says it; its sentences are not weighed one by one."""
_DOUBT = 0.1
"""From this probability on danger is looked for in the parts."""
_WINDOW = 12
_SHORT_CLAUSE = 3
"""A sentence of fewer words belongs to its neighbour ("Dzień dobry.")."""
_IDLE = BREAKS | STOP_WORDS
_EMPTY = _IDLE | COURTESIES

Scores = tuple[tuple[str, float], ...]
"""(label, probability), the likeliest first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one message."""

    words: Sequence[str]
    stems: Sequence[str]
    found: Findings
    when: When | None
    timed: frozenset[int]
    """Positions of the words that say the time."""
    labels: Scores
    danger: Scores
    peak: float
    """The highest probability of danger in any dozen words in a row; 0 where the whole message leaves no doubt."""
    telling: tuple[int, ...]
    """Positions of the words that mean something by themselves."""

    def content_words(self) -> int:
        """How many words mean something by themselves."""
        return len(self.telling)

    def danger_probability(self) -> float:
        """How likely the message tells of an emergency of any kind."""
        return 1.0 - dict(self.danger).get(CALM, 0.0)

    def is_empty(self) -> bool:
        """Whether the message holds function words only: "nie", "czy"."""
        return not self.found.aspects and not self.timed and _IDLE.issuperset(self.words)

    def only_asks(self) -> bool:
        """Whether the message holds nothing but aspects, times and words without meaning of their own."""
        taken = self.timed | positions(self.found.aspects)
        return bool(taken) and taken.issuperset(self.telling)


class Reader:
    """Lexicon and trained model of one knowledge."""

    def __init__(self, lexicon: Lexicon, model: Model) -> None:
        """Put together what was compiled and what was trained."""
        self.lexicon = lexicon
        self._model = model
        self._calm = model.dangers.index(CALM)

    def read(self, text: str, now: datetime) -> Reading:
        """Everything found in the message; never raises, whatever the text."""
        tokens, found = self.lexicon.analyse(text)
        words, stems, _ = tokens
        scored = self._model.score(tokens)
        topics, dangers = scored.whole()
        if topics.max() < _CLEAR:
            topics = _by_clause(scored, topics, words, found.aspects)
        when, timed = parse(words, found.times, now, positions(found.names))
        telling = tuple(i for i, w in enumerate(words) if w not in _EMPTY)
        return Reading(
            words,
            stems,
            found,
            when,
            timed,
            _ranked(self._model.topics, topics),
            _ranked(self._model.dangers, dangers),
            self._peak(scored, 1.0 - float(dangers[self._calm]), len(words)),
            telling,
        )

    def _peak(self, scored: Scored, danger: float, length: int) -> float:
        """A long story may hide its alarming sentence among calm ones."""
        if not _DOUBT <= danger < _CLEAR:
            return 0.0
        starts = range(0, max(length - _WINDOW // 2, 1), _WINDOW // 2)
        return max(1.0 - float(scored.part_danger(range(i, i + _WINDOW))[self._calm]) for i in starts)

    def coverage(self, stems: Sequence[str]) -> float:
        """Share of the stems, weighted by length, that the knowledge has seen: 0..1. Long words carry the meaning; one- and two-letter words none."""
        weights = {s: min(max(len(s) - 2, 0), 5) for s in stems if s not in BREAKS}
        total = sum(weights.values())
        return sum(w for s, w in weights.items() if self._model.knows(f"w:{s}")) / total if total else 0.0


def _by_clause(scored: Scored, whole: Floats, words: Sequence[str], aspects: Sequence[Match]) -> Floats:
    """The whole's probabilities mixed with those of its sentences, where there are several."""
    clauses = _clauses(words)
    if len(clauses) < 2:
        return whole
    weights = [_weight(words, aspects, clause) for clause in clauses]
    mean = sum(weight * scored.part(clause) for weight, clause in zip(weights, clauses, strict=True)) / sum(weights)
    result: Floats = 0.4 * whole + 0.6 * mean
    return result


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


def _ranked(labels: Sequence[str], probabilities: Floats) -> Scores:
    """The likeliest labels, at least one."""
    likely = np.flatnonzero(probabilities >= min(_LEAST, float(probabilities.max())))
    found = sorted(zip(probabilities[likely].tolist(), likely.tolist(), strict=True), reverse=True)[:_TOP]
    return tuple((labels[i], p) for p, i in found)
