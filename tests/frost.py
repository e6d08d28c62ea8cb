"""Weather and rules of the tests' own making."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.core.alert_rules import Transition, step
from bot.core.alert_state import RuleState
from bot.core.evidence import HOUR, Evidence, Hour
from bot.core.evidence import Warning as Official
from bot.core.schedule import Approval, Clear, Cold, Level, Message, Rule, Unanswered, Warned

START = datetime(2026, 1, 10, tzinfo=UTC)
WORDS = Message({"pl": "{centre}: mróz. {places} {when}."}, {"pl": "Mroz {when}"})
LIMIT, SEVERE, ABOVE, LASTING, AHEAD, GAP = -10.0, -18.0, -7.0, 6, 12, 5


def level(number: int, *conditions: Cold | Warned, every: bool = False, life_safety: bool = False) -> Level:
    return Level(number, {"pl": "mróz"}, conditions, every, life_safety, life_safety, WORDS)


TWO_LEVELS = (
    level(1, Cold(LIMIT, AHEAD * HOUR), Warned(("Silny mróz",), 1)),
    level(2, Cold(SEVERE, AHEAD * HOUR), Warned(("Silny mróz",), 2), life_safety=True),
)


def rule(
    levels: Sequence[Level] = TWO_LEVELS, months: Iterable[int] = range(1, 13), gap: int = GAP, clear: Clear | None = None, places: Sequence[str] = ()
) -> Rule:
    return Rule(
        id="mroz",
        name={"pl": "mróz"},
        months=frozenset(months),
        levels=tuple(levels),
        clear=clear or Clear(ABOVE, None, LASTING * HOUR),
        gap=gap * HOUR,
        blind=10 * HOUR,
        places=tuple(places),
        topics=("mroz",),
        channels=("sms",),
        quiet=None,
        approval=Approval(None, Unanswered.SEND),
        all_clear=WORDS,
    )


def hours(temperatures: Iterable[float | None], start: datetime = START) -> tuple[Hour, ...]:
    return tuple(Hour(start + i * HOUR, temperature) for i, temperature in enumerate(temperatures))


def forecast(temperatures: Iterable[float | None], start: datetime = START, *, complete: bool = True, source: str = "open-meteo") -> Evidence:
    return Evidence(source, start, hours(temperatures, start), complete=complete)


def warning(  # noqa: PLR0913  # a warning has that much to it
    source: str = "imgw",
    *,
    number: int = 1,
    onset: int = 0,
    expires: int = 24,
    name: str = "Silny mróz",
    area: str = "2462",
    id_: str = "a",
) -> Official:
    return Official(source, id_, name, number, area, START + onset * HOUR, START + expires * HOUR)


def said(*warnings: Official, source: str = "imgw", complete: bool = True) -> Evidence:
    return Evidence(source, START, warnings=warnings, complete=complete)


def play(rule_: Rule, temperatures: Sequence[float | None], state: RuleState | None = None) -> list[Transition]:
    """All transitions, hour by hour, the hours ahead being the forecast."""
    row = hours(temperatures)
    current, found = state or RuleState(), []
    for i in range(len(row)):
        seen = row[max(0, i - LASTING) : i + AHEAD + 1]
        current, transition = step(rule_, current, [Evidence("open-meteo", row[i].at, seen)], row[i].at)
        found += [transition] if transition else []
    return found


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)
