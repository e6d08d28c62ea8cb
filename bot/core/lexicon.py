"""The knowledge's words compiled for finding: names, aspects, towns and danger signs, and the vocabulary that typing errors are corrected to."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.core.clauses import not_meant
from bot.core.knowledge import Content, Phone
from bot.core.matcher import Tokens
from bot.core.phrases import Match, Phrases, longest, phrase_words, positions
from bot.core.spelling import Speller
from bot.core.text import BREAKS, fold, read, stem, tokens
from bot.core.when import time_words
from bot.core.when_words import TIME_PHRASES

FACT = "#"
"""Joins subject and fact in a label: "rodzina-zastepcza#dochod"."""
_COMMON = 2
"""A word that one example uses and no other is no good target for a correction."""
_NAME, _ASPECT, _TOWN, _SIGN, _TIME = "@?#!~"
_LONG_NUMBER = 9
_IS = frozenset(("jest", "jestem", "jestesmy", "byl", "byla", "bylem", "bylam"))


@dataclass(frozen=True, slots=True)
class Findings:
    """Phrases of the knowledge found in a message."""

    names: tuple[Match, ...]
    aspects: tuple[Match, ...]
    towns: tuple[Match, ...]
    signs: tuple[Match, ...]
    times: tuple[Match, ...]

    def within(self, part: range) -> "Findings":
        """What lies in a part of the message, counted from its beginning."""
        kinds = (self.names, self.aspects, self.towns, self.signs, self.times)
        return Findings(*(tuple(m.shifted(-part.start) for m in found if m.start >= part.start and m.end <= part.stop) for found in kinds))

    def marks(self) -> list[tuple[int, str]]:
        """Names and aspects with their positions, as features for the classifier."""
        return [(m.start, _NAME + m.label) for m in self.names] + [(m.start, _ASPECT + m.label) for m in self.aspects]


class Lexicon:
    """Finds the knowledge's phrases in a message; no training is needed for it."""

    def __init__(self, content: Content) -> None:
        """Compile the lexicon of the content."""
        self._shorthand = content.shorthand
        subjects = content.subjects.values()
        entries = [(name, _NAME + s.id) for s in subjects for name in s.names]
        entries += [(number, _NAME + p.id) for p in content.places() for phone in p.phones for number in _spellings(phone)]
        entries += [(word, _ASPECT + a.id) for a in content.aspects.values() for word in a.words]
        entries += [(town, _TOWN + town) for town in content.towns] + [(town, _TOWN) for town in content.centre.home]
        entries += [(sign, _SIGN + c.id) for c in content.crises.values() for signs in c.signs.values() for sign in signs]
        entries += [(phrase, _TIME + label) for phrase, label in TIME_PHRASES]
        self._phrases = Phrases(entries)
        self.facts = {s.id: Phrases((word, f.id) for f in s.facts for word in f.words) for s in subjects}
        self.asked_facts = frozenset(label.partition(FACT)[2] for _, label in subject_examples(content))
        self.speller = Speller(*_vocabulary(content), content.words)

    def analyse(self, text: str) -> tuple[Tokens, Findings]:
        """A message as the classifier takes it, shorthand expanded, misspelt words corrected, what is not meant left out; and what was found in it."""
        words = self.speller.correct(read(text, self._shorthand))
        stems = [stem(w) for w in words]
        found = self._find(words, stems)
        denied = not_meant(words, found.names, found.aspects)
        if denied:
            words, stems = ([part for i, part in enumerate(all_) if i not in denied] for all_ in (words, stems))
            found = self._find(words, stems)
        return Tokens(words, stems, found.marks()), found

    def tokens(self, text: str) -> Tokens:
        """The message as the classifier takes it."""
        return self.analyse(text)[0]

    def _find(self, words: Sequence[str], stems: Sequence[str]) -> Findings:
        """Names, aspects outside the names, towns, danger signs and words of time."""
        kinds: dict[str, list[Match]] = {_NAME: [], _ASPECT: [], _TOWN: [], _SIGN: [], _TIME: []}
        for match in self._phrases.find(words, stems):
            kinds[match.label[0]].append(Match(match.label[1:], match.start, match.end, match.words))
        asked = longest(kinds[_ASPECT])
        names = [m for m in longest(kinds[_NAME]) if not any(_holds(a, m) for a in asked)]  # in "ile rodzin objęto" nobody is called "rodzina"
        taken = positions(names)
        asked = [m for m in asked if not _is_denied(words, m)]
        aspects = [m for m in asked if taken.isdisjoint(range(m.start, m.end))]
        return Findings(tuple(names), tuple(aspects), tuple(longest(kinds[_TOWN])), tuple(kinds[_SIGN]), tuple(kinds[_TIME]))


def _is_denied(words: Sequence[str], match: Match) -> bool:
    """Whether it is said not to be so: "nie jest pijany" asks nothing about drunk people."""
    return words[max(match.start - 2, 0) : match.start][:1] == ["nie"] and words[match.start - 1] in _IS


def _holds(longer: Match, match: Match) -> bool:
    return longer.start <= match.start and match.end <= longer.end and longer.words > match.words


def subject_examples(content: Content) -> Iterator[tuple[str, str]]:
    """(example, label) of every subject and fact."""
    for subject in content.subjects.values():
        for text in chain(*subject.examples.values()):
            yield text, subject.id
        for fact in subject.facts:
            for text in chain(*fact.examples.values()):
                yield text, f"{subject.id}{FACT}{fact.id}"


def crisis_examples(content: Content) -> Iterator[tuple[str, str]]:
    """(example, kind of crisis) of every kind."""
    return ((text, crisis.id) for crisis in content.crises.values() for text in chain(*crisis.examples.values()))


def _spellings(phone: Phone) -> Iterator[str]:
    """The ways people write a phone number: "32 388 67 22", "323886722", "388 67 22"."""
    digits = "".join(c for c in phone.shown if c.isdigit())
    yield " ".join(f"={part}" for part in re.findall(r"\d+", phone.shown))
    yield f"={digits}"
    if len(digits) == _LONG_NUMBER:
        yield f"={digits[:2]} ={digits[2:5]} ={digits[5:7]} ={digits[7:]}"
        yield f"={digits[:3]} ={digits[3:6]} ={digits[6:]}"
        yield f"={digits[2:5]} ={digits[5:7]} ={digits[7:]}"


def _vocabulary(content: Content) -> tuple[dict[str, int], frozenset[str]]:
    """How often the knowledge uses its common words, and its key words: names, asking words, danger signs, towns, words of time."""
    keys = {*time_words(), *chain(*map(phrase_words, _phrases(content)))}
    counts = Counter(keys)
    for text, _ in chain(subject_examples(content), crisis_examples(content)):
        counts.update(w for w in tokens(fold(text)) if w not in BREAKS)
    common = {word: count for word, count in counts.items() if count >= _COMMON or word in keys}
    return common, frozenset(keys)


def _phrases(content: Content) -> Iterable[str]:
    for subject in content.subjects.values():
        yield from subject.names
        yield from (word for fact in subject.facts for word in fact.words)
    yield from (word for aspect in content.aspects.values() for word in aspect.words)
    yield from (text for crisis in content.crises.values() for text in chain(*crisis.signs.values()))
    yield from content.towns
    yield from content.centre.home
