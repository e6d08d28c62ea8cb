"""An alert in the words of CAP 1.2 (Common Alerting Protocol), for the record and for whoever reads alerts by machine."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert_rules import Kind, Transition
from bot.core.schedule import Rule

_TYPES = {Kind.PROPOSE: "Alert", Kind.RAISE: "Update", Kind.CLEAR: "Update", Kind.WITHDRAW: "Cancel", Kind.EXPIRE: "Update"}
_SEVERITY = ("Moderate", "Severe", "Extreme")
_SOON = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cap:
    """The elements of a CAP message that an alert fills; moments in UTC, `expires` None: no end in sight."""

    identifier: str
    sent: datetime
    msg_type: str
    references: str
    event: str
    response_type: str
    urgency: str
    severity: str
    certainty: str
    onset: datetime
    expires: datetime | None
    status: str = "Actual"
    scope: str = "Public"
    category: str = "Met"


def cap(rule: Rule, transition: Transition) -> Cap:
    """The transition as CAP says it; every message after the first refers to it."""
    alert, kind = transition.alert, transition.kind
    first = kind is Kind.PROPOSE
    over = kind in (Kind.CLEAR, Kind.WITHDRAW, Kind.EXPIRE)
    return Cap(
        identifier=alert.id if first else f"{alert.id}-{transition.kind}-{transition.at:%Y%m%dT%H%M}Z",
        sent=transition.at,
        msg_type=_TYPES[kind],
        references="" if first else alert.id,
        event=rule.name["pl"],
        response_type="AllClear" if over else "Shelter",
        urgency="Past" if over else _urgency(alert.onset - transition.at),
        severity="Minor" if over else _SEVERITY[min(alert.level, len(_SEVERITY)) - 1],
        certainty="Likely" if not alert.begun(transition.at) else "Observed",
        onset=alert.onset,
        expires=transition.at if over else alert.until,
    )


def _urgency(ahead: timedelta) -> str:
    return "Immediate" if ahead <= _SOON else "Expected" if ahead <= _DAY else "Future"
