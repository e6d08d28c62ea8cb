"""Reading a message: words corrected, names, aspects, towns and time found, topics and danger scored. What it means is decided elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clauses import questions, sentences, weight
from bot.core.common_words import ASKING, COURTESIES, STOP_WORDS
from bot.core.lexicon import Findings, Lexicon
from bot.core.matcher import CALM, Floats, Model, Scored, Tokens
from bot.core.phrases import Match, positions
from bot.core.text import BREAKS
from bot.core.when import When, parse

_TOP = 12
_LEAST = 0.005
"""Labels less likely than this are not told."""
_CLEAR = 0.85
"""From this probability on the whole message says it; its sentences are not weighed one by one."""
_DOUBT = 0.2
"""From this probability on danger is looked for in the parts."""
_WINDOW = 12
_NAMED_WORDS = 8
"""Content words up to which a name counts in full; in a longer story it may be a side matter."""
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
    parts: "tuple[Reading, ...]" = ()
    """The message's sentences and questions, each read for itself, where it may ask several."""

    def content_words(self) -> int:
        """How many words mean something by themselves."""
        return len(self.telling)

    def danger_probability(self) -> float:
        """How likely the message tells of an emergency of any kind."""
        return 1.0 - dict(self.danger).get(CALM, 0.0)

    def is_empty(self) -> bool:
        """Whether the message holds function words only: "nie", "czy"."""
        return not self.found.aspects and not self.timed and _IDLE.issuperset(self.words)

    def weight_of(self, name: Match) -> float:
        """How much a name counts, 0..1: in full where few words stand with it, in the sentence that asks or in the whole message."""
        sentence = next((part for part in sentences(self.words) if name.start in part), range(len(self.words)))
        found = (*self.found.aspects, *self.found.times)
        asked = any(m.start in sentence for m in found) or not ASKING.isdisjoint(self.words[sentence.start : sentence.stop])
        length = sum(i in sentence for i in self.telling) if asked else len(self.telling)
        return min(1.0, _NAMED_WORDS / max(length, 1))

    def asks(self) -> bool:
        """Whether it holds a question word or an aspect, or nothing but a time: "a jutro"."""
        return bool(self.found.aspects) or self.only_asks() or not ASKING.isdisjoint(self.words)

    def only_wonders(self) -> bool:
        """Whether the message holds nothing but question words: "kiedy"."""
        return bool(self.telling) and ASKING.issuperset(self.words[i] for i in self.telling)

    def only_names(self) -> bool:
        """Whether the message holds nothing but names, aspects, times and words without meaning of their own."""
        return bool(self.found.names) and (self.timed | positions((*self.found.names, *self.found.aspects))).issuperset(self.telling)

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
            topics = _by_sentence(scored, topics, words, found.aspects)
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
            self._parts(tokens, found, scored, now),
        )

    def _parts(self, tokens: Tokens, found: Findings, scored: Scored, now: datetime) -> tuple[Reading, ...]:
        """The parts of the message, where more than one of them asks something."""
        asked = questions(tokens.words, found.aspects)
        parts = [self._part(tokens, found, now, part) for part in asked] if len(asked) > 1 else []
        if sum(part.asks() for part in parts) < 2:
            return ()
        return tuple(replace(read, labels=_ranked(self._model.topics, scored.part(part))) for read, part in zip(parts, asked, strict=True))

    def _part(self, tokens: Tokens, found: Findings, now: datetime, part: range) -> Reading:
        """A part of the message as if it were all, its topics not scored yet."""
        words, stems = tokens.words[part.start : part.stop], tokens.stems[part.start : part.stop]
        inside = found.within(part)
        when, timed = parse(words, inside.times, now, positions(inside.names))
        telling = tuple(i for i, w in enumerate(words) if w not in _EMPTY)
        return Reading(words, stems, inside, when, timed, (), (), 0.0, telling)

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


def _by_sentence(scored: Scored, whole: Floats, words: Sequence[str], aspects: Sequence[Match]) -> Floats:
    """The whole's probabilities mixed with those of its sentences, where there are several."""
    parts = sentences(words)
    if len(parts) < 2:
        return whole
    weights = [weight(words, aspects, part) for part in parts]
    mean = sum(w * scored.part(part) for w, part in zip(weights, parts, strict=True)) / sum(weights)
    result: Floats = 0.4 * whole + 0.6 * mean
    return result


def _ranked(labels: Sequence[str], probabilities: Floats) -> Scores:
    """The likeliest labels, at least one."""
    likely = (probabilities >= _LEAST).nonzero()[0]
    if not len(likely):
        likely = (probabilities >= probabilities.max()).nonzero()[0]
    found = sorted(zip(probabilities[likely].tolist(), likely.tolist(), strict=True), reverse=True)[:_TOP]
    return tuple([(labels[i], p) for p, i in found])
