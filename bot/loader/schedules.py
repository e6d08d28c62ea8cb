"""schedules.yaml -> the core's Schedule, all errors at once; with the knowledge at hand, also what the two must agree on."""

from datetime import time, timedelta
from pathlib import Path

from pydantic import ValidationError

from bot.core.knowledge import Content
from bot.core.schedule import (
    Approval,
    Clear,
    Cold,
    Condition,
    Housekeeping,
    Level,
    Message,
    MonthDay,
    Outreach,
    Quiet,
    Rule,
    Schedule,
    SeasonMessages,
    SourceConfig,
    Unanswered,
    Warned,
)
from bot.loader import schedules_schema as schema
from bot.loader.problems import Problem, SchedulesError, Severity
from bot.loader.schedules_check import cross_problems
from bot.loader.wording import field_problems
from bot.loader.yaml_file import Lines, YamlError, load_with_lines


def load_schedules(path: Path, content: Content) -> Schedule:
    """The schedule of a file, checked against the knowledge of its centre; raises SchedulesError with all problems."""
    problems, entry = _read(path, content)
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if errors or entry is None:
        raise SchedulesError(tuple(sorted(errors, key=lambda p: (p.line, p))))
    return build(entry)


def schedule_problems(path: Path, content: Content) -> list[Problem]:
    """Everything wrong with a file, warnings too."""
    return _read(path, content)[0]


def centre_of(path: Path) -> str:
    """Whose schedules these are; "" where that cannot be read (the problems will tell)."""
    try:
        raw, _ = load_with_lines(path)
    except YamlError:
        return ""
    return str(raw.get("centre", "")) if isinstance(raw, dict) else ""


def _read(path: Path, content: Content) -> tuple[list[Problem], schema.SchedulesFile | None]:
    try:
        raw, lines = load_with_lines(path)
    except YamlError as error:
        return [Problem(path.name, "", str(error))], None
    try:
        entry = schema.SCHEDULES.validate_python(raw)
    except ValidationError as error:
        return [*field_problems(path.name, error, lines), *_rest(path, raw, lines, content, error)], None
    return list(cross_problems(path.name, entry, lines, content)), entry


def _rest(path: Path, raw: object, lines: Lines, content: Content, error: ValidationError) -> list[Problem]:
    """What can be said beyond the fields of those rules that are sound, so that it does not take a second round to learn it."""
    rules = raw.get("rules") if isinstance(raw, dict) else None
    broken = {item["loc"][1] for item in error.errors() if item["loc"][:1] == ("rules",) and len(item["loc"]) > 1}
    if not isinstance(raw, dict) or not isinstance(rules, list):
        return []
    kept = [i for i in range(len(rules)) if i not in broken]
    sound = raw | {"rules": [rules[i] for i in kept]}
    others = {item["loc"][0] for item in error.errors() if item["loc"]} - {"rules"}
    if others or not kept:
        return []
    renumbered = Lines({_renumbered(place, kept): line for place, line in lines.known.items()})
    return list(cross_problems(path.name, schema.SCHEDULES.validate_python(sound), renumbered, content))


def _renumbered(place: tuple[int | str, ...], kept: list[int]) -> tuple[int | str, ...]:
    inside = len(place) > 1 and place[0] == "rules" and place[1] in kept
    return ("rules", kept.index(int(place[1])), *place[2:]) if inside else place


# -- from the file's entries to the core's data ---------------------------------------------------------------------


def build(entry: schema.SchedulesFile) -> Schedule:
    """The schedule of a file without errors."""
    seasons, outreach, keep = entry.season_messages, entry.outreach, entry.housekeeping
    return Schedule(
        centre=entry.centre,
        timezone=entry.timezone,
        sources=_sources(entry.sources),
        silence=timedelta(minutes=entry.sources.tell_operators_after_minutes),
        topics=dict(entry.topics),
        rules=tuple(_rule(rule) for rule in entry.rules),
        season_messages=SeasonMessages(tuple(seasons.places), seasons.days_before, _time(seasons.at), tuple(seasons.topics), tuple(seasons.channels)),
        outreach=Outreach(
            first=_month_day(outreach.first),
            last=_month_day(outreach.last),
            at=_time(outreach.at),
            topics=tuple(outreach.topics),
            channels=tuple(outreach.channels),
            message=_message(outreach.message),
        ),
        housekeeping=Housekeeping(
            at=_time(keep.at),
            keep_questions=timedelta(days=keep.keep_questions_days),
            keep_deliveries=timedelta(days=keep.keep_deliveries_days),
            keep_alerts=timedelta(days=keep.keep_alerts_days),
            keep_audit=timedelta(days=keep.keep_audit_days),
        ),
    )


def _sources(entry: schema.SourcesEntry) -> tuple[SourceConfig, ...]:
    found = []
    for name, source in (("open-meteo", entry.open_meteo), ("imgw", entry.imgw), ("meteoalarm", entry.meteoalarm)):
        if source is None:
            continue
        area = source.county if isinstance(source, schema.ImgwEntry) else source.area if isinstance(source, schema.MeteoAlarmEntry) else ""
        position = (source.latitude, source.longitude) if isinstance(source, schema.ForecastEntry) else (0.0, 0.0)
        every, stale = timedelta(minutes=source.every_minutes), timedelta(minutes=source.stale_after_minutes)
        found.append(SourceConfig(name, source.base_url.rstrip("/"), every, stale, area, *position))
    return tuple(found)


def _rule(entry: schema.RuleEntry) -> Rule:
    wait = entry.approval.wait_minutes
    return Rule(
        id=entry.id,
        name=entry.name,
        months=frozenset(entry.months),
        levels=tuple(_level(level) for level in entry.levels),
        clear=Clear(entry.clear.above, entry.clear.apparent_above, timedelta(hours=entry.clear.for_hours)),
        gap=timedelta(hours=entry.gap_hours),
        blind=timedelta(hours=entry.blind_hours),
        places=tuple(entry.round_the_clock),
        topics=tuple(entry.topics),
        channels=tuple(entry.channels),
        quiet=Quiet(_time(entry.quiet_hours.from_), _time(entry.quiet_hours.to)) if entry.quiet_hours else None,
        approval=Approval(None if wait is None else timedelta(minutes=wait), Unanswered(entry.approval.unanswered or Unanswered.SEND)),
        all_clear=_message(entry.all_clear),
    )


def _level(entry: schema.LevelEntry) -> Level:
    return Level(
        level=entry.level,
        name=entry.name,
        conditions=tuple(_condition(c) for c in entry.any or entry.all or ()),
        every=entry.all is not None,
        life_safety=entry.life_safety,
        resend=entry.uncertain == "resend",
        message=_message(entry.message),
    )


def _condition(entry: schema.ConditionEntry) -> Condition:
    if entry.warning is not None:
        return Warned(tuple(entry.warning), entry.at_least or 1)
    within = timedelta(hours=entry.within_hours or 1)
    if entry.temperature_at_most is not None:
        return Cold(entry.temperature_at_most, within)
    return Cold(entry.apparent_at_most or 0, within, apparent=True)


def _message(entry: schema.MessageEntry) -> Message:
    return Message(entry.text, entry.sms)


def _time(text: str) -> time:
    return time.fromisoformat(text.zfill(5))


def _month_day(text: str) -> MonthDay:
    month, day = text.split("-")
    return int(month), int(day)
