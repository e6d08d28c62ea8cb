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


SCHEDULES = """centre: miasto
timezone: Europe/Warsaw
sources:
  open_meteo: {base_url: "http://127.0.0.1:1", latitude: 50, longitude: 19, every_minutes: 60, stale_after_minutes: 180}
  tell_operators_after_minutes: 180
topics: {mroz: {pl: mróz}}
rules:
  - id: mroz
    name: {pl: mróz & wiatr}
    months: [10, 11, 12, 1, 2, 3, 4]
    levels:
      - level: 1
        name: {pl: mróz}
        any: [{temperature_at_most: -10, within_hours: 12}, {apparent_at_most: -15, within_hours: 12}]
        message: {text: {pl: "Mróz {when}"}, sms: {pl: "Mroz {when}"}}
      - level: 2
        name: {pl: wielki mróz}
        any: [{temperature_at_most: -20, within_hours: 12}]
        life_safety: true
        message: {text: {pl: "Wielki mróz {when}"}, sms: {pl: "Wielki mroz {when}"}}
    clear: {above: -7, apparent_above: -12, for_hours: 6}
    gap_hours: 5
    blind_hours: 10
    round_the_clock: [schronisko]
    topics: [mroz]
    channels: [sms]
    approval: {by: auto}
    all_clear: {text: {pl: Koniec mrozu.}, sms: {pl: Koniec mrozu.}}
season_messages: {places: [schronisko], days_before: 3, at: "10:00", topics: [mroz], channels: [sms]}
outreach:
  {first: 11-01, last: 03-31, at: "10:00", topics: [mroz], channels: [sms], message: {text: {pl: Zima.}, sms: {pl: Zima.}}}
housekeeping: {at: "4:15", keep_questions_days: 30, keep_deliveries_days: 30, keep_alerts_days: 400, keep_audit_days: 400}
"""
"""A schedule for the tiny knowledge (tests.tiny) with the numbers above."""
