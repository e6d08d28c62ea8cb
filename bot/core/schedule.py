"""What schedules.yaml says, as plain frozen data: weather sources, alert rules, season messages, housekeeping."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.core.knowledge import Text

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """A weather source: where it is, how often it is asked, how old its last good word may be, and what it is asked about."""

    name: str
    base_url: str
    every: timedelta
    stale_after: timedelta
    area: str = ""
    latitude: float = 0
    longitude: float = 0


@dataclass(frozen=True, slots=True)
class Cold:
    """True where a forecast temperature at or below `at_most` comes within that time. `apparent`: what it feels like."""

    at_most: float
    within: timedelta
    apparent: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """True while one of these events is warned of, at that level or above."""

    events: tuple[str, ...]
    at_least: int


Condition = Cold | Warned


@dataclass(frozen=True, slots=True)
class Message:
    """A message in full and as one SMS; both with references in braces (see core.alert_text)."""

    text: Text
    sms: Text


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a rule. `every`: all conditions must hold, else any one. `life_safety`: goes out at night too. `resend`: once more where its fate is unknown."""

    level: int
    name: Text
    conditions: tuple[Condition, ...]
    every: bool
    life_safety: bool
    resend: bool
    message: Message


@dataclass(frozen=True, slots=True)
class Clear:
    """The frost is over when nothing at or below `above` was measured for that time, nor is forecast as far as the rule looks."""

    above: float
    apparent_above: float | None
    lasting: timedelta


@dataclass(frozen=True, slots=True)
class Quiet:
    """The part of the night when nobody is woken, local wall time."""

    first: time
    last: time


class Unanswered(StrEnum):
    """What becomes of a proposed alert that no operator answers in time."""

    SEND = "send"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class Approval:
    """`wait` None: nobody is asked, the alert goes out at once."""

    wait: timedelta | None
    unanswered: Unanswered


@dataclass(frozen=True, slots=True)
class Rule:
    """When to warn of what, whom, how, and what changes meanwhile. `levels` rise."""

    id: str
    name: Text
    months: frozenset[int]
    levels: tuple[Level, ...]
    clear: Clear
    gap: timedelta
    blind: timedelta
    """After the expected end, how long an alert is held while no source tells the temperature."""
    places: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    quiet: Quiet | None
    approval: Approval
    all_clear: Message

    def level(self, number: int) -> Level:
        """The level of that number."""
        return next(level for level in self.levels if level.level == number)

    def cold(self) -> Iterator[Cold]:
        """All conditions on temperature."""
        return (c for level in self.levels for c in level.conditions if isinstance(c, Cold))

    def horizon(self) -> timedelta:
        """How far ahead the rule looks."""
        return max((c.within for c in self.cold()), default=timedelta(0))


@dataclass(frozen=True, slots=True)
class SeasonMessages:
    """Word of changing hours, some days before the season of a place changes; the dates come from the places' hours."""

    places: tuple[str, ...]
    days_before: int
    at: time
    topics: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outreach:
    """The season of winter outreach and the message on its first day."""

    first: MonthDay
    last: MonthDay
    at: time
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    message: Message

    def includes(self, day: date) -> bool:
        """Whether the day is in the season, which may go over New Year."""
        key = (day.month, day.day)
        return self.first <= key <= self.last if self.first <= self.last else key >= self.first or key <= self.last


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """When old rows are deleted and how long each sort is kept."""

    at: time
    keep_questions: timedelta
    keep_deliveries: timedelta
    keep_alerts: timedelta
    keep_audit: timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that happens by itself at this centre."""

    centre: str
    timezone: str
    sources: tuple[SourceConfig, ...]
    silence: timedelta
    """When no source has been reachable for so long, the operators are told."""
    topics: dict[str, Text]
    rules: tuple[Rule, ...]
    season_messages: SeasonMessages
    outreach: Outreach
    housekeeping: Housekeeping

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError where there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def rule_with(self, rule_id: str, level: int) -> Rule | None:
        """The rule of that id where it has that level."""
        return next((rule for rule in self.rules if rule.id == rule_id and any(each.level == level for each in rule.levels)), None)

    def horizon(self) -> timedelta:
        """How far ahead any rule looks."""
        return max((rule.horizon() for rule in self.rules), default=timedelta(0))

    def quiet(self) -> Quiet | None:
        """The quiet hours of what is no alert of its own: those of the first rule that has some."""
        return next((rule.quiet for rule in self.rules if rule.quiet), None)

    def memory(self) -> timedelta:
        """How far back any rule looks."""
        return max((rule.clear.lasting for rule in self.rules), default=timedelta(0))


def send_at(rule: Rule, level: Level, local: datetime) -> datetime:
    """When a message of that level may go out: now, or at the end of the quiet hours. Local wall time with zone in and out."""
    return local if level.life_safety else after_quiet(rule.quiet, local)


def after_quiet(quiet: Quiet | None, local: datetime) -> datetime:
    """The time, or the end of the quiet hours that it lies in. Local wall time with zone in and out."""
    if quiet is None:
        return local
    clock = local.timetz().replace(tzinfo=None)
    overnight = quiet.first > quiet.last
    inside = (clock >= quiet.first or clock < quiet.last) if overnight else quiet.first <= clock < quiet.last
    if not inside:
        return local
    tomorrow = overnight and clock >= quiet.first
    return datetime.combine(local.date() + timedelta(days=tomorrow), quiet.last, local.tzinfo)
