"""The replay: every hour of a stretch of time put to the rules, with the hours ahead as the forecast."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.alert_rules import Kind, Transition, step
from bot.core.alert_state import Alert, RuleState
from bot.core.evidence import HOUR, Evidence, Hour, utc
from bot.core.hours import TZ
from bot.core.schedule import Rule

SOURCE = "file"
_TOLD = 200
"""Hours between two reports of progress."""
OVER = frozenset((Kind.CLEAR, Kind.WITHDRAW, Kind.EXPIRE))

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Run:
    """One alert from its proposal to its end: what happened to it, in order, and the alert as it was known last."""

    rule: Rule
    transitions: tuple[Transition, ...]
    alert: Alert

    @property
    def proposed(self) -> datetime:
        """When it would have been proposed."""
        return self.transitions[0].at

    @property
    def ended(self) -> datetime | None:
        """When it would have ended; None: it goes on at the end of the data."""
        return self.transitions[-1].at if self.transitions[-1].kind in OVER else None

    def active_from(self) -> datetime | None:
        """From when the round-the-clock hours would have held, an operator approving at once; None where the frost never came."""
        return None if self.transitions[-1].kind is Kind.WITHDRAW else self.alert.onset


def replay(rule: Rule, hours: Sequence[Hour], first: date, last: date, progress: Progress = lambda _: None) -> list[Run]:
    """What the rule would have done from the first day's midnight to the end of the last day, or of the data."""
    moments = [hour.at for hour in hours]
    start, end = utc(datetime.combine(first, time(), TZ)), utc(datetime.combine(last + timedelta(1), time(), TZ))
    end = min(end, moments[-1] + HOUR)
    total = max(1, round((end - start) / HOUR))
    state, runs, happened = RuleState(), list[Run](), list[Transition]()
    for i in range(total):
        now = start + i * HOUR
        seen = hours[bisect_left(moments, now - rule.clear.lasting) : bisect_right(moments, now + rule.horizon())]
        before = state.alert
        state, transition = step(rule, state, [Evidence(SOURCE, now, tuple(seen))], now)
        happened += [transition] if transition else []
        if transition and transition.kind in OVER:
            runs.append(Run(rule, tuple(happened), before or transition.alert))
            happened.clear()
        if i % _TOLD == 0:
            progress(i / total)
    if happened and state.alert:
        runs.append(Run(rule, tuple(happened), state.alert))
    progress(1)
    return runs
