"""Alerts and the memory of their rules."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.core.alert_state import Alert, RuleState, from_plain, to_plain
from bot.store.conversations import seconds
from bot.store.tables import alerts, rule_states


class Status(StrEnum):
    """The life of an alert (CAP 1.2). An approved one is active from its onset on."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ENDED = "ended"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN = (Status.PROPOSED, Status.APPROVED)


@dataclass(frozen=True, slots=True)
class Row:
    """An alert as it stands. `manual`: made by an operator, it ends at its `until`. `decide_by`: when nobody is waited for any longer."""

    alert: Alert
    status: Status
    manual: bool = False
    decide_by: datetime | None = None
    decided_by: str = ""

    @property
    def id(self) -> str:
        """The alert's id."""
        return self.alert.id

    def over(self, now: datetime) -> bool:
        """Whether its expected end is past."""
        return self.alert.until is not None and self.alert.until <= now

    def active(self, now: datetime) -> bool:
        """Whether it is in force: the hours of its places are those of a frost."""
        return self.status is Status.APPROVED and self.alert.begun(now) and not (self.manual and self.over(now))


def state_of(connection: Connection, rule: str) -> RuleState:
    """What a rule remembers."""
    text = connection.execute(select(rule_states.c.state).where(rule_states.c.rule == rule)).scalar()
    return from_plain(json.loads(text)) if text else RuleState()


def keep_state(connection: Connection, rule: str, state: RuleState) -> None:
    """Keep what a rule remembers."""
    text = json.dumps(to_plain(state))
    if not connection.execute(update(rule_states).where(rule_states.c.rule == rule).values(state=text)).rowcount:
        connection.execute(insert(rule_states).values(rule=rule, state=text))


def find(connection: Connection, alert_id: str) -> Row | None:
    """The alert of that id."""
    row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).first()
    return _row(row) if row else None


def listed(connection: Connection, statuses: Iterable[Status] = OPEN, most: int = 100) -> list[Row]:
    """Alerts with one of the statuses, the latest first."""
    query = select(alerts).where(alerts.c.status.in_(list(statuses))).order_by(alerts.c.at.desc(), alerts.c.id).limit(most)
    return [_row(row) for row in connection.execute(query)]


def keep(connection: Connection, row: Row, now: datetime) -> None:
    """Write an alert as it stands now."""
    alert = row.alert
    values = {
        "rule": alert.rule,
        "level": alert.level,
        "status": row.status,
        "manual": row.manual,
        "alert": json.dumps(to_plain(RuleState(alert))["alert"]),
        "decide_by": seconds(row.decide_by) if row.decide_by else None,
        "decided_by": row.decided_by or None,
        "onset": seconds(alert.onset),
        "until": seconds(alert.until) if alert.until else None,
    }
    if not connection.execute(update(alerts).where(alerts.c.id == alert.id).values(values)).rowcount:
        connection.execute(insert(alerts).values(id=alert.id, at=seconds(now), **values))


def forget(connection: Connection, before: datetime) -> None:
    """Delete alerts that were over long ago."""
    connection.execute(delete(alerts).where(alerts.c.status.not_in(list(OPEN)), alerts.c.at < seconds(before)))


def _row(row: Any) -> Row:
    state = from_plain({"alert": json.loads(row.alert), "ended": None, "ended_level": 0, "refused": None})
    if state.alert is None:
        raise ValueError(f"alert {row.id} is empty")
    decide_by = datetime.fromtimestamp(row.decide_by, UTC) if row.decide_by else None
    return Row(replace(state.alert, id=row.id), Status(row.status), row.manual, decide_by, row.decided_by or "")
