"""What an alert rule remembers between two looks at the weather, and its form as plain values that a store can keep."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.core.evidence import Warning as Warned


@dataclass(frozen=True, slots=True)
class Alert:
    """One frost that people are, or are to be, warned of. Moments are in UTC.

    `onset` and `until`: from when the round-the-clock hours apply and when they are expected to end (None: not in sight yet).
    `supported`: the last moment that known evidence calls cold. `low`, `feels`: the lowest temperature forecast so far, and what it feels like.
    `warnings` and `sources`: the evidence that caused it.
    """

    id: str
    rule: str
    level: int
    proposed: datetime
    onset: datetime
    until: datetime | None
    supported: datetime
    low: float | None
    feels: float | None
    warnings: tuple[Warned, ...]
    sources: tuple[str, ...]

    def begun(self, now: datetime) -> bool:
        """Whether the frost has begun."""
        return self.onset <= now


@dataclass(frozen=True, slots=True)
class Refused:
    """A frost that the operators cancelled or let lapse: until then, up to that level, it is not proposed again."""

    until: datetime
    level: int


@dataclass(frozen=True, slots=True)
class RuleState:
    """The open alert of a rule, if any; when the last one ended and how high it was; what was refused."""

    alert: Alert | None = None
    ended: datetime | None = None
    ended_level: int = 0
    refused: Refused | None = None


def to_plain(state: RuleState) -> dict[str, Any]:
    """The state as JSON can carry it."""
    plain: dict[str, Any] = _texts(asdict(state))
    return plain


def from_plain(plain: Mapping[str, Any]) -> RuleState:
    """The state from what `to_plain` gave."""
    alert, refused = plain["alert"], plain["refused"]
    return RuleState(
        alert=_alert(alert) if alert else None,
        ended=_moment(plain["ended"]),
        ended_level=plain["ended_level"],
        refused=Refused(datetime.fromisoformat(refused["until"]), refused["level"]) if refused else None,
    )


def _alert(plain: Mapping[str, Any]) -> Alert:
    moments = {name: datetime.fromisoformat(plain[name]) for name in ("proposed", "onset", "supported")}
    warnings = tuple(Warned(**(w | {name: datetime.fromisoformat(w[name]) for name in ("onset", "expires")})) for w in plain["warnings"])
    return Alert(**{**plain, **moments, "until": _moment(plain["until"]), "warnings": warnings, "sources": tuple(plain["sources"])})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _texts(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list | tuple) else value
