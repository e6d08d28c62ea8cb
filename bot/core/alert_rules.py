"""Alert rules: evidence, what was remembered and the time give what to do. Pure; the same code runs live and in the simulation.

A rule has at most one open alert, so all that sources say of one frost, under whatever ids, is one alert. It opens when a level's conditions
hold, only rises while it lasts, and ends when for a time nothing was at or below the clearing temperature and nothing such is forecast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.core.alert_state import Alert, Refused, RuleState
from bot.core.evidence import HOUR, Evidence, Hour, between, event_key, merged_hours, utc
from bot.core.evidence import Warning as Official
from bot.core.hours import TZ
from bot.core.schedule import Condition, Level, Rule, Warned

_ENOUGH = 0.75
"""Share of the past hours that must be known before they are called mild."""


class Kind(StrEnum):
    """What a look at the weather leads to."""

    PROPOSE = "propose"
    """A new alert (CAP: Alert), to be approved or sent."""
    RAISE = "raise"
    """The open alert is more serious now (CAP: Update)."""
    CLEAR = "clear"
    """It is over: all-clear (CAP: Update, AllClear)."""
    WITHDRAW = "withdraw"
    """It is no longer forecast and never began (CAP: Cancel)."""
    EXPIRE = "expire"
    """No source has said anything for too long after the expected end."""


OPENING = frozenset((Kind.PROPOSE, Kind.RAISE))


@dataclass(frozen=True, slots=True)
class Transition:
    """What to do, about which alert (as it is after the change), when (UTC)."""

    kind: Kind
    alert: Alert
    at: datetime


class Step(NamedTuple):
    """The new state, to be kept whether or not there is something to do."""

    state: RuleState
    transition: Transition | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known at the moment: the hours the rule looks at, whether they are all there is, and the warnings in force."""

    now: datetime
    hours: tuple[Hour, ...]
    whole: bool
    warnings: tuple[Official, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A level reached and the evidence for it."""

    level: Level
    onset: datetime
    low: float | None
    feels: float | None
    warnings: tuple[Official, ...]
    sources: tuple[str, ...]


def step(rule: Rule, state: RuleState, evidence: Sequence[Evidence], now: datetime) -> Step:
    """One look at the weather. Sources that are silent are left out of `evidence`, as are those whose last word is too old."""
    moment = utc(now)
    facts = _facts(rule, state, evidence, moment)
    found = _highest(rule, facts)
    if state.alert is not None:
        return _go_on(rule, state, state.alert, facts, found)
    if found is None or moment.astimezone(TZ).month not in rule.months or _held_back(rule, state, found, moment):
        return Step(state, None)
    alert = Alert(
        id=f"{rule.id}-{moment:%Y%m%dT%H%M}Z",
        rule=rule.id,
        level=found.level.level,
        proposed=moment,
        onset=max(found.onset, moment),
        until=_expected_end(rule, facts),
        supported=_supported(rule, facts, moment),
        low=found.low,
        feels=found.feels,
        warnings=found.warnings,
        sources=found.sources,
    )
    return Step(replace(state, alert=alert), Transition(Kind.PROPOSE, alert, moment))


def refuse(state: RuleState, now: datetime) -> RuleState:
    """The state after the operators cancelled the open alert or let it lapse: the same frost is proposed again only if it gets worse."""
    alert = state.alert
    if alert is None:
        return state
    refused = Refused(max(alert.supported, alert.until or alert.supported), alert.level)
    return replace(state, alert=None, ended=utc(now), ended_level=alert.level, refused=refused)


def _held_back(rule: Rule, state: RuleState, found: _Found, now: datetime) -> bool:
    """Whether a new alert must wait: too soon after the last, or of a frost that was refused. What endangers life and is worse never waits."""
    worse = found.level.life_safety and found.level.level > state.ended_level
    soon = state.ended is not None and timedelta(0) <= now - state.ended < rule.gap
    refused = state.refused
    again = refused is not None and found.onset <= refused.until and found.level.level <= refused.level
    return again or (soon and not worse)


def _go_on(rule: Rule, state: RuleState, alert: Alert, facts: _Facts, found: _Found | None) -> Step:
    """The open alert, one look later."""
    kept = _brought_up_to_date(rule, alert, facts, found)
    kind: Kind | None = None
    if kept.level > alert.level:
        kind = Kind.RAISE
    elif found is None and _mild(rule, facts):
        kind = Kind.CLEAR if alert.begun(facts.now) else Kind.WITHDRAW
    elif found is None and not _judged(rule, facts) and facts.now > alert.supported + rule.clear.lasting + rule.blind:
        kind = Kind.EXPIRE
    transition = Transition(kind, kept, facts.now) if kind else None
    if kind in (None, Kind.RAISE):
        return Step(replace(state, alert=kept), transition)
    return Step(RuleState(ended=facts.now, ended_level=kept.level), transition)


def _brought_up_to_date(rule: Rule, alert: Alert, facts: _Facts, found: _Found | None) -> Alert:
    """The alert with its times and evidence as they are known now; what no source speaks of stays as it was."""
    if found is None:
        held = tuple(w for w in alert.warnings if w in facts.warnings)
        until = _expected_end(rule, facts) if facts.hours else alert.until
        return replace(alert, until=until, supported=_supported(rule, facts, alert.supported), warnings=held)
    return replace(
        alert,
        level=max(alert.level, found.level.level),
        onset=alert.onset if alert.begun(facts.now) else max(found.onset, facts.now),
        until=_expected_end(rule, facts),
        supported=_supported(rule, facts, alert.supported),
        low=_lowest((alert.low, found.low)),
        feels=_lowest((alert.feels, found.feels)),
        warnings=found.warnings,
        sources=tuple(dict.fromkeys((*alert.sources, *found.sources))),
    )


# -- what is known --------------------------------------------------------------------------------------------------


def _facts(rule: Rule, state: RuleState, evidence: Sequence[Evidence], now: datetime) -> _Facts:
    temperatures = [e for e in evidence if e.hours]
    spoken = {e.source for e in evidence if e.complete}
    held = state.alert.warnings if state.alert else ()
    silent = (w for w in held if w.source not in spoken)  # a source that fails takes nothing back
    warnings = dict.fromkeys(w for w in (*(w for e in evidence for w in e.warnings), *silent) if w.expires > now)
    hours = tuple(between(merged_hours(temperatures), now - rule.clear.lasting, now + rule.horizon()))
    return _Facts(
        now=now,
        hours=hours,
        whole=bool(temperatures) and all(e.complete for e in temperatures),
        warnings=tuple(w for w in warnings if any(isinstance(c, Warned) and _warns(c, w) for level in rule.levels for c in level.conditions)),
        sources=tuple(e.source for e in temperatures),
    )


def _warns(condition: Warned, warning: Official) -> bool:
    return warning.level >= condition.at_least and event_key(warning.event) in map(event_key, condition.events)


def _highest(rule: Rule, facts: _Facts) -> _Found | None:
    for level in reversed(rule.levels):
        found = _reached(level, facts)
        if found:
            return found
    return None


def _reached(level: Level, facts: _Facts) -> _Found | None:
    each = [_evidence(condition, facts) for condition in level.conditions]
    there = [found for found in each if found]
    if not there or (level.every and len(there) < len(each)):
        return None
    cold = [hour for hours, _ in there for hour in hours]
    ahead = [hour for hour in facts.hours if hour.at > facts.now - HOUR]
    warnings = tuple(dict.fromkeys(w for _, warned in there for w in warned))
    return _Found(
        level=level,
        onset=min([hour.at for hour in cold] + [w.onset for w in warnings]),
        low=_lowest(hour.temperature for hour in ahead),
        feels=_lowest(hour.apparent for hour in ahead),
        warnings=warnings,
        sources=tuple(dict.fromkeys((*(facts.sources if cold else ()), *(w.source for w in warnings)))),
    )


def _evidence(condition: Condition, facts: _Facts) -> tuple[list[Hour], list[Official]] | None:
    """The hours or warnings that make the condition hold; None where it does not, or nothing is known."""
    if isinstance(condition, Warned):
        warnings = [w for w in facts.warnings if _warns(condition, w)]
        return ([], warnings) if warnings else None
    ahead = between(facts.hours, facts.now, facts.now + condition.within)
    hours = [hour for hour in ahead if _at_most(hour.value(apparent=condition.apparent), condition.at_most)]
    return (hours, []) if hours else None


def _lowest(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _at_most(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value <= limit


# -- how it ends ----------------------------------------------------------------------------------------------------


def _cold(rule: Rule, hour: Hour) -> bool:
    return _at_most(hour.temperature, rule.clear.above) or _at_most(hour.apparent, rule.clear.apparent_above)


def _judged(rule: Rule, facts: _Facts) -> bool:
    """Whether enough of the past hours is known, by sources that left nothing out, to call them mild."""
    needed = rule.clear.lasting / HOUR * _ENOUGH
    past = sum(h.temperature is not None for h in between(facts.hours, facts.now - rule.clear.lasting + HOUR, facts.now))
    return facts.whole and past >= needed


def _mild(rule: Rule, facts: _Facts) -> bool:
    """Whether the frost is over, hysteresis counted: nothing cold behind, nothing cold ahead, nothing warned of."""
    past_and_ahead = between(facts.hours, facts.now - rule.clear.lasting + HOUR, facts.now + rule.horizon())
    return not facts.warnings and _judged(rule, facts) and not any(_cold(rule, hour) for hour in past_and_ahead)


def _supported(rule: Rule, facts: _Facts, otherwise: datetime) -> datetime:
    """The last moment that evidence calls cold."""
    moments = [hour.at for hour in facts.hours if _cold(rule, hour)] + [w.expires for w in facts.warnings]
    return max(moments, default=otherwise)


def _expected_end(rule: Rule, facts: _Facts) -> datetime | None:
    """When the alert should end by what is forecast and warned of; None where that is not in sight."""
    warned = max((w.expires for w in facts.warnings), default=None)
    if not facts.hours or not rule.horizon():
        return warned
    last_cold = max((hour.at for hour in facts.hours if _cold(rule, hour)), default=facts.now)
    end = max(last_cold, facts.now) + rule.clear.lasting
    if end > facts.hours[-1].at:
        return None
    return max(end, warned) if warned else end
