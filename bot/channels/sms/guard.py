"""Who is answered how often: a limit for each number, and silence towards robots that would answer for ever.

Remembered in memory only, of texts a hash; a restart begins anew. A carrier's repetition of a message gets the verdict of its first coming.
"""

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.core import gsm7

SOON, MOST_SOON = timedelta(minutes=10), 12
LONG, MOST_LONG = timedelta(days=1), 60
SAME = 3
"""From the third time on within minutes the same sentence is a robot's."""
_SENTENCE = 12
"""Shorter texts are choices and single words: people repeat those."""
_MOST_NUMBERS = 10_000
_MOST_IDS = 50_000
_ROBOT = re.compile(
    r"\bautomatyczna odpowiedz|\bodpowiedz automatyczna|\bwiadomosc (wygenerowana )?automatyczn|\bautoodpowiedz|\bauto[- ]?reply|\bautomatic reply|\bout of office"
)
_MARKS = re.compile(r"\W+")


class Verdict(Enum):
    """What to do with a message."""

    ANSWER = auto()
    WARN = auto()
    """Too many: say so once."""
    IGNORE = auto()


@dataclass(slots=True)
class _Number:
    """What is known of a number: when it wrote, and the hashes of what it wrote and was told lately."""

    arrivals: deque[datetime] = field(default_factory=deque)
    said: deque[tuple[datetime, int]] = field(default_factory=deque)
    told: deque[tuple[datetime, int]] = field(default_factory=deque)
    warned: bool = False


class Guard:
    """Decides on the numbers that wrote last."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[str, _Number] = OrderedDict()
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()

    def verdict(self, event: str, number: str, text: str, now: datetime) -> Verdict:
        """Whether to answer a message that came now."""
        if event not in self._verdicts:
            self._verdicts[event] = self._new(self._of(number), _trace(text), now)
            if len(self._verdicts) > _MOST_IDS:
                self._verdicts.popitem(last=False)
        return self._verdicts[event]

    def told(self, number: str, text: str, now: datetime) -> None:
        """Note what a number was told: a robot may send it back."""
        told = self._of(number).told
        told.append((now, hash(_trace(text))))
        _forget(told, now)

    def _of(self, number: str) -> _Number:
        known = self._numbers.setdefault(number, _Number())
        self._numbers.move_to_end(number)
        if len(self._numbers) > _MOST_NUMBERS:
            self._numbers.popitem(last=False)
        return known

    def _new(self, known: _Number, trace: str, now: datetime) -> Verdict:
        if self._is_robot(known, trace, now):
            return Verdict.IGNORE
        while known.arrivals and now - known.arrivals[0] > LONG:
            known.arrivals.popleft()
        known.arrivals.append(now)
        soon = sum(now - arrival <= SOON for arrival in known.arrivals)
        if soon <= MOST_SOON and len(known.arrivals) <= MOST_LONG:
            known.warned = False
            return Verdict.ANSWER
        known.arrivals.pop()  # what is not answered does not prolong the silence
        verdict = Verdict.IGNORE if known.warned else Verdict.WARN
        known.warned = True
        return verdict

    def _is_robot(self, known: _Number, trace: str, now: datetime) -> bool:
        if _ROBOT.search(trace):
            return True
        if len(trace) < _SENTENCE:
            return False
        for memory in (known.said, known.told):
            _forget(memory, now)
        known.said.append((now, hash(trace)))
        repeated = sum(what == hash(trace) for _, what in known.said) >= SAME
        return repeated or any(what == hash(trace) for _, what in known.told)


def _trace(text: str) -> str:
    """What is left of a text once letters, case and marks make no difference."""
    return _MARKS.sub(" ", gsm7.fold(text).lower()).strip()


def _forget(memory: deque[tuple[datetime, int]], now: datetime) -> None:
    while memory and now - memory[0][0] > SOON:
        memory.popleft()
