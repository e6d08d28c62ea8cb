"""What a replay found, as a table for people and as JSON for programs. Local wall times."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core import gsm7
from bot.core.alert_rules import Kind, Transition
from bot.core.alert_text import degrees, sms
from bot.core.hours import TZ
from bot.core.knowledge import Content, say
from bot.core.polish import clock, day_month
from bot.simulation.replay import Run

_WEEKDAYS = ("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.")
_ENDS = {Kind.CLEAR: "koniec", Kind.WITHDRAW: "odwołany, mróz nie przyszedł", Kind.EXPIRE: "wygasł z braku danych"}


def as_objects(runs: Sequence[Run], content: Content, subscribers: int) -> list[dict[str, Any]]:
    """The alerts as `--json` prints them; a null where something did not happen (any more) within the data."""
    return [
        {
            "rule": run.rule.id,
            "level": run.alert.level,
            "proposed": _iso(run.proposed),
            "active_from": _iso(run.active_from()),
            "ended": _iso(run.ended),
            "messages": len(run.transitions) * subscribers,
            "sms_parts": _parts(run, content) * subscribers,
        }
        for run in runs
    ]


def as_text(runs: Sequence[Run], content: Content, subscribers: int) -> Iterator[str]:
    """The alerts in words, and their sum."""
    for number, run in enumerate(runs, start=1):
        yield f"{number}. {say(run.rule.name)}, poziom {run.alert.level}"
        for transition in run.transitions:
            yield f"   {_happened(run, transition)}"
            if transition.kind is Kind.PROPOSE:
                yield f"   całą dobę: {_active(run)}"
        if run.ended is None:
            yield "   trwa na końcu danych"
        yield f"   wiadomości: {len(run.transitions) * subscribers}, części SMS: {_parts(run, content) * subscribers}"
    messages = sum(len(run.transitions) for run in runs)
    parts = sum(_parts(run, content) for run in runs)
    yield f"Razem: {_count(len(runs), 'alert', 'alerty', 'alertów')}, {_count(_days(runs), 'dzień', 'dni', 'dni')} z alertem."
    yield f"Przy {subscribers} zapisanych: wiadomości {messages * subscribers}, a gdyby wszyscy dostawali SMS-y – części {parts * subscribers}."


def _happened(run: Run, transition: Transition) -> str:
    at, alert = _moment(transition.at), transition.alert
    if transition.kind in _ENDS:
        return f"{_ENDS[transition.kind]}: {at}"
    feels = f", odczuwalna {degrees(alert.feels)}" if alert.feels is not None else ""
    forecast = f" (prognoza: do {degrees(alert.low)}{feels})" if alert.low is not None else ""
    what = "propozycja" if transition.kind is Kind.PROPOSE else f"poziom {alert.level}"
    return f"{what}: {at}, {say(run.rule.level(alert.level).name)}{forecast}"


def _active(run: Run) -> str:
    start = run.active_from()
    return f"od {_moment(start)}" if start else "ani przez chwilę"


def _parts(run: Run, content: Content) -> int:
    """SMS parts that one subscriber gets."""
    return sum(gsm7.parts(sms(content, run.rule, transition)) for transition in run.transitions)


def _days(runs: Sequence[Run]) -> int:
    """Local days with an alert in force."""
    days = set()
    for run in runs:
        start, end = run.active_from(), run.ended or max(run.alert.supported, run.proposed)
        if start:
            day, last = start.astimezone(TZ).date(), end.astimezone(TZ).date()
            days |= {day + timedelta(i) for i in range((last - day).days + 1)}
    return len(days)


def _iso(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(TZ):%Y-%m-%dT%H:%M}" if moment else None


def _moment(moment: datetime) -> str:
    local = moment.astimezone(TZ)
    return f"{_WEEKDAYS[local.weekday()]} {day_month(local.date())} {local.year}, {clock(local)}"


def _count(number: int, one: str, few: str, many: str) -> str:
    """1 alert, 3 alerty, 12 alertów."""
    form = one if number == 1 else few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many
    return f"{number} {form}"
